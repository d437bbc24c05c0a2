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

import { CR, LF, NUL, SP, trimOWS } from "@httplib/bytes";
import { BadStatusLine, LimitExceeded, LineTooLong, UnknownProtocol } from "@httplib/errors";
import type { BadStatusLineCode, HTTPException } from "@httplib/errors";
import type { Defect, Lenient, Limits } from "@httplib/headers";
import type { Place } from "@httplib/headers/machine";
import { cannot, show } from "./cannot.ts";

const PREFIX = "HTTP/";

export class StatusLine {
  readonly #limits: Limits;
  readonly #bareLineFeed: boolean;
  /** Whether the byte before was a CR. */
  #afterCR = false;
  /** Where the SP behind the version stands, 0 before it has come. */
  #versionEnd = 0;

  /** The line so far, its end included. */
  text = "";
  done = false;
  version: 10 | 11 = 11;
  /** What was let through. */
  readonly defects: Defect[] = [];

  constructor(limits: Limits, lenient: Lenient) {
    this.#limits = limits;
    this.#bareLineFeed = lenient.bareLineFeed === true;
  }

  /** True while the five bytes that make it HTTP are not complete. */
  get inPrefix(): boolean {
    return !this.text.startsWith(PREFIX);
  }

  get status(): number {
    return Number(this.text.slice(this.#versionEnd + 1, this.#versionEnd + 4));
  }

  get reason(): string {
    return trimOWS(this.text.slice(this.#versionEnd + 5).replace(/\r?\n$/, ""));
  }

  /**
   * Reads on, at most to the end of the line.
   *
   * @param offset what `offset` in errors counts for the byte at `start`
   * @returns the index behind the last byte used
   */
  push(bytes: Uint8Array, start: number, end: number, offset: number): number {
    let i = start;
    while (i < end && !this.done) {
      this.#step(bytes[i]!, offset + i - start);
      i++;
    }
    return i;
  }

  #step(octet: number, at: number): void {
    const { maxLineBytes, maxHeadBytes } = this.#limits;
    const before = this.text.length;
    this.text += String.fromCharCode(octet);
    if (before >= maxLineBytes) throw new LineTooLong("status line", maxLineBytes, this.#place(at));
    if (before >= maxHeadBytes)
      throw new LimitExceeded("maxHeadBytes", maxHeadBytes, this.#place(at));
    if (before < PREFIX.length) {
      if (octet !== PREFIX.charCodeAt(before)) throw this.#bad("NOT_HTTP", at);
    } else if (this.#afterCR) {
      if (octet !== LF) throw this.#bad("STATUS_LINE_BARE_CR", at);
      this.#endLine(before - 1, at);
    } else if (octet === CR) {
      this.#afterCR = true;
    } else if (octet === LF) {
      const code = "STATUS_LINE_BARE_LF";
      if (!this.#bareLineFeed) throw this.#bad(code, at);
      this.defects.push({ code, ...this.#place(at) });
      this.#endLine(before, at);
    } else if (octet === NUL) {
      throw this.#bad("STATUS_LINE_NUL", at);
    } else if (this.#versionEnd === 0) {
      if (octet === SP) this.#endVersion(before, at);
      else if (octet < SP || octet > 0x7e) throw this.#bad("BAD_VERSION", at);
    } else {
      const place = before - this.#versionEnd; // 1 to 3: a digit; 4: SP; from 5 on the reason
      const isDigit = octet >= (place === 1 ? 0x31 : 0x30) && octet <= 0x39;
      if (place < 4 ? !isDigit : place === 4 && octet !== SP) {
        throw this.#bad("BAD_STATUS_CODE", at);
      }
    }
  }

  /** @param length of the line without its end */
  #endLine(length: number, at: number): void {
    if (this.#versionEnd === 0) this.#endVersion(length, at);
    if (length < this.#versionEnd + 4) {
      throw this.#bad("BAD_STATUS_CODE", at);
    }
    this.done = true;
  }

  #endVersion(length: number, at: number): void {
    const token = this.text.slice(0, length);
    if (!/^HTTP\/(1\.\d|0\.9)$/.test(token)) {
      throw new UnknownProtocol(token, this.#place(at));
    }
    this.#versionEnd = length;
    this.version = token === "HTTP/1.0" || token === "HTTP/0.9" ? 10 : 11;
  }

  /** The error of an input that ends inside the line. */
  cut(offset: number): HTTPException {
    return this.#bad("STATUS_LINE_CUT", offset);
  }

  #bad(code: BadStatusLineCode, at: number): HTTPException {
    const place = this.#place(at);
    const found = `${show(place.excerpt)} (${code})`;
    const sentence = cannot("read a status line", found, "RFC 9112, Section 4");
    return new BadStatusLine(this.text, { code, ...place, ...sentence });
  }

  #place(offset: number): Place {
    return { offset, excerpt: this.text.slice(-40) };
  }
}
