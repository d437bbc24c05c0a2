/**
 * The state machine that reads field lines byte by byte: of a head, and of a trailer section.
 *
 *     field-section = *( field-line CRLF ) CRLF
 *     field-line    = field-name ":" OWS field-value OWS
 *     field-value   = *( any octet but NUL, CR and LF )
 *     obs-fold      = OWS CRLF RWS                             ; becomes one SP
 *
 * Owns every rule about field lines (RFC 9112 §5, RFC 9110 §5.1, §5.5), every error about them and every leniency.
 * Knows nothing of status lines, framing or sockets. Each byte is looked at once however the input is cut, and an
 * error is raised at the first byte at which it is certain: a CR is judged by the byte behind it, a field is
 * complete when the next line begins without a blank.
 *
 * Stricter than RFC 9112 §2.2 and §5.2: a bare LF is an error (CVE-2022-35256), a bare CR has no option at all
 * (CVE-2025-23167), and a framing field may not be folded (CVE-2022-32215). Control characters other than NUL are
 * kept, as RFC 9110 §5.5 allows.
 */

import {
  COLON,
  CR,
  HTAB,
  IS_TOKEN,
  LF,
  NUL,
  SP,
  equalsIgnoreCase,
  latin1,
  trimOWS,
} from "@httplib/bytes";
import {
  IncompleteRead,
  LimitExceeded,
  LineTooLong,
  ProtocolError,
  escapeText,
} from "@httplib/errors";
import type { HTTPException, ProtocolErrorCode } from "@httplib/errors";
import { ParsedFields } from "./http-message.ts";
import type { Defect, Limits } from "./limits.ts";

// What the next byte is looked at as.
const LINE_START = 0;
const NAME = 1;
const NAME_CR = 2;
const VALUE = 3;
const VALUE_CR = 4;
const FOLD = 5; // only blanks so far on a continuation line
const FOLD_CR = 6;
const SKIP = 7; // inside a line that skipInvalidFields drops
const SKIP_CR = 8;
const END_CR = 9;
const DONE = 10;

/** Numbers kept a field: where its name and its value begin and end in the section, and whether it was folded. */
const MARKS = 5;

const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** Which leniencies the machine knows; both are off in a trailer section. */
export interface FieldLenient {
  readonly bareLineFeed?: boolean | undefined;
  readonly skipInvalidFields?: boolean | undefined;
}

export class FieldMachine {
  readonly #limits: Limits;
  readonly #lenient: FieldLenient;
  readonly #lineType: "header line" | "trailer line";
  #stage = LINE_START;
  /** The section so far, without what the current push() has not yet handed over. */
  #section: Uint8Array = NO_BYTES;
  #length = 0;
  #lineStart = 0;
  #lines = 0;
  #marks: number[] = [];
  /** False while the line above is one that was dropped, so that its folds are dropped too. */
  #open = false;
  #defects: Defect[] = [];
  #origin = 0;
  #ahead = 0;
  #error: HTTPException | null = null;

  constructor(limits: Limits, lenient: FieldLenient, lineType: "header line" | "trailer line") {
    this.#limits = limits;
    this.#lenient = lenient;
    this.#lineType = lineType;
  }

  /**
   * Makes the machine ready for a new section.
   *
   * @param origin what `offset` in errors counts from: the place of the section's first byte
   * @param ahead bytes of the same head that came before the section (the status line), counted by maxHeadBytes
   */
  reset(origin = 0, ahead = 0): void {
    this.#stage = LINE_START;
    this.#section = NO_BYTES;
    this.#length = 0;
    this.#lineStart = 0;
    this.#lines = 0;
    this.#marks = [];
    this.#open = false;
    this.#defects = [];
    this.#origin = origin;
    this.#ahead = ahead;
    this.#error = null;
  }

  /** True once the blank line has been read. */
  get done(): boolean {
    return this.#stage === DONE;
  }

  /** True before the first byte of a section. */
  get fresh(): boolean {
    return this.#length === 0 && this.#error === null;
  }

  /**
   * Reads on. Uses bytes until the section is complete.
   *
   * @returns the index behind the last byte used: `end`, unless the section is complete
   * @throws ProtocolError, LineTooLong or LimitExceeded; the same error object again until reset()
   */
  push(bytes: Uint8Array, start: number, end: number): number {
    if (this.#error !== null) throw this.#error;
    if (this.#stage === DONE || start >= end) return start;
    this.#reserve(end - start);
    const base = this.#length - start; // section offset = base + index
    let lineEnd = this.#lineStart + this.#limits.maxLineBytes;
    const sectionEnd = this.#limits.maxHeadBytes - this.#ahead;
    let stage = this.#stage;
    let i = start;
    scan: for (; i < end; i++) {
      const at = base + i;
      if (at >= lineEnd || at >= sectionEnd) {
        throw this.#overflow(at >= lineEnd, bytes, start, i);
      }
      const octet = bytes[i]!;
      switch (stage) {
        case VALUE:
          if (octet > CR) continue;
          if (octet === CR) stage = VALUE_CR;
          else if (octet === LF) {
            this.#bareLineFeed(bytes, start, i);
            this.#endValue(at);
            stage = LINE_START;
            lineEnd = this.#nextLine(at + 1);
          } else if (octet === NUL) {
            this.#invalid("NUL", "any other octet in a field value", bytes, start, i);
            this.#dropLine();
            stage = SKIP;
          }
          continue;
        case NAME:
          if (IS_TOKEN[octet] === 1) continue;
          if (octet === COLON) {
            this.#endName(at);
            stage = VALUE;
          } else if (octet === CR) stage = NAME_CR;
          else {
            // A line feed here ends a line that has no colon, so both rules are broken; the line end is judged first.
            if (octet === LF) this.#bareLineFeed(bytes, start, i);
            this.#invalid("INVALID_FIELD_NAME", 'a tchar or ":"', bytes, start, i);
            this.#dropLine();
            if (octet === LF) {
              stage = LINE_START;
              lineEnd = this.#nextLine(at + 1);
            } else stage = SKIP;
          }
          continue;
        case LINE_START:
          if (octet === CR) {
            stage = END_CR;
            continue;
          }
          if (octet === LF) {
            this.#bareLineFeed(bytes, start, i);
            stage = DONE;
            i++;
            break scan;
          }
          if (++this.#lines > this.#limits.maxHeaderFields) throw this.#tooMany(bytes, start, i);
          stage = this.#beginLine(octet, at, bytes, start, i);
          continue;
        case VALUE_CR:
          if (octet !== LF) throw this.#bareCR(bytes, start, i);
          this.#endValue(at - 1);
          stage = LINE_START;
          lineEnd = this.#nextLine(at + 1);
          continue;
        case FOLD:
          if (octet === SP || octet === HTAB) continue;
          if (octet === CR) stage = FOLD_CR;
          else if (octet === LF) {
            this.#bareLineFeed(bytes, start, i);
            this.#invalid("BLANK_FOLD", "text on a continuation line", bytes, start, i);
            this.#open = false;
            stage = LINE_START;
            lineEnd = this.#nextLine(at + 1);
          } else if (octet === NUL) {
            this.#invalid("NUL", "any other octet in a field value", bytes, start, i);
            this.#dropLine();
            stage = SKIP;
          } else stage = VALUE;
          continue;
        case SKIP:
          if (octet === CR) stage = SKIP_CR;
          else if (octet === LF) {
            this.#bareLineFeed(bytes, start, i);
            stage = LINE_START;
            lineEnd = this.#nextLine(at + 1);
          }
          continue;
        case END_CR:
          if (octet !== LF) throw this.#bareCR(bytes, start, i);
          stage = DONE;
          i++;
          break scan;
        default:
          // NAME_CR, FOLD_CR, SKIP_CR: the end of a line that is refused or dropped.
          if (octet !== LF) throw this.#bareCR(bytes, start, i);
          if (stage === NAME_CR) {
            this.#invalid("INVALID_FIELD_NAME", '":" behind the name', bytes, start, i);
            this.#dropLine();
          } else if (stage === FOLD_CR) {
            this.#invalid("BLANK_FOLD", "text on a continuation line", bytes, start, i);
            this.#open = false;
          }
          stage = LINE_START;
          lineEnd = this.#nextLine(at + 1);
      }
    }
    this.#stage = stage;
    this.#keep(bytes, start, i);
    return i;
  }

  /** The fields of a complete section; the caller checks {@link done}. */
  take(): ParsedFields {
    const text = latin1(this.#section, 0, this.#length);
    const marks = this.#marks;
    const fields: string[] = [];
    for (let m = 0; m < marks.length; m += MARKS) {
      fields.push(text.slice(marks[m], marks[m + 1]));
      if (marks[m + 4] === 0) fields.push(trimOWS(text, marks[m + 2], marks[m + 3]));
      else fields.push(unfold(text.slice(marks[m + 2], marks[m + 3])));
    }
    return new ParsedFields(fields, this.#defects, text, 0);
  }

  /** The error of an input that ends here, with the section so far as its partial. */
  incomplete(): HTTPException {
    if (this.#error !== null) return this.#error;
    return (this.#error = new IncompleteRead(this.#section.slice(0, this.#length), undefined, {
      code: "INCOMPLETE_HEAD",
      offset: this.#origin + this.#length,
      excerpt: this.#excerpt(),
      message: `Cannot read a ${this.#lineType}: the input ended after ${this.#length} bytes, expected a blank line`,
    }));
  }

  /** The first byte of a line that is not the blank line. */
  #beginLine(octet: number, at: number, bytes: Uint8Array, start: number, i: number): number {
    if (octet === SP || octet === HTAB) {
      if (this.#lines === 1) {
        this.#invalid("LEADING_WHITESPACE", "a field name", bytes, start, i);
        return SKIP;
      }
      if (!this.#open) return SKIP; // the fold of a dropped line
      this.#keep(bytes, start, i); // the name must be in the section to be looked at
      const framing = this.#isFramingField();
      this.#length -= i - start;
      if (framing) {
        this.#invalid("FOLDED_FRAMING_FIELD", "a framing field on one line", bytes, start, i);
        this.#dropLine();
        return SKIP;
      }
      this.#marks[this.#marks.length - 1] = 1;
      return FOLD;
    }
    this.#marks.push(at, at, at, at, 0);
    this.#open = true;
    if (IS_TOKEN[octet] === 1) return NAME;
    this.#invalid("INVALID_FIELD_NAME", "a tchar", bytes, start, i);
    this.#dropLine();
    return SKIP;
  }

  #endName(at: number): void {
    const marks = this.#marks;
    marks[marks.length - MARKS + 1] = at;
    marks[marks.length - MARKS + 2] = at + 1;
    marks[marks.length - MARKS + 3] = at + 1;
  }

  #endValue(at: number): void {
    this.#marks[this.#marks.length - 2] = at;
  }

  #nextLine(at: number): number {
    this.#lineStart = at;
    return at + this.#limits.maxLineBytes;
  }

  /** Takes back the field that the current line began or went on with. */
  #dropLine(): void {
    this.#marks.length -= MARKS;
    this.#open = false;
  }

  /** RFC 9112 §6: the two fields that decide where the message ends. */
  #isFramingField(): boolean {
    const from = this.#marks[this.#marks.length - MARKS]!;
    const to = this.#marks[this.#marks.length - MARKS + 1]!;
    if (to - from !== 14 && to - from !== 17) return false;
    const name = latin1(this.#section, from, to);
    return equalsIgnoreCase(name, "content-length") || equalsIgnoreCase(name, "transfer-encoding");
  }

  /** Refuses a malformed line, or records it when such lines are skipped. */
  #invalid(
    code: ProtocolErrorCode,
    expected: string,
    bytes: Uint8Array,
    start: number,
    i: number,
  ): void {
    if (this.#lenient.skipInvalidFields !== true) {
      throw this.#fail(code, expected, bytes, start, i);
    }
    this.#record(code, bytes, start, i);
  }

  #bareLineFeed(bytes: Uint8Array, start: number, i: number): void {
    if (this.#lenient.bareLineFeed !== true) {
      throw this.#fail("BARE_LF", "CR before LF", bytes, start, i);
    }
    this.#record("BARE_LF", bytes, start, i);
  }

  #bareCR(bytes: Uint8Array, start: number, i: number): HTTPException {
    return this.#fail("BARE_CR", "LF behind CR", bytes, start, i);
  }

  #record(code: ProtocolErrorCode, bytes: Uint8Array, start: number, i: number): void {
    const length = this.#length;
    this.#keep(bytes, start, i + 1);
    this.#defects.push({ code, offset: this.#origin + this.#length - 1, excerpt: this.#excerpt() });
    this.#length = length;
  }

  #fail(
    code: ProtocolErrorCode,
    expected: string,
    bytes: Uint8Array,
    start: number,
    i: number,
  ): HTTPException {
    this.#keep(bytes, start, i + 1);
    const excerpt = this.#excerpt();
    return (this.#error = new ProtocolError(code, {
      offset: this.#origin + this.#length - 1,
      excerpt,
      message: `Cannot read a ${this.#lineType}: found "${escapeText(excerpt.slice(-1))}" behind "${escapeText(excerpt.slice(0, -1))}", expected ${expected}`,
    }));
  }

  #overflow(line: boolean, bytes: Uint8Array, start: number, i: number): HTTPException {
    this.#keep(bytes, start, i + 1);
    const place = { offset: this.#origin + this.#length - 1, excerpt: this.#excerpt() };
    return (this.#error = line
      ? new LineTooLong(this.#lineType, this.#limits.maxLineBytes, place)
      : new LimitExceeded("maxHeadBytes", this.#limits.maxHeadBytes, place));
  }

  #tooMany(bytes: Uint8Array, start: number, i: number): HTTPException {
    this.#keep(bytes, start, i + 1);
    return (this.#error = new LimitExceeded("maxHeaderFields", this.#limits.maxHeaderFields, {
      offset: this.#origin + this.#length - 1,
      excerpt: this.#excerpt(),
    }));
  }

  #excerpt(): string {
    return latin1(this.#section, Math.max(0, this.#length - 40), this.#length);
  }

  /** Room for `more` bytes behind the section, never more than the limit and one push need; doubling keeps it linear. */
  #reserve(more: number): void {
    const needed = Math.min(this.#length + more, this.#limits.maxHeadBytes + 1);
    if (needed <= this.#section.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#section.length * 2, 256));
    grown.set(this.#section.subarray(0, this.#length));
    this.#section = grown;
  }

  /** Takes bytes[start, end) into the section, whose reserved room holds them. */
  #keep(bytes: Uint8Array, start: number, end: number): void {
    this.#section.set(bytes.subarray(start, end), this.#length);
    this.#length += end - start;
  }
}

/** obs-fold becomes one SP (RFC 9112 §5.2): the line ends and the blanks around them, in linear time. */
function unfold(value: string): string {
  let text = "";
  for (const line of value.split("\n")) {
    const piece = trimOWS(line.endsWith("\r") ? line.slice(0, -1) : line);
    if (piece !== "") text += text === "" ? piece : ` ${piece}`;
  }
  return text;
}
