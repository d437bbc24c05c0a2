/**
 * HeaderParser: the sans-IO parser of one header block, fed in pieces.
 *
 * Owns the choice between the quick way (a block that came whole and is plain) and the byte machine, and the
 * promise that both give the same. Knows nothing of start lines: the first byte fed is the first byte of the first
 * field line (RFC 9112 §5).
 */

import { HTTPException } from "@httplib/errors";
import { checkInput } from "./check-input.ts";
import { FieldMachine } from "./field-machine.ts";
import type { FieldLenient } from "./field-machine.ts";
import { HTTPMessage } from "./http-message.ts";
import { resolveLimits } from "./limits.ts";
import type { HeaderOptions, Limits } from "./limits.ts";
import type { ParsedFields } from "./parsed-fields.ts";
import { ownOptions } from "./own-options.ts";
import { readPlain } from "./plain-fields.ts";

/**
 * An incremental, reusable parser of header blocks.
 *
 * @see RFC 9112 §5
 * @example
 * ```ts
 * import { HeaderParser } from "@httplib/headers";
 * const parser = new HeaderParser();
 * const wire = new TextEncoder().encode("Host: a\r\nX: 1\r\n\r\nbody");
 * let used = 0;
 * for (let i = 0; i < wire.length && !parser.done; i++) used = parser.push(wire, i, i + 1);
 * const headers = parser.finish();
 * if (headers.get("x") !== "1" || used !== wire.length - 4) throw new Error("unexpected");
 * ```
 */
export class HeaderParser {
  readonly #limits: Limits;
  readonly #lenient: FieldLenient;
  #plain: ParsedFields | null = null;
  /** Made for the first block that is not plain or comes in pieces, and let go with it. */
  #machine: FieldMachine | null = null;
  #error: HTTPException | null = null;

  /**
   * @param options limits and leniencies
   * @throws RangeError for a bound that is no integer from 0 to 2^53 - 1
   */
  constructor(options?: HeaderOptions) {
    const { limits, lenient } = ownOptions(options);
    this.#limits = resolveLimits(limits);
    this.#lenient = ownOptions(lenient);
  }

  /** True once the blank line has been read. */
  get done(): boolean {
    return this.#plain !== null || this.#machine?.done === true;
  }

  /**
   * Reads `chunk` from `start` to `end`, at most to the end of the block. The bytes are not kept by reference.
   *
   * @param chunk the input
   * @param start first index, inclusive
   * @param end last index, exclusive; the end of the chunk where that comes first
   * @returns the index behind the last byte used: `end`, unless the block is complete
   * @throws ProtocolError, LineTooLong or LimitExceeded with `offset` from the block's first byte; the same error
   *   object at every later call until reset(); TypeError for what is no Uint8Array, RangeError for what is no index
   */
  push(chunk: Uint8Array, start = 0, end: number = chunk.length): number {
    if (this.#error !== null) throw this.#error;
    checkInput(chunk, start, end);
    const last = Math.min(end, chunk.length);
    if (this.done || start >= last) return start;
    if (this.#machine === null && this.#isPlain(chunk, start, last)) {
      return start + this.#plain!.length;
    }
    try {
      return this.#slow().push(chunk, start, last);
    } catch (error) {
      if (error instanceof HTTPException) this.#error = error;
      throw error;
    }
  }

  /**
   * The parsed block; afterwards the parser is ready for the next one.
   *
   * @throws IncompleteRead INCOMPLETE_HEAD when the block is not complete, with the bytes so far in `partial`
   */
  finish(): HTTPMessage {
    if (!this.done) throw (this.#error ??= this.#slow().incomplete());
    const parsed = this.#plain ?? this.#slow().take();
    this.reset();
    return new HTTPMessage(parsed);
  }

  /** Forgets the block and any error. */
  reset(): void {
    this.#plain = this.#machine = this.#error = null;
  }

  #slow(): FieldMachine {
    return (this.#machine ??= new FieldMachine(this.#limits, this.#lenient, "header line"));
  }

  /** Tries the quick way; false with nothing changed when it is not meant for this block. */
  #isPlain(chunk: Uint8Array, start: number, end: number): boolean {
    const { maxLineBytes, maxHeadBytes, maxHeaderFields } = this.#limits;
    const last = Math.min(end, start + maxLineBytes, start + maxHeadBytes);
    this.#plain = readPlain(chunk, start, last, maxHeaderFields, []);
    return this.#plain !== null;
  }
}
