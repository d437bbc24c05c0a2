/**
 * One response row in full: as it stands, with its leniencies switched on, and with bytes behind
 * it that must come back untouched.
 */
import { everySplit, type Message } from "./every-split.ts";
import { encodeLatin1, joinBytes } from "./latin1.ts";
import type { MakeProtocol } from "./protocol-under-test.ts";
import type { ExpectedResponse, ParserOptions, ResponseRow } from "./rows.ts";

/** Looks like a response, so that a parser which reads on finds something to its taste. */
const BEHIND = "HTTP/1.1 299 Behind\r\nContent-Length: 2\r\n\r\nno";

/** Whether the message has an end of its own, so that bytes can stand behind it. */
function endsByItself(expected: ExpectedResponse): boolean {
  return (
    expected.outcome === "ok" && expected.framing !== "close" && expected.trailersComplete !== false
  );
}

function lenientOptions(options: ParserOptions, flags: readonly string[]): ParserOptions {
  return { ...options, lenient: Object.fromEntries(flags.map((flag) => [flag, true])) };
}

function prefixed(prefix: string, lines: readonly string[]): string[] {
  return lines.map((line) => `${prefix}: ${line}`);
}

function runMessage(make: MakeProtocol, message: Message, expected: ExpectedResponse): string[] {
  const lines = everySplit(make, message, expected);
  if (!endsByItself(expected)) return lines;
  const longer = { ...message, wire: joinBytes([message.wire, encodeLatin1(BEHIND)]) };
  const left = { ...expected, rest: (expected.rest ?? "") + BEHIND, reusable: false };
  return [...lines, ...prefixed("with bytes behind", everySplit(make, longer, left))];
}

/**
 * Runs one row of responses.jsonl through a parser.
 *
 * @param make makes one parser with the options of the row
 * @returns one line a difference; none when the row passes
 * @example
 * ```ts
 * import { loadResponses, runResponse } from "@httplib/corpus";
 * import { ClientProtocol } from "@httplib/protocol";
 *
 * const [row] = loadResponses();
 * const lines = row && runResponse((options) => new ClientProtocol(options), row);
 * if (lines?.length !== 0) throw new Error(lines?.join("\n"));
 * ```
 */
export function runResponse(make: MakeProtocol, row: ResponseRow): string[] {
  const lines = runMessage(make, row, row.expected);
  if (row.lenient === undefined) return lines;
  const { flags, expected } = row.lenient;
  const lenient = { ...row, options: lenientOptions(row.options, flags) };
  return [...lines, ...prefixed(flags.join(" + "), runMessage(make, lenient, expected))];
}
