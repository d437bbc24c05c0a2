/**
 * One head: a status line and its field lines, up to the blank line (RFC 9112 §2.1).
 *
 *     head = status-line *( field-line CRLF ) CRLF
 *
 * Owns the choice between the quick way (a head that came whole in one read and is plain: one look at its
 * bytes) and the two byte machines, which alone decide every error; and the reply without a head of HTTP/0.9,
 * where it is allowed. Knows nothing of framing, nor of when the fields become text.
 */

import { CR, SP, concat, encodeLatin1 } from "@httplib/bytes";
import { BadStatusLine, RemoteDisconnected } from "@httplib/errors";
import type { HTTPException } from "@httplib/errors";
import { HTTPMessage } from "@httplib/headers";
import type { Defect, Lenient, Limits } from "@httplib/headers";
import { FieldMachine, ParsedFields, plainLineEnd, readPlain } from "@httplib/headers/machine";
import type { ResponseHead } from "./events.ts";
import { LentInput, NO_BYTES } from "./lent-input.ts";
import { addLines, addMarked, clearOwn, valueOf } from "./own-fields.ts";
import type { OwnFields } from "./own-fields.ts";
import type { HeadFacts } from "./framing.ts";
import { StatusLine } from "./status-line.ts";

const ZERO = 0x30;
/** Where the status code of a plain status line ends. */
const STATUS_END = 12;
// What reading a head leaves to be used at once. All readers share it, so that an idle connection holds no lists.
const MARKS: number[] = [];
const OWN: OwnFields = [null, null, null, null];
/** Bytes of the shortest plain head: `HTTP/1.1 200`, CRLF, CRLF. */
const SHORTEST = 16;

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

/** The reason phrase behind a status code; most are "OK", which need not be made. */
function reasonOf(bytes: Uint8Array, from: number, to: number): string {
  const isOK = to - from === 3 && bytes[from + 1] === 0x4f && bytes[from + 2] === 0x4b;
  return isOK ? "OK" : valueOf(bytes, from, to);
}

/** How many bytes an excerpt holds. */
const EXCERPT = 40;

export class HeadReader implements HeadFacts {
  readonly #limits: Limits;
  readonly #lenient: Lenient;
  /** The longest head that can be plain: within every limit in bytes. */
  readonly #plainBytes: number;
  // The machines are made when a head first needs them: an idle connection holds neither.
  #statusLine: StatusLine | null = null;
  #fields: FieldMachine | null = null;
  /** Where in the response the status line begins. */
  #origin = 0;

  /** The fields of the head that was read last. */
  #parsed: ParsedFields | null = null;
  /** First bytes of a reply without a head, where they came in earlier feeds. */
  held: Uint8Array = NO_BYTES;
  /** Whether the next reply may lack a head: only the first of a connection, and only when asked for. */
  maySimple: boolean;

  constructor(limits: Limits, lenient: Lenient) {
    this.#limits = limits;
    this.#lenient = lenient;
    this.maySimple = lenient.simpleResponse === true;
    this.#plainBytes = Math.min(limits.maxLineBytes, limits.maxHeadBytes);
  }

  /** Of the head that was read last, the fields that concern the connection and the body; until any reader reads on. */
  get own(): OwnFields {
    return OWN;
  }

  /** Of the head that was read last: what was let through, where later defects go too. */
  get defects(): Defect[] {
    return this.#parsed!.defects;
  }

  /** The last bytes of that head, at most 40: what is wrong with it as a whole is known at its last byte. */
  get tail(): string {
    return this.#parsed!.text.slice(-EXCERPT);
  }

  /** Forgets that head. */
  drop(): void {
    this.#parsed = null;
  }

  /** Reads on, at most to the end of the head; the head when it is complete. */
  read(input: LentInput): ResponseHead | null {
    try {
      const head = input.at < input.end ? this.#readOn(input) : null;
      if (head !== null || !input.ended) return head;
      throw this.#cut(input.offset);
    } catch (error) {
      const line = this.#statusLine;
      if (!this.maySimple || line === null || !line.inPrefix || !(error instanceof BadStatusLine))
        throw error;
      // HTTP/0.9: everything from the first byte on is the body.
      const { code, offset = 0, excerpt = "" } = error;
      const held = encodeLatin1(line.text.slice(0, input.offset));
      clearOwn(OWN);
      return this.#complete(
        9,
        200,
        "",
        new ParsedFields([], [{ code, offset, excerpt }], ""),
        held,
      );
    }
  }

  /** A reader in the same place that goes on by itself: another one that has read the same bytes. */
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

  #readOn(input: LentInput): ResponseHead | null {
    const { bytes, at, end, offset } = input;
    if (this.#statusLine === null) {
      const head = this.#quick(input);
      if (head !== null) return head;
      this.#statusLine = new StatusLine(this.#limits, this.#lenient);
      this.#origin = offset;
    }
    const line = this.#statusLine;
    if (this.#fields === null) {
      input.at = line.push(bytes, at, end, offset);
      if (!line.done) return null;
      const [limits, lenient, ahead] = [this.#limits, this.#lenient, line.text.length];
      this.#fields = new FieldMachine(limits, lenient, "header line", input.offset, ahead);
    }
    input.at = this.#fields.push(bytes, input.at, end);
    if (!this.#fields.done) return null;
    const parsed = this.#fields.take();
    parsed.defects.unshift(...line.defects);
    clearOwn(OWN);
    addLines(OWN, parsed.lines);
    return this.#complete(line.version, line.status, line.reason, parsed);
  }

  /** Takes a whole plain head in one go; null for "not mine", with nothing changed. */
  #quick(input: LentInput): ResponseHead | null {
    const { bytes, at } = input;
    const end = Math.min(input.end, at + this.#plainBytes);
    if (end - at < SHORTEST || !beginsPlain(bytes, at)) return null;
    const lineEnd = plainLineEnd(bytes, at + STATUS_END, end);
    if (lineEnd < 0) return null;
    const { maxHeaderFields } = this.#limits;
    const from = lineEnd + 2;
    const parsed = readPlain(bytes, from, end, maxHeaderFields, MARKS);
    if (parsed === null) return null;
    input.at = from + parsed.length;
    clearOwn(OWN);
    addMarked(OWN, MARKS, bytes, input.at);
    const version = bytes[at + 7] === ZERO ? 10 : 11;
    const status = bytes[at + 9]! * 100 + bytes[at + 10]! * 10 + bytes[at + 11]! - ZERO * 111;
    const reason = reasonOf(bytes, at + STATUS_END, lineEnd);
    return this.#complete(version, status, reason, parsed);
  }

  #complete(
    version: 9 | 10 | 11,
    status: number,
    reason: string,
    parsed: ParsedFields,
    held = NO_BYTES,
  ): ResponseHead {
    this.#parsed = parsed;
    this.held = held;
    this.maySimple = false;
    this.#statusLine = null;
    this.#fields = null;
    return { version, status, reason, headers: new HTTPMessage(parsed) };
  }

  /** The error of an input that ends inside this head, or before it. */
  #cut(offset: number): HTTPException {
    if (this.#fields !== null) {
      const error = this.#fields.incomplete();
      // What came of a head is no part of a body, which is what `partial` means to whoever reads one.
      error.partial = new Uint8Array(0);
      return error;
    }
    return this.#statusLine?.cut(offset) ?? new RemoteDisconnected({ offset });
  }
}
