/**
 * Compares what happened with the table of known limits: the table may neither hide a fault nor outlive its reason.
 *
 * Must not know: what a runtime is.
 */

/** One test in one runtime. */
export interface Outcome {
  readonly runtime: string;
  /** `smoke`, or the name of a package. */
  readonly suite: string;
  readonly name: string;
  /** Null when it passed. */
  readonly error: string | null;
}

/** A test that cannot pass in a runtime, and why. */
export interface Limit {
  /** Names of runtimes. */
  readonly runtimes: readonly string[];
  readonly suite: string;
  /** The whole name, or the beginning of several names with `*` behind it. */
  readonly name: string;
  /** Part of the message with which it fails; another failure is a fault. */
  readonly shows: string;
  /** One sentence about the runtime. */
  readonly reason: string;
  /** It waits for what never comes: such tests run apart, with little time. */
  readonly hangs?: boolean;
}

/** A line of the report. */
export interface Verdict {
  readonly kind: "passed" | "limit" | "failed";
  readonly text: string;
}

/** Judges all outcomes; every limit must have been met by each test that it names. */
export function judge(outcomes: readonly Outcome[], limits: readonly Limit[]): Verdict[] {
  const used = new Set<string>();
  const verdicts = outcomes.map((outcome): Verdict => {
    const { runtime, suite, name, error } = outcome;
    const text = `${runtime} ${suite}: ${name}`;
    const limit = limits.find((one) => covers(one, outcome));
    if (limit === undefined) {
      return error === null
        ? { kind: "passed", text }
        : { kind: "failed", text: `${text}: ${error}` };
    }
    used.add(keyOf(limit, runtime));
    if (error === null) {
      return { kind: "failed", text: `${text}: passes, yet the table of limits names it` };
    }
    if (!error.includes(limit.shows)) {
      return { kind: "failed", text: `${text}: ${error} (the table expects "${limit.shows}")` };
    }
    return { kind: "limit", text: `${text}: ${limit.reason}` };
  });
  const ran = new Set(outcomes.map(({ runtime }) => runtime));
  for (const limit of limits) {
    for (const runtime of limit.runtimes) {
      if (!ran.has(runtime) || used.has(keyOf(limit, runtime))) continue;
      const text = `${runtime} ${limit.suite}: ${limit.name}: in the table of limits, and no test has this name`;
      verdicts.push({ kind: "failed", text });
    }
  }
  return verdicts;
}

function covers({ runtimes, suite, name }: Limit, outcome: Outcome): boolean {
  if (suite !== outcome.suite || !runtimes.includes(outcome.runtime)) return false;
  return name.endsWith("*") ? outcome.name.startsWith(name.slice(0, -1)) : name === outcome.name;
}

function keyOf({ suite, name }: Limit, runtime: string): string {
  return `${runtime}\0${suite}\0${name}`;
}
