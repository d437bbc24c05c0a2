/**
 * The quick way through a header section that arrived whole and has nothing unusual in it.
 *
 *     field-line = field-name ":" OWS field-value OWS CRLF
 *
 * Says "plain", or "not mine"; it never says "wrong". Folds, bare CR or LF, NUL, odd names, too many lines: all go to field-machine.ts,
 * which alone decides every error and every leniency. The section is checked at once and cut into lines when somebody looks: eight
 * fields in 235 bytes take 140 ns to check and 200 more to cut, 1,900 in the machine.
 */

import { COLON, IS_TOKEN } from "@httplib/bytes";
import { ParsedFields } from "./parsed-fields.ts";

/** Takes what it wants of the line of `text` from `line` to `end`, whose name ends at `colon`. */
export type PickLine = (
  picked: string[],
  text: string,
  line: number,
  colon: number,
  end: number,
) => void;

/**
 * Checks the field lines of a section known to end with CRLF CRLF (or to be CRLF alone).
 *
 * @param text ISO-8859-1 text whose last two characters are the blank line
 * @param from index in `text` of the first field line
 * @param bytes the bytes `text` was read from
 * @param base index in `bytes` of the first character of `text`
 * @param maxFields lines allowed; more are not mine
 * @param picked what `pick` is given
 * @param pick called for each line
 * @returns the section, not yet cut into its lines, or null for "not mine"
 */
export function checkPlain(
  text: string,
  from: number,
  bytes: Uint8Array,
  base: number,
  maxFields: number,
  picked: string[] = [],
  pick?: PickLine,
): ParsedFields | null {
  if (text.includes("\0")) return null;
  const blank = text.length - 2;
  let size = 0;
  let line = from;
  while (line < blank) {
    let colon = line;
    // CR is no tchar and stands at the end of the text, so this stops inside it.
    while (IS_TOKEN[bytes[base + colon]!] === 1) colon++;
    if (colon === line || bytes[base + colon] !== COLON) return null;
    if (size++ === maxFields) return null;
    const cr = text.indexOf("\r", colon);
    if (text.indexOf("\n", colon) !== cr + 1) return null;
    pick?.(picked, text, line, colon, cr);
    line = cr + 2;
  }
  return new ParsedFields(null, [], text, from, size);
}
