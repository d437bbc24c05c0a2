/**
 * The line before the data of a chunk (RFC 9112 §7.1, §7.1.1).
 *
 *     chunk          = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
 *     chunk-size     = 1*HEXDIG
 *     chunk-ext      = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
 *     chunk-ext-name = token
 *     chunk-ext-val  = token / quoted-string
 *
 * Owns the size, the grammar of extensions and the bound on overhead. Knows nothing of data and trailers. Every
 * byte of the line is compared with what it must be.
 *
 * Stricter than the RFC: 16 digits at most (as Go and httparse) and 2^53 - 1 at most, because a JS number counts
 * exactly only up to there; no LF alone (CVE-2025-22871, CVE-2026-33870); extensions by the grammar; no white space
 * after the size unless asked for. What a line may waste is Go's rule (CVE-2023-39326): 16 bytes and twice its data
 * are free, the rest adds up over the body.
 */

import {
  BACKSLASH,
  CR,
  DQUOTE,
  EQUALS,
  HEX_VALUE,
  HTAB,
  IS_TOKEN,
  LF,
  NOT_HEX,
  SEMICOLON,
  SP,
  latin1,
} from "@httplib/bytes";
import { LimitExceeded, LineTooLong, ProtocolError, escapeText } from "@httplib/errors";
import type { HTTPException, ProtocolErrorCode } from "@httplib/errors";
import type { Defect, Limits } from "@httplib/headers";

// What the next byte is looked at as.
const SIZE = 0;
const SPACE = 1; // blanks behind the size
const NAME_START = 2;
const NAME = 3;
const NAME_SPACE = 4;
const VALUE_START = 5;
const TOKEN = 6;
const QUOTED = 7;
const ESCAPED = 8;
const VALUE_SPACE = 9;
const QUOTE_END = 10;
const LINE_CR = 11;
const LINE_DONE = 12;

const MAX_DIGITS = 16;
/** Digits that stay exact without a look at 2^53. */
const SAFE_DIGITS = 13;
/** Free bytes of a chunk line, and free bytes for each byte of data: Go's figures. */
const FREE_PER_LINE = 16;
const FREE_PER_BYTE = 2;

const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

export class ChunkLine {
  readonly #maxOverhead: number;
  readonly #spaceAllowed: boolean;
  #stage = SIZE;
  #digits = 0;
  /** The size as it was written, and every byte behind it: what excerpts and {@link extensions} are cut from. */
  #sizeText = "";
  #tail: Uint8Array = NO_BYTES;
  #tailLength = 0;
  /** Bytes of the tail before its CR. */
  #extensionLength = 0;
  /** Overhead summed over the lines before this one. */
  #overhead = 0;
  /** The longest this line may get: fixed when its size is known. */
  #maxLength = 0;
  #spaceSeen = false;
  /** The size of the chunk: final once {@link done} is true. */
  size = 0;

  constructor(limits: Limits, spaceAllowed: boolean) {
    this.#maxOverhead = limits.maxChunkOverhead;
    this.#spaceAllowed = spaceAllowed;
  }

  /** True once the CRLF of the line has been read. */
  get done(): boolean {
    return this.#stage === LINE_DONE;
  }

  /** True between the first byte of a line and its end. */
  get begun(): boolean {
    return this.#digits > 0 && this.#stage !== LINE_DONE;
  }

  /** The text from the first ";" or blank to the CR. */
  get extensions(): string {
    return latin1(this.#tail, 0, this.#extensionLength);
  }

  /** Makes ready for the next line of the same body. */
  next(): void {
    this.#stage = SIZE;
    this.#digits = 0;
    this.#sizeText = "";
    this.#tailLength = 0;
    this.#extensionLength = 0;
    this.#spaceSeen = false;
    this.size = 0;
  }

  /** Makes ready for the first line of a body. */
  reset(): void {
    this.next();
    this.#overhead = 0;
    this.#tail = NO_BYTES;
  }

  /**
   * Reads on, at most to the end of the line.
   *
   * @param offset what `offset` in errors counts for the byte at `start`
   * @returns the index behind the last byte used
   */
  push(bytes: Uint8Array, start: number, end: number, offset: number, defects: Defect[]): number {
    let i = start;
    for (; i < end && this.#stage !== LINE_DONE; i++) {
      const octet = bytes[i]!;
      const at = offset + i - start;
      if (this.#stage === SIZE) {
        const digit = HEX_VALUE[octet]!;
        if (digit !== NOT_HEX) {
          this.#addDigit(digit, octet, at);
          continue;
        }
        this.#keep(octet);
        this.#endSize(at);
      } else {
        this.#keep(octet);
      }
      if (this.#digits + this.#tailLength > this.#maxLength) {
        throw new LimitExceeded("maxChunkOverhead", this.#maxOverhead, {
          offset: at,
          excerpt: this.#excerpt(),
        });
      }
      this.#step(octet, at, defects);
    }
    return i;
  }

  /**
   * The quick way for a line of at most 13 digits and CRLF that lies whole in the input, which is nearly every line.
   *
   * @returns the index behind the LF, or -1 for "not mine", with nothing changed
   */
  quick(bytes: Uint8Array, start: number, end: number): number {
    let size = 0;
    let i = start;
    const last = Math.min(end - 2, start + SAFE_DIGITS);
    for (; i < last; i++) {
      const digit = HEX_VALUE[bytes[i]!]!;
      if (digit === NOT_HEX) break;
      size = size * 16 + digit;
    }
    if (i === start || i > end - 2 || bytes[i] !== CR || bytes[i + 1] !== LF) return -1;
    this.size = size;
    this.#stage = LINE_DONE;
    // Such a line is shorter than what is free, so it can only pay back what earlier lines wasted.
    if (this.#overhead > 0) this.#charge(i + 2 - start);
    return i + 2;
  }

  #addDigit(digit: number, octet: number, offset: number): void {
    this.#sizeText += String.fromCharCode(octet);
    if (++this.#digits > MAX_DIGITS) {
      throw new LineTooLong("chunk size", MAX_DIGITS, { offset, excerpt: this.#excerpt() });
    }
    this.size = this.size * 16 + digit; // not `<<`: bit operators wrap at 32 bits
  }

  #endSize(offset: number): void {
    if (this.#digits === 0) throw this.#fail("CHUNK_SIZE", "a hexadecimal digit", offset);
    if (this.size > Number.MAX_SAFE_INTEGER) {
      throw this.#fail("CHUNK_SIZE_TOO_LARGE", "at most 2^53 - 1", offset);
    }
    const free = FREE_PER_LINE + FREE_PER_BYTE * this.size;
    // Whatever the size says, one line never holds more than the whole bound and an ordinary line.
    this.#maxLength = Math.min(this.#maxOverhead - this.#overhead + free, this.#maxOverhead + 18);
    this.#stage = SPACE;
  }

  /** One byte behind the digits. */
  #step(octet: number, offset: number, defects: Defect[]): void {
    const blank = octet === SP || octet === HTAB;
    switch (this.#stage) {
      case SPACE:
        if (blank) this.#spaceSeen = true;
        else if (octet === SEMICOLON) this.#stage = NAME_START;
        else if (octet === CR) {
          if (this.#spaceSeen) this.#spaceAfterSize(offset, defects);
          this.#endExtensions();
        } else if (this.#spaceSeen && octet > SP) {
          throw this.#fail("SPACE_AFTER_CHUNK_SIZE", '";" or CRLF', offset);
        } else throw this.#bad(octet, offset);
        return;
      case NAME_START:
        if (IS_TOKEN[octet] === 1) this.#stage = NAME;
        else if (!blank) throw this.#bad(octet, offset);
        return;
      case NAME:
        if (IS_TOKEN[octet] === 1) return;
        if (octet === EQUALS) this.#stage = VALUE_START;
        else this.#endItem(octet, offset, NAME_SPACE);
        return;
      case NAME_SPACE:
        if (octet === EQUALS) this.#stage = VALUE_START;
        else if (octet === SEMICOLON) this.#stage = NAME_START;
        else if (!blank) throw this.#bad(octet, offset);
        return;
      case VALUE_START:
        if (octet === DQUOTE) this.#stage = QUOTED;
        else if (IS_TOKEN[octet] === 1) this.#stage = TOKEN;
        else if (!blank) throw this.#bad(octet, offset);
        return;
      case TOKEN:
        if (IS_TOKEN[octet] !== 1) this.#endItem(octet, offset, VALUE_SPACE);
        return;
      case QUOTED:
        if (octet === DQUOTE) this.#stage = QUOTE_END;
        else if (octet === BACKSLASH) this.#stage = ESCAPED;
        else if (!isText(octet)) throw this.#bad(octet, offset);
        return;
      case ESCAPED:
        if (!isText(octet)) throw this.#bad(octet, offset);
        this.#stage = QUOTED;
        return;
      case QUOTE_END:
        this.#endItem(octet, offset, VALUE_SPACE);
        return;
      case VALUE_SPACE:
        if (octet === SEMICOLON) this.#stage = NAME_START;
        else if (!blank) throw this.#bad(octet, offset);
        return;
      default: // LINE_CR
        if (octet !== LF) throw this.#fail("BARE_CR", "LF behind CR", offset);
        this.#endLine();
    }
  }

  /** What may follow a complete extension name or value. */
  #endItem(octet: number, offset: number, spaceStage: number): void {
    if (octet === SEMICOLON) this.#stage = NAME_START;
    else if (octet === CR) this.#endExtensions();
    else if (octet === SP || octet === HTAB) this.#stage = spaceStage;
    else throw this.#bad(octet, offset);
  }

  #endExtensions(): void {
    this.#stage = LINE_CR;
    this.#extensionLength = this.#tailLength - 1;
  }

  #spaceAfterSize(offset: number, defects: Defect[]): void {
    if (!this.#spaceAllowed) {
      throw this.#fail("SPACE_AFTER_CHUNK_SIZE", "CRLF behind the size", offset);
    }
    defects.push({ code: "SPACE_AFTER_CHUNK_SIZE", offset, excerpt: this.#excerpt() });
  }

  #endLine(): void {
    this.#stage = LINE_DONE;
    this.#charge(this.#digits + this.#tailLength);
  }

  #charge(length: number): void {
    const wasted = length - FREE_PER_LINE - FREE_PER_BYTE * this.size;
    this.#overhead = Math.max(0, this.#overhead + wasted);
  }

  #bad(octet: number, offset: number): HTTPException {
    if (octet === LF) return this.#fail("BARE_LF", "CR before LF", offset);
    if (octet < SP || octet === 0x7f) {
      return this.#fail("CHUNK_LINE_CONTROL", "no control character", offset);
    }
    return this.#fail("CHUNK_EXTENSION", "a chunk extension", offset);
  }

  #fail(code: ProtocolErrorCode, expected: string, offset: number): HTTPException {
    const excerpt = this.#excerpt();
    return new ProtocolError(code, {
      offset,
      excerpt,
      message: `Cannot read a chunk line: found "${escapeText(excerpt)}", expected ${expected}`,
    });
  }

  /** At most 40 bytes of the line, ending with the last one read. */
  #excerpt(): string {
    const from = Math.max(0, this.#tailLength - 40);
    return (this.#sizeText + latin1(this.#tail, from, this.#tailLength)).slice(-40);
  }

  #keep(octet: number): void {
    if (this.#tailLength === this.#tail.length) {
      const grown = new Uint8Array(Math.max(64, this.#tail.length * 2));
      grown.set(this.#tail);
      this.#tail = grown;
    }
    this.#tail[this.#tailLength++] = octet;
  }
}

/** qdtext and what a quoted-pair may escape: HTAB, SP, visible ASCII and obs-text; the quote is met before. */
function isText(octet: number): boolean {
  return octet === HTAB || (octet >= SP && octet !== 0x7f);
}
