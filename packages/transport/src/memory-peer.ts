/**
 * The other end of a wire that exists only in memory.
 *
 * Owns what a scripted peer can do and see. Two habits of real wires are kept, because code that was tested without
 * them breaks on the first socket: nothing is answered in the turn in which it was asked, and the bytes of a chunk are
 * overwritten as soon as `onData` has returned.
 *
 * TLS is taken for granted: `startTLS()` succeeds at once and the script goes on in plain text.
 */
import { encodeLatin1 } from "@httplib/bytes";
import { endOfHead, endOfRequest } from "./memory-request.ts";
import { nextTurn } from "./turn.ts";
import type {
  ConnectTarget,
  TLSOptions,
  Transport,
  TransportHandler,
  TransportInfo,
} from "./transport.ts";
import { Wire } from "./wire.ts";

/** What overwrites a chunk after it was lent: no text, no valid UTF-8, easily seen. */
const SPENT = 0xaa;

/** The peer of one connection, as a script sees it. */
export interface MemoryPeer {
  /** What the client asked to be connected to. */
  readonly target: ConnectTarget;
  /** Everything the client has written on this connection. */
  readonly written: Uint8Array;
  /** The same, one entry for each write that would have been one packet: corked writes are one. */
  readonly writes: readonly Uint8Array[];
  /** The options of `startTLS()`, or of the target; undefined while the wire is plain. */
  readonly tls: TLSOptions | undefined;
  /** Whether the client has ended its half. */
  readonly ended: boolean;
  /** Whether the wire is gone. */
  readonly closed: boolean;
  /** While true, `write()` returns false; setting it to false gives the client `onDrain`. */
  full: boolean;
  /** Waits until the head of the request under way has been written. */
  head(): Promise<void>;
  /** Waits until the whole request under way has been written, then takes the next one to be under way. */
  request(): Promise<void>;
  /** Waits until the condition holds; it is asked again after every write. @param condition gets this peer */
  until(condition: (peer: MemoryPeer) => boolean): Promise<void>;
  /** Waits turns of the event loop, without a clock. @param turns how many; 1 unless given */
  turn(turns?: number): Promise<void>;
  /** Gives chunks back to back: not even promise jobs run between them. @param chunks bytes, or text as ISO-8859-1 */
  send(...chunks: readonly (string | Uint8Array)[]): void;
  /** Gives chunks as one poll of a socket does: promise jobs run between them, no turn passes; `undrained` is set on all but the last. */
  poll(...chunks: readonly (string | Uint8Array)[]): Promise<void>;
  /** Ends the peer's half. */
  end(): void;
  /** Breaks the wire: `onError`, then `onClose`. Default: ECONNRESET. */
  reset(error?: Error): void;
  /** Closes the wire without an error. */
  close(): void;
  /** From now on every write fails, while reading goes on. Default: EPIPE. */
  failWrites(error?: Error): void;
}

/** An error as the system gives it. */
function systemError(syscall: string, code: string, errno: number): Error {
  return Object.assign(new Error(`${syscall} ${code}`), { code, errno, syscall });
}

/** See `MemoryPeer`. */
export class Peer implements MemoryPeer {
  readonly target: ConnectTarget;
  tls: TLSOptions | undefined;
  ended = false;
  closed = false;
  #wire: MemoryTransport | undefined;
  #bytes = new Uint8Array(1024);
  #length = 0;
  readonly #cuts: number[] = [];
  #start = 0; // of the request under way
  #full = false;
  #writeError: Error | undefined;
  #waits: { condition: (peer: MemoryPeer) => boolean; done: () => void }[] = [];

  constructor(target: ConnectTarget) {
    this.target = target;
    this.tls = target.tls;
  }

  /** Attaches the client's end, at first and after each startTLS(). */
  attach(wire: MemoryTransport): void {
    this.#wire = wire;
    this.#look();
  }

  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  get writes(): readonly Uint8Array[] {
    return this.#cuts.map((end, i) => this.#bytes.subarray(this.#cuts[i - 1] ?? 0, end));
  }

  get full(): boolean {
    return this.#full;
  }

  set full(full: boolean) {
    const drained = this.#full && !full;
    this.#full = full;
    if (drained) nextTurn(() => this.#wire?.receiveDrain());
  }

  /** Takes what the client sends; returns whether there is room for more. */
  take(parts: readonly (string | Uint8Array)[]): boolean {
    if (this.#writeError !== undefined) {
      this.#wire?.receiveWriteError(this.#writeError);
      return false;
    }
    for (const part of parts) {
      const bytes = typeof part === "string" ? encodeLatin1(part) : part;
      const length = this.#length + bytes.length;
      if (length > this.#bytes.length) {
        const larger = new Uint8Array(2 * length);
        larger.set(this.written);
        this.#bytes = larger;
      }
      this.#bytes.set(bytes, this.#length);
      this.#length = length;
    }
    this.#cuts.push(this.#length);
    this.#look();
    return !this.#full;
  }

  /** The client has ended its half, or closed the wire. */
  clientEnded(closed: boolean): void {
    this.ended = true;
    this.closed ||= closed;
    this.#look();
  }

  #look(): void {
    const met = this.#waits.filter(({ condition }) => condition(this));
    this.#waits = this.#waits.filter((wait) => !met.includes(wait));
    for (const { done } of met) nextTurn(done);
  }

  until(condition: (peer: MemoryPeer) => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waits.push({ condition, done: resolve });
      this.#look();
    });
  }

  head(): Promise<void> {
    return this.until(() => endOfHead(this.written, this.#start) !== -1);
  }

  async request(): Promise<void> {
    await this.until(() => endOfRequest(this.written, this.#start) !== -1);
    this.#start = endOfRequest(this.written, this.#start);
  }

  /** Never resolves once the wire is gone, so that a script that loops comes to rest. */
  turn(turns = 1): Promise<void> {
    return new Promise((resolve) => {
      const pass = (left: number): void => {
        if (left <= 0) resolve();
        else if (!this.closed) nextTurn(() => pass(left - 1));
      };
      pass(turns);
    });
  }

  send(...chunks: readonly (string | Uint8Array)[]): void {
    for (const [i, chunk] of chunks.entries()) this.#give(chunk, i < chunks.length - 1);
  }

  poll(...chunks: readonly (string | Uint8Array)[]): Promise<void> {
    for (const [i, chunk] of chunks.entries()) {
      nextTurn(() => this.#give(chunk, i < chunks.length - 1));
    }
    return new Promise((resolve) => {
      nextTurn(resolve);
    });
  }

  #give(chunk: string | Uint8Array, undrained: boolean): void {
    const wire = this.#wire;
    if (wire === undefined || this.closed || chunk.length === 0) return;
    const lent = typeof chunk === "string" ? encodeLatin1(chunk) : Uint8Array.from(chunk);
    wire.undrained = undrained;
    wire.receive(lent);
    lent.fill(SPENT);
  }

  end(): void {
    if (!this.closed) this.#wire?.receiveEnd();
  }

  reset(error: Error = systemError("read", "ECONNRESET", -104)): void {
    if (this.closed) return;
    this.#wire?.receiveError(error);
    this.close();
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.#wire?.receiveClose();
    this.#look();
  }

  failWrites(error: Error = systemError("write", "EPIPE", -32)): void {
    this.#writeError = error;
  }
}

/** The client's end. */
export class MemoryTransport extends Wire {
  readonly info: TransportInfo;
  readonly #peer: Peer;
  #corked: (string | Uint8Array)[] | undefined;

  constructor(peer: Peer, handler: TransportHandler) {
    super(handler);
    this.#peer = peer;
    const { host, port, socketPath } = peer.target;
    this.info = socketPath === undefined ? { remote: { host, port } } : {};
    if (peer.tls !== undefined) Object.assign(this.info, { alpn: "http/1.1", authorized: true });
    peer.attach(this);
  }

  protected override send(data: string | Uint8Array): boolean {
    if (this.#corked === undefined) return this.#peer.take([data]);
    this.#corked.push(data);
    return !this.#peer.full;
  }

  protected override hold(): void {
    this.#corked = [];
  }

  protected override release(): void {
    const parts = this.#corked ?? [];
    this.#corked = undefined;
    if (parts.length > 0) this.#peer.take(parts);
  }

  protected override startReading(): void {}

  protected override stopReading(): void {}

  protected override finishWriting(): void {
    this.#peer.clientEnded(false);
    nextTurn(() => this.receiveFinish());
  }

  protected override tear(): void {
    this.#peer.clientEnded(true);
    nextTurn(() => this.receiveClose());
  }

  override startTLS(options: TLSOptions): Promise<Transport> {
    const rest = this.handOver();
    this.#peer.tls = options;
    const secure = new MemoryTransport(this.#peer, this.handler);
    for (const chunk of rest) secure.receive(chunk);
    return Promise.resolve(secure);
  }
}
