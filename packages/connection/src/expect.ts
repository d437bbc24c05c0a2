/**
 * The wait of a body for `100 Continue` (RFC 9110 §10.1.1).
 *
 * A header `Expect: 100-continue` asks the server to look at the head before the body is sent. The wait ends with a 100, with a
 * final response (then nothing is sent at all), or after a time: a client must not wait for ever, because many servers never answer
 * (curl and Go wait 1 second too).
 */

import { LONGEST_DELAY } from "./deadline.ts";

/** One wait. */
export interface ContinueWait {
  /** Resolves when the wait is over, for whichever reason. */
  readonly promise: Promise<void>;
  /** Ends the wait. */
  end(): void;
}

/** Begins to wait for at most `timeout` milliseconds. */
export function waitForContinue(timeout: number): ContinueWait {
  let end: () => void = () => {};
  const promise = new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, Math.min(timeout, LONGEST_DELAY));
    end = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  return { promise, end };
}
