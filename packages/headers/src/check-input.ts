/**
 * What a sans-IO parser is given: bytes, and a range of them.
 *
 * Owns the two errors of a caller who passes something else. A range that is no range would not be noticed by a loop over
 * bytes: it would never end.
 */

import { isBytes } from "@httplib/bytes";

/**
 * Refuses what is no Uint8Array, and a range whose ends are no indexes.
 *
 * @param start first index, inclusive
 * @param end last index, exclusive; may lie behind the last byte, or in front of `start`
 * @throws TypeError for what is no Uint8Array; RangeError for an index that is no integer from 0 up
 */
export function checkInput(bytes: unknown, start: number, end: number): void {
  if (!isBytes(bytes)) throw noBytes(bytes, "a Uint8Array");
  if (start === 0 && end === bytes.length) return; // all of it, as usual
  if (!(Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= 0)) {
    throw new RangeError(`Cannot read bytes: found the range ${start} to ${end}, expected indexes`);
  }
}

/** The error for what should be bytes and is not. */
export function noBytes(found: unknown, expected: string): TypeError {
  const type = found === null ? "null" : typeof found;
  return new TypeError(`Cannot read bytes: found ${type}, expected ${expected}`);
}
