/**
 * Promises that nobody has to look at.
 */

/** The same promise, marked as handled: what it rejects with is told again by every later call. */
export function quiet<T>(promise: Promise<T>): Promise<T> {
  promise.catch(nothing);
  return promise;
}

function nothing(): void {}
