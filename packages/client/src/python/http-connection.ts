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
  readonly encode_chunked?: boolean | undefined;
}

/** Options of `endheaders()`. */
export interface EndHeadersOptions extends BaseEndHeadersOptions {
  readonly encode_chunked?: boolean | undefined;
}

/** Options of `putrequest()`, which may also be given by place. */
export interface PutRequestOptions {
  readonly skip_host?: boolean | undefined;
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
  readonly source_address: readonly [host: string, port: number] | null;

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

  /** Seconds. */
  override get timeout(): Seconds {
    return fromMilliseconds(super.timeout);
  }

  override set timeout(seconds: Seconds) {
    super.timeout = toMilliseconds(seconds);
  }

  get blocksize(): number {
    return this.blockSize;
  }

  set blocksize(bytes: number) {
    this.blockSize = bytes;
  }

  get debuglevel(): number {
    return this.debugLevel;
  }

  set debuglevel(level: number) {
    this.debugLevel = level;
  }

  get auto_open(): boolean {
    return this.autoOpen;
  }

  set auto_open(open: boolean) {
    this.autoOpen = open;
  }

  get default_port(): number {
    return this.defaultPort;
  }

  get response_class(): Base["responseClass"] {
    return this.responseClass;
  }

  set response_class(type: Base["responseClass"]) {
    this.responseClass = type;
  }

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

  getresponse(): Promise<HTTPResponse> {
    const response = this.getResponse().then(ofThisModule);
    // Nobody has to look: as that of getResponse(), it is never an unhandled rejection.
    response.catch(() => {});
    return response;
  }

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

  putheader(header: string, ...values: HeaderValue[]): void {
    this.putHeader(header, ...values);
  }

  endheaders(message_body: Body = null, options?: EndHeadersOptions): Promise<void> {
    const { encode_chunked, ...same } = { encode_chunked: undefined, ...options };
    const encodeChunked = encode_chunked ?? same.encodeChunked;
    return this.endHeaders(message_body, { ...same, encodeChunked });
  }

  set_tunnel(host: string, port: number | null = null, headers: HeadersInput | null = null): void {
    this.setTunnel(host, port, headers ?? undefined);
  }

  get_proxy_response_headers(): HTTPMessage | null {
    const headers = this.getProxyResponseHeaders();
    return headers === null ? null : new HTTPMessage(headers);
  }

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
