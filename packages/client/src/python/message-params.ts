/**
 * Parameters of a field value as `email.message` of Python reads and writes them.
 *
 * Owns the pairs: their order, their case, their quotes, and RFC 2231 values as three parts. The family's own
 * `parseParameters` gives a map with everything decoded; the documents' methods promise the parts.
 */

import { lowerASCII } from "@httplib/bytes";
import { named } from "./named.ts";

/** A parameter value: text, or the charset, language and text of an RFC 2231 value. */
export type ParamValue = string | readonly [charset: string, language: string | null, text: string];

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
  const [charset = "", language = "", ...rest] = unquote(raw).split("'");
  if (rest.length === 0) return [name.slice(0, -1), text];
  return [name.slice(0, -1), [charset, language, percentDecode(rest.join("'"), charset)]];
}

/**
 * Writes one parameter, quoted as Python does: always, unless `quote` is false and nothing in it asks for it; without a value it is its
 * name alone.
 */
export function formatParam(name: string, value: ParamValue | null, quote = true): string {
  if (value === null || value === "") return name;
  if (typeof value !== "string") {
    const [charset, language, text] = value;
    return `${name}*=${charset}'${language ?? ""}'${percentEncode(text, charset)}`;
  }
  if (/[^\0-\x7f]/.test(value)) return `${name}*=utf-8''${percentEncode(value, "utf-8")}`;
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

/** The charsets whose code points are octets. A TextDecoder would take their names for windows-1252. */
const OCTETS = /^(iso-8859-1|latin-?1|us-ascii)$/i;

/** Octets that are no text of their charset, and those of a charset that is not known, stay as they are: a value is opaque. */
function percentDecode(text: string, charset: string): string {
  const octets = text.replace(/%([\da-f]{2})/gi, (_, hex) =>
    String.fromCharCode(Number(`0x${hex}`)),
  );
  if (OCTETS.test(charset)) return octets;
  try {
    const decoder = new TextDecoder(charset === "" ? "utf-8" : charset, { fatal: true });
    return decoder.decode(Uint8Array.from(octets, (character) => character.charCodeAt(0)));
  } catch {
    return text;
  }
}

/** Every character but letters, digits and `_.-~`, as octets of the charset. */
function percentEncode(text: string, charset: string): string {
  const escape = (character: string): string =>
    `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  if (/^(utf-8)?$/i.test(charset)) return encodeURIComponent(text).replace(/[!'()*]/g, escape);
  if (!OCTETS.test(charset)) {
    throw named(
      "LookupError",
      `Cannot write a parameter: found the charset "${charset}", expected utf-8 or iso-8859-1`,
    );
  }
  if (/[^\0-\xff]/.test(text)) {
    throw named("UnicodeEncodeError", `Cannot write a parameter: found text that is no ${charset}`);
  }
  return text.replace(/[^\w.~-]/g, escape);
}
