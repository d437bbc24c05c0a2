/**
 * One round: every lane of a session goes on in turn until the time is up, and the processor is read before and after.
 *
 * Owns the counting. The clock is looked at once in so many pieces of work, because that costs 45 ns; work that has begun is ended, and
 * at least one piece is done.
 */

import type { Sample, Session } from "./work.ts";

/**
 * @param duration milliseconds after which no work is begun
 * @param every how many pieces of work are begun between two looks at the clock, 1 or more
 */
export async function runRound(session: Session, duration: number, every: number): Promise<Sample> {
  let count = 0;
  let nextLook = every;
  const cpu = process.cpuUsage();
  const start = performance.now();
  const end = start + duration;
  const next = (): boolean => {
    if (count >= nextLook) {
      if (performance.now() >= end) return false;
      nextLook = count + every;
    }
    count++;
    return true;
  };
  await Promise.all(session.lanes.map(async (lane) => lane.run(next)));
  const elapsed = performance.now() - start;
  const { user, system } = process.cpuUsage(cpu);
  return { count, elapsed, user, system };
}
