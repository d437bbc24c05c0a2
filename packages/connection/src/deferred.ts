/**
 * A promise that is settled from outside, and never an unhandled rejection.
 *
 * Every promise of this package that can reject is made here. A rejection nobody has asked for yet is marked as handled when it
 * happens and not before: a handler attached in advance would be a second promise for each request.
 */

/** A promise with its two ends. */
export class Deferred<T> {
  readonly promise: Promise<T>;
  declare resolve: (value: T) => void;
  #reject: (reason: unknown) => void = nothing;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Settles it with `reason`; whoever holds the promise may look at it or not. */
  reject(reason: unknown): void {
    this.promise.catch(nothing);
    this.#reject(reason);
  }
}

/** A promise that is rejected already. */
export function rejected<T>(reason: unknown): Promise<T> {
  const deferred = new Deferred<T>();
  deferred.reject(reason);
  return deferred.promise;
}

/** The promise of everything that is done when its call returns: one for all, so that a small request costs none. */
export const DONE: Promise<void> = /* @__PURE__ */ Promise.resolve();

function nothing(): void {
  // Nobody has to look.
}
