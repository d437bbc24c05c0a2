/**
 * When a connection that has finished one exchange may carry the next one.
 *
 * A peer, or somebody who controls an earlier response, can plant a second response behind the first; paired with the next request
 * it poisons a response queue (GHSA-35p6-xmwp-9g52, CVE-2026-6733). Bytes in the same read are seen for free. Bytes that the kernel
 * already holds are seen only by polling it, so some turns of the event loop pass before the write:
 *
 *     last read less than 1 ms ago          0   in a loop that makes requests in turn every turn polls anyway
 *     … whose read filled its buffer        1   the rest is read in the same poll
 *     … over TLS                            1   two records of one segment are two reads with promise jobs between them
 *     otherwise                             2   one setImmediate of a read callback fires before the next poll and sees nothing
 *     last read 0 ms ago                    2   no clock that runs says so: in a worker time stands still while it computes, and
 *                                               with one turn each of 100 planted responses was taken for the next one
 *
 * No policy closes the race with bytes that arrive after the write; only not reusing does.
 */

/** Milliseconds after a read for which nothing new can have waited unseen for long. */
const JUST_READ = 1;

/**
 * How many turns of the event loop must pass before a request is written.
 *
 * @param quiet - Milliseconds since the last read.
 * @param isUndrained - Whether that read may have left bytes behind.
 * @param isSecure - Whether the transport is TLS.
 */
export function turnsBeforeReuse(
  quiet: number,
  isUndrained: boolean,
  isSecure: boolean,
): 0 | 1 | 2 {
  if (quiet >= JUST_READ || quiet === 0) return 2;
  return isUndrained || isSecure ? 1 : 0;
}

/**
 * For how long a server says it keeps an idle connection, in milliseconds; null where it does not say.
 *
 *     Keep-Alive: timeout=5, max=100             ; seconds (RFC 2068 §19.7.1.1)
 *
 * A second is taken off for the way there, but never more than half: a request that crosses the server's close on its way may be lost.
 *
 * @param field - The value of Keep-Alive.
 */
export function keepAliveTime(field: string | undefined): number | null {
  if (field === undefined) return null;
  const seconds = /(?:^|[,; \t])timeout[ \t]*=[ \t]*(\d{1,9})/i.exec(field)?.[1];
  if (seconds === undefined) return null;
  const time = Number(seconds) * 1000;
  return Math.max(time / 2, time - 1000);
}

/**
 * Calls back after so many turns. A timer of 0 ms is a turn where there is no `setImmediate`, and in Deno, whose `setImmediate` polls no
 * socket: fifty of them in a row saw none of a hundred planted responses. Each waits by itself, though one timer for all would be 3 % less a
 * request over TLS: who looks on while a request is written must see the async context of its caller.
 */
export function afterTurns(turns: number, done: () => void): void {
  if (turns === 0) done();
  else nextTurn(turns === 1 ? done : () => afterTurns(turns - 1, done));
}

function nextTurn(done: () => void): void {
  if (typeof setImmediate === "function" && !("Deno" in globalThis)) setImmediate(done);
  else setTimeout(done, 0);
}
