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

import { isToken, latin1 } from "@httplib/bytes";
import { InvalidRequest, escapeText } from "@httplib/errors";

/** A field value as a caller gives it: text of U+0000 to U+00FF, a safe integer, or bytes. */
export type HeaderValue = string | number | Uint8Array;

/**
 * Tells whether a text can be a field name: a token (RFC 9110 §5.1).
 *
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
  throw new InvalidRequest("INVALID_FIELD_NAME", {
    message: `Cannot use a field name: found ${show(name)}, expected a token`,
  });
}

/**
 * The text of a field value that may be sent: bytes as ISO-8859-1, numbers in decimal.
 *
 * @throws InvalidRequest INVALID_FIELD_VALUE
 */
export function sendableValue(value: unknown): string {
  const text = valueText(value);
  if (/[^\t\x20-\x7e\x80-\xff]/.test(text)) throw badValue(value);
  return text;
}

/**
 * The text of a field value that an HTTPMessage can hold: control characters other than NUL, CR and LF are kept,
 * because a peer may have sent them.
 *
 * @throws InvalidRequest INVALID_FIELD_VALUE
 */
export function storableValue(value: unknown): string {
  const text = valueText(value);
  // oxlint-disable-next-line no-control-regex -- NUL, CR and LF are what is looked for
  if (/[\0\r\n]|[^\0-\xff]/.test(text)) throw badValue(value);
  return text;
}

function valueText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" && Number.isSafeInteger(value)) return String(value);
  if (value instanceof Uint8Array) return latin1(value);
  throw badValue(value);
}

function badValue(value: unknown): InvalidRequest {
  return new InvalidRequest("INVALID_FIELD_VALUE", {
    message: `Cannot use a field value: found ${show(value)}, expected text of HTAB, U+0020 to U+007E and U+0080 to U+00FF, a safe integer or bytes`,
  });
}

/** How a refused value is named in a message: text escaped, never more of an object than its kind. */
function show(value: unknown): string {
  if (typeof value === "string") return `"${escapeText(value)}"`;
  if (value instanceof Uint8Array) return `bytes "${escapeText(latin1(value))}"`;
  if (value === null || typeof value === "number") return `${value}`;
  return typeof value;
}
