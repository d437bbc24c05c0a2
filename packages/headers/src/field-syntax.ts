/**
 * What may be *sent* as a field name and as a field value (RFC 9110 §5.1, §5.5).
 *
 *     field-name    = token
 *     field-value   = *( HTAB / SP / VCHAR / obs-text )        ; what we send
 *
 * Owns the sender's side only; what a peer may send us is judged byte by byte in field-machine.ts, which keeps
 * control characters that RFC 9110 lets a recipient keep. Stricter than CPython, which refuses CR and LF but
 * sends NUL, DEL and names with blanks.
 */

import { isBytes, isToken, latin1 } from "@httplib/bytes";
import { InvalidRequest, escapeText } from "@httplib/errors";

/** A field value as a caller gives it: text of U+0000 to U+00FF, a safe integer, or bytes. */
export type HeaderValue = string | number | Uint8Array;

/**
 * Tells whether a text can be a field name: a token (RFC 9110 §5.1).
 *
 * @param text any text; what is none gives false
 * @example
 * ```ts
 * import { isFieldName } from "@httplib/headers";
 * if (!isFieldName("X-Request-Id") || isFieldName("X Y") || isFieldName("")) throw new Error("unexpected");
 * ```
 */
export function isFieldName(text: string): boolean {
  return typeof text === "string" && isToken(text);
}

/**
 * Tells whether a text can be sent as a field value: HTAB, SP, visible ASCII and U+0080 to U+00FF (RFC 9110 §5.5).
 *
 * @param text any text; what is none gives false
 * @example
 * ```ts
 * import { isFieldValue } from "@httplib/headers";
 * if (!isFieldValue("caf\u00e9") || isFieldValue("a\r\nb") || isFieldValue("\u2603")) throw new Error("unexpected");
 * ```
 */
export function isFieldValue(text: string): boolean {
  return typeof text === "string" && !/[^\t\x20-\x7e\x80-\xff]/.test(text);
}

/**
 * The text of a field name that may be sent.
 *
 * @throws InvalidRequest INVALID_FIELD_NAME
 */
export function sendableName(name: unknown): string {
  if (typeof name === "string" && isToken(name)) return name;
  throw invalidField("NAME", name, "a token");
}

/**
 * The text of a field value that may be sent: bytes as ISO-8859-1, numbers in decimal.
 *
 * @throws InvalidRequest INVALID_FIELD_VALUE
 */
export function sendableValue(value: unknown): string {
  // Text, the usual case, is looked through once.
  const text = typeof value === "string" ? value : storableValue(value);
  if (isFieldValue(text)) return text;
  throw invalidField("VALUE", storableValue(value), "no control character");
}

/**
 * The text of a field value that an HTTPMessage can hold: control characters other than NUL, CR and LF are kept,
 * because a peer may have sent them.
 *
 * @throws InvalidRequest INVALID_FIELD_VALUE
 */
export function storableValue(value: unknown): string {
  const text = isBytes(value) ? latin1(value) : Number.isSafeInteger(value) ? String(value) : value;
  // oxlint-disable-next-line no-control-regex -- NUL, CR and LF are what is looked for
  if (typeof text === "string" && !/[\0\r\n]|[^\0-\xff]/.test(text)) return text;
  throw invalidField("VALUE", value, "text of one line up to \\u{ff}, a safe integer or bytes");
}

/** The refusal of a name or a value that cannot be sent. Text is shown escaped, of anything else its kind. */
export function invalidField(
  what: "NAME" | "VALUE",
  found: unknown,
  expected: string,
): InvalidRequest {
  const shown =
    typeof found === "string" ? `"${escapeText(found)}"` : found === null ? "null" : typeof found;
  return new InvalidRequest(`INVALID_FIELD_${what}`, {
    message: `Cannot use a field ${what.toLowerCase()}: found ${shown}, expected ${expected}`,
  });
}
