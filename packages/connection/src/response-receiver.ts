/**
 * Reading one response: interim heads, the final head, the body.
 *
 * It asks the parser for events up to the head, makes the response object, and from then on stands between the link and the body: it
 * lets the link read while a read waits, and bounds that wait. Reading stops when bytes have come that nobody waits for, and not before: a
 * loop of reads would stop and start the transport at every turn. Knows nothing of requests and retries.
 */

import { HTTPException, UnimplementedFileMode } from "@httplib/errors";
import { ReadEvent, type ResponseHead } from "@httplib/protocol";
import {
  type BodyDriver,
  debugHead,
  type HTTPResponse,
  ResponseBody,
  type Timings,
} from "@httplib/response";
import type { Onlookers } from "./announce.ts";
import type { Link } from "./link.ts";

/** What the receiver needs of its exchange. */
export interface ReceiverHost {
  readonly method: string;
  readonly url: string;
  /** Milliseconds for a read of the body to wait; Infinity for no limit. */
  readonly bodyLimit: number;
  readonly timings: Timings;
  readonly onlookers: Onlookers;
  readonly responseClass: typeof HTTPResponse;
  /** An interim head has come. */
  gotInterim(head: ResponseHead, now: number): void;
  /** The final head has come; the response is not made yet. */
  gotHead(now: number): void;
  /** The response can be used; its body may have ended already. */
  gotResponse(response: HTTPResponse): void;
  /** The message has ended. */
  gotEnd(): void;
  /** The body was given up, or its bytes broke the protocol. */
  abandoned(error: Error | undefined): void;
  /** Reading a head has failed; by the caller's code and not by the wire, where `isOurs`. */
  failed(error: unknown, isOurs: boolean): void;
  /** The link is the response's alone, or the body has been read: another request need not wait. */
  freed(): void;
}

const NO_HEADS: readonly ResponseHead[] = [];

/** Reads one response from one link. */
export class ResponseReceiver implements BodyDriver {
  readonly #host: ReceiverHost;
  readonly #link: Link;
  #informational: readonly ResponseHead[] = NO_HEADS;
  #body: ResponseBody | null = null;
  #isWaiting = false;
  #isOver = false;

  constructor(host: ReceiverHost, link: Link) {
    this.#host = host;
    this.#link = link;
  }

  /** The interim heads that have come. */
  get informational(): readonly ResponseHead[] {
    return this.#informational;
  }

  /** The body, once there is a response. */
  get body(): ResponseBody | null {
    return this.#body;
  }

  /** The parser has been fed, or told that the input has ended. */
  receive(now: number): void {
    const body = this.#body;
    if (body === null) {
      this.#readHead(now);
      return;
    }
    body.receive();
    if (this.#isOver) return;
    if (this.#isWaiting) this.#boundWait(now);
    else if (body.parked > 0) this.#link.pause();
    const { lacking } = body;
    if (lacking > 0) this.#link.limitNextRead(lacking);
  }

  /** The exchange is over: what the body still says does not reach the link any more. */
  stop(): void {
    this.#isOver = true;
  }

  setWaiting(isWaiting: boolean): void {
    this.#isWaiting = isWaiting;
    if (this.#isOver) return;
    if (isWaiting) {
      this.#link.resume();
      if (this.#host.bodyLimit !== Infinity) this.#boundWait(performance.now());
    } else {
      this.#link.stopWait();
    }
  }

  onEnd(): void {
    this.#isOver = true;
    this.#host.gotEnd();
  }

  abandon(error?: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#host.abandoned(error);
  }

  /** What was not read goes with its connection, even when it was at hand: how the bytes came in makes no difference. */
  onClosed(read: boolean): void {
    if (!read && this.#link.user === null) this.#link.destroy(null);
    this.#host.freed();
  }

  fileno(): number {
    const fileno = this.#link.transport?.info.fileno;
    if (fileno !== undefined) return fileno;
    throw new UnimplementedFileMode({
      message: "Cannot give a file number: found a connection that has none, expected a socket",
    });
  }

  #readHead(now: number): void {
    const { protocol } = this.#link;
    try {
      while (!this.#isOver) {
        const event = protocol.next();
        const { head } = protocol;
        if (event === ReadEvent.NEED_DATA || head === null) return;
        if (event === ReadEvent.HEAD) {
          this.#makeResponse(head, now);
          return;
        }
        this.#informational = [...this.#informational, head];
        const { connection, log } = this.#host.onlookers;
        if (connection.debugLevel > 0) for (const line of debugHead(head)) log(line);
        this.#host.gotInterim(head, now);
      }
    } catch (error) {
      // The parser's errors are the wire's; what a callback or a response class throws is the caller's.
      this.#host.failed(error, !(error instanceof HTTPException));
    }
  }

  #makeResponse(head: ResponseHead, now: number): void {
    const host = this.#host;
    const { protocol } = this.#link;
    const { connection, log } = host.onlookers;
    host.gotHead(now);
    const body = new ResponseBody(protocol, this);
    const response = new host.responseClass({
      head,
      informational: this.#informational,
      method: host.method,
      url: host.url,
      body,
      debugLevel: connection.debugLevel,
      debugLog: log,
      timings: host.timings,
    });
    // What the caller's class did may have ended everything.
    if (this.#isOver) return;
    this.#body = body;
    const { framing, willClose } = protocol;
    if (willClose && framing !== "tunnel" && framing !== "upgrade") {
      this.#link.isReleased = true;
      host.freed();
    }
    body.receive();
    host.gotResponse(response);
  }

  #boundWait(now: number): void {
    const { bodyLimit } = this.#host;
    if (bodyLimit !== Infinity) this.#link.deadline.startWait("body", bodyLimit, now);
  }
}
