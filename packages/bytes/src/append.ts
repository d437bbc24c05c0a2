/**
 * Growing memory for bytes that come in pieces.
 *
 * Owns the growth: doubling, so that a line fed byte by byte costs a bounded number of copies a byte. Holds no more
 * than twice what it was given; the caller bounds that. Knows nothing of what the bytes mean.
 */

import type { OwnBytes } from "./own-bytes.ts";

/**
 * Copies `bytes[start, end)` behind the first `length` bytes of `held`, and gives back the memory that holds both:
 * `held` itself while it has room.
 *
 * @param held memory that an earlier call gave, or an empty array
 * @param length bytes of `held` that count, 0 to `held.length`
 * @param bytes the input, only read
 * @param start first index, inclusive
 * @param end last index, exclusive, at most `bytes.length`
 * @returns memory of `length + end - start` bytes that count, and perhaps more room behind them
 * @example
 * ```ts
 * import { append, encodeLatin1, latin1 } from "@httplib/bytes";
 * let held = append(new Uint8Array(0), 0, encodeLatin1("Via: a"), 0, 6);
 * held = append(held, 6, encodeLatin1("xx b"), 2, 4);
 * if (latin1(held, 0, 8) !== "Via: a b") throw new Error("unexpected");
 * ```
 */
export function append<Held extends Uint8Array>(
  held: Held,
  length: number,
  bytes: Uint8Array,
  start: number,
  end: number,
): Held | OwnBytes {
  const needed = length + end - start;
  let room: Held | OwnBytes = held;
  if (needed > held.length) {
    room = new Uint8Array(Math.max(needed, held.length * 2));
    room.set(held.subarray(0, length));
  }
  room.set(bytes.subarray(start, end), length);
  return room;
}
