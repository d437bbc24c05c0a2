/**
 * A transport over a pair of web streams.
 *
 * Owns the read loop and the translation of backpressure: a chunk is asked for only while somebody reads, and
 * `write()` says no as soon as the writable's queue is full. A promise a chunk is the price of web streams.
 *
 * Must not know: where the streams come from.
 */
import { concat, encodeLatin1 } from "@httplib/bytes";
import { asError } from "./as-error.ts";
import { NotConnected } from "@httplib/errors";
import { endOfTurn, nextTurn } from "./turn.ts";
import type { Upgrade } from "./duplex-transport.ts";
import type {
  TLSOptions,
  TLSPeer,
  Transport,
  TransportHandler,
  TransportInfo,
} from "./transport.ts";
import { Wire } from "./wire.ts";

/** Bytes that a cork may hold back before `write()` says no: a writable does not know of them. */
const HELD_BYTES = 65_536;

/** Two web streams of bytes that together are one wire; a WebTransport stream or a socket of Workers has this shape. */
export interface StreamPair {
  /** What the peer sends. */
  readonly readable: ReadableStream<Uint8Array>;
  /** What is sent to the peer. */
  readonly writable: WritableStream<Uint8Array>;
}

/** See the top of this file. */
export class StreamsTransport extends Wire {
  readonly info: TransportInfo;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #upgrade: Upgrade;
  #reading = false; // begins when Connect has resolved: a stream that is always ready would never let it
  #asked = false; // a read() is under way
  readonly #returnable: boolean;
  #corked: Uint8Array[] | undefined;
  #held = 0; // bytes in #corked
  #awaitsRoom = false;
  #torn = false;

  /**
   * @param returnable whether `letGo()` must be possible while a chunk is answered: the next one is then asked for at
   *   the end of the turn
   */
  constructor(
    pair: StreamPair,
    handler: TransportHandler,
    info: TransportInfo,
    upgrade: Upgrade,
    returnable = false,
  ) {
    super(handler);
    this.info = info;
    this.#upgrade = upgrade;
    this.#returnable = returnable;
    this.#reader = pair.readable.getReader();
    this.#writer = pair.writable.getWriter();
    this.#writer.closed.catch((error: unknown) => {
      if (!this.#torn) this.receiveWriteError(asError(error));
    });
  }

  #read(): void {
    if (!this.#reading || this.#asked || this.#torn) return;
    this.#asked = true;
    this.#reader.read().then(
      (result) => this.#receiveResult(result),
      (error: unknown) => this.#fail(asError(error)),
    );
  }

  #receiveResult({ done, value }: { done: boolean; value?: unknown }): void {
    this.#asked = false;
    if (this.#torn) return; // by ourselves: the peer has not ended
    if (done) this.receiveEnd();
    else if (value instanceof Uint8Array) {
      if (value.length > 0) this.receive(value);
      if (this.#returnable) endOfTurn(() => this.#read());
      else this.#read();
    } else {
      this.#fail(new TypeError(`Cannot read the stream: it gives ${typeof value}, expected bytes`));
    }
  }

  #fail(error: Error): void {
    this.receiveError(error);
    this.tear(error);
  }

  protected override startReading(): void {
    this.#reading = true;
    this.#read();
  }

  protected override stopReading(): void {
    this.#reading = false;
  }

  protected override send(data: string | Uint8Array): boolean {
    const bytes = typeof data === "string" ? encodeLatin1(data) : data;
    if (this.#corked === undefined) return this.#write(bytes);
    this.#corked.push(bytes);
    this.#held += bytes.length;
    return this.#held < HELD_BYTES && this.#hasRoom();
  }

  #write(bytes: Uint8Array): boolean {
    this.#writer.write(bytes).catch(ignore); // `closed` tells of it
    const room = this.#hasRoom();
    if (!room && !this.#awaitsRoom) {
      this.#awaitsRoom = true;
      this.#writer.ready.then(() => {
        this.#awaitsRoom = false;
        this.receiveDrain();
      }, ignore);
    }
    return room;
  }

  #hasRoom(): boolean {
    return (this.#writer.desiredSize ?? 0) > 0;
  }

  protected override hold(): void {
    this.#corked = [];
  }

  protected override release(): void {
    const parts = this.#corked ?? [];
    this.#corked = undefined;
    this.#held = 0;
    if (parts.length === 0) return;
    const room = this.#write(parts.length === 1 ? parts[0]! : concat(parts));
    if (room) queueMicrotask(() => this.receiveDrain()); // only what was held back had filled it
  }

  protected override finishWriting(): void {
    this.#writer.close().then(() => this.receiveFinish(), ignore);
  }

  protected override tear(reason?: Error): void {
    if (this.#torn) return;
    this.#torn = true;
    this.#reader.cancel(reason).catch(ignore);
    this.#writer.abort(reason).catch(ignore);
    nextTurn(() => this.receiveClose());
  }

  /** Gives both streams back, for a runtime that starts TLS on them itself; a read under way cannot be taken back. */
  async letGo(): Promise<void> {
    this.handOver();
    this.#torn = true;
    if (this.#asked) {
      const message =
        "Cannot start TLS: a read is under way, expected a call in the turn of a chunk or after pause()";
      throw new NotConnected({ message });
    }
    await this.#writer.ready;
    this.#reader.releaseLock();
    this.#writer.releaseLock();
  }

  startTLS(options: TLSOptions, peer?: TLSPeer): Promise<Transport> {
    return this.#upgrade(this, options, peer);
  }
}

function ignore(): void {}
