/**
 * ParsedFields: what a parser hands over of a section, as text that was checked and is cut into lines when somebody looks.
 *
 * Owns when and how it is cut. Of a head that nobody looks into, only the few lines that framing needs are ever made: cutting eight
 * lines costs 160 ns, checking them 190. What is here has been judged: a section that is not plain comes as lines already.
 */

import { trimOWS } from "@httplib/bytes";
import type { Defect } from "./limits.ts";

/** One bit for each length: Connection and Keep-Alive, Content-Length, Transfer-Encoding. */
const LENGTHS = (1 << 10) | (1 << 14) | (1 << 17);

/**
 * Whether a line is cut out at once: those four, at which a client looks in every head, and what has their length and initial.
 *
 * @param length of the name
 * @param initial its first character
 */
export function isCutAtOnce(length: number, initial: number): boolean {
  const letter = initial | 0x20;
  return ((1 << length) & LENGTHS) !== 0 && (letter === 0x63 || letter === 0x6b || letter === 0x74);
}

/** Cuts a plain section into its flat list of names and values. */
function cutPlain(text: string): string[] {
  const lines: string[] = [];
  for (let line = 0; line < text.length - 2;) {
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
  readonly #size: number;
  /** The lines that are cut out at once, or all. */
  declare readonly early: readonly string[];
  declare readonly defects: Defect[];
  /** The section's bytes as text, or "" when they must not be given back as they came. */
  declare text: string;

  /**
   * @param lines every line; null for those of a plain text, which are cut out of it when somebody looks
   * @param start where the section begins in `text`
   * @param early of a plain text, the lines that are cut out at once
   * @param size of a plain text, how many lines there are
   */
  constructor(
    lines: string[] | null,
    defects: Defect[],
    text: string,
    start = 0,
    early: readonly string[] = lines ?? [],
    size = 0,
  ) {
    this.#lines = lines;
    this.#size = size;
    this.early = early;
    this.defects = defects;
    this.text = text.slice(start);
  }

  /** How many lines there are. */
  get size(): number {
    return this.#lines === null ? this.#size : this.#lines.length >> 1;
  }

  /** Every line. */
  get lines(): string[] {
    return (this.#lines ??= cutPlain(this.text));
  }

  /** After a change: nothing can be given back as it came. */
  set lines(lines: string[]) {
    this.#lines = lines;
    this.text = "";
  }

  /** Lines among which are all with this name. */
  linesFor(name: string): readonly string[] {
    return this.#lines ?? (isCutAtOnce(name.length, name.charCodeAt(0)) ? this.early : this.lines);
  }
}
