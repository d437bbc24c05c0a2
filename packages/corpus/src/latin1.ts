/**
 * Bytes as text and back: U+0000 to U+00FF stand for the bytes 0 to 255.
 *
 * Written out, because `TextDecoder("latin1")` is windows-1252, and because a corpus that borrowed
 * these from the code under test would share its mistakes.
 */

const SLICE = 4096;

export function encodeLatin1(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0xff) throw new RangeError(`Cannot encode U+${code.toString(16)} as one byte`);
    bytes[i] = code;
  }
  return bytes;
}

export function decodeLatin1(bytes: Uint8Array): string {
  let text = "";
  for (let i = 0; i < bytes.length; i += SLICE) {
    text += String.fromCharCode(...bytes.subarray(i, i + SLICE));
  }
  return text;
}

export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  let length = 0;
  for (const part of parts) length += part.length;
  const joined = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
