/**
 * How long a connection may wait, and for what: the `timeout` option as five numbers.
 *
 * Owns the forms of the option. Knows nothing of timers: deadline.ts runs them. The default is looked up at each use, so that a
 * later `setDefaultTimeout` counts for connections that exist, as in the documents' module.
 */

import { ownOptions } from "@httplib/headers/machine";
import { checkTimeout, getDefaultTimeout } from "./default-timeout.ts";

/** Bounds for the single waits of an exchange, in milliseconds; what is left out is not bounded. */
export interface TimeoutOptions {
  /** Dialling, TLS and a tunnel together. */
  readonly connect?: number;
  /** From the end of sending to the end of the response's head; each interim response starts it anew. */
  readonly head?: number;
  /** While a read of the body waits, from one arrival of bytes to the next. */
  readonly body?: number;
  /** While sending waits for the peer to take bytes. */
  readonly send?: number;
  /** The whole exchange, from the call of `request()` to the end of the body. */
  readonly total?: number;
}

/** A bound for each wait in milliseconds, null for none; undefined stands for the default timeout. */
export type Timeout = number | null | TimeoutOptions | undefined;

/** All five bounds in milliseconds; Infinity where there is none. */
export type TimeLimits = Readonly<Record<keyof TimeoutOptions, number>>;

const NAMES = ["connect", "head", "body", "send", "total"] as const;

const NO_LIMITS: TimeLimits = {
  connect: Infinity,
  head: Infinity,
  body: Infinity,
  send: Infinity,
  total: Infinity,
};

/**
 * The bounds that a `timeout` option asks for.
 *
 * @throws RangeError when a bound is 0, negative or no number.
 */
export function resolveTimeLimits(option: Timeout): TimeLimits {
  const timeout = option === undefined ? getDefaultTimeout() : option;
  if (timeout === null) return NO_LIMITS;
  if (typeof timeout !== "object") return everyWait(timeout);
  const limits = { ...NO_LIMITS };
  // What the caller's object inherits, from a polluted prototype, does not count.
  const own = ownOptions(timeout);
  for (const name of NAMES) {
    const limit = own[name];
    if (limit !== undefined) limits[name] = checkTimeout(limit, name);
  }
  return limits;
}

/** A plain number bounds each wait and never their sum: a long download is no fault. */
function everyWait(limit: number): TimeLimits {
  checkTimeout(limit, "timeout");
  return { connect: limit, head: limit, body: limit, send: limit, total: Infinity };
}
