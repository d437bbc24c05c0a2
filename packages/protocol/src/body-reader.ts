/**
 * One response body: cut out of the input by its framing (RFC 9112 §6.3).
 *
 * Owns what is left of a body and where its end is. Knows nothing of heads, of the request and of what comes after.
 * Payload is never copied: it is a range of the chunk that was fed. The input ends a body only where the framing says
 * so, and right behind a last chunk line (RFC 9112 §8), which costs the connection.
 */

import { ChunkedDecoder } from "@httplib/chunked";
import { IncompleteRead } from "@httplib/errors";
import type { HTTPMessage } from "@httplib/headers";
import type { Defect, Lenient, Limits } from "@httplib/headers";
import type { ResponseFraming } from "./events.ts";
import { NO_BYTES } from "./lent-input.ts";
import type { LentInput } from "./lent-input.ts";

const DATA = 3;
const END = 4;

export class BodyReader {
  framing: ResponseFraming = "none";
  /** Bytes still to come, null where that is not known. */
  remaining: number | null = null;
  trailers: HTTPMessage | null = null;
  /** Whether the body itself, by a leniency or by how it ended, costs the connection. */
  mustClose = false;
  /** The run of a DATA event: a range of `source`. */
  source: Uint8Array = NO_BYTES;
  start = 0;
  end = 0;
  #held: Uint8Array = NO_BYTES;

  readonly #limits: Limits;
  readonly #lenient: Lenient;
  readonly #bends: boolean;
  // Made for the first chunked body, then used again.
  #decoder: ChunkedDecoder | null = null;
  /** Whether the decoder holds what is lent. */
  #decoderFed = false;
  #defects: Defect[] = [];
  /** How many of the decoder's are recorded; a body that has any is the connection's last. */
  #defectsSeen = 0;

  constructor(limits: Limits, lenient: Lenient) {
    this.#limits = limits;
    this.#lenient = lenient;
    this.#bends = lenient.spaceAfterChunkSize === true;
  }

  /**
   * Makes ready for a body.
   *
   * @param length its bytes, 0 where they are not known
   * @param offset the place of its first byte in the response
   * @param defects where what chunk lines bend is recorded
   * @param held its first bytes, where they were fed before it was known to be a body
   */
  begin(
    framing: ResponseFraming,
    length: number,
    offset: number,
    defects: Defect[],
    held: Uint8Array,
  ): void {
    this.framing = framing;
    this.remaining = framing === "chunked" || framing === "close" ? null : length;
    this.trailers = null;
    this.mustClose = false;
    this.#held = held;
    if (framing !== "chunked") return;
    this.#decoder ??= new ChunkedDecoder({ limits: this.#limits, lenient: this.#lenient });
    this.#decoder.reset(offset);
    this.#decoderFed = false;
    this.#defects = defects;
  }

  /** As before the first body. */
  reset(): void {
    this.framing = "none";
    this.remaining = null;
    this.trailers = null;
  }

  /** The next run of the body, its end, or NEED_DATA. The run before it is given out no more. */
  read(input: LentInput): 0 | 3 | 4 {
    if (this.framing === "chunked") return this.#readChunks(input, this.#decoder!);
    this.#run(NO_BYTES, 0, 0);
    if (this.remaining === 0) return END;
    if (this.#held.length > 0) {
      const held = this.#held;
      this.#held = NO_BYTES;
      return this.#run(held, 0, held.length);
    }
    const from = input.at;
    if (from === input.end) {
      if (!input.ended) return input.needMore();
      if (this.remaining === null) return END;
      throw new IncompleteRead(new Uint8Array(0), this.remaining, { offset: input.offset });
    }
    let length = input.end - from;
    if (this.remaining !== null) {
      length = Math.min(length, this.remaining);
      this.remaining -= length;
    }
    input.at = from + length;
    return this.#run(input.bytes, from, input.at);
  }

  /**
   * Writes start and end of the run, and of those directly behind it that can be told without a closer look.
   *
   * @returns how many they are; the last one is the run now
   */
  runs(input: LentInput, list: Float64Array): number {
    list[0] = this.start;
    list[1] = this.end;
    if (!this.#decoderFed || this.framing !== "chunked") return 1;
    const length = this.#decoder!.advanceRuns(list, 2);
    if (length > 2) this.#run(input.bytes, list[length - 2]!, (input.at = list[length - 1]!));
    return length / 2;
  }

  /** Gives out no run any more. */
  drop(): void {
    this.#run(NO_BYTES, 0, 0);
  }

  /**
   * A reader in the same place that goes on by itself.
   *
   * @param input this reader's input
   * @param twinInput the copy of it that the clone reads
   * @param defects where the clone records what chunk lines bend
   */
  clone(input: LentInput, twinInput: LentInput, defects: Defect[]): BodyReader {
    const twin = new BodyReader(this.#limits, this.#lenient);
    twin.#decoder = this.#decoder?.clone() ?? null; // what it has not used, it is fed again
    twin.#defects = defects;
    twin.#defectsSeen = this.#defectsSeen;
    twin.#held = this.#held;
    twin.framing = this.framing;
    twin.remaining = this.remaining;
    twin.trailers = this.trailers;
    twin.mustClose = this.mustClose;
    twin.#run(this.source === input.bytes ? twinInput.bytes : this.source, this.start, this.end);
    return twin;
  }

  #readChunks(input: LentInput, decoder: ChunkedDecoder): 0 | 3 | 4 {
    if (!this.#decoderFed && input.at < input.end) {
      decoder.push(input.bytes, input.at, input.end);
      this.#decoderFed = true;
    }
    let step: 0 | 1 | 2 = 0;
    if (this.#decoderFed) step = this.#bends ? this.#advance(decoder) : decoder.advance();
    if (step === 1) {
      input.at = decoder.runEnd;
      return this.#run(input.bytes, decoder.start, input.at);
    }
    this.#run(NO_BYTES, 0, 0);
    if (this.#decoderFed) input.at = decoder.position;
    this.#decoderFed = false;
    if (step === 0) {
      if (!input.ended) return input.needMore();
      decoder.end();
      this.mustClose = true;
    }
    this.trailers = decoder.trailers;
    return END;
  }

  /** As the decoder's, where a leniency may bend lines: also what was bent just before an error is recorded, however the input is cut. */
  #advance(decoder: ChunkedDecoder): 0 | 1 | 2 {
    try {
      return decoder.advance();
    } finally {
      if (decoder.defects.length > this.#defectsSeen) this.#bend(decoder.defects);
    }
  }

  /** Records what chunk lines bent since the last look, and gives up the connection for it. */
  #bend(defects: readonly Defect[]): void {
    for (; this.#defectsSeen < defects.length; this.#defectsSeen++) {
      this.#defects.push(defects[this.#defectsSeen]!);
    }
    this.mustClose = true;
  }

  #run(source: Uint8Array, start: number, end: number): 3 {
    this.source = source;
    this.start = start;
    this.end = end;
    return DATA;
  }
}
