/**
 * ClientProtocol: one HTTP/1.1 connection from the client's side, without the connection.
 *
 * Bytes in, events out; a request in, bytes out. Owns the order of things: heads, body, end, the next cycle. Knows
 * nothing of sockets, time and promises; the machines it conducts each own their grammar.
 *
 * The five contracts it keeps: it never waits; it borrows what is fed until next() gives NEED_DATA; every byte is
 * looked at a bounded number of times; every split of the input gives the same events and the same error; every byte
 * is delivered, compared, or reported. After the first protocol error every call throws that same error object.
 *
 * Longer than most files here, because it is the one place that sees both sides of the exchange.
 */

import { concat, latin1 } from "@httplib/bytes";
import { ChunkedDecoder } from "@httplib/chunked";
import {
  CannotSendRequest,
  HTTPException,
  ImproperConnectionState,
  IncompleteRead,
  InvalidRequest,
  LimitExceeded,
} from "@httplib/errors";
import { HTTPMessage } from "@httplib/headers";
import type { Defect, HeadersInput, Lenient, Limits } from "@httplib/headers";
import { ParsedFields, forEachField, isList, resolveLimits } from "@httplib/headers/machine";
import type { ReadEventCode, ResponseFraming, ResponseHead } from "./events.ts";
import { responseFraming } from "./framing.ts";
import { HeadReader } from "./head-reader.ts";
import { persists } from "./keep-alive.ts";
import { RequestHead } from "./request-head.ts";
import type { RequestBodyShape, RequestFraming } from "./request-head.ts";
import { RequestWriter } from "./request-writer.ts";
import { ProtocolState } from "./state.ts";
import type { ClientState, ServerState } from "./state.ts";

/** What a protocol takes. Everything is strict where nothing is said. */
export interface ProtocolOptions {
  readonly limits?: Partial<Limits> | undefined;
  readonly lenient?: Lenient | undefined;
  /** Whether a declared Content-Length of a request is enforced; true unless given. */
  readonly strictContentLength?: boolean | undefined;
}

const NEED_DATA = 0;
const INFORMATIONAL = 1;
const HEAD = 2;
const DATA = 3;
const END = 4;

const NO_BYTES: Uint8Array = /* @__PURE__ */ new Uint8Array(0);
const NO_REQUEST = { method: "", upgradeRequested: false };

/**
 * The client side of an HTTP/1.1 connection as a state machine over bytes.
 *
 * @see RFC 9112
 * @example
 * ```ts
 * import { ClientProtocol, ReadEvent } from "@httplib/protocol";
 * const protocol = new ClientProtocol();
 * const wire = protocol.sendHead("GET", "/", { Host: "example.com" });
 * protocol.sendEnd();
 * protocol.feed(new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"));
 * if (protocol.next() !== ReadEvent.HEAD || protocol.head!.status !== 200) throw new Error("unexpected");
 * if (protocol.next() !== ReadEvent.DATA || protocol.data.length !== 2) throw new Error("unexpected");
 * if (protocol.next() !== ReadEvent.END || !protocol.isReusable) throw new Error("unexpected");
 * if (!wire.startsWith("GET / HTTP/1.1\r\n")) throw new Error(wire);
 * ```
 */
export class ClientProtocol {
  readonly #limits: Limits;
  readonly #lenient: Lenient;
  readonly #strictLength: boolean;
  readonly #state = new ProtocolState();
  readonly #heads: HeadReader;
  #decoder: ChunkedDecoder | null = null;
  #writer: RequestWriter | null = null;
  #request: { readonly method: string; readonly upgradeRequested: boolean } = NO_REQUEST;
  #error: HTTPException | null = null;

  // The input: what was fed and not yet used. `#hungry` says that NEED_DATA has been given for it.
  #input: Uint8Array = NO_BYTES;
  #at = 0;
  #inputEnd = 0;
  #hungry = true;
  #ended = false;
  #decoderFed = false;
  /** What to add to an index of the input to get its offset in the response. */
  #base = 0;

  #head: ResponseHead | null = null;
  #defects: Defect[] = [];
  #informational = 0;
  /** False from the end of the connection's first head on, interim heads included. */
  #firstHead = true;
  #framing: ResponseFraming = "none";
  #remaining: number | null = null;
  #willClose = false;
  #trailers: HTTPMessage | null = null;
  #dataSource: Uint8Array = NO_BYTES;
  #dataStart = 0;
  #dataEnd = 0;
  #rest: Uint8Array[] = [];
  /** First bytes of a simple response that came in earlier feeds. */
  #held: Uint8Array = NO_BYTES;

  /** @throws RangeError for a limit that is no integer from 0 to 2^53 - 1 */
  constructor(options?: ProtocolOptions) {
    this.#limits = resolveLimits(options?.limits);
    this.#lenient = options?.lenient ?? {};
    this.#strictLength = options?.strictContentLength !== false;
    this.#heads = new HeadReader(this.#limits, this.#lenient);
  }

  get clientState(): ClientState {
    return this.#state.client;
  }

  get serverState(): ServerState {
    return this.#state.server;
  }

  /** The last head, interim or final; it stays until the next one. */
  get head(): ResponseHead | null {
    return this.#head;
  }

  /** How the body ends, from HEAD on. */
  get framing(): ResponseFraming {
    return this.#framing;
  }

  /** Bytes of the body still to come; null where that is not known. */
  get remaining(): number | null {
    return this.#remaining;
  }

  /** Whether the connection ends with this response, from HEAD on. A leniency used later can still set it. */
  get willClose(): boolean {
    return this.#willClose;
  }

  /** The trailer fields, from END on; null where there were none. */
  get trailers(): HTTPMessage | null {
    return this.#trailers;
  }

  /** The bytes of the DATA event as a view, which dies at the next next() or feed(). */
  get data(): Uint8Array {
    return this.#dataSource.subarray(this.#dataStart, this.#dataEnd);
  }

  /** What {@link dataStart} and {@link dataEnd} are indexes of: the fed chunk, but for the first bytes of a simple response. */
  get dataSource(): Uint8Array {
    return this.#dataSource;
  }

  get dataStart(): number {
    return this.#dataStart;
  }

  get dataEnd(): number {
    return this.#dataEnd;
  }

  /** Bytes behind the message or behind a switch, never read as a response. Valid until startNextCycle(). */
  get rest(): Uint8Array {
    if (this.#rest.length > 1) this.#rest = [concat(this.#rest)];
    const kept = this.#rest[0] ?? NO_BYTES;
    if (!this.#isResting || this.#at === this.#inputEnd) return kept;
    const unread = this.#input.subarray(this.#at, this.#inputEnd);
    return kept.length === 0 ? unread : concat([kept, unread]);
  }

  /** Whether another request may follow on this connection. */
  get isReusable(): boolean {
    return (
      this.#state.client === "DONE" &&
      this.#state.server === "DONE" &&
      !this.#ended &&
      this.#rest.length === 0 &&
      this.#at === this.#inputEnd
    );
  }

  /**
   * Begins a request.
   *
   * @param method a token; HEAD and CONNECT are known by it, with case
   * @param target 1 or more of U+0021 to U+007E
   * @param headers the fields in order; they declare the framing
   * @returns text of U+0000 to U+00FF, to be written as ISO-8859-1
   * @throws CannotSendRequest, InvalidRequest, InvalidURL, and then nothing has changed
   */
  sendHead(method: string, target: string, headers?: HeadersInput): string {
    this.#mustBeIdle();
    const head = new RequestHead(method, target);
    if (headers !== undefined) {
      forEachField(headers, (name, value) => {
        if (isList(value)) head.add(name, ...value);
        else head.add(name, value);
      });
    }
    return this.sendRequest(head, { encode: head.declaresBody });
  }

  /**
   * Begins a request with a head that was built step by step.
   *
   * @param head the head; it is finished here
   * @param body what is known of the body
   * @returns text of U+0000 to U+00FF, to be written as ISO-8859-1
   * @throws CannotSendRequest, InvalidRequest, and then nothing has changed
   */
  sendRequest(head: RequestHead, body?: RequestBodyShape): string {
    this.#mustBeIdle();
    const { text, framing } = head.finish(body);
    this.#checkSize(framing, body?.size);
    this.#writer = new RequestWriter(framing, this.#strictLength);
    this.#request = { method: head.method, upgradeRequested: head.upgrades };
    this.#willClose = head.closes;
    this.#state.send("head");
    this.#state.receive("request");
    return text;
  }

  /**
   * Codes body bytes as declared.
   *
   * @returns the runs to write in order; `data` itself is among them, not a copy
   * @throws InvalidRequest BODY_TOO_LONG; ImproperConnectionState unless a request has begun and not ended
   */
  sendData(data: Uint8Array): readonly Uint8Array[] {
    return this.#sendingWriter().data(data);
  }

  /**
   * Ends the request.
   *
   * @param trailers fields behind a chunked body
   * @throws InvalidRequest BODY_TOO_SHORT, FORBIDDEN_TRAILER, FRAMING_CONFLICT; ImproperConnectionState
   */
  sendEnd(trailers?: HeadersInput): readonly Uint8Array[] {
    const runs = this.#sendingWriter().end(trailers);
    this.#state.send("end");
    this.#writer = null;
    // A response that was complete before its request, and closes, has been waiting for this.
    if (this.#state.server === "MUST_CLOSE") this.#state.send("close");
    return runs;
  }

  /**
   * Lends bytes from the peer until next() gives NEED_DATA.
   *
   * @param chunk the bytes; read, never written, not kept
   * @param start first index, inclusive
   * @param end last index, exclusive
   * @throws ImproperConnectionState before NEED_DATA, or after feedEnd()
   */
  feed(chunk: Uint8Array, start = 0, end: number = chunk.length): void {
    if (this.#error !== null) throw this.#error;
    if (!this.#hungry || this.#ended) {
      throw new ImproperConnectionState({
        message: this.#ended
          ? "Cannot feed: found an input that has ended, expected none behind it"
          : "Cannot feed: found bytes not yet used, expected next() to have given NEED_DATA",
      });
    }
    this.#hungry = start >= end;
    this.#base += this.#at - start;
    this.#input = chunk;
    this.#at = start;
    this.#inputEnd = end;
  }

  /** Says that the peer will send nothing more. What that means, next() tells. */
  feedEnd(): void {
    if (this.#error !== null) throw this.#error;
    this.#ended = true;
  }

  /**
   * Moves to the next event.
   *
   * @returns a number of {@link ReadEvent}
   * @throws any HTTPException about received bytes, and that same object at every later call
   */
  next(): ReadEventCode {
    if (this.#error !== null) throw this.#error;
    try {
      switch (this.#state.server) {
        case "READ_BODY":
          return this.#readBody();
        case "AWAIT_HEAD":
          return this.#readHead();
        default:
          return this.#keepRest();
      }
    } catch (error) {
      if (error instanceof HTTPException) this.#fail(error);
      throw error;
    }
  }

  /**
   * Makes ready for the next request on the same connection.
   *
   * @throws ImproperConnectionState unless isReusable
   */
  startNextCycle(): void {
    if (this.#error !== null) throw this.#error;
    if (!this.isReusable) {
      throw new ImproperConnectionState({
        message: `Cannot start the next cycle: found client ${this.#state.client} and server ${this.#state.server}${this.rest.length > 0 ? " with bytes behind the response" : ""}, expected both DONE and nothing more`,
      });
    }
    this.#state.send("cycle");
    this.#state.receive("cycle");
    this.#request = NO_REQUEST;
    this.#head = null;
    this.#framing = "none";
    this.#trailers = null;
    this.#informational = 0;
    this.#base = -this.#at;
    this.#hungry = true;
  }

  #readHead(): ReadEventCode {
    const from = this.#at;
    if (from === this.#inputEnd) {
      if (!this.#ended) return this.#needData();
      if (!this.#heads.fresh && this.#mayBeSimple()) return this.#startSimpleResponse();
      throw this.#heads.cut(this.#base + from);
    }
    try {
      this.#at = this.#heads.push(this.#input, from, this.#inputEnd, this.#base + from);
    } catch (error) {
      if (!this.#mayBeSimple()) throw error;
      return this.#startSimpleResponse();
    }
    if (!this.#heads.done) return this.#needData();
    const { head, fields, defects } = this.#heads.take();
    this.#firstHead = false;
    this.#head = head;
    if (defects.length > 0) this.#willClose = true;
    if (head.status < 200 && head.status !== 101) {
      if (++this.#informational > this.#limits.maxInformational) {
        throw new LimitExceeded("maxInformational", this.#limits.maxInformational, {
          offset: this.#base + this.#at - 1,
        });
      }
      return INFORMATIONAL;
    }
    const last = this.#base + this.#at - 1;
    const { framing, length } = responseFraming(
      this.#request,
      head,
      fields,
      this.#lenient,
      defects,
      last,
    );
    this.#framing = framing;
    this.#remaining = length;
    this.#defects = defects;
    this.#trailers = null;
    if (framing === "close" || framing === "tunnel" || framing === "upgrade") this.#willClose = true;
    else if (defects.length > 0 || !persists(head.version, fields)) this.#willClose = true;
    if (framing === "chunked") {
      this.#decoder ??= new ChunkedDecoder({ limits: this.#limits, lenient: this.#lenient });
      this.#decoder.reset(last + 1);
      this.#decoderFed = false;
    }
    this.#state.receive("head");
    return HEAD;
  }

  #readBody(): ReadEventCode {
    if (this.#framing === "chunked") return this.#readChunks(this.#decoder!);
    if (this.#remaining === 0) return this.#end();
    if (this.#held.length > 0) {
      this.#dataSource = this.#held;
      this.#dataStart = 0;
      this.#dataEnd = this.#held.length;
      this.#held = NO_BYTES;
      return DATA;
    }
    const from = this.#at;
    const available = this.#inputEnd - from;
    if (available === 0) {
      if (!this.#ended) return this.#needData();
      if (this.#framing === "close") return this.#end();
      throw new IncompleteRead(NO_BYTES, this.#remaining!, { offset: this.#base + from });
    }
    let run = available;
    if (this.#remaining !== null) {
      run = Math.min(available, this.#remaining);
      this.#remaining -= run;
    }
    this.#dataSource = this.#input;
    this.#dataStart = from;
    this.#dataEnd = this.#at = from + run;
    return DATA;
  }

  #readChunks(decoder: ChunkedDecoder): ReadEventCode {
    for (;;) {
      if (!this.#decoderFed && this.#at < this.#inputEnd) {
        decoder.push(this.#input, this.#at, this.#inputEnd);
        this.#decoderFed = true;
      }
      const step = this.#decoderFed ? decoder.advance() : 0;
      if (decoder.defects.length > 0) this.#bend(decoder.defects);
      if (step === 1) {
        this.#dataSource = this.#input;
        this.#dataStart = decoder.start;
        this.#dataEnd = this.#at = decoder.runEnd;
        return DATA;
      }
      if (this.#decoderFed) this.#at = decoder.position;
      this.#decoderFed = false;
      if (step === 2) {
        this.#trailers = decoder.trailers;
        return this.#end();
      }
      if (!this.#ended) return this.#needData();
      decoder.end();
      this.#willClose = true;
      return this.#end();
    }
  }

  /** Records what the chunk lines bent, in the defects of the head, and gives up the connection for it. */
  #bend(defects: readonly Defect[]): void {
    for (const defect of defects) if (!this.#defects.includes(defect)) this.#defects.push(defect);
    this.#willClose = true;
  }

  #end(): ReadEventCode {
    if (this.#framing === "tunnel" || this.#framing === "upgrade") {
      this.#state.receive("switch");
      this.#state.send("switch");
    } else if (this.#willClose) {
      this.#state.receive("close");
      if (this.#state.client === "DONE") this.#state.send("close");
    } else {
      this.#state.receive("end");
    }
    return END;
  }

  /** HTTP/0.9: only the first head of a connection, and only when asked for, may lack "HTTP/". */
  #mayBeSimple(): boolean {
    return this.#lenient.simpleResponse === true && this.#firstHead && this.#heads.inPrefix;
  }

  /** Everything from the first byte on is the body; what came in earlier feeds is given out first. */
  #startSimpleResponse(): ReadEventCode {
    const kept = this.#heads.prefix;
    this.#held = kept.slice(0, this.#base + this.#at);
    const excerpt = latin1(kept);
    this.#defects = [{ code: "NOT_HTTP", offset: Math.max(0, kept.length - 1), excerpt }];
    const headers = new HTTPMessage(new ParsedFields([], this.#defects, "", 0));
    this.#heads.reset();
    this.#firstHead = false;
    this.#head = { version: 9, status: 200, reason: "", headers };
    this.#willClose = true;
    const hasBody = this.#request.method !== "HEAD";
    this.#framing = hasBody ? "close" : "none";
    this.#remaining = hasBody ? null : 0;
    if (!hasBody) this.#held = NO_BYTES;
    this.#state.receive("head");
    return HEAD;
  }

  get #isResting(): boolean {
    return this.#state.server !== "AWAIT_HEAD" && this.#state.server !== "READ_BODY";
  }

  /** Copies what nobody will read, since the chunk it lies in is only lent. */
  #keepRest(): ReadEventCode {
    if (this.#at < this.#inputEnd) this.#rest.push(this.#input.slice(this.#at, this.#inputEnd));
    this.#at = this.#inputEnd;
    return this.#needData();
  }

  #needData(): ReadEventCode {
    this.#input = NO_BYTES;
    this.#hungry = true;
    return NEED_DATA;
  }

  #fail(error: HTTPException): void {
    this.#error = error;
    this.#state.receive("fail");
    this.#state.send("fail");
    this.#input = NO_BYTES;
  }

  #mustBeIdle(): void {
    if (this.#error !== null) throw this.#error;
    const state = this.#state.client;
    if (state === "IDLE" && !this.#ended && this.#rest.length === 0 && this.#at === this.#inputEnd) return;
    throw new CannotSendRequest(state, {
      message: `Cannot send a request: found the state ${state}${this.#ended ? " and a peer that has closed" : this.rest.length > 0 ? " and bytes nobody asked for" : ""}, expected IDLE`,
    });
  }

  #sendingWriter(): RequestWriter {
    if (this.#error !== null) throw this.#error;
    if (this.#writer !== null) return this.#writer;
    throw new ImproperConnectionState({
      message: `Cannot send a body: found the state ${this.#state.client}, expected SEND_BODY`,
    });
  }

  #checkSize(framing: RequestFraming, size: number | undefined): void {
    if (framing.kind !== "length" || size === undefined || size === framing.length) return;
    if (!this.#strictLength) return;
    throw new InvalidRequest(size > framing.length ? "BODY_TOO_LONG" : "BODY_TOO_SHORT", {
      message: `Cannot send a request: found a body of ${size} bytes, expected the declared ${framing.length}`,
    });
  }
}
