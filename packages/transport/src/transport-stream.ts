/**
 * A transport as a Duplex of `node:stream`, which is what `tls.connect()` can work on.
 *
 * Owns what the Duplex does, as the options of its constructor. A held stream gives nothing and asks for nothing, a full one has passed
 * on what the transport took and waits: TLS on top may know neither.
 *
 * Must not know: node:* (the class is given by the file of the runtime), or that TLS runs on it.
 */
import type { Duplex, DuplexOptions } from "node:stream";
import type { Transport } from "./transport.ts";
import { nextTurn } from "./turn.ts";

/**
 * Deno deciphers in two turns, and now and then in many more: of 100 answers in front of a reset 20 were lost there after two turns on a
 * busy machine, 1 after sixteen. A turn is 1 ms there, and nothing in Node.
 */
const DECIPHER_TURNS = 50;

/** See the top of this file. */
export class TransportStream {
  readonly duplex: Duplex;
  /** Called when `isFull` has become false. */
  onRoom: () => void = () => {};
  readonly #transport: Transport;
  #failure: Error | null = null;
  #written: (() => void) | undefined;
  #held = false;
  #hasReceived = false;

  /**
   * @param transport is taken over
   * @param Base the class Duplex
   */
  constructor(transport: Transport, Base: new (options: DuplexOptions) => Duplex) {
    this.#transport = transport;
    const duplex = new Base({
      allowHalfOpen: true,
      read: () => {
        if (!this.#held) transport.resume();
      },
      write: (chunk: Uint8Array, _encoding, written) => {
        if (transport.write(chunk)) written();
        else this.#written = written; // never called after a failed write: nothing will be sent any more
      },
      final: (done) => {
        transport.end();
        done();
      },
      destroy: (error, done) => {
        transport.destroy();
        done(error);
      },
    });
    this.duplex = duplex;
    transport.handler = {
      onData: (chunk) => {
        this.#hasReceived = true;
        if (!duplex.push(Uint8Array.from(chunk))) transport.pause();
      },
      onEnd: () => void duplex.push(null),
      onDrain: () => {
        const written = this.#written;
        this.#written = undefined;
        written?.();
        if (!this.isFull) this.onRoom();
      },
      onError: (error) => (this.#failure = error), // reading may go on; onClose decides
      onClose: () => this.#close(),
    };
  }

  /** What TLS does of this does not reach what is below the stream. */
  ref(): void {
    this.#transport.ref?.();
  }

  unref(): void {
    this.#transport.unref?.();
  }

  /** Whether what was written last waits for room. */
  get isFull(): boolean {
    return this.#written !== undefined;
  }

  /** Gives nothing more until `release()`. */
  hold(): void {
    this.#held = true;
    this.#transport.pause();
  }

  release(): void {
    this.#held = false;
    this.#transport.resume();
  }

  /** What has been received is read before the error is told, and deciphered by what runs on this stream. */
  #close(): void {
    const { duplex } = this;
    if (duplex.readableLength > 0) duplex.once("data", () => queueMicrotask(() => this.#close()));
    else this.#destroyAfter(this.#hasReceived ? DECIPHER_TURNS : 0);
  }

  #destroyAfter(turns: number): void {
    if (this.duplex.destroyed) return;
    if (turns === 0) this.duplex.destroy(this.#failure ?? undefined);
    else nextTurn(() => this.#destroyAfter(turns - 1));
  }
}
