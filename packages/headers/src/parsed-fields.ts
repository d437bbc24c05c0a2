/**
 * ParsedFields: what a parser hands over of a section. A plain one is checked bytes, which become text and lines when somebody looks.
 *
 * Owns when that happens: many heads are never looked into, and `parseHeaders` of eight lines takes 330 ns, the first look 650 more.
 * What is here has been judged: a section that is not plain comes as lines already.
 */

import { latin1, trimOWS } from "@httplib/bytes";
import type { Defect } from "./limits.ts";

const SLAB_BYTES = 8192;
/** What is longer becomes text at once: that costs less than its share of a slab (2,000 bytes: 250 and 320 ns; 230 bytes: 100 and 57). */
const SMALL = 1024;

/** Where bytes wait for somebody to look, with those of other sections; from `slabUsed` on it is free. */
let slab: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
let slabUsed = 0;

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

/** What a parser found: the flat list of names and values, or what it can be cut from; and what was bent. */
export class ParsedFields {
  #lines: string[] | null;
  #text: string;
  #size = 0;
  /** The slab with the bytes that are no text yet; null when there are none. */
  #slab: Uint8Array | null = null;
  #start = 0;
  readonly defects: Defect[];
  /** Bytes of a plain section, its blank line included. */
  length = 0;

  /**
   * @param lines every line; null where they can be cut out of `text`
   * @param text the section's bytes as text, or "" when they must not be given back as they came
   */
  constructor(lines: string[] | null, defects: Defect[], text: string) {
    this.#lines = lines;
    this.#text = text;
    this.defects = defects;
  }

  /**
   * Those of a plain section: bytes[start, end), which are copied.
   *
   * @param size how many lines there are
   */
  static ofPlain(bytes: Uint8Array, start: number, end: number, size: number): ParsedFields {
    const length = end - start;
    const fields = new ParsedFields(null, [], length > SMALL ? latin1(bytes, start, end) : "");
    fields.#size = size;
    fields.length = length;
    if (length > SMALL) return fields;
    // A chunk up to three times as long goes into the slab as it is, since a view costs 45 ns; what comes next overwrites the rest.
    const isWhole = bytes.length <= 3 * length;
    const part = isWhole ? bytes : bytes.subarray(start, end);
    if (slabUsed + part.length > slab.length) {
      slab = new Uint8Array(SLAB_BYTES);
      slabUsed = 0;
    }
    slab.set(part, slabUsed);
    fields.#slab = slab;
    fields.#start = isWhole ? slabUsed + start : slabUsed;
    slabUsed = fields.#start + length;
    return fields;
  }

  /** How many lines there are. */
  get size(): number {
    return this.#lines === null ? this.#size : this.#lines.length >> 1;
  }

  /** The section's bytes as text, or "" when they must not be given back as they came. */
  get text(): string {
    if (this.#slab !== null) {
      this.#text = latin1(this.#slab, this.#start, this.#start + this.length);
      this.#slab = null;
    }
    return this.#text;
  }

  /** Every line. */
  get lines(): string[] {
    return (this.#lines ??= cutPlain(this.text));
  }

  /** After a change nothing can be given back as it came. */
  set lines(lines: string[]) {
    this.#lines = lines;
    this.#text = "";
    this.#slab = null;
  }
}
