/**
 * One message through a parser in every split, against one expectation. All splits must agree with
 * the row and with each other, to the text of the error and the byte that it points at.
 */
import { differencesBetween, differencesOfSplit } from "./differences.ts";
import type { Observation } from "./observation.ts";
import { observe } from "./observe.ts";
import type { MakeProtocol, ProtocolUnderTest } from "./protocol-under-test.ts";
import type { ExpectedResponse, ParserOptions } from "./rows.ts";
import { listSplits, type Split } from "./splits.ts";

/** A message and the request that it answers. */
export interface Message {
  /** Method of the request. Default GET. */
  readonly method?: string;
  readonly upgradeRequested?: boolean;
  readonly wire: Uint8Array;
  /** Whether the input ends behind the wire. Default: it only pauses. */
  readonly eof?: boolean;
  readonly options?: ParserOptions;
  readonly acceptAlso?: readonly string[];
}

const SHOWN_SPLITS = 3;

function sendRequest(protocol: ProtocolUnderTest, message: Message): void {
  const method = message.method ?? "GET";
  const headers: [string, string][] = [["Host", "example.com"]];
  if (message.upgradeRequested === true)
    headers.push(["Connection", "Upgrade"], ["Upgrade", "foo"]);
  protocol.sendHead(method, method === "CONNECT" ? "example.com:443" : "/", headers);
  protocol.sendEnd();
}

/** A leniency that was used is recorded, and nothing is recorded where none was needed. */
function defectLines(message: Message, expected: ExpectedResponse, seen: Observation): string[] {
  if (expected.outcome !== "ok" || seen.defects === undefined) return [];
  const lenient = Object.values(message.options?.lenient ?? {}).includes(true);
  if (lenient === seen.defects.length > 0) return [];
  const found = seen.defects.length === 0 ? "none" : seen.defects.join(", ");
  return [`defects: expected ${lenient ? "what was let through" : "none"}, got ${found}`];
}

/** Joins the findings of many splits: the first few in full, then a count. */
function summarize(findings: readonly { split: Split; lines: readonly string[] }[]): string[] {
  const shown = findings
    .slice(0, SHOWN_SPLITS)
    .flatMap(({ split, lines }) => lines.map((line) => `${split.name}: ${line}`));
  const hidden = findings.length - SHOWN_SPLITS;
  return hidden > 0 ? [...shown, `… and ${hidden} more splits differ`] : shown;
}

/**
 * Runs `message` through a new parser for each split and compares.
 *
 * @param make makes one parser, with the options of the message
 * @returns one line a difference; none when every split gives `expected`
 * @example
 * ```ts
 * import { encodeLatin1, everySplit } from "@httplib/corpus";
 * import { ClientProtocol, type ProtocolOptions } from "@httplib/protocol";
 *
 * const wire = encodeLatin1("HTTP/1.1 204 No Content\r\n\r\n");
 * const make = (options: ProtocolOptions) => new ClientProtocol(options);
 * const lines = everySplit(make, { wire }, { outcome: "ok", status: 204, framing: "none", rest: "" });
 * if (lines.length > 0) throw new Error(lines.join("\n"));
 * ```
 */
export function everySplit(
  make: MakeProtocol,
  message: Message,
  expected: ExpectedResponse,
): string[] {
  const findings: { split: Split; lines: readonly string[] }[] = [];
  const run = (split: Split) => {
    const protocol = make(message.options ?? {});
    sendRequest(protocol, message);
    return observe(protocol, message.wire, split, message.eof ?? false);
  };
  const [first, ...others] = listSplits(message.wire);
  if (first === undefined) return [];
  const whole = run(first);
  const lines = [
    ...differencesBetween(expected, whole, message.acceptAlso),
    ...defectLines(message, expected, whole),
  ];
  if (lines.length > 0) findings.push({ split: first, lines });
  // What differs in the whole message differs in each cut of it, so that cuts are compared with
  // the whole: what they report is theirs alone.
  for (const split of others) {
    const own = differencesOfSplit(whole, run(split));
    if (own.length > 0) findings.push({ split, lines: own });
  }
  return summarize(findings);
}
