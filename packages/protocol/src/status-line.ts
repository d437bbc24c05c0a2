/**
 * The status line (RFC 9112 §4), byte by byte.
 *
 *     status-line  = HTTP-version SP status-code SP [ reason-phrase ] CRLF
 *     HTTP-version = %s"HTTP" "/" DIGIT "." DIGIT
 *     status-code  = 3DIGIT                                    ; 100 to 999
 *
 * Owns what a reply must begin with, and its errors. Knows nothing of fields and framing. Taken beyond the grammar,
 * as every client does: the second SP may be missing with the reason. Stricter than llhttp: nothing may come before
 * the line. A reply that cannot be HTTP is known at its first wrong byte, so a banner of another protocol never
 * leaves a client waiting; a version is judged at its end, a CR by the byte behind it.
 */

import { CR, LF, NUL, SP, latin1, trimOWS } from "@httplib/bytes";
import {
  BadStatusLine,
  LimitExceeded,
  LineTooLong,
  UnknownProtocol,
  escapeText,
} from "@httplib/errors";
import type { BadStatusLineCode, HTTPException } from "@httplib/errors";
import type { Defect, Lenient, Limits } from "@httplib/headers";

// What the next byte is looked at as.
const PREFIX = 0;
const VERSION = 1;
const STATUS = 2;
const STATUS_END = 3;
const REASON = 4;
const LINE_CR = 5;
const DONE = 6;

const HTTP = [0x48, 0x54, 0x54, 0x50, 0x2f]; // "HTTP/"
const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

/** 10 or 11 for a version token we speak, 0 for any other. */
export function versionOf(token: string): 0 | 10 | 11 {
  if (token === "HTTP/1.1") return 11;
  if (token === "HTTP/1.0" || token === "HTTP/0.9") return 10;
  return /^HTTP\/1\.\d$/.test(token) ? 11 : 0;
}

export class StatusLine {
  readonly #limits: Limits;
  readonly #bareLineFeed: boolean;
  #stage = PREFIX;
  /** Where a CR was met: what the line still lacked. */
  #before = PREFIX;
  #line: Uint8Array = NO_BYTES;
  #length = 0;
  #versionEnd = 0;
  version: 10 | 11 = 11;
  status = 0;
  readonly defects: Defect[] = [];

  constructor(limits: Limits, lenient: Lenient) {
    this.#limits = limits;
    this.#bareLineFeed = lenient.bareLineFeed === true;
  }

  get done(): boolean {
    return this.#stage === DONE;
  }

  /** Bytes of the line so far. */
  get length(): number {
    return this.#length;
  }

  /** True while the five bytes that make it HTTP are not complete. */
  get inPrefix(): boolean {
    return this.#stage === PREFIX;
  }

  /** The line so far, a view. */
  get bytes(): Uint8Array {
    return this.#line.subarray(0, this.#length);
  }

  get reason(): string {
    return trimOWS(
      latin1(this.#line, Math.min(this.#versionEnd + 5, this.#length), this.#length).replace(
        /\r?\n$/,
        "",
      ),
    );
  }

  /**
   * Reads on, at most to the end of the line.
   *
   * @param offset what `offset` in errors counts for the byte at `start`
   * @returns the index behind the last byte used
   */
  push(bytes: Uint8Array, start: number, end: number, offset: number): number {
    let i = start;
    for (; i < end && this.#stage !== DONE; i++) {
      const octet = bytes[i]!;
      const at = offset + i - start;
      this.#keep(octet);
      if (this.#length > this.#limits.maxLineBytes) {
        throw new LineTooLong("status line", this.#limits.maxLineBytes, this.#place(at));
      }
      if (this.#length > this.#limits.maxHeadBytes) {
        throw new LimitExceeded("maxHeadBytes", this.#limits.maxHeadBytes, this.#place(at));
      }
      this.#step(octet, at);
    }
    return i;
  }

  #step(octet: number, at: number): void {
    if (this.#stage === PREFIX) {
      if (octet !== HTTP[this.#length - 1]) throw this.#fail("NOT_HTTP", '"HTTP/"', at);
      if (this.#length === HTTP.length) this.#stage = VERSION;
      return;
    }
    if (this.#stage === LINE_CR) {
      if (octet !== LF) throw this.#fail("STATUS_LINE_BARE_CR", "LF behind CR", at);
      this.#endLine(at);
      return;
    }
    if (octet === CR) {
      this.#before = this.#stage;
      this.#stage = LINE_CR;
      if (this.#before === VERSION) this.#versionEnd = this.#length - 1;
      return;
    }
    if (octet === LF) {
      if (!this.#bareLineFeed) throw this.#fail("STATUS_LINE_BARE_LF", "CR before LF", at);
      this.defects.push({ code: "STATUS_LINE_BARE_LF", ...this.#place(at) });
      this.#before = this.#stage;
      if (this.#before === VERSION) this.#versionEnd = this.#length - 1;
      this.#endLine(at);
      return;
    }
    if (octet === NUL) throw this.#fail("STATUS_LINE_NUL", "any other octet", at);
    switch (this.#stage) {
      case VERSION:
        if (octet === SP) {
          this.#versionEnd = this.#length - 1;
          this.#judgeVersion(at);
          this.#stage = STATUS;
          this.status = 0;
        } else if (octet < SP || octet > 0x7e) throw this.#fail("BAD_VERSION", "a version", at);
        return;
      case STATUS: {
        const digits = this.#length - this.#versionEnd - 1;
        // 0x30 is "0": a code below 100 is refused at its first digit.
        if (octet < 0x30 || octet > 0x39 || (digits === 1 && octet === 0x30)) {
          throw this.#fail("BAD_STATUS_CODE", "three digits from 100 on", at);
        }
        this.status = this.status * 10 + octet - 0x30;
        if (digits === 3) this.#stage = STATUS_END;
        return;
      }
      case STATUS_END:
        if (octet !== SP) throw this.#fail("BAD_STATUS_CODE", "SP or CRLF behind three digits", at);
        this.#stage = REASON;
        return;
      default: // REASON takes every other octet
    }
  }

  #endLine(at: number): void {
    if (this.#before === VERSION) this.#judgeVersion(at);
    if (this.#before === VERSION || this.#before === STATUS) {
      throw this.#fail("BAD_STATUS_CODE", "three digits before the end of the line", at);
    }
    this.#stage = DONE;
  }

  #judgeVersion(at: number): void {
    const token = latin1(this.#line, 0, this.#versionEnd);
    const version = versionOf(token);
    if (version === 0) {
      throw new UnknownProtocol(token, {
        ...this.#place(at),
        message: `Cannot read a status line: found "${escapeText(token)}", expected HTTP/1.0 or HTTP/1.1`,
      });
    }
    this.version = version;
  }

  /** The error of an input that ends inside the line. */
  cut(offset: number): HTTPException {
    return new BadStatusLine(latin1(this.#line, 0, this.#length), {
      code: "STATUS_LINE_CUT",
      ...this.#place(offset),
      message: `Cannot read a status line: the input ended behind "${this.#shown()}", expected CRLF`,
    });
  }

  #fail(code: BadStatusLineCode, expected: string, at: number): HTTPException {
    return new BadStatusLine(latin1(this.#line, 0, this.#length), {
      code,
      ...this.#place(at),
      message: `Cannot read a status line: found "${this.#shown()}", expected ${expected}`,
    });
  }

  #place(offset: number): { offset: number; excerpt: string } {
    return { offset, excerpt: latin1(this.#line, Math.max(0, this.#length - 40), this.#length) };
  }

  #shown(): string {
    return escapeText(latin1(this.#line, Math.max(0, this.#length - 40), this.#length));
  }

  #keep(octet: number): void {
    if (this.#length === this.#line.length) {
      const grown = new Uint8Array(Math.max(64, this.#length * 2));
      grown.set(this.#line);
      this.#line = grown;
    }
    this.#line[this.#length++] = octet;
  }
}
