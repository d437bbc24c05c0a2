/** Bytes whose place can be told from their value: a body that lost, doubled or moved a byte does not match. */

/** The bytes from `start` to `end` of the endless pattern. */
export function pattern(start: number, end: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(end - start);
  for (let i = 0; i < bytes.length; i++) bytes[i] = byteAt(start + i);
  return bytes;
}

/** The index in `bytes`, which begin at `start`, of the first that is wrong; -1 if all are right. */
export function firstWrong(bytes: Uint8Array, start: number): number {
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== byteAt(start + i)) return i;
  return -1;
}

function byteAt(index: number): number {
  return (index * 7 + (index >> 8) * 13 + (index >> 16)) & 0xff;
}
