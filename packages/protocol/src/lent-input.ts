/**
 * The input of a protocol: the bytes that are lent to it, how far they are used, and what stays behind a message.
 *
 * Owns the borrowing contract (a chunk is the caller's again once NEED_DATA has been given; until then nothing new is
 * taken) and the count of bytes since the response began. Knows nothing of what the bytes mean: the readers of heads
 * and bodies move {@link LentInput.at} forward, and never beyond {@link LentInput.end}.
 */

import { concat } from "@httplib/bytes";
import { ImproperConnectionState } from "@httplib/errors";
import { checkInput } from "@httplib/headers/machine";
import { cannot } from "./cannot.ts";

/** Given out only as `dataSource`, which is lent: whoever transferred its buffer would break every protocol. */
export const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

export class LentInput {
  bytes: Uint8Array = NO_BYTES;
  /** Index of the first byte not yet used. */
  at = 0;
  /** Index behind the last byte that was lent. */
  end = 0;
  /** Whether the peer has closed. */
  ended = false;
  /** What to add to an index to get its offset in the response. */
  #base = 0;
  /** Whether NEED_DATA has been given for what was lent. */
  #hungry = true;
  /** Copies of what came behind a message, where something did. */
  #kept: Uint8Array[] | null = null;

  /** Bytes from the first one of the response to {@link at}. */
  get offset(): number {
    return this.#base + this.at;
  }

  /** Whether there is no byte that nobody asked for. */
  get isClear(): boolean {
    return this.at === this.end && this.#kept === null;
  }

  /** What came behind the message and what of the chunk is unused: a view where it lies in one piece. */
  get rest(): Uint8Array {
    if (this.#kept !== null && this.#kept.length > 1) this.#kept = [concat(this.#kept)];
    const kept = this.#kept?.[0] ?? new Uint8Array(0);
    if (this.at === this.end) return kept;
    const unused = this.bytes.subarray(this.at, this.end);
    return kept.length === 0 ? unused : concat([kept, unused]);
  }

  /** Takes a chunk on loan. */
  lend(chunk: Uint8Array, start: number, end: number): void {
    if (this.ended || !this.#hungry) {
      const found = this.ended ? "an input that has ended" : "bytes in use";
      throw new ImproperConnectionState(cannot("feed", found, "NEED_DATA before, and no end"));
    }
    checkInput(chunk, start, end);
    if (start > end || end > chunk.length) {
      throw new RangeError(cannot("feed", `${start} to ${end}`, "a range of the chunk").message);
    }
    this.#hungry = start === end;
    this.#base += this.at - start;
    this.bytes = chunk;
    this.at = start;
    this.end = end;
  }

  /** Gives the chunk back, and NEED_DATA to whoever asked for an event. */
  needMore(): 0 {
    this.bytes = NO_BYTES;
    this.#hungry = true;
    return 0;
  }

  /** Keeps bytes that nobody will read. They are kept as they are: the caller copies what is only lent. */
  keep(bytes: Uint8Array): void {
    if (bytes.length > 0) (this.#kept ??= []).push(bytes);
  }

  /** Copies what is left of the chunk, since the chunk is only lent, and gives the chunk back. */
  keepRest(): 0 {
    // The usual case is that nothing is left, and even an empty copy costs 0.28 µs.
    if (this.at < this.end) this.keep(this.bytes.slice(this.at, this.end));
    this.at = this.end;
    return this.needMore();
  }

  /** Forgets the chunk for good: nothing of it is given out any more. */
  drop(): void {
    this.at = this.end;
    this.needMore();
  }

  /** Begins to count at zero; the chunk must be used up. */
  beginResponse(): void {
    this.#base = -this.at;
    this.needMore();
  }

  /**
   * An input in the same place with the bytes from `from` on in memory of its own. Indexes stay what they were.
   *
   * @param from index of the first byte that is still of use, at most {@link at}
   */
  clone(from: number): LentInput {
    const twin = new LentInput();
    if (this.bytes !== NO_BYTES) {
      twin.bytes = new Uint8Array(this.end);
      twin.bytes.set(this.bytes.subarray(from, this.end), from);
    }
    twin.at = this.at;
    twin.end = this.end;
    twin.ended = this.ended;
    twin.#base = this.#base;
    twin.#hungry = this.#hungry;
    twin.#kept = this.#kept === null ? null : [...this.#kept];
    return twin;
  }
}
