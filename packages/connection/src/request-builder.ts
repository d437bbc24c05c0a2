/**
 * A request on its way from the caller's arguments to something that can be written, and written again.
 *
 *     request line, Host, Accept-Encoding: identity, Content-Length or Transfer-Encoding, then the caller's fields in their order
 *
 * Owns the automatic fields and the choice of the framing (documents, `request()`): nothing or length 0 for no body, the length of
 * bytes at hand, chunks for everything else, and whatever the caller declares. A field of the caller's suppresses the automatic one
 * of its name. Every check that needs no reading of the body is made here, before a connection is dialled for it.
 */

import { latin1 } from "@httplib/bytes";
import { InvalidRequest } from "@httplib/errors";
import type { HeadersInput, HeaderValue } from "@httplib/headers";
import { forEachField, isList } from "@httplib/headers/machine";
import { type ClientProtocol, type RequestBodyShape, RequestHead } from "@httplib/protocol";
import type { PutRequestOptions, RequestOptions, TrailersInput } from "./options.ts";
import type { Origin } from "./origin.ts";
import type { RequestBody } from "./request-body.ts";

/** Everything that sending needs. Writing it twice gives the same bytes, if the body can be read twice. */
export interface OutgoingRequest {
  readonly head: RequestHead;
  readonly target: string;
  /** A request line to put in the place of the head's. */
  readonly line: string | null;
  /** What the protocol is told of the body. */
  readonly shape: RequestBodyShape | undefined;
  readonly body: RequestBody | null;
  readonly trailers: TrailersInput | undefined;
  /** Whether the body comes by send(). */
  readonly isOpen: boolean;
  /** Whether the caller codes the chunks himself, so that nobody here knows where the body ends. */
  readonly isRaw: boolean;
}

/** Tells the protocol of a request; returns the text of its head. */
export function beginRequest(
  { head, shape, line }: OutgoingRequest,
  protocol: ClientProtocol,
): string {
  const text = protocol.sendRequest(head, shape);
  return line === null ? text : line + text.slice(text.indexOf("\r\n"));
}

type Fields = readonly (readonly [string, HeaderValue | readonly HeaderValue[]])[];

/** The methods for which no body is said in so many words, as documented (RFC 9110 §8.6). */
const EXPECTS_BODY: ReadonlySet<string> = /* @__PURE__ */ new Set(["PUT", "POST", "PATCH"]);
const SMALL_P = 0x70;

/** The letter they begin with is looked at first: 75 ns less a GET (the whole client over a transport of constants). */
function expectsBody(method: string): boolean {
  return (method.charCodeAt(0) | 0x20) === SMALL_P && EXPECTS_BODY.has(method.toUpperCase());
}

/** A request under construction. */
export class RequestBuilder {
  readonly #head: RequestHead;
  readonly #target: string;
  readonly #line: string | null;
  /** Whether the chunks are ours: nobody but us has declared them. */
  #makesChunks = false;

  /**
   * @param line - The request line without its end, where the caller's own hooks have made it; it goes around the check of the
   *   target, while the rest of the head is checked all the same.
   * @throws InvalidRequest INVALID_METHOD; InvalidURL
   */
  constructor(method: string, target: string, line: string | Uint8Array | null) {
    this.#head = new RequestHead(method, line === null ? target : "/");
    this.#target = target;
    this.#line = line instanceof Uint8Array ? latin1(line) : line;
  }

  /** Adds the automatic fields, but for those that are to be skipped. */
  addAutomatic(origin: Origin, { skipHost, skipAcceptEncoding }: PutRequestOptions): void {
    // The documents say "non-False values".
    origin.addAutomatic(this.#head, this.#target, !skipHost, !skipAcceptEncoding);
  }

  /** Adds one field line; a refused one leaves the request as it was. */
  add(name: string, ...values: HeaderValue[]): void {
    this.#head.add(name, ...values);
  }

  /**
   * Everything that `request()` adds, in the order of the documents.
   *
   * @returns Whether chunks were chosen because the size of the body is not known.
   * @throws InvalidRequest, TypeError
   */
  addAll(
    origin: Origin,
    headers: HeadersInput | null | undefined,
    body: RequestBody | null,
    hasTrailers: boolean,
  ): boolean {
    const head = this.#head;
    if (headers === undefined || headers === null) {
      origin.addAutomatic(head, this.#target, true, true);
      this.#addFraming(body, hasTrailers);
    } else {
      const fields = listed(headers);
      const given = namesOf(fields);
      origin.addAutomatic(head, this.#target, !given.has("host"), !given.has("accept-encoding"));
      if (!given.has("content-length") && !given.has("transfer-encoding")) {
        this.#addFraming(body, hasTrailers);
      }
      for (const [name, value] of fields) addField(head, name, value);
    }
    return this.#makesChunks && body !== null && body.size === undefined;
  }

  /**
   * Ends the head.
   *
   * @param mayFollow - Whether a declared body may come by send() later.
   * @param strict - Whether a declared length is enforced.
   * @throws InvalidRequest FRAMING_CONFLICT, BODY_TOO_LONG, BODY_TOO_SHORT, INVALID_BODY, FORBIDDEN_TRAILER
   */
  finish(
    body: RequestBody | null,
    options: Pick<RequestOptions, "encodeChunked" | "trailers">,
    mayFollow: boolean,
    strict: boolean,
  ): OutgoingRequest {
    const head = this.#head;
    const trailers = readOnce(options.trailers);
    const { method } = head;
    if (body !== null && (method === "CONNECT" || method === "TRACE")) {
      throw new InvalidRequest("INVALID_BODY", {
        message: `Cannot send the request: found a body, expected none with ${method}`,
      });
    }
    const isDeclared = head.declaresBody;
    const makesChunks = this.#makesChunks || Boolean(options.encodeChunked);
    const shape = shapeOf(body, trailers, isDeclared, makesChunks);
    let isOpen = false;
    let isRaw = false;
    if (isDeclared || trailers !== undefined) {
      const { framing } = head.finish(shape);
      isRaw = framing.kind === "raw";
      isOpen = body === null && (isRaw || (mayFollow && framing.length > 0));
      if (framing.kind === "length" && strict && !isOpen) {
        checkLength(framing.length, body === null ? 0 : body.size);
      }
      if (isRaw && body?.size === 0) checkLength(1, 0, "chunks");
      if (trailers !== undefined && framing.kind !== "chunked") {
        throw new InvalidRequest("FRAMING_CONFLICT", {
          message: "Cannot send trailers: found a body without chunks, expected a chunked one",
        });
      }
    }
    const target = this.#target;
    return { head, target, line: this.#line, shape, body, trailers, isOpen, isRaw };
  }

  #addFraming(body: RequestBody | null, hasTrailers: boolean): void {
    if (hasTrailers || (body !== null && body.size === undefined)) {
      this.#head.add("Transfer-Encoding", "chunked");
      this.#makesChunks = true;
    } else if (body?.size !== undefined) {
      this.#head.add("Content-Length", body.size);
    } else if (expectsBody(this.#head.method)) {
      this.#head.add("Content-Length", "0");
    }
  }
}

/** Adds one field of a caller's input; a list of values is continuation lines. */
export function addField(
  head: RequestHead,
  name: string,
  value: HeaderValue | readonly HeaderValue[],
): void {
  if (isList(value)) head.add(name, ...value);
  else head.add(name, value);
}

/** What the protocol is told of the body; `encode` counts only where no length is declared. */
function shapeOf(
  body: RequestBody | null,
  trailers: TrailersInput | undefined,
  isDeclared: boolean,
  makesChunks: boolean,
): RequestBodyShape | undefined {
  if (trailers !== undefined) {
    return { encode: !isDeclared || makesChunks, trailers: trailerNames(trailers) };
  }
  if (isDeclared) return { encode: makesChunks };
  if (body === null) return undefined;
  return body.size === undefined ? { encode: true } : { size: body.size };
}

/** Trailers as they can be read twice, for their names and when they are sent: an iterator gives its items once. */
function readOnce(trailers: TrailersInput | undefined): TrailersInput | undefined {
  return trailers === undefined || typeof trailers === "function" ? trailers : listed(trailers);
}

/** The names for the field Trailer (RFC 9110 §6.6.2); those of a function are not known yet. */
function trailerNames(trailers: TrailersInput): readonly string[] {
  if (typeof trailers === "function") return [];
  const names = new Map<string, string>();
  for (const [name] of listed(trailers)) names.set(name.toLowerCase(), name);
  return [...names.values()];
}

function checkLength(
  declared: number,
  size: number | undefined,
  what: number | string = declared,
): void {
  if (size === undefined || size === declared) return;
  throw new InvalidRequest(size > declared ? "BODY_TOO_LONG" : "BODY_TOO_SHORT", {
    message: `Cannot send the request: found a body of ${size} bytes, expected the declared ${what}`,
  });
}

/** The names of fields in small letters. What is no name at all is refused when it is added. */
function namesOf(fields: Fields): ReadonlySet<string> {
  return new Set(fields.map(([name]) => (typeof name === "string" ? name.toLowerCase() : "")));
}

function listed(headers: HeadersInput): Fields {
  const fields: [string, HeaderValue | readonly HeaderValue[]][] = [];
  forEachField(headers, (name, value) => fields.push([name, value]));
  return fields;
}
