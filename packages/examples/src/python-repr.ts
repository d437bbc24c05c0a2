/** `repr()` of bytes, as the documents print them. */

const ESCAPES: Readonly<Record<number, string>> = {
  0x09: "\\t",
  0x0a: "\\n",
  0x0d: "\\r",
  0x5c: "\\\\",
};

function escapeByte(byte: number, quote: string): string {
  const escape = ESCAPES[byte];
  if (escape !== undefined) return escape;
  const character = String.fromCharCode(byte);
  if (character === quote) return `\\${quote}`;
  if (byte >= 0x20 && byte <= 0x7e) return character;
  return `\\x${byte.toString(16).padStart(2, "0")}`;
}

/** `b'…'`, or `b"…"` where only single quotes are inside. */
export function pythonRepr(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'";
  const inside = Array.from(bytes, (byte) => escapeByte(byte, quote)).join("");
  return `b${quote}${inside}${quote}`;
}
