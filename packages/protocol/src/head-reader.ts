/**
 * One head: a status line and its field lines, up to the blank line (RFC 9112 §2.1).
 *
 *     head = status-line *( field-line CRLF ) CRLF
 *
 * Owns the choice between the quick way (a head that came whole in one read and is plain: one search, one string,
 * slices of it) and the two byte machines, which alone decide every error; and the reply without a head of HTTP/0.9,
 * where it is allowed. Knows nothing of framing. Only a head that is split over reads is ever copied.
 */

import { CR, SP, concat, encodeLatin1, findHeadEnd, latin1, trimOWS } from "@httplib/bytes";
import { BadStatusLine, RemoteDisconnected } from "@httplib/errors";
import type { HTTPException } from "@httplib/errors";
import { HTTPMessage } from "@httplib/headers";
import type { Defect, Lenient, Limits } from "@httplib/headers";
import { FieldMachine, ParsedFields, checkPlain } from "@httplib/headers/machine";
import type { ResponseHead } from "./events.ts";
import { LentInput, NO_BYTES } from "./lent-input.ts";
import { pickOwn } from "./own-fields.ts";
import { StatusLine } from "./status-line.ts";

const ZERO = 0x30;
/** Where the status code of a plain status line ends. */
const STATUS_END = 12;

/**
 * Whether a status line begins as a plain one, `HTTP/1.x 1xx` to `9xx` and SP or CR; what else is allowed is the byte machine's business.
 * On the bytes it costs 5 ns, as a regular expression 12.
 */
function beginsPlain(bytes: Uint8Array, at: number): boolean {
  const next = bytes[at + STATUS_END];
  return (
    bytes[at] === 0x48 &&
    bytes[at + 1] === 0x54 &&
    bytes[at + 2] === 0x54 &&
    bytes[at + 3] === 0x50 &&
    bytes[at + 4] === 0x2f &&
    bytes[at + 5] === 0x31 &&
    bytes[at + 6] === 0x2e &&
    isDigit(bytes[at + 7]!) &&
    bytes[at + 8] === SP &&
    isDigit(bytes[at + 9]!) &&
    bytes[at + 9] !== ZERO &&
    isDigit(bytes[at + 10]!) &&
    isDigit(bytes[at + 11]!) &&
    (next === SP || next === CR)
  );
}

function isDigit(octet: number): boolean {
  return octet >= ZERO && octet <= 0x39;
}

/** A head, and what its fields were made of. */
export interface CompleteHead {
  readonly head: ResponseHead;
  /** The flat list of its fields, or at least of those that concern the connection and the body. */
  readonly own: readonly string[];
  readonly defects: Defect[];
  /** First bytes of a reply without a head, where they came in earlier feeds. */
  readonly held: Uint8Array;
}

export class HeadReader {
  readonly #limits: Limits;
  readonly #lenient: Lenient;
  /** The longest head that can be plain: within every limit in bytes. */
  readonly #plainBytes: number;
  // The machines are made when a head first needs them: an idle connection holds neither.
  #statusLine: StatusLine | null = null;
  #fields: FieldMachine | null = null;
  /** Where in the response the status line begins. */
  #origin = 0;
  #whole: CompleteHead | null = null;

  /** Whether the next reply may lack a head: only the first of a connection, and only when asked for. */
  maySimple: boolean;

  constructor(limits: Limits, lenient: Lenient) {
    this.#limits = limits;
    this.#lenient = lenient;
    this.maySimple = lenient.simpleResponse === true;
    // A head may end at LF LF where that is let through, so that the search for CRLF CRLF would look at what is behind it,
    // once for each interim head.
    this.#plainBytes =
      lenient.bareLineFeed === true ? 0 : Math.min(limits.maxLineBytes, limits.maxHeadBytes);
  }

  /** Reads on, at most to the end of the head; true when it is complete. */
  read(input: LentInput): boolean {
    try {
      if (input.at < input.end && this.#readOn(input)) return true;
      if (!input.ended) return false;
      throw this.#cut(input.offset);
    } catch (error) {
      const line = this.#statusLine;
      if (!this.maySimple || line === null || !line.inPrefix || !(error instanceof BadStatusLine))
        throw error;
      // HTTP/0.9: everything from the first byte on is the body.
      const held = encodeLatin1(line.text.slice(0, input.offset));
      const { code, offset = 0, excerpt = "" } = error;
      this.#complete(9, 200, "", new ParsedFields([], [{ code, offset, excerpt }], "", 0), held);
      return true;
    }
  }

  /** The head that read() has completed, once. */
  take(): CompleteHead {
    const whole = this.#whole!;
    this.#whole = null;
    return whole;
  }

  /** A reader in the same place that goes on by itself: another one that has read the same bytes; nothing may be to take. */
  clone(): HeadReader {
    const twin = new HeadReader(this.#limits, this.#lenient);
    twin.maySimple = this.maySimple;
    const line = encodeLatin1(this.#statusLine?.text ?? "");
    const read = concat([line, this.#fields?.received ?? NO_BYTES]);
    const input = new LentInput();
    input.at = this.#origin; // counts the offsets from there
    input.lend(read, 0, read.length);
    twin.read(input);
    return twin;
  }

  #readOn(input: LentInput): boolean {
    const { bytes, at, end, offset } = input;
    if (this.#statusLine === null) {
      if (this.#quick(input)) return true;
      this.#statusLine = new StatusLine(this.#limits, this.#lenient);
      this.#origin = offset;
    }
    const line = this.#statusLine;
    if (this.#fields === null) {
      input.at = line.push(bytes, at, end, offset);
      if (!line.done) return false;
      const [limits, lenient, ahead] = [this.#limits, this.#lenient, line.text.length];
      this.#fields = new FieldMachine(limits, lenient, "header line", input.offset, ahead);
    }
    input.at = this.#fields.push(bytes, input.at, end);
    if (!this.#fields.done) return false;
    const parsed = this.#fields.take();
    parsed.defects.unshift(...line.defects);
    this.#complete(line.version, line.status, line.reason, parsed);
    return true;
  }

  /** Takes a whole plain head in one go; false for "not mine", with nothing changed. */
  #quick(input: LentInput): boolean {
    const { bytes, at, end } = input;
    const headEnd = findHeadEnd(bytes, at, Math.min(end, at + this.#plainBytes));
    if (headEnd < 0 || !beginsPlain(bytes, at)) return false;
    const text = latin1(bytes, at, headEnd);
    const cr = text.indexOf("\r", STATUS_END);
    if (text.indexOf("\n") !== cr + 1) return false;
    const own: string[] = [];
    const most = this.#limits.maxHeaderFields;
    const parsed = checkPlain(text, cr + 2, bytes, at, most, own, pickOwn);
    if (parsed === null) return false;
    input.at = headEnd;
    const version = bytes[at + 7] === ZERO ? 10 : 11;
    const status = bytes[at + 9]! * 100 + bytes[at + 10]! * 10 + bytes[at + 11]! - ZERO * 111;
    this.#complete(version, status, trimOWS(text, STATUS_END + 1, cr), parsed, NO_BYTES, own);
    return true;
  }

  #complete(
    version: 9 | 10 | 11,
    status: number,
    reason: string,
    parsed: ParsedFields,
    held = NO_BYTES,
    own: readonly string[] = parsed.lines,
  ): void {
    const head = { version, status, reason, headers: new HTTPMessage(parsed) };
    this.#whole = { head, own, defects: parsed.defects, held };
    this.maySimple = false;
    this.#statusLine = null;
    this.#fields = null;
  }

  /** The error of an input that ends inside this head, or before it. */
  #cut(offset: number): HTTPException {
    if (this.#fields !== null) {
      const error = this.#fields.incomplete();
      // What came of a head is no part of a body, which is what `partial` means to whoever reads one.
      error.partial = NO_BYTES;
      return error;
    }
    return this.#statusLine?.cut(offset) ?? new RemoteDisconnected({ offset });
  }
}
