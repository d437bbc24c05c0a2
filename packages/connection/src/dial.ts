/**
 * From nothing to a transport that reaches the host: connect, CONNECT, TLS, in that order, as the documents' `connect()` does it.
 *
 * Owns the three steps and their end from outside: a time limit, a signal or close() ends the dial at once, whatever the caller's
 * Connect does, and a transport that comes too late is destroyed. Knows nothing of exchanges.
 */

import type { HTTPMessage } from "@httplib/headers";
import type { ProtocolOptions } from "@httplib/protocol";
import type {
  Connect,
  ConnectTarget,
  TLSOptions,
  Transport,
  TransportHandler,
} from "@httplib/transport";
import type { Onlookers } from "./announce.ts";
import { Deferred } from "./deferred.ts";
import { dialHost } from "./host-port.ts";
import { type Tunnel, TunnelHandshake } from "./tunnel.ts";

/** Everything a dial needs to know. */
export interface DialPlan {
  readonly connect: Connect;
  /** Where to, without TLS. */
  readonly target: ConnectTarget;
  readonly tunnel: Tunnel | null;
  readonly tls: TLSOptions | undefined;
  readonly protocol: ProtocolOptions;
  readonly onlookers: Onlookers;
  readonly onProxyHeaders: (headers: HTTPMessage) => void;
}

/** One dial. */
export class Dial {
  readonly #plan: DialPlan;
  readonly #handler: TransportHandler;
  readonly #controller = new AbortController();
  readonly #opened = new Deferred<Transport>();
  #handshake: TunnelHandshake | null = null;
  #transport: Transport | null = null;
  #isOver = false;

  /** @param handler - Who is told of the transport's bytes once it reaches the host. */
  constructor(plan: DialPlan, handler: TransportHandler) {
    this.#plan = plan;
    this.#handler = handler;
  }

  /** Begins. The promise settles in any case, and rejects with what `abandon` is given. */
  start(): Promise<Transport> {
    this.#run().then(
      (transport) => {
        if (this.#isOver) return;
        this.#isOver = true;
        this.#opened.resolve(transport);
      },
      (error: unknown) => this.abandon(error),
    );
    return this.#opened.promise;
  }

  /** Ends the dial. What the proxy has said by then counts more than that its answer did not end. */
  abandon(reason: unknown): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#transport?.destroy();
    this.#opened.reject(this.#handshake?.refusal ?? reason);
    this.#controller.abort(reason);
  }

  async #run(): Promise<Transport> {
    const { connect, target, tunnel, tls, protocol, onlookers, onProxyHeaders } = this.#plan;
    const { signal } = this.#controller;
    if (tunnel === null) {
      const whole = tls === undefined ? { ...target, signal } : { ...target, signal, tls };
      return this.#keep(await connect(whole, this.#handler));
    }
    const handshake = new TunnelHandshake(tunnel, protocol, onlookers, onProxyHeaders);
    this.#handshake = handshake;
    const transport = this.#keep(await connect({ ...target, signal }, handshake));
    transport.handler = handshake;
    await handshake.open(transport);
    transport.handler = this.#handler;
    if (tls === undefined) return transport;
    const { host, port } = tunnel;
    const { timeout } = target;
    return this.#keep(
      await transport.startTLS(tls, { host: dialHost(host), port, timeout, signal }),
    );
  }

  #keep(transport: Transport): Transport {
    this.#transport = transport;
    if (this.#isOver) transport.destroy();
    return transport;
  }
}
