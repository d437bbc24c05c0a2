/**
 * Options without what they inherit.
 *
 * Owns one copy. A polluted Object.prototype would otherwise be an option of every call, and the calls without any.
 */

/** The same options as own keys of an object without prototype; what a caller did not give is undefined there, whatever is polluted. */
export function ownOptions<T extends object>(options: T | undefined): Partial<T> {
  const own: Partial<T> & { __proto__: null } = { __proto__: null, ...options! };
  return own;
}
