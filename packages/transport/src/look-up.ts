/**
 * From a name to the addresses that are worth dialling.
 *
 * Owns what the dial options say about addresses: family, hints, a lookup of the user's own. Must not know sockets; the
 * system's resolver is handed in.
 */
import { interleave, type LookupAddress } from "./race.ts";
import type { ConnectTarget } from "./transport.ts";

export type Lookup = (
  host: string,
  options: object,
  callback: (
    error: Error | null,
    found: string | readonly LookupAddress[] | null | undefined,
    family?: number,
  ) => void,
) => void;

/** The options of `ConnectTarget.options` that are used here and not only passed on. */
export interface DialOptions {
  family?: number | string;
  hints?: number;
  lookup?: Lookup;
  autoSelectFamily?: boolean;
  autoSelectFamilyAttemptTimeout?: number;
}

/** All addresses of the host, in the order in which they are to be tried. */
export function lookUp(
  target: ConnectTarget,
  system: { readonly lookup: Lookup; readonly isIP: (text: string) => number },
  done: (error: Error | null, addresses: LookupAddress[], looked: boolean) => void,
): void {
  const { host, socketPath } = target;
  const localAddress = boundAddress(target);
  const { family, hints, lookup, autoSelectFamily } = dialOptions(target);
  if (socketPath !== undefined) {
    done(null, [{ address: socketPath, family: 0 }], false);
    return;
  }
  if (system.isIP(host) !== 0) {
    done(null, [{ address: host, family: system.isIP(host) }], false);
    return;
  }
  const options = { family: family ?? 0, ...(hints === undefined ? {} : { hints }), all: true };
  const search: Lookup = lookup ?? system.lookup;
  let answered = false;
  search(host, options, (error, found, one) => {
    if (answered) return; // by a lookup of the user's own that calls twice
    answered = true;
    if (error) {
      done(error, [], true);
      return;
    }
    let addresses: readonly LookupAddress[] =
      typeof found === "string"
        ? [{ address: found, family: one ?? system.isIP(found) }]
        : (found ?? []);
    // A lookup of the user's own may ignore the family; a socket bound to one family cannot reach the other.
    const wanted = Number(String(family ?? 0).replace("IPv", ""));
    if (wanted !== 0) addresses = addresses.filter((entry) => entry.family === wanted);
    if (localAddress !== undefined) {
      const fitting = addresses.filter((entry) => entry.family === system.isIP(localAddress));
      if (fitting.length > 0) addresses = fitting;
    }
    const mixed = interleave(addresses);
    if (mixed.length === 0) {
      const message = `Cannot connect to ${host}: the lookup gave no address, expected at least one`;
      done(Object.assign(new Error(message), { code: "ENOTFOUND", hostname: host }), [], true);
    } else done(null, autoSelectFamily === false ? mixed.slice(0, 1) : mixed, true);
  });
}

/** The empty address means any, as in the documents. */
export function boundAddress({ localAddress }: ConnectTarget): string | undefined {
  return localAddress === "" ? undefined : localAddress;
}

/** The part of the target's options that is used here. */
export function dialOptions(target: ConnectTarget): DialOptions {
  return target.options ?? {};
}
