/**
 * From samples to rows: the three kinds of ratio, each with its goal.
 *
 *     cost    our processor time over theirs      at most
 *     gain    their processor time over ours      at least
 *     rate    our pieces a second over theirs     at least
 */

import type { Samples } from "./interleave.ts";
import type { PeerName } from "./peers/peers.ts";
import type { Figure, Goal, Row } from "./results.ts";
import { median, ratio, type Spread, spread } from "./statistics.ts";
import type { Sample } from "./work.ts";

/** A ratio to make, and what it should be. */
export interface Comparison {
  readonly of: "cost" | "gain" | "rate";
  readonly ours?: PeerName;
  readonly theirs: PeerName;
  readonly goal: number;
}

const cpu = ({ user, system, count }: Sample): number => (user + system) / count;
const userTime = ({ user, count }: Sample): number => user / count;
const rate = ({ count, elapsed }: Sample): number => (count * 1000) / elapsed;

/** What each kind of ratio is called, divides, and should be. */
const KINDS: Readonly<Record<Comparison["of"], (our: Sides, their: Sides) => Part>> = {
  cost: (our, their) => ({
    what: `CPU over ${their.peer}`,
    ...ratio(our.samples.map(cpu), their.samples.map(cpu)),
    is: "at most",
  }),
  gain: (our, their) => ({
    what: `CPU of ${their.peer} over ours`,
    ...ratio(their.samples.map(cpu), our.samples.map(cpu)),
    is: "at least",
  }),
  rate: (our, their) => ({
    what: `rate over ${their.peer}`,
    ...ratio(our.samples.map(rate), their.samples.map(rate)),
    is: "at least",
  }),
};

interface Sides {
  readonly peer: PeerName;
  readonly samples: readonly Sample[];
}

type Part = Spread & Pick<Row, "what"> & Pick<Goal, "is">;

/** One row for each comparison of which both sides were measured. */
export function compare(
  benchmark: string,
  samples: Samples,
  comparisons: readonly Comparison[],
): Row[] {
  return comparisons.flatMap(({ of, ours = "httplib", theirs, goal }): Row[] => {
    const our = samples.get(ours);
    const their = samples.get(theirs);
    if (our === undefined || their === undefined) return [];
    const kind = KINDS[of];
    const they = { peer: theirs, samples: their };
    const { is, what, ...values } = kind({ peer: ours, samples: our }, they);
    const name = ours === "httplib" ? what : `${ours}, ${what}`;
    const floor = theirs === "floor" ? undefined : samples.get("floor");
    const row = { benchmark, what: name, unit: "×", ...values, isComparable: true };
    const beside = floor && { floor: kind({ peer: "floor", samples: floor }, they).value };
    return [{ ...row, ...beside, goal: { is, value: goal } }];
  });
}

/** The processor time in user space of one piece of our work, in microseconds. */
export function userTimeRow(benchmark: string, samples: Samples, atMost: number): Row[] {
  const our = samples.get("httplib");
  if (our === undefined) return [];
  return [
    {
      benchmark,
      what: "user CPU a request",
      unit: "µs",
      ...spread(our.map(userTime)),
      goal: { is: "at most", value: atMost },
      isComparable: false,
    },
  ];
}

/** The medians of each peer. */
export function figures(benchmark: string, piece: string, samples: Samples): Figure[] {
  return [...samples].map(([peer, all]) => ({
    benchmark,
    peer,
    piece,
    cpu: median(all.map(cpu)),
    user: median(all.map(userTime)),
    rate: median(all.map(rate)),
  }));
}
