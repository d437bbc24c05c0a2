/**
 * Turns of the event loop, without a clock.
 *
 * Owns two moments: the end of this turn (every promise job has run, nothing has been read yet) and the next turn
 * (a new task). The scheduler is taken once, so that tests with fake timers do not stop the wires they test.
 */

interface Schedulers {
  setImmediate?: (callback: () => void) => unknown;
  process?: { nextTick?: (callback: () => void) => void };
}

/**
 * Runs a callback in a task of its own. In Deno a timer of 0 ms does it: its `setImmediate` polls no socket, so however many of them pass,
 * nothing has been read.
 */
export const nextTurn: (callback: () => void) => void = /* @__PURE__ */ (() => {
  const { setImmediate: immediate } = globalThis as Schedulers;
  const later = setTimeout;
  return immediate === undefined || "Deno" in globalThis
    ? (callback: () => void): void => void later(callback, 0)
    : (callback: () => void): void => void immediate(callback);
})();

/**
 * Runs a callback when the promise jobs of this turn are through.
 *
 * `process.nextTick` called in a promise job runs exactly then, before anything is read; where it is missing, the
 * next turn has to do.
 */
export const endOfTurn: (callback: () => void) => void = /* @__PURE__ */ (() => {
  const tick = (globalThis as Schedulers).process?.nextTick;
  return typeof tick !== "function"
    ? nextTurn
    : (callback: () => void): void => queueMicrotask(() => tick(callback));
})();
