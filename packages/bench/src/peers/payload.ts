/**
 * The bodies that peers send, and the proof that what they received is whole: a peer that skips work must not win.
 */

const PIECE = 65_536;

/** A request body at hand. */
export function zeros(bytes: number): Uint8Array {
  return new Uint8Array(bytes);
}

/** The same body as pieces of 64 KiB, always the same memory. */
export function* pieces(bytes: number): Generator<Uint8Array, void> {
  const piece = zeros(PIECE);
  for (let left = bytes; left > 0; left -= PIECE) {
    yield left >= PIECE ? piece : piece.subarray(0, left);
  }
}

/** @throws Error when a body was not read to its end */
export function checkLength(found: number, expected: number): void {
  if (found === expected) return;
  throw new Error(`Cannot count this round: found a body of ${found} bytes, expected ${expected}`);
}
