/**
 * What a run gives, as plain data: rows with their goals, the figures behind them, curves.
 *
 * Owns the types, and the question whether a goal is met or a row has fallen.
 */

import type { Spread } from "./statistics.ts";

/** What a value should be. */
export interface Goal {
  readonly is: "at least" | "at most";
  readonly value: number;
}

/** One value with its goal. */
export interface Row extends Spread {
  /** The benchmark, as `--only` names it. */
  readonly benchmark: string;
  /** What the value is; with the benchmark it names the row. */
  readonly what: string;
  /** "×" for a ratio. */
  readonly unit: string;
  /** null for what is only told. */
  readonly goal: Goal | null;
  /** What the raw socket that parses nothing gives in our place, where that was measured: a client can hardly do better. */
  readonly floor?: number;
  /** Whether the value means the same on another machine, so that it can be compared with a baseline. */
  readonly isComparable: boolean;
}

/** What one peer did in one benchmark: medians. */
export interface Figure {
  readonly benchmark: string;
  readonly peer: string;
  /** One piece of work: "request", "head", "body". */
  readonly piece: string;
  /** Microseconds of processor a piece. */
  readonly cpu: number;
  readonly user: number;
  /** Pieces a second. */
  readonly rate: number;
}

/** How one value changes with another, for some peers. */
export interface Curve {
  readonly name: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly series: readonly Series[];
}

export interface Series {
  readonly peer: string;
  /** [x, y] in ascending x. */
  readonly points: readonly (readonly [number, number])[];
}

/** What one benchmark gives. */
export interface Outcome {
  readonly rows: readonly Row[];
  readonly figures: readonly Figure[];
  readonly curves: readonly Curve[];
}

/** A whole run. */
export interface Results extends Outcome {
  /** Versions and machine. */
  readonly setting: Readonly<Record<string, string>>;
}

/** Whether a row reaches its goal. */
export function isMet({ value, goal }: Pick<Row, "value" | "goal">): boolean {
  if (goal === null) return true;
  return goal.is === "at least" ? value >= goal.value : value <= goal.value;
}

/** The share of a row's worth that is left of the one before: 0.8 for a ratio that fell from 1.5 to 1.2, or rose so much where less is better. */
export function shareLeft(now: Row, before: Row): number {
  if (now.goal === null) return 1;
  return now.goal.is === "at least" ? now.value / before.value : before.value / now.value;
}

/** The name of a row. */
export function rowName({ benchmark, what }: Row): string {
  return `${benchmark}: ${what}`;
}

/** One outcome out of several. */
export function joinOutcomes(outcomes: readonly Outcome[]): Outcome {
  return {
    rows: outcomes.flatMap(({ rows }) => rows),
    figures: outcomes.flatMap(({ figures }) => figures),
    curves: outcomes.flatMap(({ curves }) => curves),
  };
}

/** Earlier results with what was measured again in its place; what is new comes last. */
export function replaceMeasured(earlier: Results, measured: Results): Results {
  const merge = <T>(before: readonly T[], now: readonly T[], name: (item: T) => string): T[] => {
    const fresh = new Map(now.map((item) => [name(item), item]));
    const kept = before.map((item) => fresh.get(name(item)) ?? item);
    const known = new Set(before.map(name));
    return [...kept, ...now.filter((item) => !known.has(name(item)))];
  };
  return {
    setting: measured.setting,
    rows: merge(earlier.rows, measured.rows, rowName),
    figures: merge(
      earlier.figures,
      measured.figures,
      ({ benchmark, peer }) => `${benchmark} ${peer}`,
    ),
    curves: merge(earlier.curves, measured.curves, ({ name }) => name),
  };
}
