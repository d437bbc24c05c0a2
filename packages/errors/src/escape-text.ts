// Makes bytes that came from a peer safe to show inside a message: one line, plain ASCII, bounded. Without it a peer could write
// terminal sequences or forged lines into the log of whoever prints the error.

/**
 * The first 40 characters of `text`, with everything but printable ASCII as `\xNN` (`\uNNNN` above U+00FF).
 *
 * The backslash itself is escaped too, so that what is shown has one reading only.
 *
 * @param text - Text of any length, such as received bytes read as ISO-8859-1.
 * @returns At most 40 characters of the text, each shown as one to six ASCII characters.
 * @example
 * ```ts
 * import { escapeText } from "@httplib/errors";
 *
 * if (escapeText("a\r\n\u00e9") !== "a\\x0d\\x0a\\xe9") throw new Error("not escaped");
 * ```
 */
export function escapeText(text: string): string {
  return text.slice(0, 40).replace(/[^ -[\]-~]/g, (character) => {
    const code = character.charCodeAt(0);
    const hex = code.toString(16);
    return code < 256 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`;
  });
}
