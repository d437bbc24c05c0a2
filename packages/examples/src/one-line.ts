/** Text from elsewhere as one line that is safe for a terminal. */

/** Control characters and what is no ISO-8859-1 become `\xNN` or `\uNNNN`. */
export function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\xa1-\xff]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code > 0xff ? `\\u{${code.toString(16)}}` : `\\x${code.toString(16).padStart(2, "0")}`;
  });
}

/**
 * An error as one line: name and message, or the code where there is no message (Node joins the
 * failures of several addresses in an AggregateError whose message is empty).
 */
export function errorLine(error: unknown): string {
  if (!(error instanceof Error)) return printable(String(error));
  const message = error.message.split("\n")[0];
  const code = "code" in error && typeof error.code === "string" ? error.code : "no message";
  return printable(`${error.name}: ${message === undefined || message === "" ? code : message}`);
}
