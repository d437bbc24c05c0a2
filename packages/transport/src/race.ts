/**
 * Happy Eyeballs (RFC 8305, Sections 4 and 5): several addresses of one name, tried with a head start and no killing.
 *
 * An attempt that is slow is not given up when the next one starts: both go on, and the first that succeeds wins.
 * (`autoSelectFamily` of Node ends an attempt after 250 ms, so that a peer far away is never reached.) Only the
 * winner ends the others.
 *
 * Owns the order of addresses, the head start and the choice of the error. Must not know: sockets, DNS.
 */

/** One result of a name lookup. */
export interface LookupAddress {
  readonly address: string;
  /** 4 or 6. */
  readonly family: number;
}

/** Starts one attempt; returns how to give it up. Settles at most once, and never before it has returned. */
export type Attempt<T> = (
  address: LookupAddress,
  succeed: (value: T) => void,
  fail: (error: Error) => void,
) => () => void;

/**
 * Orders addresses so that the families alternate, beginning with that of the first (RFC 8305, Section 4).
 *
 * @param addresses in the order of the resolver, which is kept within each family
 */
export function interleave(addresses: readonly LookupAddress[]): LookupAddress[] {
  const first = addresses[0]?.family;
  const same = addresses.filter((entry) => entry.family === first);
  const others = addresses.filter((entry) => entry.family !== first);
  const mixed: LookupAddress[] = [];
  for (let i = 0; i < Math.max(same.length, others.length); i++) {
    mixed.push(...same.slice(i, i + 1), ...others.slice(i, i + 1));
  }
  return mixed;
}

/** Errors that say something of this machine's routes and nothing of the peer. */
const NO_ROUTE = new Set([
  "ENETUNREACH",
  "EADDRNOTAVAIL",
  "EAFNOSUPPORT",
  "EHOSTUNREACH",
  "EINVAL",
]);

/** Of several failures the first that speaks of the peer, else the first; always one of them, untouched. */
export function mostTelling(errors: readonly Error[]): Error {
  const telling = errors.find((error) => !("code" in error && NO_ROUTE.has(String(error.code))));
  return telling ?? errors[0]!;
}

/**
 * Tries addresses until one attempt succeeds or all have failed.
 *
 * @param addresses at least one
 * @param headStart milliseconds before the next attempt joins in; a failure lets it start at once. Infinity: one after the other
 * @returns gives everything up
 */
export function race<T>(
  addresses: readonly LookupAddress[],
  headStart: number,
  attempt: Attempt<T>,
  succeed: (value: T) => void,
  fail: (error: Error) => void,
): () => void {
  const running = new Set<() => void>();
  const errors: Error[] = [];
  let next = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stop = (): void => {
    clearTimeout(timer);
    next = addresses.length;
    for (const giveUp of running) giveUp();
    running.clear();
  };
  const start = (): void => {
    clearTimeout(timer);
    const address = addresses[next++];
    if (address === undefined) return;
    const giveUp = attempt(
      address,
      (value) => {
        running.delete(giveUp);
        stop();
        succeed(value);
      },
      (error) => {
        running.delete(giveUp);
        errors.push(error);
        if (next < addresses.length) start();
        else if (running.size === 0) fail(mostTelling(errors));
      },
    );
    running.add(giveUp);
    if (next < addresses.length && headStart < Infinity) timer = setTimeout(start, headStart);
  };
  start();
  return stop;
}
