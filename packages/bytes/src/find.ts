/**
 * The search for the end of a head.
 *
 * Owns one question: where does the first CRLF CRLF end? Knows nothing of what stands before it. This is a
 * shortcut for heads that arrived in one piece; the parsers of the family find the empty line themselves when a
 * head comes in pieces, and they alone decide what an error is.
 */

import { CR, LF } from "./ascii.ts";

/**
 * Finds the first CRLF CRLF of a range and gives the index just behind it, or -1.
 *
 * Looks at every fourth octet: an octet that is neither CR nor LF cannot lie inside the four.
 *
 * @param bytes the input
 * @param start first index looked at, inclusive
 * @param end last index looked at, exclusive
 * @returns the index behind the second LF, -1 where there is none in the range
 * @example
 * ```ts
 * import { encodeLatin1, findHeadEnd } from "@httplib/bytes";
 * const bytes = encodeLatin1("HTTP/1.1 200 OK\r\nA: b\r\n\r\nbody");
 * if (findHeadEnd(bytes, 0, bytes.length) !== bytes.length - 4) throw new Error("unexpected");
 * ```
 */
export function findHeadEnd(bytes: Uint8Array, start: number, end: number): number {
  let i = start + 3;
  while (i < end) {
    const octet = bytes[i]!;
    if (octet > CR) {
      i += 4;
    } else if (octet === LF) {
      if (bytes[i - 1] === CR && bytes[i - 2] === LF && bytes[i - 3] === CR) return i + 1;
      i += 2; // this LF may be the first of the two
    } else {
      i += octet === CR ? 1 : 4;
    }
  }
  return -1;
}
