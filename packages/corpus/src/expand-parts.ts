/**
 * Long texts of a row are written as parts, a list of [text, times]: a line of 70000 bytes stays
 * one short line of the file. This turns them back into text, everywhere in a row.
 */
import { isFields, listOf, numberOf, textOf } from "./json-fields.ts";

/** One run of a long text and how often it is repeated. */
export type Part = readonly [text: string, times: number];

export function partsOf(value: unknown, where: string): Part[] {
  return listOf(value, where).map((part) => {
    const [text, times] = listOf(part, where);
    return [textOf(text, where), numberOf(times, where)];
  });
}

export function expandParts(parts: readonly Part[]): string {
  return parts.map(([text, times]) => text.repeat(times)).join("");
}

/** Replaces each `{ parts, length }` inside `value` by its text. */
export function expandAll(value: unknown, where: string): unknown {
  if (Array.isArray(value)) return value.map((item) => expandAll(item, where));
  if (!isFields(value)) return value;
  if (Array.isArray(value["parts"]) && "length" in value) {
    const text = expandParts(partsOf(value["parts"], where));
    if (text.length !== value["length"]) {
      throw new RangeError(`Cannot expand ${where}: parts of ${text.length} characters`);
    }
    return text;
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, expandAll(item, where)]),
  );
}
