/**
 * The quick way through a header section that arrived whole and has nothing unusual in it.
 *
 *     field-line = field-name ":" OWS field-value OWS CRLF
 *
 * Says "plain", or "not mine"; it never says "wrong". Folds, bare CR or LF, NUL, odd names, too many lines, a section that goes on
 * behind the input: all go to field-machine.ts, which alone decides every error and every leniency. One look at each byte checks the
 * section and finds its end; text and lines are made of it when somebody looks.
 */

import { COLON, IS_TOKEN } from "@httplib/bytes";
import { ParsedFields } from "./parsed-fields.ts";

/** One bit for each length, and 32 more: of Connection and Keep-Alive, Content-Length, Transfer-Encoding. */
const MARKED_LENGTHS = (1 << 10) | (1 << 14) | (1 << 17);
/** One bit for each letter they begin with: C, K and T. */
const MARKED_INITIALS = (1 << 3) | (1 << 11) | (1 << 20);

/**
 * Where the CR of a plain line stands, with its LF behind it and no NUL, CR or LF before it; -1 for "not mine".
 *
 * @param at where in the line to begin
 */
export function plainLineEnd(bytes: Uint8Array, at: number, end: number): number {
  // The function's own: one of a module is loaded for every byte where a bundler has made it a `var` (8 % of a protocol's cycle).
  const NUL = 0x00;
  const LF = 0x0a;
  const CR = 0x0d;
  let i = at;
  // Four at a time: `parseHeaders` of 68 lines takes 3.5 µs in place of 4.4.
  while (
    i < end - 4 &&
    bytes[i]! > CR &&
    bytes[i + 1]! > CR &&
    bytes[i + 2]! > CR &&
    bytes[i + 3]! > CR
  )
    i += 4;
  for (; i < end - 1; i++) {
    const octet = bytes[i]!;
    if (octet > CR) continue;
    if (octet === CR) return bytes[i + 1] === LF ? i : -1;
    if (octet === LF || octet === NUL) return -1;
  }
  return -1;
}

/**
 * Reads a plain section.
 *
 * @param bytes the input
 * @param from index of the first field line
 * @param end last index looked at, exclusive
 * @param maxFields lines allowed; more are not mine
 * @param marks gets where each line begins that may concern the connection or the end of a body, judged by length and initial of the
 *   name, and -1 behind the last; it can be used again for the next section
 * @returns the section, or null for "not mine"
 */
export function readPlain(
  bytes: Uint8Array,
  from: number,
  end: number,
  maxFields: number,
  marks: number[],
): ParsedFields | null {
  const isTchar = IS_TOKEN;
  let size = 0;
  let marked = 0;
  let line = from;
  while (line < end - 1) {
    let colon = line;
    while (colon < end && isTchar[bytes[colon]!] === 1) colon++;
    if (colon === line) {
      if (plainLineEnd(bytes, line, line + 2) !== line) return null;
      marks[marked] = -1;
      return ParsedFields.ofPlain(bytes, from, line + 2, size);
    }
    if (colon === end || bytes[colon] !== COLON || size++ === maxFields) return null;
    const cr = plainLineEnd(bytes, colon + 1, end);
    if (cr < 0) return null;
    if (
      (MARKED_LENGTHS & (1 << (colon - line))) !== 0 &&
      (MARKED_INITIALS & (1 << (bytes[line]! & 0x1f))) !== 0
    ) {
      marks[marked++] = line;
    }
    line = cr + 2;
  }
  return null;
}
