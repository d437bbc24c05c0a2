/**
 * RequestHead: the request line and the fields of one request, checked as they are added (RFC 9112 §3, §5).
 *
 *     request-line   = method SP request-target SP "HTTP/1.1" CRLF
 *     method         = token
 *     request-target = 1*%x21-7E
 *
 * Owns what may be sent and which framing the fields declare. Knows nothing of connections, automatic fields and
 * bodies. A field that is refused leaves the head as it was, and nothing is written before every check has passed:
 * a character above U+00FF is refused, never narrowed to a byte that could be CR or LF (CVE-2018-12116). Each of
 * Host, Content-Length and Transfer-Encoding occurs at most once, the last two never together (RFC 9112 §6.2).
 * Longer than most files, because what may be sent is judged in one place.
 */

import { equalsIgnoreCase, isToken, trimOWS } from "@httplib/bytes";
import { InvalidRequest, InvalidURL } from "@httplib/errors";
import type { InvalidRequestCode } from "@httplib/errors";
import type { HeaderValue, HeadersInput } from "@httplib/headers";
import {
  forEachField,
  isList,
  ownOptions,
  sendableName,
  sendableValue,
} from "@httplib/headers/machine";
import { isForbiddenTrailer } from "@httplib/chunked";
import { cannot, show } from "./cannot.ts";
import { decimal } from "./framing.ts";
import { hasOption } from "./keep-alive.ts";

// What the fields said so far, a bit each.
const HAS_HOST = 1;
const IS_CODED = 2;
const CLOSES = 4;
const UPGRADES = 8;
const EXPECTS_CONTINUE = 16;

/** Between the lines of one value. */
const FOLD = "\r\n\t";

const NOT_IN_HOST = /[\x20\t,@/?#\\]/;
/** The last Host that had none of these: most requests go where the one before went (3 ns, 25 by the expression). */
let plainHost = "";

/** Values up to so many characters are looked through one by one. */
const SHORT = 24;

/** Lengths of usual names. */
const LENGTHS = 32;
/** Of each of these lengths the name that was last found to be a token, and how its line begins: programs send the same few again and again. */
const judged: (string | null)[] = /* @__PURE__ */ Array.from({ length: LENGTHS }, () => null);
const starts: string[] = /* @__PURE__ */ Array.from({ length: LENGTHS }, () => "");

/** What is known of the body when a head is finished. */
export interface RequestBodyShape {
  /** Its length in bytes, where known. */
  readonly size?: number | undefined;
  /** Whether chunks are to be made of it here: of use when no length is declared. */
  readonly encode?: boolean | undefined;
  /** Names for the Trailer field. */
  readonly trailers?: readonly string[] | undefined;
}

/** How the end of a request body is marked: by nothing, a length, our chunks, or chunks the caller codes himself. */
export interface RequestFraming {
  /** "chunked": chunks are made by `sendData()`; "raw": the caller gives them ready. */
  readonly kind: "none" | "length" | "chunked" | "raw";
  /** Bytes of the body for "length", else 0. */
  readonly length: number;
}

/** The framing of every request without a body. */
export const NO_BODY: RequestFraming = { kind: "none", length: 0 };

/**
 * A request head under construction.
 *
 * @see document http.client 3.13.3, `putrequest`, `putheader`, `endheaders`
 * @example
 * ```ts
 * import { RequestHead } from "@httplib/protocol";
 * const head = new RequestHead("PUT", "/file");
 * head.add("Host", "localhost:8080");
 * const { text, framing } = head.finish({ size: 18 });
 * if (text !== "PUT /file HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 18\r\n\r\n") throw new Error(text);
 * if (framing.kind !== "length") throw new Error(framing.kind);
 * ```
 */
export class RequestHead {
  /** The method, in the caller's case. */
  readonly method: string;
  /** The request target as it is sent. */
  readonly target: string;
  /** The field lines, each behind the CRLF of the line before it. */
  #lines = "";
  /** What Content-Length says, -1 without one. */
  #length = -1;
  #facts = 0;

  /**
   * @param method a token, compared with case
   * @param target the request target as it is to be sent
   * @throws InvalidRequest INVALID_METHOD; InvalidURL for a target that is empty or has an octet outside 0x21 to 0x7E
   */
  constructor(method: string, target: string) {
    // Most requests are GET, which is known at sight: 20 ns less.
    if (method !== "GET" && (typeof method !== "string" || !isToken(method))) {
      throw bad("INVALID_METHOD", `the method ${show(method)}`, "a token");
    }
    if (typeof target !== "string" || target === "" || !isWithin(target, 0x21)) {
      throw new InvalidURL(cannot("send a request", `the target ${show(target)}`, "visible ASCII"));
    }
    this.method = method;
    this.target = target;
  }

  /** Whether a Connection field says `close`. */
  get closes(): boolean {
    return this.#is(CLOSES);
  }

  /** Whether there is an Upgrade field. */
  get upgrades(): boolean {
    return this.#is(UPGRADES);
  }

  /** Whether an Expect field says `100-continue`. */
  get expectsContinue(): boolean {
    return this.#is(EXPECTS_CONTINUE);
  }

  /** Whether the fields declare where the body ends. */
  get declaresBody(): boolean {
    return this.#length >= 0 || this.#is(IS_CODED);
  }

  /**
   * Adds a field line.
   *
   * @param name a token
   * @param values one value, or several for continuation lines (CRLF and a tab, as documented for `putheader`; most
   *   servers refuse them); none for an empty value
   * @throws InvalidRequest INVALID_FIELD_NAME, INVALID_FIELD_VALUE, FRAMING_CONFLICT
   */
  add(name: string, ...values: HeaderValue[]): void {
    this.#add(name, values.length === 1 ? values[0]! : values);
  }

  /**
   * Adds every field of an input, in order; a list in a pair means continuation lines, a list in a record repeats the field.
   *
   * @param headers pairs, a message, a Map, a Fetch Headers, or a record
   * @throws InvalidRequest as {@link add}, and then what came before the refused field has been added
   */
  addAll(headers: HeadersInput): void {
    forEachField(headers, (name, value) => this.#add(name, value));
  }

  #add(name: string, value: HeaderValue | readonly HeaderValue[]): void {
    const start = lineStart(name);
    const text = isList(value) ? value.map(sendableValue).join(FOLD) : checkedValue(value);
    // Only names of these lengths mean something here, so the others cost one look (14 ns; a switch over lower case 35).
    switch (name.length) {
      case 4:
        if (equalsIgnoreCase(name, "Host")) this.#addHost(text);
        break;
      case 6:
        if (equalsIgnoreCase(name, "Expect") && lists(text, "100-continue"))
          this.#facts |= EXPECTS_CONTINUE;
        break;
      case 7:
        if (equalsIgnoreCase(name, "Upgrade")) this.#facts |= UPGRADES;
        break;
      case 10:
        if (equalsIgnoreCase(name, "Connection") && lists(text, "close")) this.#facts |= CLOSES;
        break;
      case 14:
        if (equalsIgnoreCase(name, "Content-Length")) this.#addLength(text);
        break;
      case 17:
        if (equalsIgnoreCase(name, "Transfer-Encoding")) this.#addCodings(text);
        break;
      default:
    }
    this.#lines += start + text;
  }

  /**
   * Adds every field line of another head, for what many requests have in common: it was checked when that head was made.
   *
   * @param other a head, finished or not; its method and target do not count
   * @throws InvalidRequest FRAMING_CONFLICT
   */
  addFrom(other: RequestHead): void {
    if (other.#is(HAS_HOST) && this.#is(HAS_HOST)) throw conflict("a second Host", "one");
    if (other.declaresBody) {
      this.#refuseSecond("a declared body");
      this.#length = other.#length;
    }
    this.#facts |= other.#facts;
    this.#lines += inOnePiece(other.#lines);
  }

  /**
   * Tells whether a field line with this name has been added.
   *
   * @param name compared without case
   */
  has(name: string): boolean {
    return isToken(name) && this.#lines.toLowerCase().includes(`\n${name.toLowerCase()}:`);
  }

  /**
   * Completes the head: declares the framing where the fields do not, adds Trailer where names are given.
   *
   * @param body what is known of the body; nothing means that there is none
   * @returns the text to write as ISO-8859-1, and the framing
   * @throws InvalidRequest FRAMING_CONFLICT, FORBIDDEN_TRAILER, INVALID_FIELD_NAME, INVALID_BODY for a size that is none
   */
  finish(body?: RequestBodyShape): { text: string; framing: RequestFraming } {
    const { size, encode, trailers } = ownOptions(body);
    let lines = this.#lines;
    let kind: RequestFraming["kind"] = "none";
    let length = 0;
    if (size !== undefined && !(size >= 0 && Number.isSafeInteger(size))) {
      throw bad("INVALID_BODY", `a body of ${size} bytes`, "0 to 2^53 - 1");
    }
    if (this.#length >= 0) {
      kind = "length";
      length = this.#length;
    } else if (this.#is(IS_CODED)) {
      kind = encode === true ? "chunked" : "raw";
    } else if (size !== undefined) {
      this.#refuseOn("a body");
      lines += `\r\nContent-Length: ${size}`;
      kind = "length";
      length = size;
    } else if (encode === true) {
      this.#refuseOn("a body");
      lines += "\r\nTransfer-Encoding: chunked";
      kind = "chunked";
    }
    if (trailers !== undefined && trailers.length > 0) lines += this.#trailerLine(trailers, kind);
    const text = `${this.method} ${this.target} HTTP/1.1${lines}\r\n\r\n`;
    return { text, framing: kind === "none" ? NO_BODY : { kind, length } };
  }

  #is(fact: number): boolean {
    return (this.#facts & fact) !== 0;
  }

  #addHost(text: string): void {
    // Only a text with one of these characters is looked at again: a fold has a tab, and blanks around are allowed.
    const isOdd = text !== plainHost && NOT_IN_HOST.test(text);
    if (this.#is(HAS_HOST) || (isOdd && text.includes(FOLD)))
      throw conflict("a second Host", "one");
    if (isOdd && NOT_IN_HOST.test(trimOWS(text))) {
      throw bad("INVALID_FIELD_VALUE", `Host ${show(text)}`, "a host and an optional port");
    }
    if (!isOdd) plainHost = text;
    this.#facts |= HAS_HOST;
  }

  #addLength(text: string): void {
    this.#refuseSecond("Content-Length");
    const length = decimal(text);
    if (length < 0) {
      throw bad("INVALID_FIELD_VALUE", `Content-Length ${show(text)}`, "0 to 2^53 - 1 in digits");
    }
    this.#length = length;
  }

  /** The last coding must be `chunked`, and only the last (RFC 9112 §6.1). */
  #addCodings(text: string): void {
    this.#refuseSecond("Transfer-Encoding");
    const codings = text.split(",").map((coding) => trimOWS(coding).toLowerCase());
    if (codings.indexOf("chunked") !== codings.length - 1 || !codings.every(isToken)) {
      throw conflict(`Transfer-Encoding ${show(text)}`, "codings that end with one chunked");
    }
    this.#facts |= IS_CODED;
  }

  /** Only one field may say where the body ends, and only once (RFC 9112 §6.2). */
  #refuseSecond(what: string): void {
    if (this.declaresBody) {
      throw conflict(`${what} where the end of the body is declared`, "it once");
    }
    this.#refuseOn(what);
  }

  /** CONNECT and TRACE carry no body: what follows the head would be read as a tunnel, or as the next request. */
  #refuseOn(what: string): void {
    if (this.method === "CONNECT" || this.method === "TRACE") {
      throw conflict(`${what} on ${this.method}`, "none");
    }
  }

  #trailerLine(names: readonly string[], kind: RequestFraming["kind"]): string {
    if (kind !== "chunked") throw conflict("trailers without chunked coding", "a chunked body");
    for (const name of names) {
      if (isForbiddenTrailer(sendableName(name))) {
        throw bad(
          "FORBIDDEN_TRAILER",
          `the trailer ${name}`,
          "a field that is safe behind the body",
        );
      }
    }
    return this.has("trailer") ? "" : `\r\nTrailer: ${names.join(", ")}`;
  }
}

/** How the line of a field begins, behind the line before it; checks the name as `sendableName()` does (3 ns where it was judged before, 30 else). */
function lineStart(name: string): string {
  const isKnown = typeof name === "string" && name.length < LENGTHS && name === judged[name.length];
  if (isKnown) return starts[name.length]!;
  const start = `\r\n${sendableName(name)}: `;
  if (name.length < LENGTHS) {
    judged[name.length] = name;
    starts[name.length] = start;
  }
  return start;
}

/** As `sendableValue()`: 10 ns for a short one, 25 else. */
function checkedValue(value: HeaderValue): string {
  const isUsual = typeof value === "string" && value.length <= SHORT && isWithin(value, 0x20);
  return isUsual ? value : sendableValue(value);
}

/**
 * The same text, put together: an engine keeps what was added up as a tree until somebody looks into it, and a socket would walk that
 * tree for every request (1 % of the processor time of a small GET).
 */
function inOnePiece(text: string): string {
  return text.charCodeAt(0) >= 0 ? text : "";
}

/** Whether no character lies below `least` or above "~": of a usual target in 10 ns, by a regular expression in 50. */
function isWithin(text: string, least: number): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < least || code > 0x7e) return false;
  }
  return true;
}

/** Whether a list has an option: a recipient reads a continuation line as one blank (RFC 9112 §5.2). */
function lists(text: string, option: string): boolean {
  return hasOption(trimOWS(text.replaceAll(FOLD, " ")), option);
}

function conflict(found: string, expected: string): InvalidRequest {
  return bad("FRAMING_CONFLICT", found, expected);
}

/** The error about a request that cannot be sent. */
export function bad(code: InvalidRequestCode, found: string, expected: string): InvalidRequest {
  return new InvalidRequest(code, cannot("send a request", found, expected));
}
