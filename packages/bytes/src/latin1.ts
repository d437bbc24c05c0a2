/**
 * ISO-8859-1 text: one octet, one character, both ways (RFC 9112 §2.2: a message is octets in a superset of ASCII).
 *
 * Owns the conversion and the refusal to narrow. Never `new TextDecoder("latin1")`: that label means windows-1252
 * by the Encoding Standard and changes 0x80 to 0x9F.
 */

import type { OwnBytes } from "./own-bytes.ts";

/** What this file uses of the global TextDecoder, so that no DOM or Node types are needed to compile it. */
interface UTF8Decoder {
  decode(input: Uint8Array): string;
}
declare const TextDecoder: new (label: string, options: { ignoreBOM: boolean }) => UTF8Decoder;

const UTF8: UTF8Decoder = /* @__PURE__ */ new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * Reads a range of octets as ISO-8859-1 text.
 *
 * ASCII goes through the UTF-8 decoder: its result is right exactly when it has one character an octet and no
 * replacement character. 270 octets take 85 ns this way, 930 when one of them is not ASCII, 1,800 one by one.
 *
 * @param bytes the input
 * @param start first index, inclusive
 * @param end last index, exclusive
 * @example
 * ```ts
 * import { latin1 } from "@httplib/bytes";
 * if (latin1(Uint8Array.of(0x63, 0x61, 0x66, 0xe9)) !== "caf\u00e9") throw new Error("unexpected");
 * ```
 */
export function latin1(bytes: Uint8Array, start = 0, end: number = bytes.length): string {
  // A view costs 36 ns.
  const octets = end - start === bytes.length ? bytes : bytes.subarray(start, end);
  const ascii = UTF8.decode(octets);
  if (ascii.length === octets.length && !ascii.includes("\ufffd")) return ascii;
  // Octets become arguments of one call, of which JavaScriptCore takes 65,536 at most. A half may be ASCII again.
  const half = octets.length >> 1;
  if (half > 2048) return latin1(octets, 0, half) + latin1(octets, half);
  return String(Reflect.apply(String.fromCharCode, null, octets));
}

/**
 * Tells whether every character of a text is at most U+00FF, so that it can be sent as ISO-8859-1.
 *
 * @param text of any length
 * @example
 * ```ts
 * import { isLatin1 } from "@httplib/bytes";
 * if (!isLatin1("caf\u00e9") || isLatin1("\u2603")) throw new Error("unexpected");
 * ```
 */
export function isLatin1(text: string): boolean {
  return !/[^\0-\xff]/.test(text);
}

/**
 * Writes a text as ISO-8859-1 octets.
 *
 * @param text of U+0000 to U+00FF
 * @returns one octet for each character
 * @throws RangeError at the first character above U+00FF: no high bits are ever dropped, because a narrowed
 *   U+010A would be an LF on the wire (request splitting, CVE-2018-12116)
 * @example
 * ```ts
 * import { encodeLatin1 } from "@httplib/bytes";
 * if (encodeLatin1("\u00e9")[0] !== 0xe9) throw new Error("unexpected");
 * ```
 */
export function encodeLatin1(text: string): OwnBytes {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) {
      throw new RangeError(
        `Cannot encode as ISO-8859-1: found \\u{${code.toString(16)}} at index ${i}, expected at most \\u{ff}`,
      );
    }
    bytes[i] = code;
  }
  return bytes;
}
