/**
 * One response row through a function that parses a whole message at once, such as
 * `parseResponse` of @httplib/protocol. It shows less than a sans-IO parser (no framing, no reuse,
 * no head before an error), so less is compared; the partial body is on the error.
 */
import { differencesBetween } from "./differences.ts";
import { decodeLatin1 } from "./latin1.ts";
import { copyFields, property, seeError, type Observation } from "./observation.ts";
import type { HeadUnderTest } from "./protocol-under-test.ts";
import type { ExpectedResponse, Field, ParserOptions, ResponseRow } from "./rows.ts";

export interface ParsedResponse {
  readonly head: HeadUnderTest;
  readonly informational: readonly HeadUnderTest[];
  readonly body: Uint8Array;
  readonly trailers: Iterable<Field> | null;
  readonly keepAlive: boolean;
  readonly bytesRead: number;
}

export type ParseResponse = (
  bytes: Uint8Array,
  options: ParserOptions & { method: string; upgradeRequested: boolean; eof: boolean },
) => ParsedResponse;

const UNSEEN = {
  interim: undefined,
  head: undefined,
  framing: undefined,
  length: undefined,
  keepAlive: undefined,
  reusable: undefined,
  trailers: undefined,
  rest: undefined,
  defects: undefined,
  faults: [],
} as const;

function seeParsed(parsed: ParsedResponse, wire: Uint8Array): Observation {
  const { version, status, reason, headers } = parsed.head;
  return {
    ...UNSEEN,
    outcome: "ok",
    interim: parsed.informational.map((head) => ({
      status: head.status,
      reason: head.reason,
      headers: copyFields(head.headers),
    })),
    head: { version, status, reason, headers: copyFields(headers) },
    keepAlive: parsed.keepAlive,
    body: decodeLatin1(parsed.body),
    trailers: parsed.trailers === null ? null : copyFields(parsed.trailers),
    rest: decodeLatin1(wire.subarray(parsed.bytesRead)),
    error: null,
  };
}

function seeFailure(error: unknown): Observation {
  const partial = error instanceof Error ? property(error, "partial") : undefined;
  const body = partial instanceof Uint8Array ? decodeLatin1(partial) : "";
  return { ...UNSEEN, outcome: "error", body, error: seeError(error) };
}

/** A function cannot wait: a message that is not all there is an IncompleteRead. */
function expectedOfFunction(expected: ExpectedResponse): ExpectedResponse {
  if (expected.outcome !== "need-more") return expected;
  return { outcome: "error", error: { class: "IncompleteRead", partial: expected.body ?? "" } };
}

function runOnce(parse: ParseResponse, row: ResponseRow, lenient: boolean): string[] {
  const flags = lenient ? (row.lenient?.flags ?? []) : [];
  const expected = (lenient ? row.lenient?.expected : undefined) ?? row.expected;
  const { method, upgradeRequested, eof, options, wire } = row;
  const leniencies = Object.fromEntries(flags.map((flag) => [flag, true]));
  let seen: Observation;
  try {
    seen = seeParsed(
      parse(wire, { ...options, lenient: leniencies, method, upgradeRequested, eof }),
      wire,
    );
  } catch (error) {
    seen = seeFailure(error);
  }
  return differencesBetween(expectedOfFunction(expected), seen, row.acceptAlso);
}

/**
 * Runs one row of responses.jsonl through a function that parses a whole message.
 *
 * @returns one line a difference; none when the row passes
 */
export function runParseResponse(parse: ParseResponse, row: ResponseRow): string[] {
  const lines = runOnce(parse, row, false);
  if (row.lenient === undefined) return lines;
  const lenient = runOnce(parse, row, true);
  return [...lines, ...lenient.map((line) => `${row.lenient?.flags.join(" + ")}: ${line}`)];
}
