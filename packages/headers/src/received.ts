/**
 * What has been received of a line or of a section: kept for the text that comes out and for errors to point at.
 *
 * Owns the copy, taken late so that one push costs one copy, and the excerpt. Knows nothing of what the bytes mean;
 * the machine that fills it keeps it within its limits.
 */

import { append, latin1, type OwnBytes } from "@httplib/bytes";
import type { Place } from "./wire-error.ts";

/** How many bytes an excerpt holds. */
const EXCERPT = 40;

const NO_BYTES: OwnBytes = /* @__PURE__ */ new Uint8Array(0);

export class Received {
  #bytes = NO_BYTES;
  /** Index in the current input of the first byte that is not taken. */
  #next = 0;
  /** What to add to an index of the input to get its offset. */
  #base = 0;
  /** Bytes taken. */
  length = 0;

  /** A new input begins at `start`, the byte that `offset` counts. */
  begin(start: number, offset: number): void {
    this.#next = start;
    this.#base = offset - start;
  }

  /** Takes the input up to `end`; nothing is taken twice. */
  take(input: Uint8Array, end: number): void {
    this.#bytes = append(this.#bytes, this.length, input, this.#next, end);
    this.length += end - this.#next;
    this.#next = end;
  }

  /** Takes the input up to the byte at `i` and says where that is. */
  place(input: Uint8Array, i: number): Place {
    this.take(input, i + 1);
    return { offset: this.#base + i, excerpt: this.text(Math.max(0, this.length - EXCERPT)) };
  }

  /** What was taken, as ISO-8859-1 text. */
  text(start = 0, end: number = this.length): string {
    return latin1(this.#bytes, start, end);
  }

  /** What was taken, as bytes of their own. */
  copy(): Uint8Array {
    return this.#bytes.slice(0, this.length);
  }
}
