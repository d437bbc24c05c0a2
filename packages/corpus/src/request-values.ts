/**
 * The values that a request row writes as `{ kind, value }` or `{ bytes }`, as the JavaScript value
 * of the same meaning.
 */
import { isFields, listOf, numberOf, pairsOf, textOf } from "./json-fields.ts";
import { encodeLatin1 } from "./latin1.ts";
import type { Field } from "./rows.ts";

/** A file of the documents: read(size) until it gives nothing. */
function fileOf<T extends string | Uint8Array>(content: T, cut: (start: number, end: number) => T) {
  let at = 0;
  return {
    read(size: number): T | null {
      const part = cut(at, at + size);
      at += part.length;
      return part.length === 0 ? null : part;
    },
  };
}

function listed(value: unknown, where: string): Uint8Array[] {
  return listOf(value, where).map((item) => encodeLatin1(textOf(item, where)));
}

/** Little-endian, whatever the machine: the wire of the row is. */
function words(value: unknown, where: string): Uint16Array {
  const numbers = listOf(value, where).map((item) => numberOf(item, where));
  const bytes = new Uint8Array(numbers.flatMap((number) => [number & 0xff, number >> 8]));
  return new Uint16Array(bytes.buffer);
}

/** A body argument: null, or one of the kinds that README.md lists. */
export function bodyOf(body: unknown, where: string): unknown {
  if (body === null || body === undefined) return null;
  if (!isFields(body)) throw new TypeError(`Cannot read ${where}: the body is no object`);
  const { kind, value } = body;
  switch (kind) {
    case "str":
      return textOf(value, where);
    case "bytes":
      return encodeLatin1(textOf(value, where));
    case "array16":
      return words(value, where);
    case "iter":
      return listed(value, where);
    case "file": {
      const content = encodeLatin1(textOf(value, where));
      return fileOf(content, (start, end) => content.slice(start, end));
    }
    case "textfile": {
      const content = textOf(value, where);
      return fileOf(content, (start, end) => content.slice(start, end));
    }
    case "object":
      return {};
    default:
      throw new TypeError(`Cannot read ${where}: no body kind ${JSON.stringify(kind)}`);
  }
}

/** The values of one putheader call: text, numbers, or `{ bytes }`. */
export function valuesOf(values: unknown, where: string): unknown[] {
  return listOf(values, where).map((value) =>
    isFields(value) ? encodeLatin1(textOf(value["bytes"], where)) : value,
  );
}

/** A header list; null and missing are none. */
export function headersOf(headers: unknown, where: string): Field[] {
  return headers === null || headers === undefined ? [] : pairsOf(headers, where);
}

/** The options of a call under their camelCase names; only those that the row gives. */
export function optionsOf(options: unknown): Record<string, boolean> {
  if (!isFields(options)) return {};
  const named = Object.entries(options).map(([name, value]): [string, boolean] => [
    name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase()),
    value === true,
  ]);
  return Object.fromEntries(named);
}
