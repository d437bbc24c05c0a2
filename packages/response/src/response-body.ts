/**
 * ResponseBody: takes the events of one body from the protocol and settles the one read that waits for them.
 *
 * Owns the park, the waiting read, and the order of things at the end: bytes first, then the error. Knows nothing of
 * transports and time; a {@link BodyDriver} does. Runs inside the transport's callback while the chunk is lent: what
 * a read waits for goes straight into its memory, the rest of the chunk is parked, and the driver is told to pause.
 * So an unread body never holds more than one read, and a read costs one promise however many pieces it is made of.
 */

import { HTTPException, ImproperConnectionState, IncompleteRead } from "@httplib/errors";
import type { HTTPMessage } from "@httplib/headers";
import type { ClientProtocol } from "@httplib/protocol";
import { BodyPark } from "./body-park.ts";

/** What stands behind a body: a connection, or a source that is read. */
export interface BodyDriver {
  /** A read waits for bytes (true), or nobody waits any more (false). Called only on change. */
  setWaiting(waiting: boolean): void;
  /** The message has ended on the wire; the protocol is DONE, MUST_CLOSE or SWITCHED. Called once. */
  onEnd(): void;
  /** The body was given up before its end, or its bytes broke the protocol: nothing behind it can be used. */
  abandon(error?: Error): void;
  /** The body has been read to its end (true), or closed or broken before (false). Called once. */
  onClosed?(read: boolean): void;
  fileno(): number;
}

/** One read that waits: settled when `need` bytes are parked or nothing more comes. */
interface WaitingRead {
  /** Bytes to be parked before it can go on. */
  readonly need: number;
  /** Memory that is filled directly, before anything is parked. */
  readonly target: Uint8Array | null;
  readonly settle: () => void;
}

const DATA = 3;
const END = 4;

export class ResponseBody {
  #protocol: ClientProtocol | null;
  readonly #driver: BodyDriver;
  readonly #park = new BodyPark();
  readonly #measured: boolean;
  #read: WaitingRead | null = null;
  #filled = 0;
  #waiting = false;
  #ended = false;
  #closed = false;
  #error: unknown = null;
  #trailers: HTTPMessage | null = null;
  #willClose: boolean;

  /** @param protocol one that has just given HEAD */
  constructor(protocol: ClientProtocol, driver: BodyDriver) {
    this.#protocol = protocol;
    this.#driver = driver;
    this.#measured = protocol.remaining !== null;
    this.#willClose = protocol.willClose;
  }

  /** True once the message has ended on the wire. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True once the last byte has been handed out, or the body was closed or broke. */
  get closed(): boolean {
    return this.#closed;
  }

  /** True while a read waits. */
  get busy(): boolean {
    return this.#read !== null;
  }

  /** Bytes that have come and are not taken. */
  get parked(): number {
    return this.#park.length;
  }

  /** Bytes still to be read, where that is known. */
  get remaining(): number | null {
    if (this.#closed) return 0;
    if (!this.#measured) return null;
    return this.#park.length + (this.#protocol?.remaining ?? 0);
  }

  get trailers(): HTTPMessage | null {
    return this.#trailers;
  }

  get willClose(): boolean {
    return this.#protocol?.willClose ?? this.#willClose;
  }

  get fileno(): number {
    return this.#driver.fileno();
  }

  /** Takes every event up to NEED_DATA or END. Call it after feed(), after feedEnd(), and once right after HEAD. */
  receive(): void {
    const protocol = this.#protocol;
    if (protocol === null) return;
    let event: number;
    try {
      while ((event = protocol.next()) === DATA) this.#takeData(protocol);
    } catch (error) {
      if (!(error instanceof HTTPException)) throw error;
      this.#stop(error);
      this.#driver.abandon(error);
      this.#settle();
      return;
    }
    if (event === END) this.#end(protocol);
    this.#settle();
  }

  /** The wire broke: what is parked can still be read, then comes IncompleteRead with this cause. */
  reset(cause: Error): void {
    const protocol = this.#protocol;
    if (protocol === null) return;
    this.fail(new IncompleteRead(new Uint8Array(0), protocol.remaining ?? undefined, { cause }));
  }

  /** No more will come: what is parked can still be read, then comes this error as it is. */
  fail(error: unknown): void {
    if (this.#protocol === null) return;
    this.#stop(error);
    this.#settle();
  }

  /**
   * Waits until `need` bytes are parked, or nothing more comes, and settles with `finish()`.
   *
   * @param need bytes to have; Infinity for all
   * @param finish takes from the park; what it throws rejects
   * @param target memory to fill before anything is parked; `finish` gets what {@link filled} says
   */
  wait<T>(need: number, finish: () => T, target: Uint8Array | null = null): Promise<T> {
    if (this.#read !== null) {
      return Promise.reject(
        new ImproperConnectionState({
          message: "Cannot read: found another read that has not ended, expected one at a time",
        }),
      );
    }
    this.#filled = target === null ? 0 : this.#park.copyTo(target, 0);
    return new Promise((resolve, reject) => {
      const settle = (): void => {
        try {
          const result = finish();
          this.#checkClosed();
          resolve(result);
        } catch (error) {
          // oxlint-disable-next-line prefer-promise-reject-errors -- passed on as it was thrown
          reject(error);
        }
      };
      this.#read = { need, target, settle };
      this.#settle();
    });
  }

  /** Bytes of the target filled by the read that is being settled. */
  get filled(): number {
    return this.#filled;
  }

  /** The first parked bytes, at most `most`, as a view that belongs to the caller. */
  take(most: number): Uint8Array {
    return this.#park.take(Math.min(most, this.#park.length));
  }

  /** As take(), but left in place. */
  peek(most: number): Uint8Array {
    return this.#park.peek(Math.min(most, this.#park.length));
  }

  /** How many parked bytes the first line has with its LF, looked for from `from` on; -1 when there is no LF yet. */
  lineLength(from: number): number {
    return this.#park.lengthThrough(0x0a, from);
  }

  /** True when no more bytes will come, for whatever reason. */
  get exhausted(): boolean {
    return this.#protocol === null;
  }

  /** Throws the error that ended the body, if one did and nothing is parked before it. Marks the body as closed. */
  throwIfBroken(): void {
    if (this.#error !== null && this.#park.length === 0 && this.#filled === 0)
      this.#raise(this.#error);
  }

  /** Throws the error that ended the body with everything that is parked in its `partial`. */
  throwIfIncomplete(): void {
    if (this.#error === null) return;
    if (this.#error instanceof HTTPException && this.#park.length > 0) {
      this.#error.partial = this.#park.take(this.#park.length).slice();
    }
    this.#raise(this.#error);
  }

  /** Forgets what is parked; before the end on the wire it gives the body up. A waiting read rejects with `error`. */
  close(error: unknown): void {
    if (this.#closed) return;
    this.#park.take(this.#park.length);
    if (this.#protocol !== null) {
      const waiting = this.#read;
      this.#stop(waiting === null ? null : error);
      this.#driver.abandon();
      this.#settle();
    }
    this.#error = null;
    this.#close(this.#ended);
  }

  #takeData(protocol: ClientProtocol): void {
    const source = protocol.dataSource;
    let start = protocol.dataStart;
    const end = protocol.dataEnd;
    const target = this.#read?.target ?? null;
    if (target !== null && this.#filled < target.length) {
      const run = Math.min(end - start, target.length - this.#filled);
      target.set(source.subarray(start, start + run), this.#filled);
      this.#filled += run;
      start += run;
    }
    if (start < end) this.#park.add(source, start, end);
  }

  #end(protocol: ClientProtocol): void {
    this.#trailers = protocol.trailers;
    this.#ended = true;
    this.#stop(null);
    this.#driver.onEnd();
    if (this.#read === null) this.#checkClosed();
  }

  /** Nothing more comes from the protocol, which may now serve another exchange. */
  #stop(error: unknown): void {
    this.#willClose = error !== null || this.#protocol!.willClose;
    this.#protocol = null;
    this.#error = error;
  }

  /** Settles the waiting read if it has what it needs, and tells the driver whether one still waits. */
  #settle(): void {
    const read = this.#read;
    if (read !== null && (this.#protocol === null || this.#has(read))) {
      this.#read = null;
      read.settle();
      this.#filled = 0;
    }
    const waiting = this.#read !== null;
    if (waiting === this.#waiting) return;
    this.#waiting = waiting;
    if (this.#protocol !== null) this.#driver.setWaiting(waiting);
  }

  #has(read: WaitingRead): boolean {
    return read.target === null ? this.#park.length >= read.need : this.#filled >= read.need;
  }

  #raise(error: unknown): never {
    this.#close(false);
    throw error;
  }

  #checkClosed(): void {
    if (this.#ended && this.#park.length === 0) this.#close(true);
  }

  #close(read: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#driver.onClosed?.(read);
  }
}
