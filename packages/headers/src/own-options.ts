/**
 * Options without what they inherit.
 *
 * Owns one copy. A polluted Object.prototype would otherwise be an option of every call, and the calls without any.
 */

/**
 * What is made of no options: one for all, so that a request without them costs nothing. Not written `{ __proto__: null }`, in which V8
 * looks everything up anew (5 % of a GET, the whole client over a transport of constants).
 */
// oxlint-disable-next-line no-unsafe-assignment -- its declared result is any
const NONE: object = /* @__PURE__ */ Object.setPrototypeOf({}, null);

/** The same options as own keys of an object without prototype; what a caller did not give is undefined there, whatever is polluted. */
export function ownOptions<T extends object>(options: T | undefined): Partial<T> {
  if (options === undefined) return NONE;
  const own: Partial<T> & { __proto__: null } = { __proto__: null, ...options };
  return own;
}
