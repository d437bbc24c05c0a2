/**
 * The forms in which a caller gives fields, and one walk over all of them.
 *
 * Owns the difference between a pair and a record: in a pair a list of values means continuation lines (as
 * `putheader` documents), in a record it means repeated fields. Checks shapes, not characters. Only own
 * enumerable keys of a record count, so a polluted prototype adds nothing (CVE-2026-21710 and its kin).
 */

import { invalidField } from "./field-syntax.ts";
import type { HeaderValue } from "./field-syntax.ts";

const SHAPES = "pairs or a record";

/** Fields to send or to fill a message with: pairs in order (a Map, a Fetch Headers, an HTTPMessage) or a record. */
export type HeadersInput =
  | Iterable<readonly [string, HeaderValue | readonly HeaderValue[]]>
  | Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>;

/**
 * Calls back for each field line of an input, in order.
 *
 * @param input pairs or a record
 * @param each gets the name and the value; `values` instead of one value means continuation lines
 * @throws InvalidRequest INVALID_FIELD_VALUE when the input is neither, or a pair is no list of two
 */
export function forEachField(
  input: HeadersInput,
  each: (name: string, value: HeaderValue | readonly HeaderValue[]) => void,
): void {
  if (typeof input !== "object" || input === null) throw invalidField("VALUE", input, SHAPES);
  if (Symbol.iterator in input) {
    for (const pair of input as Iterable<readonly [string, HeaderValue | readonly HeaderValue[]]>) {
      // A flat list such as ["Host", "a"] has strings here, and indexing them would give single letters.
      if (!Array.isArray(pair) || pair.length !== 2) throw invalidField("VALUE", pair, SHAPES);
      each(pair[0], pair[1]);
    }
    return;
  }
  for (const name of Object.keys(input)) {
    const value = (input as Readonly<Record<string, HeaderValue | readonly HeaderValue[]>>)[name]!;
    if (isList(value)) for (const one of value) each(name, one);
    else each(name, value);
  }
}

/** Tells a list of values from one value. */
export function isList(
  value: HeaderValue | readonly HeaderValue[],
): value is readonly HeaderValue[] {
  return Array.isArray(value);
}
