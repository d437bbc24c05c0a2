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

import { COLON, CR, HTAB, IS_TOKEN, LF, NUL, SP, trimOWS } from "@httplib/bytes";
import { IncompleteRead, LimitExceeded, LineTooLong } from "@httplib/errors";
import type { HTTPException, ProtocolErrorCode } from "@httplib/errors";
import type { Defect, Limits } from "./limits.ts";
import { ParsedFields } from "./parsed-fields.ts";
import { Received } from "./received.ts";
import { wireError } from "./wire-error.ts";

// What the next byte is looked at as.
const LINE_START = 0;
const NAME = 1;
const VALUE = 2;
const FOLD = 3; // only blanks so far on a continuation line
const SKIP = 4; // inside a line that skipInvalidFields drops
const AFTER_CR = 5;
const DONE = 6;

const NONE = -1;

/** Which leniencies the machine knows; both are off in a trailer section. */
export interface FieldLenient {
  readonly bareLineFeed?: boolean | undefined;
  readonly skipInvalidFields?: boolean | undefined;
}

/** Reads one section. */
export class FieldMachine {
  readonly #limits: Limits;
  readonly #lenient: FieldLenient;
  readonly #lineType: "header line" | "trailer line";
  /** What `offset` in errors counts from. */
  readonly #origin: number;
  readonly #ahead: number;
  #stage = LINE_START;
  /** The stage that a CR came in. */
  #endedStage = LINE_START;
  readonly #section = new Received();
  #lines = 0;
  /** Where the current line begins in the section. */
  #lineStart = 0;
  /** Where the field begins that the next line may go on with; NONE behind a line that was dropped with its folds. */
  #fieldStart = NONE;
  /** Where each field begins and ends in the section. */
  readonly #fields: [start: number, end: number][] = [];
  readonly #defects: Defect[] = [];

  /**
   * @param lineType how errors call a line
   * @param origin what `offset` in errors counts from: the place of the section's first byte
   * @param ahead bytes of the same head that came before the section (the status line), counted by maxHeadBytes
   */
  constructor(
    limits: Limits,
    lenient: FieldLenient,
    lineType: "header line" | "trailer line",
    origin = 0,
    ahead = 0,
  ) {
    this.#limits = limits;
    this.#lenient = lenient;
    this.#lineType = lineType;
    this.#origin = origin;
    this.#ahead = ahead;
  }

  /** True once the blank line has been read. */
  get done(): boolean {
    return this.#stage === DONE;
  }

  /** The bytes read so far: another machine that reads them gets to the same place. */
  get received(): Uint8Array {
    return this.#section.copy();
  }

  /**
   * Reads on. Uses bytes until the section is complete.
   *
   * @returns the index behind the last byte used: `end`, unless the section is complete
   * @throws ProtocolError, LineTooLong or LimitExceeded; then no further call may follow
   */
  push(bytes: Uint8Array, start: number, end: number): number {
    const { maxLineBytes, maxHeadBytes, maxHeaderFields } = this.#limits;
    const base = this.#section.length - start; // index in the section = base + index in the input
    const headEnd = maxHeadBytes - this.#ahead - base;
    let lineEnd = this.#lineStart + maxLineBytes - base;
    let limit = Math.min(lineEnd, headEnd);
    let stage = this.#stage;
    let i = start;
    this.#section.begin(start, this.#origin + this.#section.length);
    for (; i < end && stage !== DONE; i++) {
      if (i >= limit) {
        const place = this.#section.place(bytes, i);
        throw i >= lineEnd
          ? new LineTooLong(this.#lineType, maxLineBytes, place)
          : new LimitExceeded("maxHeadBytes", maxHeadBytes, place);
      }
      const octet = bytes[i]!;
      if (stage === VALUE ? octet > CR : stage === NAME && IS_TOKEN[octet] === 1) continue;
      if (octet === CR && stage !== AFTER_CR) {
        this.#endedStage = stage;
        stage = AFTER_CR;
        continue;
      }
      if (octet === LF || stage === AFTER_CR) {
        if (octet !== LF) this.#refuse("BARE_CR", false, bytes, i);
        if (stage === AFTER_CR) stage = this.#endedStage;
        else this.#refuse("BARE_LF", this.#lenient.bareLineFeed, bytes, i);
        stage = this.#endLine(stage, bytes, i);
        this.#lineStart = base + i + 1;
        lineEnd = i + 1 + maxLineBytes;
        limit = Math.min(lineEnd, headEnd);
        continue;
      }
      if (stage === LINE_START) {
        if (++this.#lines > maxHeaderFields) {
          throw new LimitExceeded(
            "maxHeaderFields",
            maxHeaderFields,
            this.#section.place(bytes, i),
          );
        }
        stage = this.#beginLine(octet, bytes, i);
      } else if (stage === NAME) {
        stage = octet === COLON ? VALUE : this.#invalid("INVALID_FIELD_NAME", bytes, i);
      } else if (stage !== SKIP) {
        if (octet === NUL) stage = this.#invalid("NUL", bytes, i);
        else if (octet !== SP && octet !== HTAB) stage = VALUE;
      }
    }
    this.#stage = stage;
    this.#section.take(bytes, i);
    return i;
  }

  /** The fields of a complete section; the caller checks {@link done}. */
  take(): ParsedFields {
    const text = this.#section.text();
    const fields: string[] = [];
    for (const [start, end] of this.#fields) {
      const colon = text.indexOf(":", start);
      fields.push(text.slice(start, colon), unfold(text, colon + 1, end));
    }
    return new ParsedFields(fields, this.#defects, text);
  }

  /** The error of an input that ends here, with the section so far as its partial. */
  incomplete(): HTTPException {
    const offset = this.#origin + this.#section.length;
    return new IncompleteRead(this.received, undefined, { code: "INCOMPLETE_HEAD", offset });
  }

  /** The first byte of a line that is not the blank line: of a field, or of a fold. */
  #beginLine(octet: number, bytes: Uint8Array, i: number): number {
    if (octet === SP || octet === HTAB) {
      if (this.#lines === 1) {
        return this.#invalid("LEADING_WHITESPACE", bytes, i);
      }
      if (this.#fieldStart === NONE) return SKIP;
      this.#section.take(bytes, i);
      const name = this.#section.text(this.#fieldStart, this.#fieldStart + 18);
      // RFC 9112 §6: the two fields that decide where the message ends.
      return /^(?:content-length|transfer-encoding):/i.test(name)
        ? this.#invalid("FOLDED_FRAMING_FIELD", bytes, i)
        : FOLD;
    }
    this.#endField();
    this.#fieldStart = this.#lineStart;
    return IS_TOKEN[octet] === 1 ? NAME : this.#invalid("INVALID_FIELD_NAME", bytes, i);
  }

  /** The LF of a line: what the line lacks is judged here. */
  #endLine(stage: number, bytes: Uint8Array, i: number): number {
    if (stage === NAME) this.#invalid("INVALID_FIELD_NAME", bytes, i);
    else if (stage === FOLD) {
      this.#endField(); // where the blank line is dropped, the field above it is whole
      this.#invalid("BLANK_FOLD", bytes, i);
    } else if (stage === LINE_START) {
      this.#endField();
      return DONE;
    }
    return LINE_START;
  }

  /** Keeps the field that ends where the current line begins. */
  #endField(): void {
    if (this.#fieldStart !== NONE) this.#fields.push([this.#fieldStart, this.#lineStart]);
    this.#fieldStart = NONE;
  }

  /** Refuses a malformed line, or drops it with the field it belongs to. */
  #invalid(code: ProtocolErrorCode, bytes: Uint8Array, i: number): number {
    this.#refuse(code, this.#lenient.skipInvalidFields, bytes, i);
    this.#fieldStart = NONE;
    return SKIP;
  }

  /** Throws, or records the same as a defect when it is allowed. */
  #refuse(
    code: ProtocolErrorCode,
    allowed: boolean | undefined,
    bytes: Uint8Array,
    i: number,
  ): void {
    const place = this.#section.place(bytes, i);
    if (allowed === true) {
      this.#defects.push({ code, ...place });
      return;
    }
    throw wireError(code, this.#lineType, "5", place);
  }
}

/** obs-fold becomes one SP (RFC 9112 §5.2): the line ends and the blanks around them, in linear time. */
function unfold(text: string, start: number, end: number): string {
  let value = "";
  for (let line = start; line < end;) {
    const lf = text.indexOf("\n", line);
    const piece = trimOWS(text, line, text[lf - 1] === "\r" ? lf - 1 : lf);
    if (piece !== "") value += value === "" ? piece : ` ${piece}`;
    line = lf + 1;
  }
  return value;
}
