/**
 * HTTPMessage: the field lines of one head or trailer section, in order, with their case.
 *
 * Owns storage and look-up. Knows nothing of parsing: a parser hands its result over as {@link ParsedFields}. A
 * flat list `[name, value, name, value …]` holds the lines, so no name is ever a key of an object and `__proto__`
 * is a name like any other. The documents' `http.client.HTTPMessage` (RFC 9110 §5.2, §5.3).
 */

import { encodeLatin1, equalsIgnoreCase, type OwnBytes } from "@httplib/bytes";
import { sendableName, storableValue } from "./field-syntax.ts";
import type { HeaderValue } from "./field-syntax.ts";
import { forEachField } from "./fields-input.ts";
import type { HeadersInput } from "./fields-input.ts";
import type { Defect } from "./limits.ts";
import { ParsedFields } from "./parsed-fields.ts";

let isPrintable = false;

/**
 * Lets `console.log` of Node, Deno and Bun show the lines of a message. Done when the first one is made: no bundler drops an unused class
 * with a computed name, and a base class with that method costs 45 ns a message.
 */
function makePrintable(): boolean {
  return Reflect.set(
    HTTPMessage.prototype,
    Symbol.for("nodejs.util.inspect.custom"),
    function (this: HTTPMessage): string[] {
      return Array.from(this, (line) => line.join(": "));
    },
  );
}

/**
 * An ordered, lossless list of header fields with case-insensitive look-up.
 *
 * @see document http.client 3.13.3, "HTTPMessage Objects"; RFC 9110 §5
 * @example
 * ```ts
 * import { HTTPMessage } from "@httplib/headers";
 * const headers = new HTTPMessage([["Set-Cookie", "a=1"], ["Set-Cookie", "b=2"], ["ETag", '"x"']]);
 * if (headers.get("etag") !== '"x"') throw new Error("unexpected");
 * if (headers.getSetCookie().length !== 2 || headers.size !== 3) throw new Error("unexpected");
 * ```
 */
export class HTTPMessage implements Iterable<[name: string, value: string]> {
  readonly #parsed: ParsedFields;

  /**
   * @param fields pairs in order, another message, a Map, a Fetch Headers, or a record (a list there repeats the field)
   * @throws InvalidRequest INVALID_FIELD_NAME or INVALID_FIELD_VALUE
   */
  constructor(fields: HeadersInput | ParsedFields = []) {
    isPrintable ||= makePrintable();
    if (fields instanceof ParsedFields) {
      this.#parsed = fields;
      return;
    }
    this.#parsed = new ParsedFields([], [], "");
    // A list in a pair means continuation lines, and a stored value is one value: append() refuses it.
    forEachField(fields, (name, value) => this.#append(name, value));
  }

  /** The number of field lines, repeated names counted. */
  get size(): number {
    return this.#parsed.size;
  }

  /** What a lenient parse let through, in the order it was met. Empty after a strict one. */
  get defects(): readonly Defect[] {
    return this.#parsed.defects;
  }

  /**
   * The first value of a name, undefined (or `fallback`) when there is none.
   *
   * @param name compared without case
   * @example
   * ```ts
   * import { HTTPMessage } from "@httplib/headers";
   * const headers = new HTTPMessage({ Via: ["a", "b"] });
   * headers.get("via"); // => "a"
   * headers.get("age", "0"); // => "0"
   * ```
   */
  get(name: string): string | undefined;
  /**
   * The first value of a name, `fallback` when there is none.
   *
   * @param name compared without case
   * @param fallback what to give when there is none
   */
  get<T>(name: string, fallback: T): string | T;
  get<T>(name: string, fallback?: T): string | T | undefined {
    const { lines } = this.#parsed;
    const at = find(lines, name);
    return at < 0 ? fallback : lines[at + 1];
  }

  /**
   * Every value of a name in order.
   *
   * @param name compared without case
   * @example
   * ```ts
   * import { HTTPMessage } from "@httplib/headers";
   * new HTTPMessage({ Via: ["a", "b"] }).getAll("via"); // => ["a", "b"]
   * ```
   */
  getAll(name: string): string[] {
    const values: string[] = [];
    const { lines } = this.#parsed;
    for (let at = 0; at < lines.length; at += 2) {
      if (equalsIgnoreCase(lines[at]!, name)) values.push(lines[at + 1]!);
    }
    return values;
  }

  /**
   * Every value of a name joined by ", " (RFC 9110 §5.3), undefined when there is none.
   *
   * @param name compared without case; not Set-Cookie, see {@link getSetCookie}
   * @example
   * ```ts
   * import { HTTPMessage } from "@httplib/headers";
   * new HTTPMessage({ Via: ["a", "b"] }).getJoined("via"); // => "a, b"
   * ```
   */
  getJoined(name: string): string | undefined {
    return this.has(name) ? this.getAll(name).join(", ") : undefined;
  }

  /** Every Set-Cookie value: the one field that must not be joined (RFC 9110 §5.3). */
  getSetCookie(): string[] {
    return this.getAll("Set-Cookie");
  }

  /**
   * Tells whether a name occurs.
   *
   * @param name compared without case
   */
  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /**
   * Adds a field line at the end.
   *
   * @param name a token, kept in its case
   * @param value text of U+0000 to U+00FF, a safe integer, or bytes
   * @throws InvalidRequest INVALID_FIELD_NAME, or INVALID_FIELD_VALUE for NUL, CR, LF and characters above U+00FF
   * @example
   * ```ts
   * import { HTTPMessage } from "@httplib/headers";
   * const headers = new HTTPMessage();
   * headers.append("Age", 5);
   * headers.toString(); // => "Age: 5\r\n\r\n"
   * ```
   */
  append(name: string, value: HeaderValue): void {
    this.#append(name, value);
  }

  /**
   * Gives a name one value: the first line keeps its place and gets it, later ones go; without one a line is added.
   *
   * @param name compared without case; that of the first line stays as it was written
   * @param value as for {@link append}
   * @throws InvalidRequest as {@link append}
   * @example
   * ```ts
   * import { HTTPMessage } from "@httplib/headers";
   * const headers = new HTTPMessage({ Via: ["a", "b"], Age: 5 });
   * headers.set("via", "c");
   * [...headers]; // => [["Via", "c"], ["Age", "5"]]
   * ```
   */
  set(name: string, value: HeaderValue): void {
    const { lines } = this.#parsed;
    const at = find(lines, name);
    if (at < 0) {
      this.append(name, value);
      return;
    }
    lines[at + 1] = storableValue(value);
    this.#remove(name, at + 2);
  }

  /**
   * Removes every line of a name; tells whether there was one.
   *
   * @param name compared without case
   * @example
   * ```ts
   * import { HTTPMessage } from "@httplib/headers";
   * const headers = new HTTPMessage({ Via: ["a", "b"] });
   * headers.delete("via"); // => true
   * headers.size; // => 0
   * ```
   */
  delete(name: string): boolean {
    const had = this.has(name);
    if (had) this.#remove(name, 0);
    return had;
  }

  /**
   * The name of a line, as it was written; undefined behind the last.
   *
   * @param index 0 to size - 1
   */
  nameAt(index: number): string {
    return this.#parsed.lines[index * 2]!;
  }

  /**
   * The value of a line; undefined behind the last.
   *
   * @param index 0 to size - 1
   */
  valueAt(index: number): string {
    return this.#parsed.lines[index * 2 + 1]!;
  }

  /** The name of each line in order, repeated ones too. */
  *keys(): IterableIterator<string> {
    for (const [name] of this) yield name;
  }

  /** The value of each line in order. */
  *values(): IterableIterator<string> {
    for (const [, value] of this) yield value;
  }

  /** Name and value of each line in order. */
  *entries(): IterableIterator<[name: string, value: string]> {
    const { lines } = this.#parsed;
    for (let at = 0; at < lines.length; at += 2) yield [lines[at]!, lines[at + 1]!];
  }

  /** The same as {@link entries}. */
  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.entries();
  }

  /**
   * Calls back for each line in order, the value first as in Map and Fetch Headers.
   *
   * @param each gets value, name and this message
   */
  forEach(each: (value: string, name: string, message: HTTPMessage) => void): void {
    for (const [name, value] of this) each(value, name, this);
  }

  /** The lines as `Name: value` CRLF with the final blank line; folds of a parsed message are one SP each. */
  toString(): string {
    return `${Array.from(this, (line) => `${line.join(": ")}\r\n`).join("")}\r\n`;
  }

  /**
   * The wire form. For a message parsed without defect and not changed since: its bytes exactly as they came.
   *
   * @example
   * ```ts
   * import { HTTPMessage } from "@httplib/headers";
   * new HTTPMessage({ Age: 5 }).toBytes().length; // => 10
   * ```
   */
  toBytes(): OwnBytes {
    const { defects, text } = this.#parsed;
    return encodeLatin1(defects.length > 0 || text === "" ? this.toString() : text);
  }

  #append(name: string, value: HeaderValue | readonly HeaderValue[]): void {
    const { lines } = this.#parsed;
    lines.push(sendableName(name), storableValue(value));
    this.#parsed.lines = lines;
  }

  /** Takes out every line of a name from flat position `from` on. */
  #remove(name: string, from: number): void {
    this.#parsed.lines = this.#parsed.lines.filter(
      (_, at, lines) => at < from || !equalsIgnoreCase(lines[at - (at % 2)]!, name),
    );
  }
}

/**
 * Where the first line of a name is in a flat list, or -1. A look at every line: 145 ns for 68 lines. With
 * a map it was 29, and 18,000 to make the map.
 */
function find(lines: readonly string[], name: string): number {
  for (let at = 0; at < lines.length; at += 2) {
    if (equalsIgnoreCase(lines[at]!, name)) return at;
  }
  return -1;
}
