/**
 * The command line.
 *
 *     --quick         smaller bodies, shorter rounds, fewer points: under two minutes
 *     --only NAME     only the benchmarks whose name begins so; may be repeated
 *     --check         compares with the baseline, and ends with 1 when a row fell by more than 15 %
 *     --accept        makes these results the baseline, and draws its page
 *     --list          names the benchmarks
 */

import { parseArgs } from "node:util";

export interface BenchOptions {
  readonly isQuick: boolean;
  readonly only: readonly string[];
  readonly checks: boolean;
  readonly accepts: boolean;
  readonly lists: boolean;
}

/** @throws TypeError for an option that does not exist */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      check: { type: "boolean", default: false },
      accept: { type: "boolean", default: false },
      list: { type: "boolean", default: false },
    },
  });
  const { quick, only, check, accept, list } = values;
  return { isQuick: quick, only, checks: check, accepts: accept, lists: list };
}

/**
 * The benchmarks that are asked for.
 *
 * @throws Error for a name that none begins with
 */
export function choose<T extends { readonly name: string }>(
  all: readonly T[],
  only: readonly string[],
): T[] {
  for (const start of only) {
    if (!all.some(({ name }) => name.startsWith(start))) {
      const names = all.map(({ name }) => name).join(" ");
      throw new Error(`Cannot run only "${start}": expected the beginning of one of ${names}`);
    }
  }
  return all.filter(
    ({ name }) => only.length === 0 || only.some((start) => name.startsWith(start)),
  );
}
