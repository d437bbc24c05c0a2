/**
 * Time limits in seconds, as the documents have them.
 *
 * Owns the conversion. The modern classes count milliseconds.
 */

import { getDefaultTimeout, setDefaultTimeout } from "@httplib/connection";
import type { Timeout } from "@httplib/connection";

/** Seconds above 0; null for no limit, undefined for the default. */
export type Seconds = number | null | undefined;

export function toMilliseconds(seconds: Seconds): number | null | undefined {
  return typeof seconds === "number" ? seconds * 1000 : seconds;
}

/** A limit that was set by single waits has no form in seconds: it reads as undefined. */
export function fromMilliseconds(timeout: Timeout): Seconds {
  if (typeof timeout === "number") return timeout / 1000;
  return timeout === null ? null : undefined;
}

/**
 * Sets the limit of connections that name none.
 *
 * @param seconds for each wait, above 0; null for none, which is how it begins
 * @throws RangeError when it is 0, negative or no number
 * @see document http.client 3.13.3, HTTPConnection: "the global default timeout setting is used"
 * @example
 * ```ts
 * import { HTTPConnection, setdefaulttimeout } from "@httplib/client/python";
 * setdefaulttimeout(30);
 * new HTTPConnection("a.example").timeout; // => undefined
 * setdefaulttimeout(null);
 * ```
 */
export function setdefaulttimeout(seconds: number | null): void {
  setDefaultTimeout(seconds === null ? null : seconds * 1000);
}

/**
 * The limit of connections that name none, in seconds; null for none.
 *
 * @see {@link setdefaulttimeout}
 * @example
 * ```ts
 * import { getdefaulttimeout, setdefaulttimeout } from "@httplib/client/python";
 * setdefaulttimeout(2.5);
 * getdefaulttimeout(); // => 2.5
 * setdefaulttimeout(null);
 * ```
 */
export function getdefaulttimeout(): number | null {
  const timeout = getDefaultTimeout();
  return timeout === null ? null : timeout / 1000;
}
