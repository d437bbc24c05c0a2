/**
 * HTTPConnection in the documents' spellings and units.
 *
 * Owns names, seconds and snake_case options; every method is one call of the class it extends. One difference is
 * documented there: a request on a connection that went stale is not sent again, RemoteDisconnected is raised.
 */

import { HTTPConnection as Base } from "@httplib/connection";
import type {
  Body,
  EndHeadersOptions as BaseEndHeadersOptions,
  HTTPConnectionOptions as BaseOptions,
  RequestOptions as BaseRequestOptions,
} from "@httplib/connection";
import type { HeaderValue, HeadersInput } from "@httplib/headers";
import type { HTTPResponse as BaseResponse } from "@httplib/response";
import { HTTPMessage } from "./http-message.ts";
import { HTTPResponse } from "./http-response.ts";
import { fromMilliseconds, toMilliseconds } from "./seconds.ts";
import type { Seconds } from "./seconds.ts";

/** Options of the documents' `HTTPConnection`, and those of the modern class that have no other name there. */
export interface HTTPConnectionOptions extends Omit<
  BaseOptions,
  "timeout" | "sourceAddress" | "blockSize"
> {
  /** Seconds for each wait; null means none, left out the default of `setdefaulttimeout()`. */
  readonly timeout?: Seconds;
  /** Host and port to dial from. */
  readonly source_address?: readonly [host: string, port: number] | null | undefined;
  /** Bytes of each read of a file-like body; 8192. */
  readonly blocksize?: number | undefined;
  /** Field lines of a response head at most (since 3.15). */
  readonly max_response_headers?: number | null | undefined;
}

/** Those of the documents as keys of their own: what an object inherits, from a polluted prototype, does not count. */
const NO_OPTIONS: HTTPConnectionOptions = {
  timeout: undefined,
  source_address: undefined,
  blocksize: undefined,
  max_response_headers: undefined,
  limits: undefined,
};

/** Options of `request()`. */
export interface RequestOptions extends BaseRequestOptions {
  /** Whether a body under the caller's own Transfer-Encoding is still to be coded as chunks; false. */
  readonly encode_chunked?: boolean | undefined;
}

/** Options of `endheaders()`. */
export interface EndHeadersOptions extends BaseEndHeadersOptions {
  /** Whether a body under the caller's own Transfer-Encoding is still to be coded as chunks; false. */
  readonly encode_chunked?: boolean | undefined;
}

/** Options of `putrequest()`, which may also be given by place. */
export interface PutRequestOptions {
  /** Leaves the automatic Host out. */
  readonly skip_host?: boolean | undefined;
  /** Leaves the automatic Accept-Encoding out. */
  readonly skip_accept_encoding?: boolean | undefined;
}

/**
 * The documents' `http.client.HTTPConnection`.
 *
 * @see document http.client 3.13.3, "HTTPConnection Objects"
 * @example
 * ```ts
 * import { connectMemory } from "@httplib/client";
 * import { HTTPConnection } from "@httplib/client/python";
 * const connect = connectMemory(["HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"]);
 * const conn = new HTTPConnection("www.python.org", null, { timeout: 10, connect });
 * await conn.request("GET", "/parrot.spam");
 * const r2 = await conn.getresponse();
 * if (r2.status !== 404 || r2.getheader("content-length") !== "0") throw new Error("unexpected");
 * await conn.close();
 * ```
 */
export class HTTPConnection extends Base {
  /** What the constructor was given; null for none. */
  readonly source_address: readonly [host: string, port: number] | null;

  /**
   * @param host a name or an address; `host:port` when `port` is null
   * @param port 0 to 65535; null takes it from `host`, else the default port
   * @param options time limit in seconds, addresses, parser options
   * @throws InvalidURL for a host or port that cannot be; RangeError for a time or a size out of range
   */
  constructor(host: string, port: number | null = null, options: HTTPConnectionOptions = {}) {
    const { timeout, source_address, blocksize, max_response_headers, limits, ...same } = {
      ...NO_OPTIONS,
      ...options,
    };
    super(host, port, {
      retryStale: false,
      ...same,
      timeout: toMilliseconds(timeout),
      sourceAddress: source_address ?? undefined,
      blockSize: blocksize,
      limits: { ...limits, ...boundOf(max_response_headers) },
    });
    this.source_address = source_address ?? null;
    this.responseClass = HTTPResponse;
  }

  /** Seconds for each wait, above 0; null for none, undefined for the default or for limits that have no form in seconds. */
  override get timeout(): Seconds {
    return fromMilliseconds(super.timeout);
  }

  override set timeout(seconds: Seconds) {
    super.timeout = toMilliseconds(seconds);
  }

  /** Bytes asked for at each read of a file-like body; from 1 up. */
  get blocksize(): number {
    return this.blockSize;
  }

  set blocksize(bytes: number) {
    this.blockSize = bytes;
  }

  /** Above 0 each piece sent and each head received is shown. */
  get debuglevel(): number {
    return this.debugLevel;
  }

  set debuglevel(level: number) {
    this.debugLevel = level;
  }

  /** Whether a request opens the connection where it is not open. */
  get auto_open(): boolean {
    return this.autoOpen;
  }

  set auto_open(open: boolean) {
    this.autoOpen = open;
  }

  /** The port where none is given: 80, or 443 over TLS. */
  get default_port(): number {
    return this.defaultPort;
  }

  /** What `getresponse()` gives: HTTPResponse of this module or a subclass of it. */
  get response_class(): Base["responseClass"] {
    return this.responseClass;
  }

  set response_class(type: Base["responseClass"]) {
    this.responseClass = type;
  }

  /**
   * Sends a request.
   *
   * @param method a token, sent as it is
   * @param url an absolute path, or what else the peer takes; empty is `/`
   * @param body a string is sent as ISO-8859-1; null for none
   * @param headers further fields, in their order
   * @param options `encode_chunked`, and those of the modern class
   * @throws (rejects) as `request()` of the modern class
   * @see document http.client 3.13.3, `HTTPConnection.request`
   * @example
   * ```ts
   * import { connectMemory } from "@httplib/client";
   * import { HTTPConnection } from "@httplib/client/python";
   * const connect = connectMemory("HTTP/1.1 204 No Content\r\n\r\n");
   * const conn = new HTTPConnection("a.example", 80, { connect });
   * await conn.request("POST", "/", "a=1", { "Content-Type": "text/plain" });
   * (await conn.getresponse()).status; // => 204
   * ```
   */
  override request(
    method: string,
    url: string | URL,
    body: Body = null,
    headers: HeadersInput = {},
    options?: RequestOptions,
  ): Promise<void> {
    const { encode_chunked, ...same } = { encode_chunked: undefined, ...options };
    const encodeChunked = encode_chunked ?? same.encodeChunked;
    return super.request(method, url, body, headers, { ...same, encodeChunked });
  }

  /**
   * The response to the request that was sent.
   *
   * @throws (rejects) as `getResponse()` of the modern class; RemoteDisconnected on a kept connection that went stale
   * @see document http.client 3.13.3, `HTTPConnection.getresponse`
   * @example
   * ```ts
   * import { connectMemory } from "@httplib/client";
   * import { HTTPConnection } from "@httplib/client/python";
   * const connect = connectMemory("HTTP/1.1 204 No Content\r\n\r\n");
   * const conn = new HTTPConnection("a.example", 80, { connect });
   * await conn.request("GET", "/");
   * (await conn.getresponse()).getheader("age"); // => null
   * ```
   */
  getresponse(): Promise<HTTPResponse> {
    const response = this.getResponse().then(ofThisModule);
    // Nobody has to look: as that of getResponse(), it is never an unhandled rejection.
    response.catch(() => {});
    return response;
  }

  /**
   * Begins a request step by step; nothing is written before `endheaders()`.
   *
   * @param method a token, sent as it is
   * @param url as for `request()`
   * @param skip_host true leaves the automatic Host out; options by name may stand here
   * @param skip_accept_encoding true leaves the automatic Accept-Encoding out
   * @throws CannotSendRequest, InvalidRequest INVALID_METHOD, InvalidURL
   * @see document http.client 3.13.3, `HTTPConnection.putrequest`
   * @example
   * ```ts
   * import { connectMemory } from "@httplib/client";
   * import { HTTPConnection } from "@httplib/client/python";
   * const connect = connectMemory("HTTP/1.1 204 No Content\r\n\r\n");
   * const conn = new HTTPConnection("a.example", 80, { connect });
   * conn.putrequest("PUT", "/f", { skip_accept_encoding: true });
   * conn.putheader("Content-Length", 2);
   * await conn.endheaders(Uint8Array.of(104, 105));
   * (await conn.getresponse()).status; // => 204
   * ```
   */
  putrequest(
    method: string,
    url: string,
    skip_host: boolean | PutRequestOptions = false,
    skip_accept_encoding = false,
  ): void {
    const given = typeof skip_host === "object" ? skip_host : { skip_host, skip_accept_encoding };
    const options = { skip_host: undefined, skip_accept_encoding: undefined, ...given };
    this.putRequest(method, url, {
      skipHost: options.skip_host,
      skipAcceptEncoding: options.skip_accept_encoding,
    });
  }

  /**
   * Adds a header line.
   *
   * @param header a token, sent in its case
   * @param values one value, or several for continuation lines
   * @throws CannotSendHeader; InvalidRequest INVALID_FIELD_NAME, INVALID_FIELD_VALUE, FRAMING_CONFLICT
   * @see document http.client 3.13.3, `HTTPConnection.putheader`
   */
  putheader(header: string, ...values: HeaderValue[]): void {
    this.putHeader(header, ...values);
  }

  /**
   * Ends the head and sends it, with a body if there is one.
   *
   * @param message_body null where there is none, or where it follows by `send()`
   * @param options `encode_chunked` and `trailers`
   * @throws (rejects) CannotSendHeader, and as `request()`
   * @see document http.client 3.13.3, `HTTPConnection.endheaders`
   */
  endheaders(message_body: Body = null, options?: EndHeadersOptions): Promise<void> {
    const { encode_chunked, ...same } = { encode_chunked: undefined, ...options };
    const encodeChunked = encode_chunked ?? same.encodeChunked;
    return this.endHeaders(message_body, { ...same, encodeChunked });
  }

  /**
   * Makes the connection run through the proxy that the constructor names.
   *
   * @param host the end point's, or `host:port`
   * @param port 0 to 65535; null takes it from `host`, else the default port
   * @param headers fields for the CONNECT request
   * @throws ImproperConnectionState when the connection is open; InvalidURL; InvalidRequest
   * @see document http.client 3.13.3, `HTTPConnection.set_tunnel`
   * @example
   * ```ts
   * import { HTTPSConnection } from "@httplib/client/python";
   * const conn = new HTTPSConnection("localhost", 8080);
   * conn.set_tunnel("www.python.org");
   * conn.get_proxy_response_headers(); // => null
   * ```
   */
  set_tunnel(host: string, port: number | null = null, headers: HeadersInput | null = null): void {
    this.setTunnel(host, port, headers ?? undefined);
  }

  /**
   * The fields of the proxy's answer to CONNECT; null where none was sent.
   *
   * @see document http.client 3.13.3, `HTTPConnection.get_proxy_response_headers`
   */
  get_proxy_response_headers(): HTTPMessage | null {
    const headers = this.getProxyResponseHeaders();
    return headers === null ? null : new HTTPMessage(headers);
  }

  /**
   * Sets `debuglevel`.
   *
   * @param level 0 for no output; above 0 each piece sent and each head received is shown
   * @see document http.client 3.13.3, `HTTPConnection.set_debuglevel`
   */
  set_debuglevel(level: number): void {
    this.setDebugLevel(level);
  }
}

function ofThisModule(response: BaseResponse): HTTPResponse {
  if (response instanceof HTTPResponse) return response;
  throw new TypeError(
    "Cannot give a response: found a responseClass of another module, expected a subclass of HTTPResponse of this one",
  );
}

function boundOf(lines: number | null | undefined): { maxHeaderFields?: number } {
  return lines === null || lines === undefined ? {} : { maxHeaderFields: lines };
}
