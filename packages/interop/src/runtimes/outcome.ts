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
  /** Whole names; with `*` behind it the beginning of several. */
  readonly names: readonly string[];
  /** Part of the message with which it fails; another failure is a fault. */
  readonly shows: string;
  /** One sentence about the runtime. */
  readonly reason: string;
  /** Whether chance decides, so that it may pass as well: only for what is measured to fail now and then. */
  readonly isByChance?: boolean;
}

/** A line of the report. */
export interface Verdict {
  readonly kind: "passed" | "limit" | "failed";
  readonly text: string;
}

/** Judges all outcomes; every name of every limit must have been met by a test. */
export function judge(outcomes: readonly Outcome[], limits: readonly Limit[]): Verdict[] {
  const entries = limits.flatMap((limit) =>
    limit.runtimes.flatMap((runtime) =>
      limit.names.map((name) => ({ ...limit, runtime, name, isMet: false })),
    ),
  );
  const verdicts = outcomes.map((outcome): Verdict => {
    const { runtime, suite, name, error } = outcome;
    const text = `${runtime} ${suite}: ${name}`;
    const entry = entries.find((one) => covers(one, outcome));
    if (entry === undefined) {
      return error === null
        ? { kind: "passed", text }
        : { kind: "failed", text: `${text}: ${error}` };
    }
    entry.isMet = true;
    if (error === null && entry.isByChance === true) return { kind: "passed", text };
    if (error === null) {
      return { kind: "failed", text: `${text}: passes, yet the table of limits names it` };
    }
    if (!error.includes(entry.shows)) {
      return { kind: "failed", text: `${text}: ${error} (the table expects "${entry.shows}")` };
    }
    return { kind: "limit", text: `${text}: ${entry.reason}` };
  });
  for (const { runtime, suite, name, isMet } of entries) {
    const hasRun = outcomes.some((one) => one.runtime === runtime && one.suite === suite);
    if (isMet || !hasRun) continue;
    const text = `${runtime} ${suite}: ${name}: in the table of limits, and no test has this name`;
    verdicts.push({ kind: "failed", text });
  }
  return verdicts;
}

function covers(entry: Omit<Outcome, "error">, outcome: Outcome): boolean {
  const { runtime, suite, name } = entry;
  if (suite !== outcome.suite || runtime !== outcome.runtime) return false;
  return name.endsWith("*") ? outcome.name.startsWith(name.slice(0, -1)) : name === outcome.name;
}
