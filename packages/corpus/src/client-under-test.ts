/**
 * What the request runner asks of a client: a way to open a connection whose peer is a script, and
 * the documented calls in camelCase. `HTTPConnection` of @httplib/connection has this shape;
 * README.md shows how to open one over a wire made of memory.
 */
import type { Field } from "./rows.ts";

export interface ResponseUnderTest {
  read(): Promise<Uint8Array>;
}

/** The documented calls. What is unknown is what the row asks for, of a wrong type too. */
export interface ConnectionUnderTest {
  request(
    method: unknown,
    url: string,
    body: unknown,
    headers: unknown,
    options: { encodeChunked?: boolean },
  ): Promise<void>;
  putRequest(
    method: string,
    url: string,
    options: { skipHost?: boolean; skipAcceptEncoding?: boolean },
  ): void;
  putHeader(name: string, ...values: unknown[]): void;
  endHeaders(body: unknown, options: { encodeChunked?: boolean }): Promise<void>;
  send(data: unknown): Promise<void>;
  getResponse(): Promise<ResponseUnderTest>;
  setTunnel(host: string, port: number | null, headers: readonly Field[]): void;
  connect(): Promise<void>;
  close(): Promise<void>;
}

/** What passed over the wire, read while the call goes on. */
export interface WireUnderTest {
  /** Every byte that the client has written so far. */
  written(): Uint8Array;
  /** Whether the client has closed the wire for good. */
  destroyed(): boolean;
}

/** What the peer does: an answer to each request head, in order, then nothing or the end. */
export interface PeerScript {
  readonly answers: readonly Uint8Array[];
  /** Whether the peer closes once it has read one head more than it has answers. */
  readonly closes: boolean;
}

export interface OpenCall {
  readonly host: string;
  readonly port: number | null;
  readonly tls: boolean;
  /** How long a body waits for 100 Continue, in ms: the peers of the corpus never send one. */
  readonly expectTimeout: number;
  readonly peer: PeerScript;
}

export interface OpenedConnection {
  readonly connection: ConnectionUnderTest;
  readonly wire: WireUnderTest;
}

/** Opens a connection to a scripted peer; throws what the constructor throws. */
export type OpenConnection = (call: OpenCall) => OpenedConnection;
