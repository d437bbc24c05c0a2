/**
 * A wait that ends: by success, by failure, by the time limit or by the signal, whichever is first.
 *
 * Owns the timer and the listener, and that neither outlives the wait. Knows nothing of sockets: whoever starts the
 * work returns how to undo it.
 */
import { TimeoutError } from "@httplib/errors";

/** Timers count in 31 bits; a longer one would fire at once. */
const LONGEST = 2_147_483_647;

/** How long to wait. */
export interface Bounds {
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Runs `work` within bounds.
 *
 * @param bounds milliseconds and a signal, both optional
 * @param action what is being done, for the message: `connect to example.org:80`
 * @param work starts, settles by one of its two callbacks, and returns how to undo what it has begun; that is called when the
 *   time is up or the signal aborts, and after it settling has no effect
 * @throws TimeoutError with phase `connect`; `signal.reason`
 */
export function bounded<T>(
  bounds: Bounds,
  action: string,
  work: (resolve: (value: T) => void, reject: (reason: unknown) => void) => () => void,
): Promise<T> {
  const { timeout, signal } = bounds;
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    let settled = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let undo: (() => void) | undefined;
    const settle = (): boolean => {
      if (settled) return false;
      settled = true;
      clearTimeout(timer);
      signal?.removeEventListener("abort", aborted);
      return true;
    };
    const giveUp = (reason: unknown): void => {
      if (!settle()) return;
      undo?.();
      reject(reason);
    };
    const aborted = (): void => giveUp(signal?.reason);
    signal?.addEventListener("abort", aborted, { once: true });
    if (timeout !== undefined && timeout <= LONGEST) {
      timer = setTimeout(() => {
        const message = `Cannot ${action}: nothing came of it within ${timeout} ms, expected a connection`;
        giveUp(new TimeoutError("connect", { message }));
      }, timeout);
    }
    try {
      undo = work(
        (value) => settle() && resolve(value),
        (reason) => settle() && reject(reason),
      );
    } catch (error) {
      if (settle()) reject(error);
    }
  });
}
