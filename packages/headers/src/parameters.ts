/**
 * Parameters of field values such as Content-Type and Content-Disposition.
 *
 *     parameters     = *( OWS ";" OWS [ parameter ] )               ; RFC 9110 §5.6.6
 *     parameter      = token "=" ( token / quoted-string )
 *     ext-parameter  = token "*=" charset "'" [ language ] "'" value-chars   ; RFC 8187 §3.2.1
 *
 * Owns both directions. Reading never throws, because a value is only opaque text to HTTP: a name without "=" has
 * the value "", a quote counts only behind "=", an unclosed quoted string runs to the end, the first of two equal
 * names wins, and an extended value that does not decode is left out in favour of the plain one. Writing refuses
 * what would come back as something else.
 */

import { isToken, lowerASCII, trimOWS } from "@httplib/bytes";
import { invalidField, isFieldValue } from "./field-syntax.ts";

/** One parameter: its name, then what stands between the quotes or what stands there without them. */
const PARAMETER = /;([^;=]*)(?:=[\t ]*(?:"([^"\\]*(?:\\.[^"\\]*)*)[^;]*|([^;]*)))?/gs;

/**
 * Splits a value from its parameters; names in small letters, quoted strings unquoted, `name*` decoded as `name`.
 *
 * @param value a field value; text that follows no grammar is taken apart as well as it can be, never refused
 * @returns the text before the first ";", and the parameters by name
 * @see RFC 9110 §5.6.6, RFC 8187
 * @example
 * ```ts
 * import { parseParameters } from "@httplib/headers";
 * const { value, parameters } = parseParameters("attachment; filename=x; filename*=UTF-8''%e2%82%ac.txt");
 * if (value !== "attachment" || parameters.get("filename") !== "\u20ac.txt") throw new Error("unexpected");
 * ```
 */
export function parseParameters(value: string): {
  value: string;
  parameters: Map<string, string>;
} {
  const parameters = new Map<string, string>();
  const extended = new Map<string, string>();
  for (const [, name = "", quoted, bare = ""] of value.matchAll(PARAMETER)) {
    const text = quoted === undefined ? trimOWS(bare) : quoted.replace(/\\(.)/gs, "$1");
    const key = lowerASCII(trimOWS(name));
    if (key.endsWith("*")) setFirst(extended, key.slice(0, -1), decodeExtended(text));
    else setFirst(parameters, key, text);
  }
  for (const [name, text] of extended) parameters.set(name, text);
  return { value: trimOWS(value.split(";", 1)[0]!), parameters };
}

/**
 * Joins a value and its parameters: a token stays bare, other ASCII is quoted, anything else becomes `name*` (RFC 8187).
 *
 * @param value text without ";" and without blanks at its ends, U+0020 to U+00FF
 * @param parameters names are tokens that do not end with "*"; the same name twice is a fallback and its better form
 * @throws InvalidRequest INVALID_FIELD_NAME for such a name, and for one that comes twice in the same form;
 *   INVALID_FIELD_VALUE for control characters, lone surrogates, what is no text, and a ";" in the value
 * @example
 * ```ts
 * import { formatParameters } from "@httplib/headers";
 * const text = formatParameters("form-data", [["name", "a b"], ["filename", "\u20ac"]]);
 * if (text !== `form-data; name="a b"; filename*=UTF-8''%E2%82%AC`) throw new Error(text);
 * ```
 */
export function formatParameters(
  value: string,
  parameters: Iterable<readonly [string, string]>,
): string {
  if (!isFieldValue(value) || value.includes(";") || trimOWS(value) !== value)
    throw invalidField("VALUE", value, 'text without ";" and outer blanks');
  const names = new Set<string>();
  let text = value;
  for (const [name, parameter] of parameters) {
    if (!isToken(name) || name.endsWith("*"))
      throw invalidField("NAME", name, 'a token without "*" at its end');
    const formatted = formatValue(parameter);
    const form = lowerASCII(name) + formatted[0]!;
    if (names.has(form)) throw invalidField("NAME", name, "it once");
    names.add(form);
    text += `; ${name}${formatted}`;
  }
  return text;
}

function setFirst(map: Map<string, string>, name: string, text: string | null): void {
  if (name !== "" && text !== null && !map.has(name)) map.set(name, text);
}

/** RFC 8187 §3.2: UTF-8 must be understood, ISO-8859-1 was required by RFC 5987 and is still met. */
function decodeExtended(text: string): string | null {
  const [charset = "", , coded, more] = text.split("'");
  if (coded === undefined || more !== undefined) return null;
  if (/^iso-8859-1$/i.test(charset)) {
    return coded.replace(/%([\da-f]{2})/gi, (_, octet) =>
      String.fromCharCode(Number(`0x${octet}`)),
    );
  }
  try {
    return /^utf-8$/i.test(charset) ? decodeURIComponent(coded) : null;
  } catch {
    return null; // not UTF-8
  }
}

function formatValue(text: string): string {
  if (typeof text !== "string") throw invalidField("VALUE", text, "text");
  if (isToken(text)) return `=${text}`;
  if (/^[\t\x20-\x7e]*$/.test(text)) return `="${text.replace(/["\\]/g, "\\$&")}"`;
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(text))
    throw invalidField("VALUE", text, "no control character");
  try {
    const coded = encodeURIComponent(text).replace(
      /['()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    );
    return `*=UTF-8''${coded}`;
  } catch {
    throw invalidField("VALUE", text, "no lone surrogate");
  }
}
