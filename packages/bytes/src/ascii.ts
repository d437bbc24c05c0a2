/**
 * ASCII as numbers and tables: the octets HTTP gives a meaning, and which octets may stand in a token.
 *
 * Owns the classes of RFC 9110 §5.6.2 and nothing of lines, fields or messages. A table lookup answers for one
 * octet; every index from 0 to 255 is defined, so a parser needs no bounds check.
 *
 *     token = 1*tchar
 *     tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA
 */

/** NUL, refused in every head. */
export const NUL = 0x00;
/** HTAB, one of the two octets of optional white space. */
export const HTAB = 0x09;
/** LF, the second octet of a line end. */
export const LF = 0x0a;
/** CR, the first octet of a line end. */
export const CR = 0x0d;
/** SP, the other octet of optional white space. */
export const SP = 0x20;
/** `"`, at both ends of a quoted string. */
export const DQUOTE = 0x22;
/** `:`, behind a field name. */
export const COLON = 0x3a;
/** `;`, before a parameter or a chunk extension. */
export const SEMICOLON = 0x3b;
/** `=`, between a parameter and its value. */
export const EQUALS = 0x3d;
/** `\`, before a quoted character. */
export const BACKSLASH = 0x5c;

/** What {@link HEX_VALUE} holds for an octet that is no hexadecimal digit. */
export const NOT_HEX = 0xff;

function table(value: (character: string) => number): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, octet) => value(String.fromCharCode(octet)));
}

/** 1 for each octet that may stand in a token (RFC 9110 §5.6.2), 0 for every other. */
export const IS_TOKEN: Uint8Array = /* @__PURE__ */ table((character) =>
  isToken(character) ? 1 : 0,
);

/** The value 0 to 15 of each hexadecimal digit octet, {@link NOT_HEX} for every other. */
export const HEX_VALUE: Uint8Array = /* @__PURE__ */ table((character) =>
  /[\da-f]/i.test(character) ? Number.parseInt(character, 16) : NOT_HEX,
);

/**
 * Tells whether a text is a token (RFC 9110 §5.6.2): one tchar or more and nothing else.
 *
 * @param text of any length
 * @example
 * ```ts
 * import { isToken } from "@httplib/bytes";
 * if (!isToken("Content-Type") || isToken("Content Type") || isToken("")) throw new Error("unexpected");
 * ```
 */
export function isToken(text: string): boolean {
  return /^[\w!#$%&'*+\-.^`|~]+$/.test(text);
}

/**
 * Compares two texts as ASCII, capital letters equal to small ones and no other character folded.
 *
 * `toLowerCase()` would also turn KELVIN SIGN into "k", which let a peer smuggle `chunKed` past a comparison.
 *
 * @param a of any length
 * @param b of any length
 * @example
 * ```ts
 * import { equalsIgnoreCase } from "@httplib/bytes";
 * if (!equalsIgnoreCase("ETag", "etag") || equalsIgnoreCase("\u212a", "k")) throw new Error("unexpected");
 * ```
 */
export function equalsIgnoreCase(a: string, b: string): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    const letter = x | 0x20;
    if (x !== y && (letter !== (y | 0x20) || letter < 0x61 || letter > 0x7a)) return false;
  }
  return true;
}

/**
 * Turns the ASCII capital letters of a text into small ones and leaves every other character alone.
 *
 * @param text of any length
 * @example
 * ```ts
 * import { lowerASCII } from "@httplib/bytes";
 * if (lowerASCII("X-\u212a") !== "x-\u212a") throw new Error("unexpected");
 * ```
 */
export function lowerASCII(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/**
 * Removes optional white space (RFC 9110 §5.6.3: SP and HTAB, no other) from both ends of a text, in linear time.
 *
 * @param text of any length
 * @param start first index that counts, inclusive; 0 unless given
 * @param end last index that counts, exclusive; the length of the text unless given
 * @example
 * ```ts
 * import { trimOWS } from "@httplib/bytes";
 * if (trimOWS(" \t a b\t") !== "a b" || trimOWS("\u00a0x") !== "\u00a0x") throw new Error("unexpected");
 * ```
 */
export function trimOWS(text: string, start = 0, end: number = text.length): string {
  while (start < end && isOWS(text.charCodeAt(start))) start++;
  while (end > start && isOWS(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isOWS(code: number): boolean {
  return code === SP || code === HTAB;
}
