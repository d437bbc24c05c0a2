/**
 * One request and its response, from the call that makes the request to the last byte of the response's body.
 *
 * Owns the two promises a caller can hold (the request is sent, the response is there), what ends an exchange before its time and who
 * is told of it, the retry of a stale connection, the time marks, and the facts on errors. Writing is the sender's affair, reading the
 * receiver's. Knows nothing of the documents' states.
 *
 * Who rejects with what: the caller's faults, dialling, time limits and signals reject both promises with one error object; a wire
 * that breaks rejects only the response, because a server may answer and close before it has read the request (RFC 9112 §9.6).
 *
 * Long because everything that can end an exchange must be seen side by side, so that it ends once.
 */

import type { Exchange as ExchangeFacts } from "@httplib/errors";
import {
  HTTPException,
  ImproperConnectionState,
  NotConnected,
  TimeoutError,
  type TimeoutPhase,
} from "@httplib/errors";
import type { ResponseHead } from "@httplib/protocol";
import type { HTTPResponse, Timings } from "@httplib/response";
import { AbortWatch } from "./abort-watch.ts";
import { announce, type Onlookers } from "./announce.ts";
import type { PieceSource } from "./body-source.ts";
import { Deadline, type DeadlineOwner } from "./deadline.ts";
import { Deferred, DONE, rejected } from "./deferred.ts";
import type { Link, LinkUser } from "./link.ts";
import { lossOf } from "./loss.ts";
import type { RequestOptions, ResponseOptions } from "./options.ts";
import { PushQueue } from "./push-queue.ts";
import { isReplayable } from "./replay.ts";
import type { RequestBody } from "./request-body.ts";
import type { OutgoingRequest } from "./request-builder.ts";
import { RequestSender, type SenderHost } from "./request-sender.ts";
import { type ReceiverHost, ResponseReceiver } from "./response-receiver.ts";
import { keepAliveTime } from "./reuse.ts";
import { checkBlockSize } from "./settings.ts";
import type { TimeLimits } from "./time-limits.ts";
import { isWhole, writeWhole } from "./whole-request.ts";

/** What an exchange needs of its connection. */
export interface ExchangeOwner extends Onlookers {
  readonly connection: {
    readonly debugLevel: number;
    readonly blockSize: number;
    readonly responseClass: typeof HTTPResponse;
  };
  readonly expectTimeout: number;
  /** Whether a request may be sent again whose reused connection was closed. */
  readonly retriesStale: boolean;
  /** It has failed. */
  failed(exchange: Exchange, error: unknown): void;
  /** Its reused connection was closed: it may be sent again, once. */
  repeat(exchange: Exchange): void;
  /** It needs its link no longer, or no longer for itself alone. */
  freed(): void;
}

/** One exchange. */
export class Exchange implements LinkUser, SenderHost, ReceiverHost, DeadlineOwner {
  // First what every response needs, close together: with many connections all of it is cold when bytes come (2 % of a GET on 256).
  readonly #owner: ExchangeOwner;
  readonly method: string;
  readonly url: string;
  readonly limits: TimeLimits;
  #link: Link | null = null;
  #receiver: ResponseReceiver | null = null;
  #response: HTTPResponse | null = null;
  /** The promise of getResponse(), where somebody waits for it. */
  #asked: Deferred<HTTPResponse> | null = null;
  #bytesReceived = 0;
  /** When it began, by `performance.now()`. */
  readonly began: number = performance.now();
  readonly timings: Timings = {};
  /** Whether the request is whole. */
  #isSent = false;
  #isBroken = false;
  /** Whether nothing more comes for it from the wire. */
  isOver = false;
  #heldDeadline: Deadline | null = null;
  #aborts: AbortWatch | null = null;

  readonly #request: OutgoingRequest;
  readonly #idempotent: boolean | undefined;
  #source: PieceSource | null = null;
  #sender: RequestSender | null = null;
  #onInformational: ((head: ResponseHead) => void) | undefined;
  /** The promise of request(), where somebody waits for it, and whether it has nothing to wait for. */
  #sent: Deferred<void> | null = null;
  #isHandedOver = false;
  /** The parts of send(), where there are any. */
  #pushes: PushQueue | null = null;
  #isReused = false;
  /** What the caller has to answer for, once there is such a thing. */
  #fault: { readonly error: unknown } | null = null;
  #bytesSent = 0;
  /** Whether it is on a link, or on its way to one. */
  isLaunched = false;

  /**
   * @param url - Of the resource, for the response.
   * @param options - Of them the signal, and what the caller says of the request, whatever its method.
   */
  constructor(
    owner: ExchangeOwner,
    request: OutgoingRequest,
    url: string,
    limits: TimeLimits,
    { idempotent, signal }: RequestOptions,
  ) {
    this.#owner = owner;
    this.method = request.head.method;
    this.url = url;
    this.limits = limits;
    this.#request = request;
    this.#idempotent = idempotent;
    this.#openBody();
    if (signal) this.#watch(signal);
  }

  /** Whether its body comes by send(). */
  get isOpen(): boolean {
    return this.#request.isOpen;
  }

  /** Whether a request made now has to wait for it. A response that will close has its link for itself. */
  get isUnread(): boolean {
    if (this.#isBroken || this.#link?.isReleased === true) return false;
    return this.#receiver?.body?.closed !== true;
  }

  /** Whether it is on no link, though something may still come of it. */
  get isWaiting(): boolean {
    return this.#link === null && !this.isOver;
  }

  /** Waits for the exchange before it; only the limit of the whole runs. */
  hold(): void {
    const { total } = this.limits;
    if (total === Infinity) return;
    this.#heldDeadline = new Deadline(this);
    this.#heldDeadline.startTotal(this.began + total);
  }

  /** Takes a link, which may still be dialling. */
  take(link: Link): void {
    this.#heldDeadline?.release();
    this.#link = link;
    this.#isReused = link.isUsed;
    link.occupy(this);
    const { total } = this.limits;
    if (total !== Infinity) link.deadline.startTotal(this.began + total);
  }

  /**
   * Writes the request on its link, which is open.
   *
   * @param now - By `performance.now()`.
   */
  send(now: number): void {
    const link = this.#link;
    if (link === null || this.isOver) return;
    if (!link.isUsed) Object.assign(this.timings, link.timesSince(this.began));
    const request = this.#request;
    try {
      this.#receiver = new ResponseReceiver(this, link);
      const isAtHand = isWhole(request);
      if (isAtHand && writeWhole(this, link, request)) {
        this.#handedOver(null, now);
        return;
      }
      const sender = new RequestSender(this, link, request, this.#source);
      this.#sender = sender;
      const rest = isAtHand ? sender.waitForRoom() : sender.start();
      if (rest === null) this.#handedOver(sender, now);
      else {
        rest.then(
          () => this.#handedOver(sender, performance.now()),
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
    if (this.#isHandedOver) return DONE;
    this.#sent ??= new Deferred();
    return this.#sent.promise;
  }

  /**
   * Sends a part of a body that comes by send(); the parts go one after the other.
   *
   * @throws ImproperConnectionState for a request that has no body to come
   */
  push(body: RequestBody): Promise<void> {
    if (!this.isOpen) {
      throw new ImproperConnectionState({
        message: "Cannot send body bytes: found a request without a body to come, expected one",
      });
    }
    if (this.#fault !== null) return rejected(this.#fault.error);
    this.#pushes ??= new PushQueue(this.sent());
    return this.#pushes.push(
      async () => this.#sender?.push(body),
      (error) => this.fail(error),
    );
  }

  /** The promise of `getResponse()`. A body that came by send() is complete now. */
  ask({ signal, onInformational }: ResponseOptions): Promise<HTTPResponse> {
    const asked = new Deferred<HTTPResponse>();
    this.#asked = asked;
    this.#onInformational = onInformational;
    // An exchange that is over has nothing to end any more.
    if (this.isOver && signal?.aborted === true) asked.reject(signal.reason);
    else if (!this.isOver && signal) this.#watch(signal);
    try {
      for (const head of this.#receiver?.informational ?? []) onInformational?.(head);
    } catch (error) {
      this.fail(error);
    }
    if (this.#response !== null) asked.resolve(this.#response);
    else if (this.isOpen) this.#endPushed();
    return asked.promise;
  }

  /**
   * Gives up a body that only the end of the connection ends, so that the connection can have another owner.
   *
   * @returns what of the body has come and was not read; null where this is no such body.
   */
  surrender(): Uint8Array | null {
    const body = this.#receiver?.body ?? null;
    if (body === null || this.isOver || this.#link?.protocol.framing !== "close") return null;
    const parked = body.take(Infinity).slice();
    this.#settle();
    body.fail(new NotConnected({ message: "Cannot read the body: found a detached connection" }));
    return parked;
  }

  /**
   * Ends the exchange before its time.
   *
   * @param error - What the pending promises are rejected with, and what reads of the body give.
   */
  fail(error: unknown): void {
    this.failed(error, true);
  }

  /** As DeadlineOwner, while it is held. */
  expired(phase: TimeoutPhase): void {
    this.fail(new TimeoutError(phase));
  }

  // As LinkUser.

  received(length: number, now: number): void {
    if (this.#bytesReceived === 0) this.timings.firstByte = now - this.began;
    this.#bytesReceived += length;
    this.#receiver?.receive(now);
  }

  inputEnded(): void {
    if (!this.#tryAgain()) this.#receiver?.receive(performance.now());
  }

  /** A server may have answered before it stopped reading: the response is waited for all the same. */
  outputBroke(): void {
    if (this.isOver || this.#response !== null) return;
    this.#stopSending();
    this.#link?.stopWait();
    this.#boundHead(performance.now());
  }

  lost(cause: Error | null): void {
    if (this.isOver || this.#tryAgain()) return;
    const protocol = this.#bytesReceived === 0 ? null : (this.#link?.protocol ?? null);
    this.failed(lossOf(protocol, (this.#receiver?.body ?? null) !== null, cause), false);
  }

  // As SenderHost.

  get blockSize(): number {
    return checkBlockSize(this.#owner.connection.blockSize);
  }

  get expectTimeout(): number {
    return this.#owner.expectTimeout;
  }

  announce(piece: string | readonly Uint8Array[]): void {
    announce(this.#owner, piece);
  }

  debug(line: string): void {
    if (this.#owner.connection.debugLevel > 0) this.#owner.log(line);
  }

  wrote(bytes: number, isFull: boolean): void {
    this.#bytesSent += bytes;
    const { send } = this.limits;
    if (isFull && send !== Infinity) this.#link?.deadline.startWait("send", send);
  }

  drained(): void {
    this.#link?.stopWait();
  }

  // As ReceiverHost.

  get bodyLimit(): number {
    return this.limits.body;
  }

  get onlookers(): Onlookers {
    return this.#owner;
  }

  get responseClass(): typeof HTTPResponse {
    return this.#owner.connection.responseClass;
  }

  gotInterim(head: ResponseHead, now: number): void {
    if (head.status === 100) this.#sender?.goOn();
    if (this.#isSent) this.#boundHead(now);
    this.#onInformational?.(head);
  }

  /** A final response may come while the request is being sent (RFC 9112 §9.6): it counts, and what is left is not sent. */
  gotHead(now: number): void {
    this.timings.head = now - this.began;
    this.#link?.stopWait();
    if (this.#isSent) return;
    // What send() was given may have been all, though nobody has said so yet.
    const { isOpen, isRaw } = this.#request;
    const mayEnd = isOpen && !isRaw && this.#pushes?.isThrough !== false;
    if (mayEnd && this.#sender?.tryEnd() === true) this.#isSent = true;
    else this.#stopSending();
  }

  gotResponse(response: HTTPResponse): void {
    this.#response = response;
    this.#asked?.resolve(response);
  }

  gotEnd(): void {
    const link = this.#link;
    this.timings.end = (link?.lastRead ?? performance.now()) - this.began;
    this.#settle();
    link?.vacate(this.#isSent, keepAliveTime(link.protocol.keepAlive));
    this.#owner.freed();
  }

  abandoned(error: Error | undefined): void {
    this.#addFacts(error);
    this.#isBroken = true;
    this.#settle();
    this.#stopSending();
    this.#link?.destroy(error);
    this.#owner.freed();
  }

  failed(error: unknown, isOurs: boolean): void {
    if (this.isOver) return;
    this.#addFacts(error);
    this.#isBroken = true;
    this.#settle();
    if (isOurs) {
      this.#fault = { error };
      this.#sent?.reject(error);
    }
    this.#stopSending();
    this.#asked?.reject(error);
    const body = this.#receiver?.body ?? null;
    if (body !== null) body.fail(error);
    this.#link?.destroy(error);
    // A wire that breaks behind a response leaves it to be taken; reading it will tell.
    if (isOurs || this.#response === null) this.#owner.failed(this, error);
    this.#owner.freed();
  }

  freed(): void {
    this.#owner.freed();
  }

  #watch(signal: AbortSignal): void {
    this.#aborts ??= new AbortWatch((reason) => this.fail(reason));
    this.#aborts.add(signal);
  }

  #openBody(): void {
    const { body } = this.#request;
    if (body === null || body.bytes !== null) return;
    this.#source = body.open(this.blockSize, (line) => this.debug(line));
  }

  /** What can be sent is handed over: the wait for the head begins. */
  #handedOver(sender: RequestSender | null, now: number): void {
    // A sender that was stopped, or whose request is sent again by another one, has nothing to say.
    if (this.isOver || this.#sender !== sender || sender?.isStopped === true) return;
    if (!this.isOpen) this.#requestEnded(now);
    this.#isHandedOver = true;
    this.#sent?.resolve();
  }

  #requestEnded(now: number): void {
    this.#isSent = true;
    this.timings.sent = now - this.began;
    this.#boundHead(now);
  }

  #boundHead(now: number): void {
    const { head } = this.limits;
    if (head !== Infinity) this.#link?.deadline.startWait("head", head, now);
  }

  /** Ends a body that came by send(), behind all its parts. */
  #endPushed(): void {
    const end = (): void => {
      if (this.isOver || this.#isSent || this.#sender?.isStopped === true) return;
      try {
        this.#sender?.end();
        this.#requestEnded(performance.now());
      } catch (error) {
        this.fail(error);
      }
    };
    if (this.#pushes === null) this.sent().then(end, () => {});
    else this.#pushes.whenThrough(end);
  }

  #stopSending(): void {
    // A sender tells the source itself.
    (this.#sender ?? this.#source)?.stop();
    this.#isHandedOver = true;
    this.#sent?.resolve();
    this.#pushes?.stop(this.#fault);
  }

  /**
   * Sends a request once more whose reused connection was closed before a byte of an answer (RFC 9112 §9.3.1). Not a third time:
   * it goes on a new link, which is no reused one.
   */
  #tryAgain(): boolean {
    if (!this.#isReused || this.#bytesReceived > 0) return false;
    if (!this.#owner.retriesStale || !this.#isReplayable) return false;
    const link = this.#link;
    this.#sender?.stop();
    this.#receiver?.stop();
    this.#sender = null;
    this.#receiver = null;
    this.#link = null;
    link?.destroy(null);
    this.#bytesSent = 0;
    this.#isSent = false;
    this.#openBody();
    this.#owner.repeat(this);
    return true;
  }

  /** Nothing more is to come: nobody is listened to any longer. */
  #settle(): void {
    this.isOver = true;
    this.#receiver?.stop();
    this.#heldDeadline?.release();
    this.#aborts?.release();
  }

  #addFacts(error: unknown): void {
    if (!(error instanceof HTTPException) || error.exchange !== undefined) return;
    error.exchange = {
      phase: this.#phase(),
      bytesSent: this.#bytesSent,
      bytesReceived: this.#bytesReceived,
      reused: this.#isReused,
      replayable: this.#isReplayable,
    };
  }

  get #isReplayable(): boolean {
    return isReplayable(this.#request, this.#idempotent);
  }

  #phase(): ExchangeFacts["phase"] {
    if (this.#receiver?.body) return "body";
    if (this.#isSent) return "head";
    return this.#sender === null ? "connect" : "send";
  }
}
