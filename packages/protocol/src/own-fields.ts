/**
 * OwnFields: the few fields of a head that concern the connection and the end of the body.
 *
 * Owns which they are, and that values of one name are one list (RFC 9110 §5.3). Knows nothing of what they mean. Of a head that nobody
 * looks into they are the only lines that are ever made: 95 ns less a response of four lines, 1.6 µs of 68.
 */

import { COLON, HTAB, SP, encodeLatin1, latin1, lowerASCII } from "@httplib/bytes";
import { plainLineEnd } from "@httplib/headers/machine";

const NAMES = ["connection", "keep-alive", "content-length", "transfer-encoding"];
export const CONNECTION = 0;
export const KEEP_ALIVE = 1;
export const CONTENT_LENGTH = 2;
export const TRANSFER_ENCODING = 3;

const NAME_BYTES: readonly Uint8Array[] = /* @__PURE__ */ NAMES.map(encodeLatin1);

/** For each of the names its values, joined by ", ", or null. So two Transfer-Encoding fields can never be "chunked". */
export type OwnFields = (string | null)[];

/** Those of a head without fields. */
export function clearOwn(own: OwnFields): void {
  own[CONNECTION] = own[KEEP_ALIVE] = own[CONTENT_LENGTH] = own[TRANSFER_ENCODING] = null;
}

/** Takes those of a flat list of names and values. */
export function addLines(own: OwnFields, lines: readonly string[]): void {
  for (let i = 0; i < lines.length; i += 2) {
    add(own, NAMES.indexOf(lowerASCII(lines[i]!)), lines[i + 1]!);
  }
}

/** What stood behind the colon of a line. */
interface Seen {
  /** Its bytes through the CR, without which a longer one would begin the same way. */
  readonly bytes: Uint8Array;
  /** How many they are. */
  length: number;
  value: string;
}

/** Bytes that are remembered at most. */
const USUAL = 32;
/** For each of the names what came last: a server says much the same each time ("keep-alive" is made in 70 ns, found again in 10). */
const seen: readonly Seen[] = /* @__PURE__ */ NAMES.map(() => ({
  bytes: new Uint8Array(USUAL),
  length: 0,
  value: "",
}));

function isAt(bytes: Uint8Array, at: number, known: Seen): boolean {
  let i = 0;
  while (i < known.length && bytes[at + i] === known.bytes[i]) i++;
  return i === known.length && i > 0;
}

/** Written byte by byte: a length differs from response to response, and memory for each would cost 80 ns. */
function remember(known: Seen, bytes: Uint8Array, from: number, to: number, value: string): void {
  known.length = to - from;
  known.value = value;
  for (let i = 0; i < known.length; i++) known.bytes[i] = bytes[from + i]!;
}

/**
 * Takes those of a plain section.
 *
 * @param marks where in `bytes` they may be, as `readPlain` gives it
 * @param end index behind the section
 */
export function addMarked(
  own: OwnFields,
  marks: readonly number[],
  bytes: Uint8Array,
  end: number,
): void {
  for (let i = 0; marks[i]! >= 0; i++) {
    const line = marks[i]!;
    const which = find(bytes, line);
    if (which < 0) continue;
    const from = line + NAMES[which]!.length + 1;
    const known = seen[which]!;
    if (isAt(bytes, from, known)) {
      add(own, which, known.value);
      continue;
    }
    const to = plainLineEnd(bytes, from, end);
    const value = valueOf(bytes, from, to);
    if (to - from < USUAL) remember(known, bytes, from, to + 1, value);
    add(own, which, value);
  }
}

/** Of Keep-Alive the first value counts. */
function add(own: OwnFields, which: number, value: string): void {
  if (which < 0) return;
  const list = own[which]!;
  if (list === null) own[which] = value;
  else if (which !== KEEP_ALIVE) own[which] = `${list}, ${value}`;
}

/**
 * Which of the names a plain line begins with, or -1. Compared as bytes: to cut the name out and compare it as text takes 90 ns more. The bit
 * that makes letters small is set in "-" too, and makes no other tchar one of these.
 */
function find(bytes: Uint8Array, line: number): number {
  for (let which = 0; which < NAMES.length; which++) {
    const name = NAME_BYTES[which]!;
    if (bytes[line + name.length] !== COLON) continue;
    let i = 0;
    while (i < name.length && (bytes[line + i]! | 0x20) === name[i]) i++;
    if (i === name.length) return which;
  }
  return -1;
}

/** Bytes of a value that are made text one by one: a decoder takes 90 to 150 ns for so few, this 7 each. */
const FEW = 12;

/** The text of a range of a plain head without the blanks around it. */
export function valueOf(bytes: Uint8Array, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(bytes[start]!)) start++;
  while (start < end && isBlank(bytes[end - 1]!)) end--;
  if (end - start > FEW) return latin1(bytes, start, end);
  let text = "";
  for (let i = start; i < end; i++) text += String.fromCharCode(bytes[i]!);
  return text;
}

function isBlank(octet: number): boolean {
  return octet === SP || octet === HTAB;
}
