/**
 * One request and its response, from the call that makes the request to the last byte of the response's body.
 *
 * Owns the two promises a caller can hold (the request is sent, the response is there), what ends an exchange before its time and who
 * is told of it, the retry of a stale connection, the time marks, and the facts on errors. It sits between the link, which feeds it,
 * the sender, which writes, and the response's body, which it serves as driver. Knows nothing of the documents' states.
 *
 * Who rejects with what: the caller's faults, dialling, time limits and signals reject both promises with one error object; a wire
 * that breaks rejects only the response, because a server may answer and close before it has read the request (RFC 9112 §9.6).
 */

import type { Exchange as ExchangeFacts } from "@httplib/errors";
import {
  HTTPException,
  IncompleteRead,
  NotConnected,
  RemoteDisconnected,
  TimeoutError,
  UnimplementedFileMode,
} from "@httplib/errors";
import { type ClientProtocol, ReadEvent, type ResponseHead } from "@httplib/protocol";
import { type BodyDriver, type HTTPResponse, ResponseBody, type Timings } from "@httplib/response";
import { announce, type Onlookers } from "./announce.ts";
import type { PieceSource } from "./body-source.ts";
import { Deadline } from "./deadline.ts";
import { Deferred, DONE, rejected } from "./deferred.ts";
import type { Link, LinkUser } from "./link.ts";
import type { ResponseOptions } from "./options.ts";
import type { RequestBody } from "./request-body.ts";
import type { OutgoingRequest } from "./request-builder.ts";
import { RequestSender, type SenderHost } from "./request-sender.ts";
import type { TimeLimits } from "./time-limits.ts";

/** What an exchange needs of its connection. */
export interface ExchangeOwner extends Onlookers {
  readonly connection: {
    readonly debugLevel: number;
    readonly blockSize: number;
    readonly responseClass: typeof HTTPResponse;
  };
  readonly expectTimeout: number;
  /** It has failed. */
  failed(exchange: Exchange, error: unknown): void;
  /** Its reused connection was closed: it may be sent again, once. */
  repeat(exchange: Exchange): void;
  /** It needs its link no longer, or no longer for itself alone. */
  freed(): void;
}

/** What is fixed when an exchange begins. */
export interface ExchangeInit {
  readonly request: OutgoingRequest;
  /** Of the resource, for the response. */
  readonly url: string;
  readonly limits: TimeLimits;
  /** Whether the request may be sent twice. */
  readonly isReplayable: boolean;
  readonly retriesStale: boolean;
  readonly signal: AbortSignal | undefined;
}

const NO_HEADS: readonly ResponseHead[] = [];

/** One exchange. */
export class Exchange implements LinkUser, BodyDriver, SenderHost {
  readonly #owner: ExchangeOwner;
  readonly #init: ExchangeInit;
  readonly #began: number = performance.now();
  readonly #timings: Timings = {};
  #informational: readonly ResponseHead[] = NO_HEADS;
  #link: Link | null = null;
  #ownDeadline: Deadline | null = null;
  #source: PieceSource | null = null;
  #sender: RequestSender | null = null;
  #sent: Deferred<void> | null = null;
  #asked: Deferred<HTTPResponse> | null = null;
  #pushed: Promise<void> | null = null;
  #onInformational: ((head: ResponseHead) => void) | null = null;
  #response: HTTPResponse | null = null;
  #body: ResponseBody | null = null;
  #watched: [AbortSignal, () => void][] | null = null;
  #isHeadSent = false;
  #isSent = false;
  #isEarly = false;
  #isWaiting = false;
  #isReused = false;
  #isRepeated = false;
  #isBroken = false;
  /** What the caller has to answer for, once there is such a thing. */
  #fault: { readonly error: unknown } | null = null;
  #bytesSent = 0;
  #bytesReceived = 0;

  /** Whether getResponse() has been called for it. */
  isAsked = false;
  /** Whether it is on a link, or on its way to one. */
  isLaunched = false;
  /** Whether nothing more will come of it. */
  isOver = false;

  constructor(owner: ExchangeOwner, init: ExchangeInit) {
    this.#owner = owner;
    this.#init = init;
    this.#openBody();
    if (init.signal !== undefined) this.#watch(init.signal);
  }

  get blockSize(): number {
    return this.#owner.connection.blockSize;
  }

  get expectTimeout(): number {
    return this.#owner.expectTimeout;
  }

  get limits(): TimeLimits {
    return this.#init.limits;
  }

  /** Whether its body comes by send(). */
  get isOpen(): boolean {
    return this.#init.request.isOpen;
  }

  /** Whether a request made now has to wait for it. A response that will close has its link for itself. */
  get isUnread(): boolean {
    if (this.#isBroken || this.#link?.isReleased === true) return false;
    return this.#body === null || !this.#body.closed;
  }

  /** Waits for the exchange before it; only the limit of the whole runs. */
  hold(): void {
    const { total } = this.#init.limits;
    if (total === Infinity) return;
    this.#ownDeadline = new Deadline((phase) => this.fail(new TimeoutError(phase)));
    this.#ownDeadline.startTotal(this.#began + total);
  }

  /** Takes a link, which may still be dialling. */
  take(link: Link): void {
    this.#ownDeadline?.release();
    this.#ownDeadline = null;
    this.#link = link;
    this.#isReused = link.isUsed;
    link.occupy(this);
    const { total } = this.#init.limits;
    if (total !== Infinity) link.deadline.startTotal(this.#began + total);
  }

  /** Writes the request on its open link. */
  send(): void {
    const link = this.#link;
    if (link === null || this.isOver) return;
    try {
      if (link.isUsed) link.protocol.startNextCycle();
      this.#sender = new RequestSender(this, link, this.#init.request, this.#source);
      const rest = this.#sender.start();
      if (rest === null) this.#handedOver();
      else {
        rest.then(
          () => this.#handedOver(),
          (error: unknown) => this.fail(error),
        );
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** The promise of `request()`: everything is handed over, or sending has stopped. */
  sent(): Promise<void> {
    if (this.#fault !== null) return rejected(this.#fault.error);
    if (this.#isHeadSent) return DONE;
    this.#sent ??= new Deferred();
    return this.#sent.promise;
  }

  /** Sends a part of a body that comes by send(); the parts go one after the other. */
  push(body: RequestBody): Promise<void> {
    const work = (this.#pushed ?? this.sent()).then(() => this.#sender?.push(body));
    this.#pushed = work.catch((error: unknown) => this.fail(error));
    const result = new Deferred<void>();
    work.then(result.resolve, (error: unknown) => result.reject(error));
    return result.promise;
  }

  /** The promise of `getResponse()`. A body that came by send() is complete now. */
  ask({ signal, onInformational }: ResponseOptions): Promise<HTTPResponse> {
    this.isAsked = true;
    const asked = new Deferred<HTTPResponse>();
    this.#asked = asked;
    if (signal !== undefined) this.#watch(signal);
    if (onInformational !== undefined) this.#inform(onInformational);
    if (this.#response !== null && !this.#isBroken) asked.resolve(this.#response);
    else if (this.#init.request.isOpen) this.#afterPushes(() => this.#endPushed());
    return asked.promise;
  }

  /**
   * Ends the exchange before its time.
   *
   * @param error - What the pending promises are rejected with, and what reads of the body give.
   */
  fail(error: unknown): void {
    this.#fail(error, true);
  }

  /**
   * Gives up a body that only the end of the connection ends, so that the connection can have another owner.
   *
   * @returns what of the body has come and was not read; null where this is no such body.
   */
  surrender(): Uint8Array | null {
    const body = this.#body;
    if (body === null || this.isOver || this.#link?.protocol.framing !== "close") return null;
    const parked = body.take(Infinity).slice();
    this.#settle();
    body.fail(new NotConnected({ message: "Cannot read the body: found a detached connection" }));
    return parked;
  }

  // ── LinkUser ──

  received(length: number, now: number): void {
    if (this.#bytesReceived === 0) this.#timings.firstByte = now - this.#began;
    this.#bytesReceived += length;
    const body = this.#body;
    if (body === null) {
      this.#readHead(now);
      return;
    }
    body.receive();
    if (this.isOver) return;
    if (this.#isWaiting) this.#boundBody(now);
    else this.#link?.pause();
  }

  inputEnded(): void {
    if (this.#body !== null) this.#body.receive();
    else if (!this.#tryAgain()) this.#readHead(performance.now());
  }

  /** A server may have answered before it stopped reading: the response is waited for all the same. */
  outputBroke(): void {
    this.#stopSending();
  }

  lost(cause: Error | null): void {
    if (this.isOver) return;
    const link = this.#link;
    if (this.#body !== null) {
      const missing = link?.protocol.remaining ?? undefined;
      this.#fail(new IncompleteRead(new Uint8Array(0), missing, causeOf(cause)), false);
      return;
    }
    if (this.#tryAgain()) return;
    this.#fail(this.#lossOf(link, cause), false);
  }

  // ── BodyDriver ──

  setWaiting(isWaiting: boolean): void {
    this.#isWaiting = isWaiting;
    const link = this.#link;
    if (link === null || this.isOver) return;
    // Reading stops when bytes come that nobody waits for, not before: a loop of reads would stop and start it at every turn.
    if (!isWaiting) link.deadline.stopWait();
    else {
      link.resume();
      if (this.limits.body !== Infinity) this.#boundBody(performance.now());
    }
  }

  onEnd(): void {
    const link = this.#link;
    this.#timings.end = (link?.lastRead ?? performance.now()) - this.#began;
    this.#settle();
    link?.vacate(!this.#isEarly);
    this.#owner.freed();
  }

  abandon(error?: Error): void {
    if (this.isOver) return;
    if (error !== undefined) this.#addFacts(error);
    const link = this.#link;
    this.#isBroken = true;
    this.#settle();
    this.#stopSending();
    link?.destroy(error);
    this.#owner.freed();
  }

  onClosed(): void {
    this.#owner.freed();
  }

  fileno(): number {
    const fileno = this.#link?.transport?.info.fileno;
    if (fileno !== undefined) return fileno;
    throw new UnimplementedFileMode({
      message: "Cannot give a file number: found a connection that has none, expected a socket",
    });
  }

  // ── SenderHost ──

  announce(piece: string | readonly Uint8Array[]): void {
    announce(this.#owner, piece);
  }

  debug(line: string): void {
    if (this.#owner.connection.debugLevel > 0) this.#owner.log(line);
  }

  wrote(bytes: number, isFull: boolean): void {
    this.#bytesSent += bytes;
    if (isFull && this.limits.send !== Infinity) {
      this.#link?.deadline.startWait("send", this.limits.send);
    }
  }

  drained(): void {
    if (this.#response === null) this.#link?.deadline.stopWait();
  }

  // ── sending ──

  #openBody(): void {
    const { body } = this.#init.request;
    if (body === null || body.bytes !== null) return;
    this.#source = body.open(this.blockSize, (line) => this.debug(line));
  }

  /** What can be sent is handed over: the wait for the head begins. */
  #handedOver(): void {
    if (this.isOver || this.#response !== null) return;
    this.#isHeadSent = true;
    if (!this.#init.request.isOpen) this.#bodyEnded();
    this.#sent?.resolve();
  }

  #bodyEnded(): void {
    this.#isSent = true;
    const now = performance.now();
    this.#timings.sent = now - this.#began;
    if (this.limits.head !== Infinity) {
      this.#link?.deadline.startWait("head", this.limits.head, now);
    }
  }

  #endPushed(): void {
    if (this.isOver || this.#isSent || this.#response !== null) return;
    try {
      this.#sender?.end();
      this.#bodyEnded();
    } catch (error) {
      this.fail(error);
    }
  }

  #afterPushes(then: () => void): void {
    (this.#pushed ?? this.sent()).then(then, () => {});
  }

  #stopSending(): void {
    this.#sender?.stop();
    this.#isHeadSent = true;
    this.#sent?.resolve();
  }

  // ── receiving ──

  #readHead(now: number): void {
    const { protocol } = this.#link ?? {};
    if (protocol === undefined) return;
    try {
      while (!this.isOver) {
        switch (protocol.next()) {
          case ReadEvent.INFORMATIONAL:
            if (protocol.head !== null) this.#interim(protocol.head, now);
            break;
          case ReadEvent.HEAD:
            if (protocol.head !== null) this.#final(protocol, protocol.head, now);
            return;
          default:
            return;
        }
      }
    } catch (error) {
      // The parser's errors are the wire's; what a callback or a response class throws is the caller's.
      this.#fail(error, !(error instanceof HTTPException));
    }
  }

  #interim(head: ResponseHead, now: number): void {
    this.#informational = [...this.#informational, head];
    if (head.status === 100) this.#sender?.goOn();
    if (this.#isSent && this.limits.head !== Infinity) {
      this.#link?.deadline.startWait("head", this.limits.head, now);
    }
    this.#onInformational?.(head);
  }

  #final(protocol: ClientProtocol, head: ResponseHead, now: number): void {
    this.#timings.head = now - this.#began;
    this.#link?.deadline.stopWait();
    if (!this.#isSent) this.#endEarly();
    const { connection, log } = this.#owner;
    const { request, url } = this.#init;
    this.#body = new ResponseBody(protocol, this);
    const response = new connection.responseClass({
      head,
      informational: this.#informational,
      method: request.method,
      url,
      body: this.#body,
      debugLevel: connection.debugLevel,
      debugLog: log,
      timings: this.#timings,
    });
    this.#response = response;
    const { framing } = protocol;
    if (protocol.willClose && framing !== "tunnel" && framing !== "upgrade" && this.#link !== null) {
      this.#link.isReleased = true;
      this.#owner.freed();
    }
    this.#body.receive();
    this.#asked?.resolve(response);
  }

  /** A final response came while the request was being sent (RFC 9112 §9.6): it counts, and what is left is not sent. */
  #endEarly(): void {
    const { isOpen, isRaw } = this.#init.request;
    if (isOpen && !isRaw) {
      try {
        // What send() was given may have been all, though nobody has said so yet.
        this.#sender?.end();
        this.#isSent = true;
        return;
      } catch {
        // It was not.
      }
    }
    this.#isEarly = true;
    this.#stopSending();
  }

  #boundBody(now: number): void {
    const { body } = this.limits;
    if (body !== Infinity) this.#link?.deadline.startWait("body", body, now);
  }

  #inform(callback: (head: ResponseHead) => void): void {
    this.#onInformational = callback;
    try {
      for (const head of this.#informational) callback(head);
    } catch (error) {
      this.fail(error);
    }
  }

  // ── the end ──

  /** Sends a request once more whose reused connection was closed before a byte of an answer (RFC 9112 §9.3.1). */
  #tryAgain(): boolean {
    const { isReplayable, retriesStale } = this.#init;
    if (!this.#isReused || this.#isRepeated || this.#bytesReceived > 0) return false;
    if (!isReplayable || !retriesStale) return false;
    const link = this.#link;
    this.#isRepeated = true;
    this.#sender?.stop();
    this.#sender = null;
    this.#link = null;
    link?.destroy(null);
    this.#bytesSent = 0;
    this.#isSent = false;
    this.#openBody();
    this.#owner.repeat(this);
    return true;
  }

  #lossOf(link: Link | null, cause: Error | null): unknown {
    if (this.#bytesReceived === 0 || link === null) {
      return new RemoteDisconnected(causeOf(cause));
    }
    try {
      link.protocol.feedEnd();
      link.protocol.next();
    } catch (error) {
      if (cause !== null && error instanceof Error) error.cause ??= cause;
      return error;
    }
    return new RemoteDisconnected(causeOf(cause));
  }

  #fail(error: unknown, isOurs: boolean): void {
    if (this.isOver) return;
    this.#addFacts(error);
    this.#isBroken = true;
    const link = this.#link;
    const sent = this.#sent;
    this.#settle();
    if (isOurs) {
      this.#fault = { error };
      sent?.reject(error);
    }
    this.#sender?.stop();
    this.#source?.stop();
    sent?.resolve();
    this.#isHeadSent = true;
    if (this.#body !== null) this.#body.fail(error as Error);
    else this.#asked?.reject(error);
    link?.destroy(error);
    this.#owner.failed(this, error);
    this.#owner.freed();
  }

  /** Nothing more is to come: nobody is listened to any longer. */
  #settle(): void {
    this.isOver = true;
    this.#ownDeadline?.release();
    for (const [signal, listener] of this.#watched ?? []) {
      signal.removeEventListener("abort", listener);
    }
    this.#watched = null;
  }

  #watch(signal: AbortSignal): void {
    const listener = (): void => this.fail(signal.reason);
    if (signal.aborted) {
      listener();
      return;
    }
    signal.addEventListener("abort", listener, { once: true });
    this.#watched ??= [];
    this.#watched.push([signal, listener]);
  }

  #addFacts(error: unknown): void {
    if (!(error instanceof HTTPException) || error.exchange !== undefined) return;
    error.exchange = {
      phase: this.#phase(),
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      reused: this.#isReused,
      replayable: this.#init.isReplayable,
    };
  }

  #phase(): ExchangeFacts["phase"] {
    if (this.#response !== null) return "body";
    if (this.#isSent) return "head";
    return this.#sender === null ? "connect" : "send";
  }
}

function causeOf(cause: Error | null): { cause?: Error } {
  return cause === null ? {} : { cause };
}
