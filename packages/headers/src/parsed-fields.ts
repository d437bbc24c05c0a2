/**
 * ParsedFields: what a parser hands over of a section, as text that was checked and is cut into lines when somebody looks.
 *
 * Owns when and how it is cut: many heads are never looked into, and cutting eight lines costs 200 ns, checking them 160. What is here
 * has been judged: a section that is not plain comes as lines already.
 */

import { trimOWS } from "@httplib/bytes";
import type { Defect } from "./limits.ts";

/** Cuts a plain section into its flat list of names and values. */
function cutPlain(text: string, start: number): string[] {
  const lines: string[] = [];
  for (let line = start; line < text.length - 2;) {
    const colon = text.indexOf(":", line);
    const cr = text.indexOf("\r", colon);
    lines.push(text.slice(line, colon), trimOWS(text, colon + 1, cr));
    line = cr + 2;
  }
  return lines;
}

/** What a parser found: the flat list of names and values, or the text it can be cut from; and what was bent. */
export class ParsedFields {
  #lines: string[] | null;
  readonly #start: number;
  readonly #size: number;
  declare readonly defects: Defect[];
  /** What was read, with a start line where one was read along; "" when it must not be given back as it came. */
  declare source: string;

  /**
   * @param lines every line; null for those of a plain text, which are cut out of it when somebody looks
   * @param start where the section begins in `source`
   * @param size of a plain text, how many lines there are
   */
  constructor(lines: string[] | null, defects: Defect[], source: string, start = 0, size = 0) {
    this.#lines = lines;
    this.#start = start;
    this.#size = size;
    this.defects = defects;
    this.source = source;
  }

  /** The section's bytes as text, or "" when they must not be given back as they came. */
  get text(): string {
    return this.source.slice(this.#start);
  }

  /** How many lines there are. */
  get size(): number {
    return this.#lines === null ? this.#size : this.#lines.length >> 1;
  }

  /** Every line. */
  get lines(): string[] {
    return (this.#lines ??= cutPlain(this.source, this.#start));
  }

  /** After a change nothing can be given back as it came. */
  set lines(lines: string[]) {
    this.#lines = lines;
    this.source = "";
  }
}
