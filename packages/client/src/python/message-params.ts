/**
 * Parameters of a field value as `email.message` of Python reads and writes them.
 *
 * Owns the pairs: their order, their case, their quotes, and RFC 2231 values as three parts. The family's own
 * `parseParameters` gives a map with everything decoded; the documents' methods promise the parts.
 */

import { lowerASCII } from "@httplib/bytes";

/** A parameter value: text, or the charset, language and text of an RFC 2231 value. */
export type ParamValue = string | readonly [charset: string, language: string, text: string];

/** Splits a field value at the ";" that stand outside quoted strings, and each part at its first "="; names in small letters. */
export function splitParams(value: string): [name: string, value: string][] {
  const parts: string[] = [];
  let start = 0;
  let quoted = false;
  for (let at = 0; at < value.length; at++) {
    const character = value[at];
    if (quoted && character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (character === ";" && !quoted) {
      parts.push(value.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(value.slice(start));
  return parts.map((part) => {
    const equals = part.indexOf("=");
    if (equals < 0) return [part.trim(), ""];
    return [lowerASCII(part.slice(0, equals).trim()), part.slice(equals + 1).trim()];
  });
}

/** Takes the quotes off a value and decodes the parts of `name*=charset'language'text`. */
export function readParam(name: string, raw: string, unquoted: boolean): [string, ParamValue] {
  const text = unquoted ? unquote(raw) : raw;
  if (!name.endsWith("*")) return [name, text];
  const parts = unquote(raw).split("'");
  if (parts.length < 3) return [name.slice(0, -1), text];
  return [name.slice(0, -1), [parts[0]!, parts[1]!, percentDecode(parts.slice(2).join("'"))]];
}

/** Writes one parameter, quoted as Python does: always, unless `quote` is false and nothing in it asks for it. */
export function formatParam(name: string, value: ParamValue | null, quote = true): string {
  if (value === null || (value === "" && !quote)) return name;
  if (typeof value !== "string") {
    const [charset, language, text] = value;
    return `${name}*=${charset}'${language}'${encodeURIComponent(text)}`;
  }
  if (/[^\0-\x7f]/.test(value)) return `${name}*=utf-8''${encodeURIComponent(value)}`;
  if (!quote && !/[ ()<>@,;:\\"/[\]?=]/.test(value)) return `${name}=${value}`;
  return `${name}="${value.replace(/[\\"]/g, "\\$&")}"`;
}

/** The text of a parameter, whichever form it has. */
export function paramText(value: ParamValue): string {
  return typeof value === "string" ? value : value[2];
}

function unquote(text: string): string {
  if (text.length > 1 && text.startsWith('"') && text.endsWith('"')) {
    return text.slice(1, -1).replace(/\\\\/g, "\\").replace(/\\"/g, '"');
  }
  return text.length > 1 && text.startsWith("<") && text.endsWith(">") ? text.slice(1, -1) : text;
}

/** Percent sequences that are no UTF-8 stay as they are: a value is opaque text. */
function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
