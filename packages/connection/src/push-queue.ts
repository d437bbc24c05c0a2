/**
 * The parts of a body that comes by send(): one after the other, each with a promise of its own.
 *
 * Owns their order, and that none of these promises outlives the sending: a source that never answers would keep its own, and
 * those of all behind it. Knows nothing of bytes.
 */

import { Deferred, DONE, rejected } from "./deferred.ts";

/** The parts of one request. */
export class PushQueue {
  readonly #pending = new Set<Deferred<void>>();
  /** Settles when all parts so far are through; never rejects. */
  #last: Promise<void>;
  /** What every part that comes now settles with, once sending has stopped. */
  #stopped: Promise<void> | null = null;

  /** @param begun - Settles when the head of the request is handed over. */
  constructor(begun: Promise<void>) {
    this.#last = begun;
  }

  /** Does `work` behind all before it; `failed` is told what it is rejected with. */
  push(work: () => Promise<void>, failed: (error: unknown) => void): Promise<void> {
    if (this.#stopped !== null) return this.#stopped;
    const part = new Deferred<void>();
    this.#pending.add(part);
    this.#last = this.#last.then(work).then(
      () => {
        this.#pending.delete(part);
        part.resolve();
      },
      (error: unknown) => {
        part.reject(error);
        failed(error);
      },
    );
    return part.promise;
  }

  /** Whether no part is under way. */
  get isThrough(): boolean {
    return this.#pending.size === 0;
  }

  /** Does something behind all parts so far. */
  whenThrough(work: () => void): void {
    void this.#last.then(work);
  }

  /** Settles what has not ended: nothing more is sent, by the fault of `fault` where there is one. */
  stop(fault: { readonly error: unknown } | null): void {
    this.#stopped = fault === null ? DONE : rejected(fault.error);
    for (const part of this.#pending) {
      if (fault === null) part.resolve();
      else part.reject(fault.error);
    }
    this.#pending.clear();
  }
}
