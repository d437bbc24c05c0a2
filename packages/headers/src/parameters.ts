/**
 * Parameters of field values such as Content-Type and Content-Disposition.
 *
 *     parameters     = *( OWS ";" OWS [ parameter ] )               ; RFC 9110 §5.6.6
 *     parameter      = token "=" ( token / quoted-string )
 *     ext-parameter  = token "*=" charset "'" [ language ] "'" value-chars   ; RFC 8187 §3.2.1
 *
 * Owns both directions. Reading never throws, because a value is only opaque text to HTTP: a name without "=" has
 * the value "", an unclosed quoted string runs to the end, the first of two equal names wins, and an extended value
 * that does not decode is left out in favour of the plain one. Writing refuses what would not come back.
 */

import { isToken, lowerASCII, trimOWS } from "@httplib/bytes";
import { InvalidRequest, escapeText } from "@httplib/errors";

/**
 * Splits a value from its parameters; names in small letters, quoted strings unquoted, `name*` decoded as `name`.
 *
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
  const first = endOfPart(value, 0);
  const parameters = new Map<string, string>();
  const extended = new Map<string, string>();
  for (let at = first + 1; at <= value.length;) {
    const end = endOfPart(value, at);
    const equals = value.indexOf("=", at);
    const nameEnd = equals < 0 || equals > end ? end : equals;
    const name = lowerASCII(trimOWS(value, at, nameEnd));
    const text = unquote(trimOWS(value, Math.min(nameEnd + 1, end), end));
    if (name.endsWith("*")) {
      const decoded = decodeExtended(text);
      if (decoded !== null) setFirst(extended, name.slice(0, -1), decoded);
    } else if (name !== "") {
      setFirst(parameters, name, text);
    }
    at = end + 1;
  }
  for (const [name, text] of extended) parameters.set(name, text);
  return { value: trimOWS(value, 0, first), parameters };
}

/**
 * Joins a value and its parameters: a token stays bare, other ASCII is quoted, anything else becomes `name*` (RFC 8187).
 *
 * @throws InvalidRequest INVALID_FIELD_NAME for a name that is no token or ends with "*", INVALID_FIELD_VALUE for
 *   control characters and lone surrogates
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
  let text = value;
  for (const [name, parameter] of parameters) {
    if (!isToken(name) || name.endsWith("*")) {
      throw new InvalidRequest("INVALID_FIELD_NAME", {
        message: `Cannot format a parameter: found the name "${escapeText(name)}", expected a token`,
      });
    }
    text += `; ${name}${formatValue(parameter)}`;
  }
  return text;
}

/** The index of the ";" that ends a part, or the length: a ";" inside a quoted string does not count. */
function endOfPart(text: string, start: number): number {
  let quoted = false;
  for (let at = start; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (quoted && character === "\\") at++;
    else if (!quoted && character === ";") return at;
  }
  return text.length;
}

function unquote(text: string): string {
  if (!text.startsWith('"')) return text;
  let unquoted = "";
  for (let at = 1; at < text.length && text[at] !== '"'; at++) {
    if (text[at] === "\\") at++;
    unquoted += text[at] ?? "";
  }
  return unquoted;
}

function setFirst(map: Map<string, string>, name: string, text: string): void {
  if (!map.has(name)) map.set(name, text);
}

/** RFC 8187 §3.2: UTF-8 must be understood, ISO-8859-1 was required by RFC 5987 and is still met. */
function decodeExtended(text: string): string | null {
  const match = /^([^']*)'[^']*'((?:%[\da-f]{2}|[\w!#$&+\-.^`|~])*)$/i.exec(text);
  if (match === null) return null;
  const coded = match[2]!;
  const charset = lowerASCII(match[1]!);
  if (charset === "iso-8859-1") {
    return coded.replace(/%(..)/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
  }
  if (charset !== "utf-8") return null;
  try {
    return decodeURIComponent(coded);
  } catch {
    return null; // not UTF-8
  }
}

function formatValue(text: string): string {
  if (isToken(text)) return `=${text}`;
  if (/^[\t\x20-\x7e]*$/.test(text)) return `="${text.replace(/["\\]/g, "\\$&")}"`;
  // oxlint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\0-\x08\x0a-\x1f\x7f]/.test(text) || !isWellFormed(text)) {
    throw new InvalidRequest("INVALID_FIELD_VALUE", {
      message: `Cannot format a parameter: found "${escapeText(text)}", expected text without control characters`,
    });
  }
  const coded = encodeURIComponent(text).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `*=UTF-8''${coded}`;
}

function isWellFormed(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}
