/**
 * HTTPMessage: the field lines of one head or trailer section, in order, with their case.
 *
 * Owns storage and look-up. Knows nothing of parsing: a parser hands its result over as {@link ParsedFields}. A
 * flat list `[name, value, name, value …]` holds the lines, so no name is ever a key of an object and `__proto__`
 * is a name like any other. The documents' `http.client.HTTPMessage` (RFC 9110 §5.2, §5.3).
 */

import { encodeLatin1, equalsIgnoreCase, lowerASCII } from "@httplib/bytes";
import { InvalidRequest } from "@httplib/errors";
import { sendableName, storableValue } from "./field-syntax.ts";
import type { HeaderValue } from "./field-syntax.ts";
import { forEachField, isList } from "./fields-input.ts";
import type { HeadersInput } from "./fields-input.ts";
import type { Defect } from "./limits.ts";

/** From this many lines on a look-up goes through an index made at the first one (68 lines: 40 ns against 300). */
const INDEX_FROM = 24;

/** What a parser found: the flat list, what was bent, and the section's own text for a lossless copy. */
export class ParsedFields {
  readonly fields: string[];
  readonly defects: Defect[];
  /** Text that contains the section's bytes, or "" when they must not be given back as they came. */
  readonly text: string;
  /** Where the section begins in {@link text}. */
  readonly start: number;

  constructor(fields: string[], defects: Defect[], text: string, start: number) {
    this.fields = fields;
    this.defects = defects;
    this.text = text;
    this.start = start;
  }
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
  #fields: string[];
  #defects: readonly Defect[];
  #parsed: ParsedFields | null;
  #index: Map<string, number> | null = null;

  /**
   * @param fields pairs in order, another message, a Map, a Fetch Headers, or a record (a list there repeats the field)
   * @throws InvalidRequest INVALID_FIELD_NAME or INVALID_FIELD_VALUE
   */
  constructor(fields?: HeadersInput | ParsedFields) {
    if (fields instanceof ParsedFields) {
      this.#fields = fields.fields;
      this.#defects = fields.defects;
      this.#parsed = fields;
      return;
    }
    this.#fields = [];
    this.#defects = [];
    this.#parsed = null;
    if (fields !== undefined) forEachField(fields, (name, value) => this.append(name, one(value)));
  }

  /** The number of field lines, repeated names counted. */
  get size(): number {
    return this.#fields.length >> 1;
  }

  /** What a lenient parse let through, in the order it was met. Empty after a strict one. */
  get defects(): readonly Defect[] {
    return this.#defects;
  }

  /** The first value of a name, undefined (or `fallback`) when there is none. */
  get(name: string): string | undefined;
  get<T>(name: string, fallback: T): string | T;
  get<T>(name: string, fallback?: T): string | T | undefined {
    const at = this.#find(name);
    return at < 0 ? fallback : this.#fields[at + 1];
  }

  /** Every value of a name in order. */
  getAll(name: string): string[] {
    const values: string[] = [];
    const first = this.#find(name);
    if (first < 0) return values;
    for (let at = first; at < this.#fields.length; at += 2) {
      if (equalsIgnoreCase(this.#fields[at]!, name)) values.push(this.#fields[at + 1]!);
    }
    return values;
  }

  /** Every value of a name joined by ", " (RFC 9110 §5.3), undefined when there is none. */
  getJoined(name: string): string | undefined {
    const values = this.getAll(name);
    return values.length === 0 ? undefined : values.join(", ");
  }

  /** Every Set-Cookie value: the one field that must not be joined (RFC 9110 §5.3). */
  getSetCookie(): string[] {
    return this.getAll("Set-Cookie");
  }

  /** Tells whether a name occurs. */
  has(name: string): boolean {
    return this.#find(name) >= 0;
  }

  /**
   * Adds a field line at the end.
   *
   * @throws InvalidRequest INVALID_FIELD_NAME, or INVALID_FIELD_VALUE for NUL, CR, LF and characters above U+00FF
   */
  append(name: string, value: HeaderValue): void {
    const line = [sendableName(name), storableValue(value)] as const;
    this.#changed();
    this.#fields.push(line[0], line[1]);
  }

  /**
   * Gives a name one value: the first line keeps its place and gets it, later ones go; without one a line is added.
   *
   * @throws InvalidRequest as {@link append}
   */
  set(name: string, value: HeaderValue): void {
    const at = this.#find(name);
    if (at < 0) {
      this.append(name, value);
      return;
    }
    const text = storableValue(value);
    this.#changed();
    this.#fields[at + 1] = text;
    this.#remove(name, at + 2);
  }

  /** Removes every line of a name; tells whether there was one. */
  delete(name: string): boolean {
    const at = this.#find(name);
    if (at < 0) return false;
    this.#changed();
    this.#remove(name, at);
    return true;
  }

  /** The name of line `index`, 0 to size - 1, as it was written; undefined behind the last. */
  nameAt(index: number): string {
    return this.#fields[index * 2]!;
  }

  /** The value of line `index`, 0 to size - 1; undefined behind the last. */
  valueAt(index: number): string {
    return this.#fields[index * 2 + 1]!;
  }

  *keys(): IterableIterator<string> {
    for (let at = 0; at < this.#fields.length; at += 2) yield this.#fields[at]!;
  }

  *values(): IterableIterator<string> {
    for (let at = 1; at < this.#fields.length; at += 2) yield this.#fields[at]!;
  }

  *entries(): IterableIterator<[name: string, value: string]> {
    for (let at = 0; at < this.#fields.length; at += 2) {
      yield [this.#fields[at]!, this.#fields[at + 1]!];
    }
  }

  [Symbol.iterator](): IterableIterator<[name: string, value: string]> {
    return this.entries();
  }

  /** Calls back for each line in order, the value first as in Map and Fetch Headers. */
  forEach(each: (value: string, name: string, message: HTTPMessage) => void): void {
    for (const [name, value] of this) each(value, name, this);
  }

  /** The lines as `Name: value` CRLF with the final blank line; folds of a parsed message are one SP each. */
  toString(): string {
    let text = "";
    for (let at = 0; at < this.#fields.length; at += 2) {
      text += `${this.#fields[at]}: ${this.#fields[at + 1]}\r\n`;
    }
    return `${text}\r\n`;
  }

  /** The wire form. For a message parsed without defect and not changed since: its bytes exactly as they came. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const parsed = this.#parsed;
    const lossless = parsed !== null && parsed.text !== "" && parsed.defects.length === 0;
    return encodeLatin1(lossless ? parsed.text.slice(parsed.start) : this.toString());
  }

  #find(name: string): number {
    const fields = this.#fields;
    if (fields.length < INDEX_FROM * 2) {
      for (let at = 0; at < fields.length; at += 2) {
        if (equalsIgnoreCase(fields[at]!, name)) return at;
      }
      return -1;
    }
    let index = this.#index;
    if (index === null) {
      index = this.#index = new Map();
      for (let at = fields.length - 2; at >= 0; at -= 2) index.set(lowerASCII(fields[at]!), at);
    }
    return index.get(lowerASCII(name)) ?? -1;
  }

  /** Takes out every line of a name from flat position `from` on, in one pass. */
  #remove(name: string, from: number): void {
    const fields = this.#fields;
    let to = from;
    for (let at = from; at < fields.length; at += 2) {
      if (equalsIgnoreCase(fields[at]!, name)) continue;
      fields[to++] = fields[at]!;
      fields[to++] = fields[at + 1]!;
    }
    fields.length = to;
  }

  /** A changed message is no longer the bytes it was parsed from, and places may move. */
  #changed(): void {
    this.#parsed = null;
    this.#index = null;
  }
}

/** Continuation lines exist only on the way out: a stored value is one value. */
function one(value: HeaderValue | readonly HeaderValue[]): HeaderValue {
  if (!isList(value)) return value;
  throw new InvalidRequest("INVALID_FIELD_VALUE", {
    message:
      "Cannot store continuation lines: found a list of values, expected one value, or the list in a record to repeat the field",
  });
}
