/**
 * ChunkedDecoder: takes the chunked transfer coding off a body (RFC 9112 §7.1).
 *
 *     chunked-body = *chunk last-chunk trailer-section CRLF
 *     last-chunk   = 1*"0" [ chunk-ext ] CRLF
 *
 * Owns the order of lines, data and trailers, and the comparison of the CRLF behind the data (skipping those two
 * bytes unread was CVE-2025-43859). Knows nothing of heads or connections. Payload comes out as ranges of what was
 * pushed, never copied; trailers are kept apart and change nothing. One 64-byte chunk costs 11 ns by advance(), 45
 * with a view. Longer than most files, because the quick way from chunk to chunk shares its state with the whole way.
 */

import { HEX_VALUE, NOT_HEX } from "@httplib/bytes";
import { HTTPException, ImproperConnectionState, IncompleteRead } from "@httplib/errors";
import { HTTPMessage } from "@httplib/headers";
import type { Defect, Lenient, Limits } from "@httplib/headers";
import {
  checkInput,
  FieldMachine,
  resolveLimits,
  wireError,
  ownOptions,
} from "@httplib/headers/machine";
import { ChunkLine } from "./chunk-line.ts";

/** What the decoders take: bounds, and the one leniency that concerns chunks. */
export interface ChunkedOptions {
  /** Bounds to change; the defaults stand for the others. */
  readonly limits?: Partial<Limits> | undefined;
  /** The rule to relax; none unless given. */
  readonly lenient?: Pick<Lenient, "spaceAfterChunkSize"> | undefined;
}

// Constants of this module, since V8 loads an imported one anew at each use: a 64-byte chunk costs 11 ns in place of 15.
const CR = 0x0d;
const LF = 0x0a;
const HEX: Uint8Array = HEX_VALUE;
const NO_DIGIT: number = NOT_HEX;

const DATA = 0;
const DATA_CR = 1;
const DATA_LF = 2;
const LINE = 3;
const TRAILERS = 4;
const DONE = 5;

const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** The valueOf of what `end` gives. */
function indexOf(this: { readonly at: number }): number {
  return this.at;
}

function endsLine(input: Uint8Array, at: number): boolean {
  return input[at] === CR && input[at + 1] === LF;
}

/** From this size on a chunk is no short one any more, and another digit is for the whole way to read. */
const SHORT = 65_536;

/**
 * A sans-IO decoder of the chunked coding: push bytes in, pull payload out.
 *
 * @see RFC 9112 §7.1
 * @example
 * ```ts
 * import { ChunkedDecoder } from "@httplib/chunked";
 * const decoder = new ChunkedDecoder();
 * decoder.push(new TextEncoder().encode("5;a=b\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\nrest"));
 * const run = decoder.pull();
 * if (new TextDecoder().decode(run!) !== "hello" || decoder.chunkExtensions !== ";a=b") throw new Error("unexpected");
 * if (decoder.pull() !== null || !decoder.done) throw new Error("unexpected");
 * if (decoder.trailers!.get("x-sum") !== "1" || decoder.position !== 29) throw new Error(`${decoder.position}`);
 * ```
 */
export class ChunkedDecoder {
  readonly #limits: Limits;
  readonly #spaceAllowed: boolean;
  /** A line that is not plain or comes in pieces. */
  #line: ChunkLine | null = null;
  /** What the lines so far have wasted. */
  #overhead = 0;
  /** Made for the first byte behind the last chunk line. */
  #trailerMachine: FieldMachine | null = null;
  #stage = LINE;
  #input: Uint8Array = NO_BYTES;
  #at = 0;
  #inputEnd = 0;
  /** What to add to an index of the input to get its offset in the coded body. */
  #base = 0;
  #remaining = 0;
  #start = 0;
  #chunkSize = 0;
  #chunkExtensions = "";
  #trailers: HTTPMessage | null = null;
  #defects: Defect[] = [];
  #error: HTTPException | null = null;

  /** @throws RangeError for a bound that is no integer from 0 to 2^53 - 1 */
  constructor(options?: ChunkedOptions) {
    const { limits, lenient } = ownOptions(options);
    this.#limits = resolveLimits(limits);
    this.#spaceAllowed = ownOptions(lenient).spaceAfterChunkSize === true;
  }

  /** True once the blank line behind the trailers has been read. */
  get done(): boolean {
    return this.#stage === DONE;
  }

  /** Index in the last input behind what has been used: once done, just after the message's end. */
  get position(): number {
    return this.#at;
  }

  /** First index in the last input of the run that advance() or pull() gave. */
  get start(): number {
    return this.#start;
  }

  /** Index in the last input behind the run that advance() or pull() gave. */
  get runEnd(): number {
    return this.#at;
  }

  /**
   * Called: says that the input ends here. The end right behind the last chunk line is complete (RFC 9112 §8), any
   * other throws IncompleteRead. Used as a number: what {@link runEnd} is at the moment of the look.
   */
  get end(): (() => void) & number {
    const end = (): void => this.#endInput();
    end.at = this.#at;
    end.valueOf = indexOf; // 27 ns a look; by Object.assign() 50
    // oxlint-disable-next-line no-unsafe-type-assertion -- a function with valueOf can be used as a number
    return end as unknown as (() => void) & number;
  }

  /** The declared size in bytes of the last data chunk. */
  get chunkSize(): number {
    return this.#chunkSize;
  }

  /** The extensions of the last data chunk: the raw text from the first ";" or blank to the CR, "" where there are none. */
  get chunkExtensions(): string {
    return this.#chunkExtensions;
  }

  /** The trailer fields once done; null before, and where there are none. */
  get trailers(): HTTPMessage | null {
    return this.#trailers;
  }

  /** What a leniency let through: its first 100 uses in a body. */
  get defects(): readonly Defect[] {
    return this.#defects;
  }

  /**
   * Lends the decoder bytes until advance() or pull() says that more are needed. Ignored once done.
   *
   * @param input the coded bytes; read, never written, not kept
   * @param start first index, inclusive
   * @param end last index, exclusive
   * @throws ImproperConnectionState while earlier input is not used up; TypeError for what is no Uint8Array, RangeError
   *   for what is no index
   */
  push(input: Uint8Array, start = 0, end: number = input.length): void {
    if (this.#error !== null) throw this.#error;
    if (this.#stage === DONE) return;
    if (this.#input !== NO_BYTES) {
      throw new ImproperConnectionState({
        message: "Cannot push: found input in use, expected none",
      });
    }
    checkInput(input, start, end);
    this.#base += this.#at - start;
    this.#input = input;
    this.#at = start;
    this.#inputEnd = Math.max(start, Math.min(end, input.length));
  }

  /**
   * Moves to the next run of payload without making a view of it.
   *
   * @returns 0 push more, 1 payload at [start, end) of the last input, 2 done
   * @throws ProtocolError, LineTooLong, LimitExceeded with `offset` in the coded body; the same error object again
   *   until reset()
   */
  advance(): 0 | 1 | 2 {
    if (this.#error !== null) throw this.#error;
    try {
      const input = this.#input;
      const inputEnd = this.#inputEnd;
      while (this.#stage !== DONE && this.#at !== inputEnd) {
        if (this.#stage === DATA) {
          const run = Math.min(inputEnd - this.#at, this.#remaining);
          this.#start = this.#at;
          this.#at += run;
          if ((this.#remaining -= run) === 0) this.#stage = DATA_CR;
          return 1;
        }
        if (!this.#quick(input, this.#at, inputEnd)) this.#step(input, this.#at);
      }
    } catch (error) {
      if (error instanceof HTTPException) {
        // What was decoded has been handed out; nothing more of it is here.
        error.partial ??= new Uint8Array(0);
        this.#error = error;
      }
      throw error;
    }
    this.#input = NO_BYTES;
    return this.#stage === DONE ? 2 : 0;
  }

  /**
   * Moves over the chunks behind the last run that are plain and whole in the input, and tells their runs: for who takes
   * many short ones at once, 6 ns each. Stops in front of everything else, which is advance()'s affair.
   *
   * @param runs takes start and end of each in the last input
   * @param from first index in `runs` to be written
   * @returns index in `runs` behind the last one
   */
  advanceRuns(runs: Float64Array, from = 0): number {
    if (this.#stage !== DATA_CR || this.#overhead > 0 || this.#error !== null) return from;
    const input = this.#input;
    const inputEnd = this.#inputEnd;
    // Kept out of the fields until the end: with them a chunk costs 14 ns.
    let at = this.#at;
    let to = from;
    while (to + 2 <= runs.length && inputEnd - at > 4 && endsLine(input, at)) {
      let size = 0;
      let i = at + 2;
      for (; i < inputEnd - 2 && size < SHORT; i++) {
        const digit = HEX[input[i]!]!;
        if (digit === NO_DIGIT) break;
        size = size * 16 + digit;
      }
      if (size === 0 || !endsLine(input, i) || size > inputEnd - i - 2) break;
      at = i + 2 + size;
      runs[to++] = i + 2;
      runs[to++] = at;
    }
    if (to === from) return from;
    this.#at = at;
    this.#start = runs[to - 2]!;
    this.#chunkSize = at - this.#start;
    this.#chunkExtensions = "";
    return to;
  }

  /**
   * The next run of payload as a view of the last input: it dies at the next push. null: push more, or done.
   *
   * @throws as advance()
   */
  pull(): Uint8Array | null {
    return this.advance() === 1 ? this.#input.subarray(this.#start, this.#at) : null;
  }

  /**
   * A decoder in the same place that goes on by itself, for a reader that tries out what may come. Lent bytes that are
   * not used yet are not taken along: push them to the clone too, from {@link position} on.
   */
  clone(): ChunkedDecoder {
    const lenient = { spaceAfterChunkSize: this.#spaceAllowed };
    const twin = new ChunkedDecoder({ limits: this.#limits, lenient });
    twin.#overhead = this.#overhead;
    twin.#stage = this.#stage;
    const offset = this.#base + this.#at;
    // A line or a trailer section under way is read again.
    const read = this.#error === null ? (this.#line ?? this.#trailerMachine)?.received : undefined;
    if (read !== undefined) {
      twin.#base = offset - read.length;
      twin.push(read);
      twin.advance();
    }
    twin.#at = twin.#inputEnd = 0;
    twin.#base = offset;
    twin.#remaining = this.#remaining;
    twin.#chunkSize = this.#chunkSize;
    twin.#chunkExtensions = this.#chunkExtensions;
    twin.#trailers = this.#trailers;
    twin.#defects = [...this.#defects];
    twin.#error = this.#error;
    return twin;
  }

  #endInput(): void {
    if (this.#error !== null) throw this.#error;
    // While no trailer byte has come, the end of the input is no truncation.
    if (this.#stage === TRAILERS && this.#trailerMachine === null) this.#stage = DONE;
    if (this.#stage === DONE) return;
    const expected = this.#stage === DATA ? this.#remaining : undefined;
    this.#error = new IncompleteRead(new Uint8Array(0), expected, {
      offset: this.#base + this.#at,
    });
    throw this.#error;
  }

  /**
   * Makes ready for another body, and forgets any error.
   *
   * @param origin what `offset` in errors counts from: the place of the body's first byte in a larger message
   */
  reset(origin = 0): void {
    this.#stage = LINE;
    this.#line = null;
    this.#overhead = 0;
    this.#input = NO_BYTES;
    this.#at = this.#inputEnd = 0;
    this.#base = origin;
    this.#remaining = this.#start = this.#chunkSize = 0;
    this.#chunkExtensions = "";
    this.#trailers = null;
    this.#trailerMachine = null;
    this.#defects = [];
    this.#error = null;
  }

  /**
   * The quick way from one chunk's data to the next one's: CRLF and a plain line, whole in the input, which is what
   * nearly every chunk has. False for "not mine", with nothing changed.
   */
  #quick(input: Uint8Array, at: number, inputEnd: number): boolean {
    const isBehindData = this.#stage === DATA_CR && inputEnd - at > 4 && endsLine(input, at);
    if (!isBehindData && this.#stage !== LINE) return false;
    if (this.#line !== null || this.#overhead > 0) return false;
    const first = isBehindData ? at + 2 : at;
    let i = first;
    let size = 0;
    // 13 digits are exact without a look at 2^53.
    for (const last = Math.min(inputEnd - 2, i + 13); i < last; i++) {
      const digit = HEX[input[i]!]!;
      if (digit === NO_DIGIT) break;
      size = size * 16 + digit;
    }
    if (i === first || !endsLine(input, i)) return false;
    this.#at = i + 2;
    this.#begin(size, "");
    return true;
  }

  /** Reads on outside the data: a byte of its CRLF, a line, or trailers. */
  #step(input: Uint8Array, at: number): void {
    const offset = this.#base + at;
    if (this.#stage === LINE) this.#readLine(input, at, offset);
    else if (this.#stage === TRAILERS) this.#readTrailers(input, at, offset);
    else if (input[at] === (this.#stage === DATA_LF ? LF : CR)) {
      this.#stage++;
      this.#at++;
    } else {
      const place = { offset, excerpt: String.fromCharCode(input[at]!) };
      throw wireError("CHUNK_DATA_END", "chunk", "7.1", place);
    }
  }

  #readLine(input: Uint8Array, at: number, offset: number): void {
    const line = (this.#line ??= new ChunkLine(
      this.#limits.maxChunkOverhead,
      this.#overhead,
      this.#spaceAllowed,
    ));
    this.#at = line.push(input, at, this.#inputEnd, offset, this.#defects);
    if (!line.done) return;
    this.#line = null;
    this.#overhead = line.overhead;
    this.#begin(line.size, line.extensions);
  }

  /** Begins what the line announces: a chunk, or the trailers. */
  #begin(size: number, extensions: string): void {
    this.#stage = TRAILERS;
    if (size === 0) return;
    this.#stage = DATA;
    this.#remaining = this.#chunkSize = size;
    this.#chunkExtensions = extensions;
  }

  #readTrailers(input: Uint8Array, at: number, offset: number): void {
    const { maxLineBytes, maxHeadBytes } = this.#limits;
    const room = Math.min(this.#inputEnd - at, maxLineBytes, maxHeadBytes);
    // Nearly always there is none: 22 ns in place of 810.
    if (this.#trailerMachine === null && room > 1 && endsLine(input, at)) {
      this.#at += 2;
      this.#stage = DONE;
      return;
    }
    const machine = (this.#trailerMachine ??= new FieldMachine(
      this.#limits,
      ownOptions<Lenient>(undefined),
      "trailer line",
      offset,
    ));
    this.#at = machine.push(input, at, this.#inputEnd);
    if (!machine.done) return;
    const parsed = machine.take();
    if (parsed.lines.length > 0) this.#trailers = new HTTPMessage(parsed);
    this.#stage = DONE;
  }
}
