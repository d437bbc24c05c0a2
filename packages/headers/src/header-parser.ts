/**
 * HeaderParser: the sans-IO parser of one header block, fed in pieces.
 *
 * Owns the choice between the quick way (a block that came whole and is plain) and the byte machine, and the
 * promise that both give the same. Knows nothing of start lines: the first byte fed is the first byte of the first
 * field line (RFC 9112 §5).
 */

import { findHeadEnd, latin1 } from "@httplib/bytes";
import { FieldMachine } from "./field-machine.ts";
import { HTTPMessage, ParsedFields } from "./http-message.ts";
import { resolveLimits } from "./limits.ts";
import type { HeaderOptions, Limits } from "./limits.ts";
import { plainFields } from "./plain-fields.ts";

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
  readonly #machine: FieldMachine;
  #plain: ParsedFields | null = null;

  /** @throws RangeError for a bound that is no integer from 0 to 2^53 - 1 */
  constructor(options?: HeaderOptions) {
    this.#limits = resolveLimits(options?.limits);
    this.#machine = new FieldMachine(this.#limits, options?.lenient ?? {}, "header line");
  }

  /** True once the blank line has been read. */
  get done(): boolean {
    return this.#plain !== null || this.#machine.done;
  }

  /**
   * Reads `chunk` from `start` to `end`, at most to the end of the block. The bytes are not kept by reference.
   *
   * @param chunk the input
   * @param start first index, inclusive
   * @param end last index, exclusive
   * @returns the index behind the last byte used: `end`, unless the block is complete
   * @throws ProtocolError, LineTooLong or LimitExceeded with `offset` from the block's first byte; the same error
   *   object at every later call until reset()
   */
  push(chunk: Uint8Array, start = 0, end: number = chunk.length): number {
    if (this.#plain !== null) return start;
    if (this.#machine.fresh) {
      const blockEnd = findHeadEnd(chunk, start, end);
      const length = blockEnd - start;
      if (
        blockEnd >= 0 &&
        length <= this.#limits.maxLineBytes &&
        length <= this.#limits.maxHeadBytes
      ) {
        const text = latin1(chunk, start, blockEnd);
        const fields = plainFields(text, 0, chunk, start, this.#limits.maxHeaderFields);
        if (fields !== null) {
          this.#plain = new ParsedFields(fields, [], text, 0);
          return blockEnd;
        }
      }
    }
    return this.#machine.push(chunk, start, end);
  }

  /**
   * The parsed block; afterwards the parser is ready for the next one.
   *
   * @throws IncompleteRead INCOMPLETE_HEAD when the block is not complete, with the bytes so far in `partial`
   */
  finish(): HTTPMessage {
    if (!this.done) throw this.#machine.incomplete();
    const parsed = this.#plain ?? this.#machine.take();
    this.reset();
    return new HTTPMessage(parsed);
  }

  /** Forgets the block and any error. */
  reset(): void {
    this.#plain = null;
    this.#machine.reset();
  }
}
