/**
 * Compares what a row expects with what was observed, as readable lines. Nothing is thrown: a run
 * over the whole corpus wants every difference, not the first.
 */
import type { Observation } from "./observation.ts";
import type { ExpectedResponse, Field } from "./rows.ts";

const SHOWN = 160;

export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}… (${text.length} characters)`;
}

function same(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}

class Differences {
  readonly lines: string[] = [];

  /** Notes a difference, unless the row says nothing about it or it could not be seen. */
  compare(name: string, expected: unknown, actual: unknown): void {
    if (expected === undefined || actual === undefined || same(expected, actual)) return;
    this.lines.push(`${name}: expected ${show(expected)}, got ${show(actual)}`);
  }
}

/** No trailers and an empty trailer section are the same to a row. */
function trailersSeen(observed: Observation): readonly Field[] | undefined {
  return observed.outcome === "ok" && observed.trailers !== undefined
    ? (observed.trailers ?? [])
    : undefined;
}

function interimSeen(expected: ExpectedResponse, observed: Observation): unknown {
  const { interim } = observed;
  if (interim === undefined || expected.interim === undefined) return interim;
  return "count" in expected.interim ? { count: interim.length } : interim;
}

/** Compares a message that was not refused, or its head before a body that was. */
function compareHead(
  differences: Differences,
  expected: ExpectedResponse,
  seen: Observation,
): void {
  const { head } = seen;
  if (head === undefined) return;
  // A row tells the framing exactly when a head was to be given; without one, status and fields
  // in the row are for reading.
  differences.compare("head given", expected.framing !== undefined, head !== null);
  if (head === null || expected.framing === undefined) return;
  differences.compare("version", expected.version, head.version);
  differences.compare("status", expected.status, head.status);
  differences.compare("reason", expected.reason, head.reason);
  differences.compare("headers", expected.headers, head.headers);
  differences.compare("framing", expected.framing, seen.framing);
  differences.compare("length", expected.length, seen.length);
}

function compareError(
  differences: Differences,
  expected: ExpectedResponse,
  seen: Observation,
  acceptAlso: readonly string[],
): void {
  if (expected.error === undefined || seen.error === null) return;
  if (!acceptAlso.includes(seen.error.class)) {
    differences.compare("error class", expected.error.class, seen.error.class);
  }
  differences.compare("partial body", expected.error.partial, seen.body);
  differences.compare("bytes missing", expected.error.expected, seen.error.expected);
  differences.compare("reusable after the error", false, seen.reusable);
}

/** The lines that tell `seen` from `expected`; none when they agree. */
export function differencesBetween(
  expected: ExpectedResponse,
  seen: Observation,
  acceptAlso: readonly string[] = [],
): string[] {
  const differences = new Differences();
  if (seen.outcome !== expected.outcome) {
    const error = seen.error === null ? "" : ` (${seen.error.class}: ${seen.error.message})`;
    differences.lines.push(`outcome: expected ${expected.outcome}, got ${seen.outcome}${error}`);
  }
  differences.compare("interim heads", expected.interim ?? [], interimSeen(expected, seen));
  compareHead(differences, expected, seen);
  compareError(differences, expected, seen, acceptAlso);
  if (expected.outcome !== "error") {
    differences.compare("body", expected.body ?? "", seen.body);
    differences.compare("keep alive", expected.keepAlive, seen.keepAlive);
  }
  if (expected.outcome === "ok") {
    differences.compare("trailers", expected.trailers ?? [], trailersSeen(seen));
    differences.compare("rest", expected.rest, seen.rest);
    differences.compare("reusable", expected.reusable, seen.reusable);
  }
  return [...differences.lines, ...seen.faults];
}

/** The lines that tell two observations of the same bytes apart. */
export function differencesOfSplit(whole: Observation, split: Observation): string[] {
  const differences = new Differences();
  for (const [name, value] of Object.entries(whole)) {
    differences.compare(
      `${name} unlike the whole message`,
      value ?? null,
      Reflect.get(split, name) ?? null,
    );
  }
  return differences.lines;
}
