/**
 * One request row in full: replays its call and compares the wire, or the error with the moment at
 * which it came.
 */
import type { OpenConnection } from "./client-under-test.ts";
import { show } from "./differences.ts";
import { javascriptCases } from "./javascript-cases.ts";
import { seeError } from "./observation.ts";
import { replayCall, type Failure, type Replay } from "./replay-call.ts";
import type { RequestRow } from "./rows.ts";

const HEAD_END = "\r\n\r\n";

function describeFailure({ error, step, occurrence }: Failure): string {
  const { class: name, message } = seeError(error);
  return `${name} in ${step}${occurrence > 1 ? ` (${occurrence})` : ""}: ${message}`;
}

/** Heads that were written whole, so that "nothing but the CONNECT" can be checked. */
function countHeads(wire: string): number {
  return wire.split(HEAD_END).length - 1;
}

/** "in putheader", "in the second getresponse", "in send()": the step and which one of its name. */
function stepNamed(when: string): { step: string; occurrence: number } | null {
  const match = /^in (the )?(second |third )?([a-z_]+)/.exec(when);
  if (match?.[3] === undefined) return null;
  const occurrence = match[2] === "second " ? 2 : match[2] === "third " ? 3 : 1;
  return { step: match[3], occurrence };
}

/** Checks the `when` of a row; its words are listed in README.md. */
function whenLines(when: string, replay: Replay, failure: Failure): string[] {
  const lines: string[] = [];
  const named = stepNamed(when);
  if (when === "before any byte is sent" && replay.wire !== "") {
    lines.push(`when: expected ${when}, but ${show(replay.wire)} was written`);
  }
  if (when.includes("socket destroyed") && !replay.destroyed) {
    lines.push(`when: expected ${when}, but the wire was left open`);
  }
  if (named?.step === "connect") {
    if (countHeads(replay.wire) !== 1 || !replay.wire.startsWith("CONNECT ")) {
      lines.push(`when: expected ${when}, but ${show(replay.wire)} was written`);
    }
  } else if (named !== null) {
    if (named.step !== failure.step || named.occurrence !== failure.occurrence) {
      lines.push(`when: expected ${when}, got ${describeFailure(failure)}`);
    }
    // What is refused adds nothing to the wire: at most the heads of earlier steps are on it.
    if (!replay.wire.endsWith(HEAD_END) && replay.wire !== "") {
      lines.push(`when: expected nothing behind the last head, got ${show(replay.wire)}`);
    }
  }
  return lines;
}

function compare(row: RequestRow, replay: Replay): string[] {
  const { error, wire } = row.expected;
  const { failure } = replay;
  if (error === undefined) {
    if (failure !== null) return [`outcome: expected ok, got ${describeFailure(failure)}`];
    if (wire === undefined || wire === replay.wire) return [];
    return [`wire: expected ${show(wire)}, got ${show(replay.wire)}`];
  }
  if (failure === null) return [`outcome: expected ${error.class}, got ${show(replay.wire)}`];
  const { class: name } = seeError(failure.error);
  const right = name === error.class || row.acceptAlso.includes(name);
  return [
    ...(right ? [] : [`error: expected ${error.class}, got ${describeFailure(failure)}`]),
    ...whenLines(error.when, replay, failure),
  ];
}

/**
 * Runs one row of requests.jsonl through a client.
 *
 * @param open opens a connection to a scripted peer
 * @returns one line a difference; none when the row passes
 */
export async function runRequest(open: OpenConnection, row: RequestRow): Promise<string[]> {
  if (row.call !== undefined) return compare(row, await replayCall(open, row.call));
  const run = javascriptCases[row.id];
  if (run === undefined) return [`no case is written for ${row.id}: ${row.js}`];
  return run(open);
}
