/**
 * The options of a connection and of a request. Types only: nothing of this file exists at run time.
 */

import type { HeadersInput } from "@httplib/headers";
import type { Lenient, Limits, ResponseHead } from "@httplib/protocol";
import type { Connect, TLSOptions } from "@httplib/transport";
import type { Timeout } from "./time-limits.ts";

/** Options of {@link HTTPConnection}. */
export interface HTTPConnectionOptions {
  /**
   * Milliseconds for each wait, above 0: dialling, sending, the response's head, between two arrivals of its body. An object bounds
   * single waits and the whole; null means no limit. Left out: the default timeout.
   */
  readonly timeout?: Timeout;
  /** The local address and port to dial from; port 0 lets the system choose. */
  readonly sourceAddress?: readonly [host: string, port: number] | undefined;
  /** Bytes asked for at each read of a file-like body; 8192. */
  readonly blockSize?: number | undefined;
  /** A Unix socket to dial in place of host and port. */
  readonly socketPath?: string | undefined;
  /** Any other way to get bytes across; the runtime's own sockets when it is left out. */
  readonly connect?: Connect | undefined;
  /** False takes a reply without a status line as an HTTP/0.9 body, as `strict` of the documents up to 3.1 did. */
  readonly strict?: boolean | undefined;
  /** Rules of the parser to relax, each by name. */
  readonly lenient?: Lenient | undefined;
  /** Bounds of the parser. */
  readonly limits?: Partial<Limits> | undefined;
  /** False sends a body that does not have the Content-Length the caller declared; true. */
  readonly strictContentLength?: boolean | undefined;
  /** Milliseconds for which a body with `Expect: 100-continue` waits, 0 or more; 1000. */
  readonly expectTimeout?: number | undefined;
  /** Whether a request is sent once more when a reused connection turns out to be closed; true. */
  readonly retryStale?: boolean | undefined;
  /** Whether a TLS end without close_notify makes a body that ends with the connection incomplete; false, because it costs speed. */
  readonly strictTLSClose?: boolean | undefined;
  /** Takes the debug lines; console.log. */
  readonly debugLog?: ((line: string) => void) | undefined;
  /** Passed on to the transport as it is: on Node family, lookup, keepAlive and the like. */
  readonly options?: object | undefined;
}

/** Options of {@link HTTPSConnection}. */
export interface HTTPSConnectionOptions extends HTTPConnectionOptions {
  /** Certificates and checks, in the words of `tls.connect()` of Node, or a SecureContext. */
  readonly context?: TLSOptions | undefined;
}

/** Trailer fields, or a function that gives them when the body has been sent. */
export type TrailersInput = HeadersInput | (() => HeadersInput | Promise<HeadersInput>);

/** Options of `request()`. */
export interface RequestOptions {
  /** Whether a body under the caller's own Transfer-Encoding is still to be coded as chunks; false. */
  readonly encodeChunked?: boolean | undefined;
  /** Ends the exchange, up to the last byte of the response's body, with `signal.reason`. */
  readonly signal?: AbortSignal | null | undefined;
  /** Fields to send behind the body, which is then chunked. */
  readonly trailers?: TrailersInput | undefined;
  /** Whether the request may be sent twice, where its method does not say so. */
  readonly idempotent?: boolean | undefined;
}

/** Options of `endHeaders()`. */
export type EndHeadersOptions = Pick<RequestOptions, "encodeChunked" | "trailers">;

/** Options of `putRequest()`. */
export interface PutRequestOptions {
  /** Leaves the automatic Host out. */
  readonly skipHost?: boolean | undefined;
  /** Leaves the automatic Accept-Encoding out. */
  readonly skipAcceptEncoding?: boolean | undefined;
}

/** Options of `getResponse()`. */
export interface ResponseOptions {
  /** Ends the exchange from now on, with `signal.reason`. */
  readonly signal?: AbortSignal | null | undefined;
  /** Called for each interim head, those that have come already included. */
  readonly onInformational?: ((head: ResponseHead) => void) | undefined;
}
