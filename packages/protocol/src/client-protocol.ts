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

import {
  CannotSendRequest,
  HTTPException,
  ImproperConnectionState,
  LimitExceeded,
} from "@httplib/errors";
import { HTTPMessage } from "@httplib/headers";
import type { Defect, HeadersInput, Lenient, Limits } from "@httplib/headers";
import { ParsedFields, resolveLimits, ownOptions } from "@httplib/headers/machine";
import { BodyReader } from "./body-reader.ts";
import { cannot } from "./cannot.ts";
import type { ReadEventCode, ResponseFraming, ResponseHead } from "./events.ts";
import { responseFraming } from "./framing.ts";
import type { RequestFacts } from "./framing.ts";
import { HeadReader } from "./head-reader.ts";
import { persists } from "./keep-alive.ts";
import { LentInput } from "./lent-input.ts";
import { CONNECTION, KEEP_ALIVE } from "./own-fields.ts";
import { RequestHead } from "./request-head.ts";
import type { RequestBodyShape } from "./request-head.ts";
import { type RequestWriter, writerOf } from "./request-writer.ts";
import { ProtocolState, Receiving, Sending } from "./state.ts";
import type { ClientState, ServerState } from "./state.ts";

/** What a protocol takes. Everything is strict where nothing is said. */
export interface ProtocolOptions {
  /** Bounds to change; the defaults stand for the others. */
  readonly limits?: Partial<Limits> | undefined;
  /** Rules to relax; none unless given. */
  readonly lenient?: Lenient | undefined;
  /** Whether a declared Content-Length of a request is enforced; true unless given. */
  readonly strictContentLength?: boolean | undefined;
}

/** What is to be known of most requests; their connections share it. */
const PLAIN_GET: RequestFacts = { method: "GET", upgradeRequested: false };

const INFORMATIONAL = 1;
const HEAD = 2;
const END = 4;

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
  #state = new ProtocolState();
  #input = new LentInput();
  #heads: HeadReader;
  #body: BodyReader;
  #writer: RequestWriter | null = null;
  #request: RequestFacts = PLAIN_GET;
  #head: ResponseHead | null = null;
  #informational = 0;
  #willClose = false;
  #keepAlive: string | undefined;
  #error: HTTPException | null = null;

  /**
   * @param options limits, leniencies, whether a declared length is enforced
   * @throws RangeError for a limit that is no integer from 0 to 2^53 - 1
   */
  constructor(options?: ProtocolOptions) {
    const { limits, lenient, strictContentLength } = ownOptions(options);
    this.#limits = resolveLimits(limits);
    this.#lenient = ownOptions(lenient);
    this.#strictLength = strictContentLength !== false;
    this.#heads = new HeadReader(this.#limits, this.#lenient);
    this.#body = new BodyReader(this.#limits, this.#lenient);
  }

  /** Where the sending side is. */
  get clientState(): ClientState {
    return this.#state.client;
  }

  /** Where the receiving side is. */
  get serverState(): ServerState {
    return this.#state.server;
  }

  /** The last head, interim or final; it stays until the next one, or until {@link dropHead}. */
  get head(): ResponseHead | null {
    return this.#head;
  }

  /** How the body ends, from HEAD on. */
  get framing(): ResponseFraming {
    return this.#body.framing;
  }

  /** Bytes of the body still to come; null where that is not known. */
  get remaining(): number | null {
    return this.#body.remaining;
  }

  /** Whether the connection ends with this response, from HEAD on. A leniency used later can still set it. */
  get willClose(): boolean {
    return this.#willClose;
  }

  /** The value of Keep-Alive in the last final head, as it came (RFC 2068 §19.7.1.1); undefined where there was none. */
  get keepAlive(): string | undefined {
    return this.#keepAlive;
  }

  /** The trailer fields, from END on; null where there were none. */
  get trailers(): HTTPMessage | null {
    return this.#body.trailers;
  }

  /** The bytes of the DATA event as a view, which dies at the next next() or feed(); empty at any other time. */
  get data(): Uint8Array {
    const { source, start, end } = this.#body;
    return start === end ? new Uint8Array(0) : source.subarray(start, end);
  }

  /** What {@link dataStart} and {@link dataEnd} are indexes of: the fed chunk, but for the first bytes of a simple response. */
  get dataSource(): Uint8Array {
    return this.#body.source;
  }

  /** First index of the DATA event's bytes in {@link dataSource}, inclusive. */
  get dataStart(): number {
    return this.#body.start;
  }

  /** Last index of the DATA event's bytes in {@link dataSource}, exclusive. */
  get dataEnd(): number {
    return this.#body.end;
  }

  /**
   * Right after DATA: its run, and those of the DATA events that would follow without more input, which are skipped. Not
   * all of them need be told; many short chunks cost half as much this way.
   *
   * @param runs takes start and end of each in {@link dataSource}; has room for 2 numbers at least
   * @returns how many runs; the last one is {@link data} now
   */
  dataRuns(runs: Float64Array): number {
    return this.#body.runs(this.#input, runs);
  }

  /** Bytes behind the message or behind a switch, never read as a response. Valid until startNextCycle(). */
  get rest(): Uint8Array {
    const { server } = this.#state;
    return server === "AWAIT_HEAD" || server === "READ_BODY" ? new Uint8Array(0) : this.#input.rest;
  }

  /** Whether another request may follow on this connection. */
  get isReusable(): boolean {
    return (
      this.#state.client === "DONE" &&
      this.#state.server === "DONE" &&
      this.#mayGoOn &&
      !this.#willClose
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
    if (headers !== undefined) head.addAll(headers);
    return this.sendRequest(head, head.declaresBody ? { encode: true } : undefined);
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
    this.#writer = writerOf(framing, this.#strictLength, body && ownOptions(body).size);
    const { method, upgrades } = head;
    if (method !== this.#request.method || upgrades !== this.#request.upgradeRequested) {
      this.#request = { method, upgradeRequested: upgrades };
    }
    this.#willClose = head.closes;
    // HTTP/0.9 has no CONNECT, and what is no HTTP must not open a tunnel.
    if (method === "CONNECT") this.#heads.maySimple = false;
    this.#state.send(Sending.head);
    this.#state.receive(Receiving.request);
    return text;
  }

  /**
   * Codes body bytes as declared.
   *
   * @param data the next bytes of the body; none gives no run
   * @returns the runs to write in order; `data` itself is among them, not a copy, and the others may be given again: they are to be
   *   written and not to be changed
   * @throws InvalidRequest BODY_TOO_LONG, INVALID_BODY; ImproperConnectionState unless a request has begun and not
   *   ended
   */
  sendData(data: Uint8Array): readonly Uint8Array[] {
    return this.#sendingWriter().data(data);
  }

  /**
   * Ends the request.
   *
   * @param trailers fields behind a chunked body
   * @returns the runs to write in order; none where no last chunk is due
   * @throws InvalidRequest BODY_TOO_SHORT, FORBIDDEN_TRAILER, FRAMING_CONFLICT; ImproperConnectionState
   */
  sendEnd(trailers?: HeadersInput): readonly Uint8Array[] {
    const writer = this.#sendingWriter();
    const runs = writer.end(trailers);
    if (writer.isOff) this.#willClose = true;
    this.#writer = null;
    this.#state.send(Sending.end);
    return runs;
  }

  /**
   * Lends bytes from the peer until next() gives NEED_DATA.
   *
   * @param chunk the bytes; read, never written, not kept
   * @param start first index, inclusive
   * @param end last index, exclusive
   * @throws ImproperConnectionState before NEED_DATA, or after feedEnd(); RangeError for a range outside the chunk; and
   *   then nothing has changed
   */
  feed(chunk: Uint8Array, start = 0, end: number = chunk.length): void {
    if (this.#error !== null) throw this.#error;
    this.#input.lend(chunk, start, end);
  }

  /** Says that the peer will send nothing more. What that means, next() tells. */
  feedEnd(): void {
    if (this.#error !== null) throw this.#error;
    this.#input.ended = true;
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
          return this.#input.keepRest();
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
      throw this.#improper("start the next cycle", "DONE on both sides");
    }
    this.#state.send(Sending.cycle);
    this.#state.receive(Receiving.cycle);
    this.#input.beginResponse();
    this.#body.reset();
    this.#informational = 0;
  }

  /** Lets go of the last head, which an idle connection would hold for nothing: 0.6 KiB each. */
  dropHead(): void {
    this.#head = null;
    this.#heads.drop();
  }

  /**
   * A protocol in the same place that goes on by itself, for a reader that tries out what may come.
   *
   * What is not used of a lent chunk is copied; the chunk stays lent to this protocol alone. Heads and trailers that
   * were given out are shared. It costs a copy of what is unused and another reading of a head or line that has begun.
   *
   * @example
   * ```ts
   * import { ClientProtocol, ReadEvent } from "@httplib/protocol";
   * const protocol = new ClientProtocol();
   * protocol.sendHead("GET", "/");
   * protocol.sendEnd();
   * protocol.feed(new TextEncoder().encode("HTTP/1.1 204 No Con"));
   * protocol.next(); // => ReadEvent.NEED_DATA
   * const twin = protocol.clone();
   * twin.feed(new TextEncoder().encode("tent\r\n\r\n"));
   * twin.next(); // => ReadEvent.HEAD
   * protocol.serverState; // => "AWAIT_HEAD"
   * ```
   */
  clone(): ClientProtocol {
    const limits = this.#limits;
    const lenient = this.#lenient;
    const twin = new ClientProtocol({ limits, lenient, strictContentLength: this.#strictLength });
    const input = this.#input;
    const body = this.#body;
    let head = this.#head;
    let defects: Defect[] = [];
    // Only these defects are still to come; each head records its own.
    if (head !== null && lenient.spaceAfterChunkSize === true) {
      defects = [...head.headers.defects];
      const fields = [...head.headers].flat();
      head = { ...head, headers: new HTTPMessage(new ParsedFields(fields, defects, "")) };
    }
    twin.#state = this.#state.clone();
    twin.#input = input.clone(body.source === input.bytes ? body.start : input.at);
    if (this.#error === null) twin.#heads = this.#heads.clone();
    twin.#body = body.clone(input, twin.#input, defects);
    twin.#writer = this.#writer?.clone() ?? null;
    twin.#request = this.#request;
    twin.#head = head;
    twin.#informational = this.#informational;
    twin.#willClose = this.#willClose;
    twin.#keepAlive = this.#keepAlive;
    twin.#error = this.#error;
    return twin;
  }

  #readHead(): ReadEventCode {
    const input = this.#input;
    const head = this.#heads.read(input);
    if (head === null) return input.needMore();
    const { own, defects, held } = this.#heads;
    const offset = input.offset - 1;
    if (defects.length > 0) this.#willClose = true;
    if (head.status < 200 && head.status !== 101) {
      const { maxInformational } = this.#limits;
      if (++this.#informational > maxInformational) {
        throw new LimitExceeded("maxInformational", maxInformational, {
          offset,
          excerpt: this.#heads.tail,
        });
      }
      this.#head = head;
      return INFORMATIONAL;
    }
    const found = responseFraming(this.#request, head, this.#heads, this.#lenient, offset);
    const framing = typeof found === "number" ? "length" : found;
    const ends = framing === "close" || framing === "tunnel" || framing === "upgrade";
    if (ends || defects.length > 0 || !persists(head.version, own[CONNECTION]!))
      this.#willClose = true;
    this.#head = head;
    this.#keepAlive = own[KEEP_ALIVE] ?? undefined;
    this.#body.begin(framing, typeof found === "number" ? found : 0, offset + 1, defects, held);
    if (framing === "none") input.keep(held);
    this.#state.receive(Receiving.head);
    return HEAD;
  }

  #readBody(): ReadEventCode {
    const body = this.#body;
    const event = body.read(this.#input);
    if (body.mustClose) this.#willClose = true;
    if (event !== END) return event;
    if (body.framing === "tunnel" || body.framing === "upgrade")
      this.#state.receive(Receiving.switch);
    else this.#state.receive(this.#willClose ? Receiving.close : Receiving.end);
    return END;
  }

  #fail(error: HTTPException): void {
    this.#error = error;
    this.#willClose = true;
    this.#state.fail();
    this.#input.drop();
    this.#body.drop();
  }

  /** Whether the wire is as it must be between two exchanges. */
  get #mayGoOn(): boolean {
    return !this.#input.ended && this.#input.isClear;
  }

  /** The states, and what is wrong with the wire, for messages. */
  get #found(): string {
    const { client, server } = this.#state;
    if (this.#input.ended) return `${client}, ${server} and a peer that has closed`;
    return `${client}, ${server}${this.#input.isClear ? "" : " and bytes nobody asked for"}`;
  }

  #improper(action: string, expected: string): ImproperConnectionState {
    return new ImproperConnectionState(cannot(action, this.#found, expected));
  }

  #mustBeIdle(): void {
    if (this.#error !== null) throw this.#error;
    const { client } = this.#state;
    if (client === "IDLE" && this.#mayGoOn) return;
    throw new CannotSendRequest(client, cannot("send a request", this.#found, "IDLE"));
  }

  #sendingWriter(): RequestWriter {
    if (this.#error !== null) throw this.#error;
    if (this.#writer !== null) return this.#writer;
    throw this.#improper("send a body", "SEND_BODY");
  }
}
