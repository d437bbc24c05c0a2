/**
 * A transport over a Node Duplex, known only by its shape.
 *
 * Owns the translation of a Duplex's events and methods. The runtime's own sockets, TLS, an SSH channel and a pair
 * made for a test all come through here, so that they behave alike.
 *
 * Must not know: how the stream was opened, or node:* (no import is needed to use a stream that somebody gave).
 */
import { asError } from "./as-error.ts";
import { nextTurn } from "./turn.ts";
import type {
  TLSOptions,
  TLSPeer,
  Transport,
  TransportHandler,
  TransportInfo,
} from "./transport.ts";
import { Wire } from "./wire.ts";

/**
 * What is used of a Duplex of `node:stream`; every socket, TLS socket and paired stream has this shape.
 *
 * @see documents `http.client`, section 1: the class does not care what carries its bytes
 */
export interface NodeDuplex {
  /** Adds a listener for `data` `end` `drain` `finish` `error` or `close`. */
  on(event: string, listener: (argument: unknown) => void): unknown;
  /** Sends bytes; false asks to wait for `drain`. */
  write(chunk: Uint8Array): boolean;
  /** Sends text as ISO-8859-1; false asks to wait for `drain`. */
  write(text: string, encoding: "latin1"): boolean;
  /** Ends our half. */
  end(): unknown;
  /** Closes both halves at once. */
  destroy(error?: Error): unknown;
  /** Stops `data` events. */
  pause(): unknown;
  /** Goes on with them. */
  resume(): unknown;
  /** Holds writes back, where the stream can. */
  cork?(): void;
  /** Sends what is held back. */
  uncork?(): void;
  /** Lets an open socket keep the process alive. */
  ref?(): unknown;
  /** Lets the process end though the socket is open. */
  unref?(): unknown;
  /** Whether `destroy()` was called. */
  readonly destroyed?: boolean;
  /** Whether the peer's end has been read. */
  readonly readableEnded?: boolean;
  /** True while a socket has not connected yet. */
  readonly connecting?: boolean;
}

/** How `startTLS()` is done for a transport; it depends on the runtime. */
export type Upgrade = (
  transport: Transport,
  options: TLSOptions,
  peer?: TLSPeer,
) => Promise<Transport>;

/** See the top of this file. */
export class DuplexTransport extends Wire {
  readonly info: TransportInfo;
  readonly #duplex: NodeDuplex;
  readonly #upgrade: Upgrade;

  /**
   * @param pulled whether bytes come by 'data' events; false when the opener calls `receive()` itself
   */
  constructor(
    duplex: NodeDuplex,
    handler: TransportHandler,
    info: TransportInfo,
    upgrade: Upgrade,
    pulled = true,
  ) {
    super(handler);
    this.#duplex = duplex;
    this.info = info;
    this.#upgrade = upgrade;
    if (pulled) duplex.on("data", (chunk) => this.#receiveChunk(chunk));
    duplex.on("end", () => this.receiveEnd());
    duplex.on("drain", () => this.receiveDrain());
    duplex.on("finish", () => this.receiveFinish());
    duplex.on("error", (error) => this.#receiveFailure(asError(error)));
    duplex.on("close", () => this.receiveClose());
  }

  #receiveChunk(chunk: unknown): void {
    if (chunk instanceof Uint8Array) this.receive(chunk);
    else {
      const found = typeof chunk === "string" ? "text, because of setEncoding()" : typeof chunk;
      this.#duplex.destroy(
        new TypeError(`Cannot read the stream: it gives ${found}, expected bytes`),
      );
    }
  }

  #receiveFailure(error: Error): void {
    this.receiveError(error);
    this.tear(); // a stream without autoDestroy would stay open
  }

  protected override send(data: string | Uint8Array): boolean {
    return typeof data === "string" ? this.#duplex.write(data, "latin1") : this.#duplex.write(data);
  }

  protected override startReading(): void {
    this.#duplex.resume();
  }

  protected override stopReading(): void {
    this.#duplex.pause();
  }

  protected override finishWriting(): void {
    this.#duplex.end();
  }

  protected override tear(): void {
    this.#duplex.destroy();
    // Streams without emitClose never say 'close'; sockets say it within two turns.
    nextTurn(() => nextTurn(() => nextTurn(() => this.receiveClose())));
  }

  protected override hold(): void {
    this.#duplex.cork?.();
  }

  protected override release(): void {
    this.#duplex.uncork?.();
  }

  ref(): void {
    this.#duplex.ref?.();
  }

  unref(): void {
    this.#duplex.unref?.();
  }

  startTLS(options: TLSOptions, peer?: TLSPeer): Promise<Transport> {
    return this.#upgrade(this, options, peer);
  }
}
