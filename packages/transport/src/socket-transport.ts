/**
 * A transport on a socket of the runtime, open already; a failed write does not close it.
 *
 * Owns what such a socket can do and a Duplex cannot: reads that give less, small writes that wait for the end of the turn, TLS in
 * place, and an end that is told from a reset. Knows the socket by its type only: how one is opened or secured is told by whoever
 * imports the runtime's modules.
 */
import type { Socket } from "node:net";
import { concat } from "@httplib/bytes";
import { DuplexTransport, type Upgrade } from "./duplex-transport.ts";
import { guardWrites } from "./guard-writes.ts";
import { leaveNextTurn } from "./idle-sockets.ts";
import { limitNextRead } from "./receive-buffer.ts";
import type { TransportStream } from "./transport-stream.ts";
import type {
  TLSOptions,
  TLSPeer,
  Transport,
  TransportHandler,
  TransportInfo,
} from "./transport.ts";
import { writeBatch } from "./write-batch.ts";

const NOTHING: Uint8Array = /* @__PURE__ */ new Uint8Array(0);

// What is known of the writing half.
const WHOLE = 0;
const PROBED = 1; // a write of nothing is under way, to find out what the end was
const BROKEN = 2;

/** What is at most this long may be held to the end of the turn. */
const SMALL_WRITE = 16_384;

/** Starts TLS on a socket, in the place of the transport that had it. */
export type SecureSocket = (
  socket: Socket,
  transport: Transport,
  options: TLSOptions,
  peer: TLSPeer,
) => Promise<Transport>;

/** The two ways to TLS: through a stream over any transport, or on the socket itself. */
export interface Upgrades {
  readonly over: Upgrade;
  readonly inPlace: SecureSocket;
}

/** See the top of this file. */
export class SocketTransport extends DuplexTransport {
  readonly #socket: Socket;
  readonly #secure: SecureSocket;
  readonly #under: TransportStream | undefined;
  /** A write that waits for the end of the turn. */
  #held: string | Uint8Array | null = null;
  #writing = WHOLE;
  readonly #isSecure: boolean;
  /** Over TLS: whether it is known to keep the process alive, and whether it is to stop that in the next turn. */
  #isKept = false;
  #isLeaving = false;

  /**
   * @param pulled whether bytes come by 'data' events
   * @param under what TLS runs on, where that is no socket
   */
  constructor(
    socket: Socket,
    handler: TransportHandler,
    info: TransportInfo,
    upgrades: Upgrades,
    pulled: boolean,
    under?: TransportStream,
  ) {
    super(socket, handler, info, upgrades.over, pulled);
    this.#socket = socket;
    this.#secure = upgrades.inPlace;
    this.#under = under;
    this.#isSecure = info.authorized !== undefined;
    guardWrites(socket, this);
    if (under !== undefined) under.onRoom = () => this.receiveDrain();
  }

  override ref(): void {
    this.#isLeaving = false;
    if (this.#isKept) return;
    this.#isKept = this.#isSecure;
    super.ref();
    this.#under?.ref();
  }

  override unref(): void {
    if (!this.#isSecure) {
      super.unref();
      return;
    }
    if (!this.#isLeaving) leaveNextTurn(this);
    this.#isLeaving = true;
  }

  /** As IdleSocket. */
  leave(): void {
    if (!this.#isLeaving) return;
    this.#isLeaving = false;
    this.#isKept = false;
    super.unref();
    this.#under?.unref();
  }

  limitNextRead(bytes: number): void {
    limitNextRead(bytes);
  }

  /** Asks the stream under TLS for its room as well: Bun's TLS takes whatever it is given. */
  protected override send(data: string | Uint8Array): boolean {
    this.flush();
    if (data.length <= SMALL_WRITE && this.#mayHold && writeBatch?.hold(this) === true) {
      this.#held = data;
      return true;
    }
    return super.send(data) && this.#under?.isFull !== true;
  }

  /** Whether a write may wait: not behind others, nor over TLS, where a request has waited a turn already. */
  get #mayHold(): boolean {
    return !this.#isSecure && this.#socket.writableLength === 0;
  }

  /** Writes what is held. What does not fit any more waits in the socket. */
  flush(): void {
    const data = this.#held;
    if (data === null) return;
    this.#held = null;
    if (this.#socket.writable) super.send(data);
  }

  protected override hold(): void {
    this.flush();
    super.hold();
  }

  protected override finishWriting(): void {
    this.flush();
    super.finishWriting();
  }

  protected override tear(): void {
    this.flush();
    super.tear();
  }

  // TLS of Deno reads on while it is paused, and forgets an end that it reads then.
  protected override startReading(): void {
    super.startReading();
    this.#under?.release();
  }

  protected override stopReading(): void {
    this.#under?.hold();
    super.stopReading();
  }

  /**
   * Node tells a reset as an end where bytes lay in front of it that had not been read yet, and its own HTTP client takes it for one.
   * A write of nothing finds out: it fails with ECONNRESET after a reset, and with EPIPE where the peer had ended before.
   */
  override receiveEnd(): void {
    if (this.#writing !== WHOLE || !this.#hasLostPeer) {
      super.receiveEnd();
      return;
    }
    this.#writing = PROBED;
    this.#socket.write(NOTHING, () => {
      if (this.#writing === PROBED) super.receiveEnd();
    });
  }

  override receiveWriteError(error: Error): void {
    const wasProbed = this.#writing === PROBED;
    this.#writing = BROKEN;
    if (!wasProbed) super.receiveWriteError(error);
    else if ("code" in error && error.code === "ECONNRESET") {
      super.receiveError(error);
      this.tear();
    } else super.receiveEnd();
  }

  /** Whether the system knows of no peer any more. It is asked at the first look, and nobody looks before. */
  get #hasLostPeer(): boolean {
    const { destroyed, writableEnded, remoteAddress } = this.#socket;
    const isTCP = this.info.remote !== undefined && !this.#isSecure;
    return isTCP && !destroyed && !writableEnded && remoteAddress === undefined;
  }

  override receiveDrain(): void {
    if (this.#under?.isFull !== true) super.receiveDrain();
  }

  override startTLS(options: TLSOptions, peer: TLSPeer = {}): Promise<Transport> {
    if (options.watchClose) return super.startTLS(options, peer);
    const socket = this.#socket;
    this.flush();
    socket.pause(); // a flowing socket would give the bytes away
    const rest = concat(this.handOver());
    if (rest.length > 0) socket.unshift(rest);
    return this.#secure(socket, this, options, peer);
  }
}
