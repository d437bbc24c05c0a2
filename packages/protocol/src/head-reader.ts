/**
 * One head: a status line and its field lines, up to the blank line (RFC 9112 §2.1).
 *
 *     head = status-line *( field-line CRLF ) CRLF
 *
 * Owns the choice between the quick way (a head that came whole in one read and is plain: one search, one string,
 * slices of it) and the two byte machines, which alone decide every error. Knows nothing of framing. Only a head
 * that is split over reads is ever copied.
 */

import { findHeadEnd, latin1, trimOWS } from "@httplib/bytes";
import { RemoteDisconnected } from "@httplib/errors";
import type { HTTPException } from "@httplib/errors";
import { HTTPMessage } from "@httplib/headers";
import type { Defect, Lenient, Limits } from "@httplib/headers";
import { FieldMachine, ParsedFields, plainFields } from "@httplib/headers/machine";
import type { ResponseHead } from "./events.ts";
import { StatusLine, versionOf } from "./status-line.ts";

export class HeadReader {
  readonly #limits: Limits;
  readonly #lenient: Lenient;
  readonly #plainBytes: number;
  // The machines are made when a head first needs them: an idle connection holds neither.
  #statusLine: StatusLine | null = null;
  #fields: FieldMachine | null = null;
  #parsed: ParsedFields | null = null;
  #defects: Defect[] = [];
  #version: 10 | 11 = 11;
  #status = 0;
  #reason = "";

  constructor(limits: Limits, lenient: Lenient) {
    this.#limits = limits;
    this.#lenient = lenient;
    this.#plainBytes = Math.min(limits.maxLineBytes, limits.maxHeadBytes);
  }

  /** True before the first byte of a head. */
  get fresh(): boolean {
    return this.#statusLine === null && this.#parsed === null;
  }

  /** True while only bytes of "HTTP/" have come. */
  get inPrefix(): boolean {
    return this.#fields === null && this.#parsed === null && (this.#statusLine?.inPrefix ?? true);
  }

  /** What came of the status line, a view: all there is while {@link inPrefix}. */
  get prefix(): Uint8Array {
    return this.#statusLine!.bytes;
  }

  get done(): boolean {
    return this.#parsed !== null;
  }

  /**
   * Reads on, at most to the end of the head.
   *
   * @param offset what `offset` in errors counts for the byte at `start`
   * @returns the index behind the last byte used
   */
  push(bytes: Uint8Array, start: number, end: number, offset: number): number {
    let at = start;
    if (this.#statusLine === null) {
      const quick = this.#quick(bytes, start, end);
      if (quick >= 0) return quick;
      this.#statusLine = new StatusLine(this.#limits, this.#lenient);
      this.#defects = [];
    }
    if (this.#fields === null) {
      at = this.#statusLine.push(bytes, start, end, offset, this.#defects);
      if (!this.#statusLine.done) return at;
      this.#fields = new FieldMachine(this.#limits, this.#lenient, "header line");
      this.#fields.reset(offset + at - start, this.#statusLine.length);
    }
    at = this.#fields.push(bytes, at, end);
    if (this.#fields.done) this.#takeFields(this.#statusLine, this.#fields);
    return at;
  }

  /** The head that is done; afterwards the reader is ready for the next one. */
  take(): { head: ResponseHead; fields: string[]; defects: Defect[] } {
    const parsed = this.#parsed!;
    const head: ResponseHead = {
      version: this.#version,
      status: this.#status,
      reason: this.#reason,
      headers: new HTTPMessage(parsed),
    };
    this.reset();
    return { head, fields: parsed.fields, defects: parsed.defects };
  }

  reset(): void {
    this.#statusLine = null;
    this.#fields = null;
    this.#parsed = null;
  }

  /** The error of an input that ends inside this head, or before it. */
  cut(offset: number): HTTPException {
    if (this.#fields !== null) return this.#fields.incomplete();
    if (this.#statusLine !== null) return this.#statusLine.cut(offset);
    return new RemoteDisconnected({ offset });
  }

  /** Takes a whole plain head in one go; -1 for "not mine", with nothing changed. */
  #quick(bytes: Uint8Array, start: number, end: number): number {
    const headEnd = findHeadEnd(bytes, start, end);
    if (headEnd < 0 || headEnd - start > this.#plainBytes) return -1;
    const text = latin1(bytes, start, headEnd);
    const version = versionOf(text.slice(0, 8));
    const status = Number(text.slice(9, 12));
    // "HTTP/1.1 200" then SP or CR. Number() would take blanks and signs, so the digits are looked at by range and form.
    if (version === 0 || !/^ [1-9]\d\d[ \r]/.test(text.slice(8, 13))) return -1;
    const cr = text.indexOf("\r", 12);
    if (text.indexOf("\n", 12) !== cr + 1) return -1;
    const fields = plainFields(text, cr + 2, bytes, start, this.#limits.maxHeaderFields);
    if (fields === null) return -1;
    this.#version = version;
    this.#status = status;
    this.#reason = trimOWS(text, 13, cr);
    this.#parsed = new ParsedFields(fields, [], text, cr + 2);
    return headEnd;
  }

  #takeFields(statusLine: StatusLine, machine: FieldMachine): void {
    const parsed = machine.take();
    const defects = [...this.#defects, ...parsed.defects];
    this.#version = statusLine.version;
    this.#status = statusLine.status;
    this.#reason = statusLine.reason;
    this.#parsed = new ParsedFields(parsed.fields, defects, parsed.text, parsed.start);
  }
}
