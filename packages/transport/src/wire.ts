/**
 * What all transports have in common: the order of the handler's calls.
 *
 * A subclass moves bytes and reports what happens by the `receive…` methods, in any order and at any moment; this
 * class turns that into the promises of `transport.ts`: nothing before `Connect` has resolved, nothing while
 * paused, nothing inside a call of one of our own methods, nothing after `destroy()` but one `onClose`.
 *
 * Owns also what a failed write means. TCP carries two runs of bytes; when a peer answers 413 and resets, ours is
 * broken while the answer may lie unread in the kernel. So a failed write ends the writing half only, and
 * reading goes on to the end, to an error, or until nothing has come for GRACE milliseconds.
 *
 * Must not know: sockets, streams, runtimes.
 */
import { isLatin1, encodeLatin1 } from "@httplib/bytes";
import { endOfTurn } from "./turn.ts";
import type {
  TLSOptions,
  TLSPeer,
  Transport,
  TransportHandler,
  TransportInfo,
} from "./transport.ts";

/** Silence after a failed write that ends the wire. What had arrived is read at once; this bounds peers that are merely stuck. */
const GRACE = 1000;

// Reasons why a chunk cannot go straight to the handler. Zero is the common case, one comparison a chunk.
const HELD = 1; // Connect has not resolved, or its caller has not run yet
const PAUSED = 2;
const CALLING = 4; // one of our methods is on the stack
const BEHIND = 8; // earlier events wait in the queue
const DEAD = 16; // destroyed, or handed over to TLS
const BROKEN = 32; // a write has failed: the grace runs

const END = Symbol("end");
const CLOSE = Symbol("close");
type Event = Uint8Array | Error | typeof END | typeof CLOSE;

/** See the top of this file. */
export abstract class Wire implements Transport {
  handler: TransportHandler;
  abstract readonly info: TransportInfo;
  undrained = true;

  #gate = HELD;
  #writable = true;
  #full = false; // write() has returned false, onDrain is owed
  #queue: Event[] = [];
  #flushing = false;
  #corked = false;
  #ended = false; // end() was called
  #finished = false; // and everything has been sent
  #heardEnd = false; // onEnd was called
  #cut = false; // reading has broken: no end follows, whatever the stream says
  #closed = false; // onClose was called
  #failure: Error | undefined; // given to destroy()
  #grace: ReturnType<typeof setTimeout> | undefined;

  constructor(handler: TransportHandler) {
    this.handler = handler;
    endOfTurn(() => {
      this.#gate &= ~HELD;
      this.#gate |= BEHIND; // so that reading starts when the queue is empty
      this.#flush();
    });
  }

  /** Hands bytes on; returns whether there is room for more. */
  protected abstract send(data: string | Uint8Array): boolean;
  /** Starts or stops asking for bytes. */
  protected abstract startReading(): void;
  protected abstract stopReading(): void;
  /** Ends our half after what was sent; `receiveFinish()` follows. */
  protected abstract finishWriting(): void;
  /** Gives everything up; `receiveClose()` follows. */
  protected abstract tear(reason?: Error): void;
  /** Holds writes back, and sends what was held back. */
  protected hold(): void {}
  protected release(): void {}

  abstract startTLS(options: TLSOptions, peer?: TLSPeer): Promise<Transport>;

  write(data: string | Uint8Array, isChecked = false): boolean {
    if (!this.#writable) return false;
    if (data.length === 0) return !this.#full; // an empty TLS write would read (TLSWrap::DoWrite)
    // A narrowed U+010A would be an LF on the wire: encodeLatin1 throws for it. Looking through a head just put together costs 80 ns.
    if (!isChecked && typeof data === "string" && !isLatin1(data)) encodeLatin1(data);
    this.#gate |= CALLING;
    const room = this.send(data);
    this.#gate &= ~CALLING;
    if (room || !this.#writable) return this.#writable;
    this.#full = true;
    return false;
  }

  cork(): void {
    if (this.#corked || !this.#writable) return;
    this.#corked = true;
    this.hold();
    endOfTurn(() => this.uncork());
  }

  uncork(): void {
    if (!this.#corked) return;
    this.#corked = false;
    this.#gate |= CALLING;
    this.release();
    this.#gate &= ~CALLING;
  }

  pause(): void {
    if ((this.#gate & PAUSED) !== 0) return;
    this.#gate |= PAUSED;
    clearTimeout(this.#grace);
    if ((this.#gate & DEAD) === 0) this.stopReading();
  }

  resume(): void {
    if ((this.#gate & PAUSED) === 0) return;
    this.#gate &= ~PAUSED;
    if ((this.#gate & DEAD) !== 0) return;
    if ((this.#gate & BROKEN) !== 0) this.#startGrace();
    if (this.#queue.length > 0) this.#flushSoon();
    else this.#startReading();
  }

  end(): void {
    if (this.#ended || !this.#writable) return;
    this.uncork();
    this.#ended = true;
    this.#writable = false;
    this.#gate |= CALLING;
    this.finishWriting();
    this.#gate &= ~CALLING;
  }

  destroy(error?: Error): void {
    if (this.#closed || (this.#gate & DEAD) !== 0) return;
    const gone = this.#queue.includes(CLOSE);
    this.#failure = error;
    this.#die();
    if (gone) queueMicrotask(() => this.receiveClose());
    else this.tear(error);
  }

  /** From now on the handler hears nothing but onClose; what it has not heard yet is returned. */
  #die(): Uint8Array[] {
    this.uncork();
    const rest = this.#queue.filter((event) => event instanceof Uint8Array);
    this.#gate |= DEAD;
    this.#writable = false;
    this.#queue = [];
    clearTimeout(this.#grace);
    return rest;
  }

  /** Leaves the wire to TLS: the handler hears nothing more from here; the bytes that it has not heard yet are returned. */
  protected handOver(): Uint8Array[] {
    this.#closed = true;
    return this.#die();
  }

  /** Bytes came. They are lent to the handler, or copied when it cannot have them yet. */
  receive(chunk: Uint8Array): void {
    if (this.#gate === 0) this.handler.onData(chunk);
    else this.#receiveLater(chunk);
  }

  #receiveLater(chunk: Uint8Array): void {
    if ((this.#gate & DEAD) !== 0) return;
    if (this.#gate === BROKEN) {
      this.#startGrace();
      this.handler.onData(chunk);
    } else {
      this.#enqueue(new Uint8Array(chunk)); // not slice(): a Buffer's is a view
    }
  }

  /** The peer has ended its half. */
  receiveEnd(): void {
    if (this.#cut) return; // in Bun TLS over a stream ends after a reset
    if ((this.#gate & ~BROKEN) === 0) this.#giveEnd();
    else this.#enqueue(END);
  }

  /** Reading is broken; `receiveClose()` follows. */
  receiveError(error: Error): void {
    if ((this.#gate & DEAD) !== 0) return;
    this.#cut = true;
    // While merely paused with nothing in front of it, an error is told at once.
    if ((this.#gate & ~(BROKEN | PAUSED)) === 0) this.handler.onError(error);
    else this.#enqueue(error);
  }

  /** The wire is gone. */
  receiveClose(): void {
    this.#writable = false;
    if ((this.#gate & (HELD | CALLING | BEHIND)) === 0 || (this.#gate & DEAD) !== 0)
      this.#giveClose();
    else this.#enqueue(CLOSE);
  }

  /** There is room again. */
  receiveDrain(): void {
    if (!this.#full) return;
    this.#full = false;
    if ((this.#gate & DEAD) === 0) this.handler.onDrain();
  }

  /** Everything was sent, and our half has ended. */
  receiveFinish(): void {
    this.#finished = true;
    this.receiveDrain(); // Node has no 'drain' for a stream that is ending
    if (this.#heardEnd) this.tear();
  }

  /** A write failed. The rest of what was written is lost, what was received is not. */
  receiveWriteError(error: Error): void {
    if (this.#closed || (this.#gate & (DEAD | BROKEN)) !== 0) return;
    this.#gate |= BROKEN;
    this.#writable = false;
    this.#full = false;
    queueMicrotask(() => {
      if (this.#closed || (this.#gate & DEAD) !== 0) return;
      this.handler.onError(error);
      if (this.#heardEnd) this.tear();
      else if ((this.#gate & PAUSED) === 0) this.#startGrace();
    });
  }

  #startGrace(): void {
    clearTimeout(this.#grace);
    if (!this.#closed) this.#grace = setTimeout(() => this.tear(), GRACE);
  }

  #startReading(): void {
    this.#gate |= CALLING;
    this.startReading();
    this.#gate &= ~CALLING;
  }

  #enqueue(event: Event): void {
    if ((this.#gate & DEAD) !== 0) return;
    this.#gate |= BEHIND;
    this.#queue.push(event);
    this.#flushSoon();
  }

  #flushSoon(): void {
    if (this.#flushing || (this.#gate & HELD) !== 0) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      this.#flush();
    });
  }

  #flush(): void {
    for (;;) {
      if ((this.#gate & (HELD | DEAD)) !== 0) return;
      if (this.#queue.length === 0) break;
      const event = this.#queue[0]!;
      if ((this.#gate & PAUSED) !== 0 && (event === END || event instanceof Uint8Array)) return;
      this.#queue.shift();
      if (event === END) this.#giveEnd();
      else if (event === CLOSE) this.#giveClose();
      else if (event instanceof Uint8Array) {
        this.undrained = true;
        this.handler.onData(event);
      } else this.handler.onError(event);
    }
    if ((this.#gate & BEHIND) === 0) return;
    this.#gate &= ~BEHIND;
    if ((this.#gate & PAUSED) === 0 && !this.#closed) this.#startReading();
  }

  #giveEnd(): void {
    if (this.#heardEnd || (this.#gate & DEAD) !== 0) return;
    this.#heardEnd = true;
    this.handler.onEnd();
    if (this.#finished || (this.#gate & BROKEN) !== 0) this.tear();
  }

  #giveClose(): void {
    if (this.#closed) return;
    this.#closed = true;
    clearTimeout(this.#grace);
    if (this.#failure !== undefined) this.handler.onError(this.#failure);
    this.handler.onClose();
  }
}
