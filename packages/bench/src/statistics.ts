/** The few statistics that are needed. */

/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? Number.NaN) + high) / 2;
}

/** A median with the range it was taken from. */
export interface Spread {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** The median and the extremes. */
export function spread(values: readonly number[]): Spread {
  return { value: median(values), low: Math.min(...values), high: Math.max(...values) };
}

/**
 * The ratio of two series that were measured in turn: the median of the ratios of each round, since what disturbs the machine for
 * longer than a round disturbs both of its sides.
 */
export function ratio(over: readonly number[], under: readonly number[]): Spread {
  return spread(over.map((value, round) => value / (under[round] ?? Number.NaN)));
}
