/**
 * Writing one request: the head, the body as fast as the transport takes it, the end.
 *
 * The head is never held back for the first piece of a body. From then on a loop takes a piece, frames it, writes it, and waits for room when there is none. It can be stopped at any moment from outside; whoever stops it has
 * settled the promises already, so a source that never answers leaves nothing behind but itself. Knows nothing of responses.
 */

import type { PieceSource } from "./body-source.ts";
import { type ContinueWait, waitForContinue } from "./expect.ts";
import type { Link } from "./link.ts";
import type { RequestBody } from "./request-body.ts";
import { beginRequest, type OutgoingRequest } from "./request-builder.ts";

/**
 * A large body goes in slices: a final response can stop it, and a time limit sees progress. Where the wire is quick they grow, since
 * each one waits until the kernel has taken all of it (256 MiB in slices of 256 KiB: 1.27 times the time of one write; of 1 MiB: 1.0).
 */
const LEAST_SLICE = 262_144;
const MOST_SLICE = 1_048_576;
/** Milliseconds: a slice that was taken in less is followed by one of twice its size, any other by the least. */
const QUICK = 50;

/** What the sender needs of its exchange. */
export interface SenderHost {
  readonly blockSize: number;
  readonly expectTimeout: number;
  /** One piece of the request is about to be written, in one run or several: for the debug line and the diagnostics channel. */
  announce(piece: string | readonly Uint8Array[]): void;
  debug(line: string): void;
  /** So many bytes have been handed over; there is no room for more when `isFull`. */
  wrote(bytes: number, isFull: boolean): void;
  /** There is room again. */
  drained(): void;
}

/** Writes one request on one link. */
export class RequestSender {
  readonly #host: SenderHost;
  readonly #link: Link;
  readonly #request: OutgoingRequest;
  #source: PieceSource | null;
  #isFull = false;
  #isStopped = false;
  #wait: ContinueWait | null = null;
  #wake: (() => void) | null = null;

  /** @param source - The body, where it must be read. */
  constructor(host: SenderHost, link: Link, request: OutgoingRequest, source: PieceSource | null) {
    this.#host = host;
    this.#link = link;
    this.#request = request;
    this.#source = source;
  }

  /**
   * Writes the head, and as much of the body as is at hand and need not wait.
   *
   * @returns null when everything is handed over and there is room, else a promise of the rest.
   */
  start(): Promise<void> | null {
    const { body, isOpen } = this.#request;
    const head = beginRequest(this.#request, this.#link.protocol);
    this.#host.announce(head);
    const hasBody = isOpen || (body !== null && body.bytes?.length !== 0);
    if (hasBody && this.#request.head.expectsContinue) {
      this.#wait = waitForContinue(this.#host.expectTimeout);
    }
    if (isOpen) {
      this.#write(head);
      return this.#isFull ? this.#room() : null;
    }
    if (this.#wait === null) this.#link.cork();
    this.#write(head);
    return this.#sendBody();
  }

  /** Waits for room behind a request that was written in one go. */
  waitForRoom(): Promise<void> {
    return this.#room();
  }

  /** Sends bytes of a body that comes by send(). */
  async push(body: RequestBody): Promise<void> {
    await this.#wait?.promise;
    if (this.#isStopped) return;
    // The documents have one line for files given to request(), and another for those given to send().
    const debug = (line: string): void => this.#host.debug(line.replace(/^reading/, "sending"));
    await this.#pump(body.open(this.#host.blockSize, debug));
    this.#link.uncork();
  }

  /**
   * Ends a body that came by send().
   *
   * @throws InvalidRequest BODY_TOO_SHORT
   */
  end(): void {
    this.#link.protocol.sendEnd();
  }

  /** As end(); false where the body is too short. */
  tryEnd(): boolean {
    try {
      this.end();
      return true;
    } catch {
      return false;
    }
  }

  /** Whether stop() was called. */
  get isStopped(): boolean {
    return this.#isStopped;
  }

  /** The server wants the body (RFC 9110 §10.1.1). */
  goOn(): void {
    this.#wait?.end();
  }

  /** Stops for good, and tells the source. */
  stop(): void {
    this.#isStopped = true;
    this.#source?.stop();
    this.#source = null;
    this.#wait?.end();
    this.#wakeUp();
  }

  async #sendBody(): Promise<void> {
    const { body, trailers } = this.#request;
    if (this.#isFull) await this.#room();
    await this.#wait?.promise;
    if (this.#isStopped) return;
    if (this.#source !== null) await this.#pump(this.#source);
    else if (body?.bytes) await this.#sendSlices(body.bytes);
    if (this.#isStopped) return;
    const fields = typeof trailers === "function" ? await trailers() : trailers;
    if (this.#isStopped) return;
    const end = this.#link.protocol.sendEnd(fields);
    this.#writePiece(end);
    // The cork would end with the turn, which is later than the promise of what was handed over.
    this.#link.uncork();
    if (this.#isFull) await this.#room();
  }

  async #pump(source: PieceSource): Promise<void> {
    this.#source = source;
    try {
      for (;;) {
        const next = source.next();
        // A source at hand costs no promise a piece; one that is slow is the reason to wait.
        // oxlint-disable-next-line no-await-in-loop
        const piece = next instanceof Promise ? await next : next;
        if (this.#isStopped) return;
        if (piece === null) break;
        if (piece.length === 0) this.#host.debug("Zero length chunk ignored");
        const parts = this.#link.protocol.sendData(piece);
        this.#writePiece(parts);
        // oxlint-disable-next-line no-await-in-loop
        if (this.#isFull) await this.#room();
        if (this.#isStopped) return;
      }
      this.#source = null;
    } catch (error) {
      // What a source says of being stopped is its own affair: a response may be there, and counts.
      if (this.#isStopped) return;
      this.stop();
      throw error;
    }
  }

  /** Bytes at hand are one piece for whoever looks on, and one chunk where chunks are made of them. */
  async #sendSlices(bytes: Uint8Array): Promise<void> {
    const parts = this.#link.protocol.sendData(bytes);
    this.#host.announce(parts);
    let size = LEAST_SLICE;
    for (const part of parts) {
      for (let start = 0; start < part.length;) {
        const began = performance.now();
        this.#write(part.subarray(start, start + size));
        start += size;
        // oxlint-disable-next-line no-await-in-loop
        if (this.#isFull) await this.#room();
        if (this.#isStopped) return;
        const isQuick = performance.now() - began < QUICK;
        size = isQuick ? Math.min(2 * size, MOST_SLICE) : LEAST_SLICE;
      }
    }
  }

  #writePiece(parts: readonly Uint8Array[]): void {
    if (parts.length === 0) return;
    this.#host.announce(parts);
    this.#link.cork();
    for (const part of parts) this.#write(part);
  }

  #write(data: Uint8Array | string): void {
    this.#isFull = !this.#link.write(data);
    this.#host.wrote(data.length, this.#isFull);
  }

  #room(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#link.whenRoom(() => {
        this.#isFull = false;
        if (!this.#isStopped) this.#host.drained();
        this.#wakeUp();
      });
    });
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
