/**
 * The timeout of connections that name none: the documents' "global default timeout setting", which is `socket.setdefaulttimeout`.
 *
 * A limit of 0 or less is refused, because elsewhere it means "none" (Node) or "do not wait" (Python), and either reading would
 * surprise somebody.
 */

let defaultTimeout: number | null = null;

/**
 * Sets the timeout of every connection that names none.
 *
 * @param timeout - Milliseconds for each wait, above 0; null for none, which is how it begins.
 * @throws RangeError when it is 0, negative or no number.
 * @see documents `http.client`, HTTPConnection: "the global default timeout setting is used"
 * @example
 * ```ts
 * import { getDefaultTimeout, setDefaultTimeout } from "@httplib/connection";
 *
 * setDefaultTimeout(30_000);
 * if (getDefaultTimeout() !== 30_000) throw new Error("not set");
 * setDefaultTimeout(null);
 * ```
 */
export function setDefaultTimeout(timeout: number | null): void {
  defaultTimeout = timeout === null ? null : checkTimeout(timeout, "the default timeout");
}

/**
 * The timeout of connections that name none, in milliseconds; null for none.
 *
 * @see {@link setDefaultTimeout}
 * @example
 * ```ts
 * import { getDefaultTimeout } from "@httplib/connection";
 *
 * getDefaultTimeout(); // => null
 * ```
 */
export function getDefaultTimeout(): number | null {
  return defaultTimeout;
}

/**
 * Gives back a bound in milliseconds.
 *
 * @throws RangeError when it is 0, negative or no number.
 */
export function checkTimeout(limit: number, name: string): number {
  if (typeof limit === "number" && limit > 0) return limit;
  throw new RangeError(
    `Cannot set ${name}: found ${String(limit)}, expected milliseconds above 0, or null`,
  );
}
