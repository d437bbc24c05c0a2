/**
 * From nothing to a transport that reaches the host: connect, CONNECT, TLS, in that order, as the documents' `connect()` does it.
 *
 * Owns the three steps and their end from outside: a time limit, a signal or close() ends the dial at once, whatever the caller's
 * Connect does, and a transport that comes too late is destroyed. Knows nothing of exchanges.
 */

import type { HTTPMessage } from "@httplib/headers";
import type { TLSOptions, Transport, TransportHandler } from "@httplib/transport";
import type { Onlookers } from "./announce.ts";
import { Deferred } from "./deferred.ts";
import { dialHost, type HostPort } from "./host-port.ts";
import type { Settings } from "./settings.ts";
import { type Tunnel, TunnelHandshake } from "./tunnel.ts";

/** Everything a new link needs to know. */
export interface LinkPlan {
  readonly settings: Settings;
  /** Whom to dial. */
  readonly proxyOrHost: HostPort;
  readonly tunnel: Tunnel | null;
  /** How to speak TLS to the host, behind the tunnel where there is one. */
  readonly tls: TLSOptions | undefined;
  /** Milliseconds it may take, Infinity for no limit: told to the Connect, which may divide them among addresses. */
  readonly limit: number;
  readonly onlookers: Onlookers;
  readonly onProxyHeaders: (headers: HTTPMessage) => void;
}

/** One dial. */
export class Dial {
  readonly #plan: LinkPlan;
  readonly #handler: TransportHandler;
  readonly #controller = new AbortController();
  readonly #opened = new Deferred<Transport>();
  #handshake: TunnelHandshake | null = null;
  #transport: Transport | null = null;
  #isOver = false;

  /** @param handler - Who is told of the transport's bytes once it reaches the host. */
  constructor(plan: LinkPlan, handler: TransportHandler) {
    this.#plan = plan;
    this.#handler = handler;
  }

  /** Begins. The promise settles in any case, and rejects with what `abandon` is given. */
  start(): Promise<Transport> {
    this.#run().then(
      (transport) => this.#done(transport),
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

  #done(transport: Transport): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#opened.resolve(transport);
  }

  async #run(): Promise<Transport> {
    const { settings, proxyOrHost, tunnel, tls, limit, onlookers, onProxyHeaders } = this.#plan;
    const { connect, protocol } = settings;
    const { signal } = this.#controller;
    const timeout = limit === Infinity ? undefined : limit;
    const host = dialHost(proxyOrHost.host);
    const { port } = proxyOrHost;
    // Also what is not there is a key of its own: a polluted prototype starts no TLS.
    const target = { ...settings.target, host, port, timeout, signal, tls: undefined };
    if (tunnel === null)
      return this.#keep(checked(await connect({ ...target, tls }, this.#handler)));

    const handshake = new TunnelHandshake(tunnel, protocol, onlookers, onProxyHeaders);
    this.#handshake = handshake;
    const transport = this.#keep(checked(await connect(target, handshake)));
    transport.handler = handshake;
    await handshake.open(transport, tls !== undefined);
    transport.handler = this.#handler;
    if (tls === undefined) return transport;
    const end = { host: dialHost(tunnel.host), port: tunnel.port, timeout, signal };
    return this.#keep(await transport.startTLS(tls, end));
  }

  #keep(transport: Transport): Transport {
    this.#transport = transport;
    if (this.#isOver) transport.destroy();
    return transport;
  }
}

/** A Connect is the caller's code. */
function checked(transport: unknown): Transport {
  // oxlint-disable-next-line no-unsafe-type-assertion -- its shape is the caller's affair
  if (typeof transport === "object" && transport !== null) return transport as Transport;
  throw new TypeError(
    `Cannot connect: found a Connect that gave ${String(transport)}, expected a Transport`,
  );
}
