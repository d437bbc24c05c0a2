/** What a benchmark is given: how long to measure, the origins, and a place to say what it is doing. */

import type { Origins } from "./origins.ts";
import type { Outcome } from "./results.ts";

export interface Context {
  /** Smaller bodies and fewer points. */
  readonly isQuick: boolean;
  /** How often each peer is measured, in turn with the others. */
  readonly rounds: number;
  /** Milliseconds of a round. */
  readonly duration: number;
  /** Milliseconds before the first round. */
  readonly warmUp: number;
  readonly origins: Origins;
}

/** One benchmark, known by its name. */
export interface Benchmark {
  readonly name: string;
  readonly title: string;
  run(context: Context): Promise<Outcome>;
}
