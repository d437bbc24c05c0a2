/**
 * The abort signals of one exchange. Owns the listeners, and that none of them outlives the exchange: a signal may live as long as the
 * program, and each forgotten listener would keep a whole exchange alive with it.
 */

/** Listens to any number of signals until it is released. */
export class AbortWatch {
  readonly #aborted: (reason: unknown) => void;
  #watched: [signal: AbortSignal, listener: () => void][] | null = null;

  /** @param aborted - Called with `signal.reason`, at once for a signal that is aborted already. */
  constructor(aborted: (reason: unknown) => void) {
    this.#aborted = aborted;
  }

  add(signal: AbortSignal): void {
    const listener = (): void => this.#aborted(signal.reason);
    if (signal.aborted) {
      listener();
      return;
    }
    signal.addEventListener("abort", listener, { once: true });
    this.#watched ??= [];
    this.#watched.push([signal, listener]);
  }

  release(): void {
    for (const [signal, listener] of this.#watched ?? []) {
      signal.removeEventListener("abort", listener);
    }
    this.#watched = null;
  }
}
