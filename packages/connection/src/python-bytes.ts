/**
 * Bytes as Python writes them, because the debug lines of the documents show them so: `send: b'GET / HTTP/1.1\r\n'`.
 *
 *     single quotes, unless the bytes have a single quote and no double one
 *     \t \n \r \\ and the quote by name, other bytes outside 0x20 to 0x7E as \xNN
 */

import { latin1 } from "@httplib/bytes";

const NAMED: Readonly<Record<string, string>> = { "\t": "\\t", "\n": "\\n", "\r": "\\r" };

/**
 * The `repr` of a bytes object.
 *
 * @param data - Bytes, or text of U+0000 to U+00FF that stands for them.
 */
export function pythonBytes(data: Uint8Array | string): string {
  const text = typeof data === "string" ? data : latin1(data);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const shown = text.replace(/[^ -~]|[\\'"]/g, (character) => {
    if (character === "\\" || character === quote) return `\\${character}`;
    if (character === "'" || character === '"') return character;
    return NAMED[character] ?? `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
  return `b${quote}${shown}${quote}`;
}
