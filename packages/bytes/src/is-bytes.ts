/**
 * Whether a value is a run of bytes.
 *
 * Owns one comparison. `instanceof` would refuse the Uint8Array of another realm: a test runner's, a frame's.
 */

/**
 * Tells whether a value is a Uint8Array, of whichever realm; Node's Buffer is one. Other views are not: their elements may be no octets.
 *
 * @param value anything
 * @example
 * ```ts
 * import { isBytes } from "@httplib/bytes";
 * if (!isBytes(new Uint8Array(1)) || isBytes(new Int8Array(1)) || isBytes("a")) throw new Error("unexpected");
 * ```
 */
export function isBytes(value: unknown): value is Uint8Array {
  // oxlint-disable-next-line no-unsafe-type-assertion -- any value may be asked for any key, but null and undefined
  const tagged = value as { readonly [Symbol.toStringTag]?: unknown } | null | undefined;
  return tagged?.[Symbol.toStringTag] === "Uint8Array";
}
