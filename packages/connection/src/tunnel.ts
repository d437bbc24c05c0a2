/**
 * CONNECT: a request to a proxy that makes the connection one to somebody else (RFC 9110 §9.3.6).
 *
 *     CONNECT host:port HTTP/1.1
 *     Host: host:port                  unless the caller gives one
 *
 * A building block over any transport: it writes the head in one piece, reads the answer and hands the transport on, so that a tunnel
 * may run through a tunnel. Any 2xx opens it, and its framing fields mean nothing. Bytes behind the 2xx are an error: they come
 * before anything was asked, from a proxy that wants to speak for the host. A refusal keeps its status, fields and body. CPython
 * up to 3.14 sends the caller's fields unchecked (CVE-2026-1502) and an IPv6 Host without brackets.
 */

import { concat } from "@httplib/bytes";
import { ProtocolError, RemoteDisconnected, TunnelError } from "@httplib/errors";
import type { HeadersInput, HTTPMessage } from "@httplib/headers";
import { forEachField } from "@httplib/headers/machine";
import { ClientProtocol, type ProtocolOptions, ReadEvent, RequestHead } from "@httplib/protocol";
import type { Transport, TransportHandler } from "@httplib/transport";
import { announce, type Onlookers } from "./announce.ts";
import { Deferred } from "./deferred.ts";
import { authority, type HostPort } from "./host-port.ts";
import { addField } from "./request-builder.ts";
import { afterTurns } from "./reuse.ts";

/** What is kept of the body of a refusal. */
const MAX_BODY = 65_536;

/** Where a tunnel leads, and the checked request for it. */
export interface Tunnel extends HostPort {
  readonly head: RequestHead;
}

/**
 * Prepares a tunnel.
 *
 * @throws InvalidRequest for fields that cannot be sent
 */
export function makeTunnel(
  { host, port }: HostPort,
  headers: HeadersInput | null | undefined,
): Tunnel {
  const end = authority(host, port);
  const head = new RequestHead("CONNECT", end);
  if (headers !== undefined && headers !== null) {
    forEachField(headers, (name, value) => addField(head, name, value));
  }
  if (!head.has("host")) head.add("Host", end);
  return { host, port, head };
}

/** One CONNECT; it is the handler of the transport until its answer is there. */
export class TunnelHandshake implements TransportHandler {
  readonly #tunnel: Tunnel;
  readonly #protocol: ClientProtocol;
  readonly #onlookers: Onlookers;
  readonly #onHeaders: (headers: HTTPMessage) => void;
  readonly #done: Deferred<void> = new Deferred();
  readonly #body: Uint8Array[] = [];
  #bodySize = 0;
  #isOver = false;
  #isRefused = false;
  #isOpen = false;
  #turns = 1;
  #error: Error | null = null;

  /** @param onHeaders - Gets the fields of the proxy's final answer, of a refusal too. */
  constructor(
    tunnel: Tunnel,
    options: ProtocolOptions,
    onlookers: Onlookers,
    onHeaders: (headers: HTTPMessage) => void,
  ) {
    this.#tunnel = tunnel;
    this.#protocol = new ClientProtocol(options);
    this.#onlookers = onlookers;
    this.#onHeaders = onHeaders;
  }

  /**
   * Asks for the tunnel. Settles once: when it is open, refused, or nothing can come any more.
   *
   * @param isForTLS - Whether TLS starts at once: workerd can do that only in the turn of the chunk that opened the tunnel.
   */
  open(transport: Transport, isForTLS: boolean): Promise<void> {
    if (isForTLS) this.#turns = 0;
    const text = this.#protocol.sendRequest(this.#tunnel.head);
    this.#protocol.sendEnd();
    announce(this.#onlookers, text);
    transport.write(text);
    return this.#done.promise;
  }

  /** What is known of a refusal whose body does not end in time; null where nothing was refused. */
  get refusal(): TunnelError | null {
    const { head } = this.#protocol;
    if (!this.#isRefused || head === null) return null;
    return new TunnelError(head.status, head.reason, head.headers, concat(this.#body));
  }

  onData(chunk: Uint8Array): void {
    if (this.#isOver) return;
    this.#protocol.feed(chunk);
    this.#read();
  }

  onEnd(): void {
    if (this.#isOver) return;
    this.#protocol.feedEnd();
    if (this.#isOpen) this.#settle(new RemoteDisconnected());
    else this.#read();
  }

  onDrain(): void {
    // A head needs no second write.
  }

  onError(error: Error): void {
    this.#error ??= error;
  }

  onClose(): void {
    this.onEnd();
  }

  #read(): void {
    try {
      for (;;) {
        switch (this.#protocol.next()) {
          case ReadEvent.NEED_DATA:
            if (this.#isOpen) this.#judgeRest();
            return;
          case ReadEvent.INFORMATIONAL:
            break;
          case ReadEvent.HEAD:
            this.#readHead();
            break;
          case ReadEvent.DATA:
            if (this.#keep(this.#protocol.data)) break;
            this.#settle(this.refusal);
            return;
          case ReadEvent.END:
            if (this.#isRefused) this.#settle(this.refusal);
            else this.#isOpen = true;
            break;
        }
      }
    } catch (error) {
      if (this.#isOver) return;
      if (this.#error !== null && error instanceof Error) error.cause ??= this.#error;
      this.#settle(this.refusal ?? error);
    }
  }

  #readHead(): void {
    const { head, framing } = this.#protocol;
    if (head === null) return;
    this.#isRefused = framing !== "tunnel";
    this.#onHeaders(head.headers);
    const { connection, log } = this.#onlookers;
    if (connection.debugLevel <= 0) return;
    for (const [name, value] of head.headers) log(`header: ${name}: ${value}\r\n`);
    log("header: \r\n");
  }

  /** Whether there is room for more of the body. */
  #keep(data: Uint8Array): boolean {
    const part = data.slice(0, MAX_BODY - this.#bodySize);
    this.#body.push(part);
    this.#bodySize += part.length;
    return this.#bodySize < MAX_BODY;
  }

  /**
   * The answer opens the tunnel, and nothing may lie behind it. A turn passes before anything is sent through: what comes by then was
   * sent before the host could be asked. Where TLS comes next, such bytes break its handshake, and nothing is waited for.
   */
  #judgeRest(): void {
    const { length } = this.#protocol.rest;
    if (length === 0) {
      afterTurns(this.#turns, () => {
        if (!this.#isOver) this.#settle(null);
      });
      return;
    }
    const message = `Cannot open the tunnel: found ${length} bytes behind the proxy's answer, expected none`;
    this.#settle(new ProtocolError("UNEXPECTED_DATA", { message }));
  }

  #settle(error: unknown): void {
    this.#isOver = true;
    if (error === null) this.#done.resolve();
    else this.#done.reject(error);
  }
}
