/**
 * BodyPark: body bytes that have arrived and that nobody has taken yet, in one piece of memory.
 *
 * Owns where they lie and who may still see that memory. Knows nothing of promises and protocols. Small runs share a
 * slab with other responses, because a typed array above 64 bytes is allocated outside the heap (250 to 470 ns) and a
 * copy into a slab costs 55; larger ones get memory of their own, which grows with what has come and never with what
 * a peer announced (CVE-2025-13836). Memory that was handed out as a view is never written again.
 */

const SLAB_BYTES = 8192;
/** Runs up to this size go into the slab. */
const SMALL = 2048;

const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** The slab that is being filled; bytes from `slabUsed` on are free. */
let slab: Uint8Array = NO_BYTES;
let slabUsed = 0;

export class BodyPark {
  #bytes: Uint8Array = NO_BYTES;
  #start = 0;
  #end = 0;
  /** True when #bytes is no slab: nobody else writes behind #end. */
  #own = false;
  /** True when a view of #bytes may be in use. */
  #shared = true;

  /** Bytes parked. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Copies bytes[start, end) behind what is parked. */
  add(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const mayAppend = this.#own || (this.#bytes === slab && this.#end === slabUsed);
    if (!mayAppend || this.#end + length > this.#bytes.length) this.#makeRoom(length);
    const room = this.#bytes;
    if (length < 32) {
      // A loop is quicker than a view and a set() for a few bytes.
      for (let from = start, to = this.#end; from < end; from++, to++) room[to] = bytes[from]!;
    } else {
      room.set(bytes.subarray(start, end), this.#end);
    }
    this.#end += length;
    if (room === slab) slabUsed = this.#end;
  }

  /** Gives out the first `length` bytes as a view that belongs to the caller. */
  take(length: number): Uint8Array {
    if (length === 0) return new Uint8Array(0);
    const view = this.#bytes.subarray(this.#start, this.#start + length);
    this.#shared = true;
    this.#start += length;
    return view;
  }

  /** Copies the first bytes into `target` at `at`, as many as fit; returns how many. */
  copyTo(target: Uint8Array, at: number): number {
    const length = Math.min(this.length, target.length - at);
    if (length === 0) return 0;
    target.set(this.#bytes.subarray(this.#start, this.#start + length), at);
    this.#start += length;
    // Only copies of this memory exist: it can be filled again from its beginning.
    if (this.#start === this.#end && !this.#shared) this.#start = this.#end = 0;
    return length;
  }

  /** The first `length` bytes as a view, left in place. */
  peek(length: number): Uint8Array {
    this.#shared = true;
    return this.#bytes.subarray(this.#start, this.#start + length);
  }

  /** How many bytes from the first on end with the first `octet` at or behind `from`; -1 when there is none. */
  lengthThrough(octet: number, from: number): number {
    const at = this.#bytes.subarray(0, this.#end).indexOf(octet, this.#start + from);
    return at < 0 ? -1 : at + 1 - this.#start;
  }

  #makeRoom(length: number): void {
    const parked = this.length;
    if (parked === 0 && length <= SMALL) {
      if (slabUsed + length > slab.length) {
        slab = new Uint8Array(SLAB_BYTES);
        slabUsed = 0;
      }
      this.#bytes = slab;
      this.#own = false;
      this.#shared = true;
      this.#start = this.#end = slabUsed;
      return;
    }
    if (!this.#shared && parked + length <= this.#bytes.length) {
      this.#bytes.copyWithin(0, this.#start, this.#end);
    } else {
      // The first run of its own gets just its size, as nearly every body piece is taken before the next one comes.
      const grown = new Uint8Array(
        parked === 0 ? length : Math.max(SLAB_BYTES, 2 * (parked + length)),
      );
      grown.set(this.#bytes.subarray(this.#start, this.#end));
      this.#bytes = grown;
      this.#own = true;
      this.#shared = false;
    }
    this.#start = 0;
    this.#end = parked;
  }
}
