/**
 * HTTPConnection: the documents' object, one transaction at a time with one server.
 *
 * It only conducts: the states are in connection-state.ts, what goes into a request in request-builder.ts, one request with its
 * response in exchange.ts, and dispatcher.ts decides which connection carries it. Long because the documents give one class all these
 * methods; each is a few lines.
 */

import { ImproperConnectionState, NotConnected, ResponseNotReady } from "@httplib/errors";
import { ownOptions } from "@httplib/headers/machine";
import type { HeadersInput, HeaderValue, HTTPMessage } from "@httplib/headers";
import { HTTPResponse } from "@httplib/response";
import type { TLSOptions, Transport, TransportHandler } from "@httplib/transport";
import { type ConnectionState, nextState, refusalOf, TRANSITIONS } from "./connection-state.ts";
import { HTTP_PORT } from "./constants.ts";
import { DONE, rejected } from "./deferred.ts";
import { publishConnect } from "./diagnostics.ts";
import type { LinkPlan } from "./dial.ts";
import { Dispatcher } from "./dispatcher.ts";
import { Exchange } from "./exchange.ts";
import { checkHost, parseHostPort } from "./host-port.ts";
import { Origin } from "./origin.ts";
import type {
  EndHeadersOptions,
  HTTPConnectionOptions,
  PutRequestOptions,
  RequestOptions,
  ResponseOptions,
} from "./options.ts";
import { type Body, classifyBody, classifySent, type RequestBody } from "./request-body.ts";
import { type OutgoingRequest, RequestBuilder } from "./request-builder.ts";
import { checkASCII, checkTarget } from "./request-target.ts";
import { resolveSettings, type Settings } from "./settings.ts";
import { resolveTimeLimits, type Timeout } from "./time-limits.ts";
import { makeTunnel, type Tunnel } from "./tunnel.ts";

const HELD = {
  message:
    "Cannot give a response: found a request that waits for an unread response, expected that to be read",
};

/**
 * One connection to one server, and one request at a time on it.
 *
 * Nothing is dialled before the first request or `connect()`.
 *
 * @see documents `http.client`, section 1: class http.client.HTTPConnection
 * @example
 * ```ts
 * import { connectMemory, HTTPConnection } from "@httplib/client";
 * const connect = connectMemory(["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"]);
 * const connection = new HTTPConnection("example.com", null, { connect });
 * await connection.request("GET", "/");
 * const response = await connection.getResponse();
 * if (response.status !== 200 || (await response.text()) !== "hello") throw new Error("unexpected");
 * await connection.close();
 * ```
 */
export class HTTPConnection implements AsyncDisposable {
  /** The host, without port and brackets. */
  readonly host: string;
  /** The port. */
  readonly port: number;
  /** Bytes asked for at each read of a file-like body, 1 or more. */
  blockSize: number;
  /** Above 0, every piece sent and every head received is shown by `debugLog`. */
  debugLevel = 0;
  /** Whether a request opens the connection where it is not open. */
  autoOpen = true;
  /** What `getResponse()` gives. */
  responseClass: typeof HTTPResponse = HTTPResponse;

  readonly #settings: Settings;
  readonly #dispatcher: Dispatcher;
  #timeout: Timeout;
  #tunnel: Tunnel | null = null;
  #origin: Origin;
  #proxyHeaders: HTTPMessage | null = null;

  #state: ConnectionState = "Idle";
  /** The request the state is about: begun, or sent and its response not asked for. */
  #builder: RequestBuilder | null = null;
  #exchange: Exchange | null = null;
  /** What getResponse() has to say of a request that failed before it was called. */
  #failure: { readonly error: unknown } | null = null;

  /**
   * @param host - A name, an IPv4 address or an IPv6 address, the latter with or without brackets; `host:port` when `port` is null.
   * @param port - 0 to 65535; null takes it from `host`, else the default port.
   * @param options - Time limits, addresses, parser options.
   * @throws InvalidURL for a host or port that cannot be; RangeError for a time or a size out of range.
   */
  constructor(host: string, port?: number | null, options?: HTTPConnectionOptions) {
    const parsed = parseHostPort(host, port, this.defaultPort);
    this.validateHost(parsed.host);
    this.host = parsed.host;
    this.port = parsed.port;
    this.#origin = new Origin(parsed, this.defaultPort);
    this.#settings = resolveSettings(options);
    this.blockSize = this.#settings.blockSize;
    // Not by the setter, which a subclass may have in other units.
    const { timeout } = ownOptions(options);
    resolveTimeLimits(timeout);
    this.#timeout = timeout;
    this.#dispatcher = new Dispatcher(
      this,
      this.#settings,
      (limit) => this.#planDial(limit),
      (exchange, error) => {
        if (this.#exchange === exchange) this.#toIdle({ error });
      },
    );
  }

  /** The time limits, in milliseconds; undefined for the default timeout, null for none. */
  get timeout(): Timeout {
    return this.#timeout;
  }

  /** @throws RangeError for 0, a negative number or no number. */
  set timeout(timeout: Timeout) {
    resolveTimeLimits(timeout);
    this.#timeout = timeout;
  }

  /** The port where none is given. */
  protected get defaultPort(): number {
    return HTTP_PORT;
  }

  /** How to speak TLS to the host; undefined for not at all. */
  protected get tls(): TLSOptions | undefined {
    return undefined;
  }

  /**
   * Sends a request.
   *
   * Automatic fields: Host, `Accept-Encoding: identity`, and Content-Length or `Transfer-Encoding: chunked` for a body; a field of
   * the caller's with the same name stands in the place of each.
   * @param method - A token, sent as it is.
   * @param url - An absolute path, or what else the peer takes; empty is `/`. A URL object is sent in origin-form to the host it names.
   * @param body - A string is sent as ISO-8859-1.
   * @param headers - Further fields, in their order.
   * @param given - Chunk coding, trailers, a signal.
   * @returns A promise that resolves when everything is handed to the transport and there is room again, or a response has ended
   *   the sending; `getResponse()` need not wait for it.
   * @throws (rejects) CannotSendRequest, InvalidURL, InvalidRequest, TypeError for the arguments; NotConnected; the system error of
   *   dialling; TimeoutError; `signal.reason`.
   * @see documents `http.client`, HTTPConnection.request
   * @example
   * ```ts
   * import { connectMemory, HTTPConnection } from "@httplib/client";
   * const connection = new HTTPConnection("a.example", 80, { connect: connectMemory("HTTP/1.1 204 No Content\r\n\r\n") });
   * await connection.request("PUT", "/f", "abc", { "Content-Type": "text/plain" });
   * (await connection.getResponse()).status; // => 204
   * ```
   */
  request(
    method: string,
    url: string | URL,
    body?: Body,
    headers?: HeadersInput | null,
    given?: RequestOptions,
  ): Promise<void> {
    const refusal = refusalOf(this.#state, TRANSITIONS.putRequest);
    if (refusal !== null) return rejected(refusal);
    this.#failure = null;
    try {
      const options = ownOptions(given);
      options.signal?.throwIfAborted();
      const target = this.#origin.target(url);
      const builder = this.#newBuilder(method, target);
      const content = this.#bodyOf(body);
      const hasTrailers = options.trailers !== undefined;
      const isUnsized = builder.addAll(this.#origin, headers, content, hasTrailers);
      if (isUnsized && this.debugLevel > 0) {
        this.#settings.debugLog(
          `Unable to determine size of ${Object.prototype.toString.call(body)}`,
        );
      }
      const { isStrict } = this.#settings;
      const request = builder.finish(content, options, !isStrict, isStrict);
      return this.#start(request, options);
    } catch (error) {
      this.#toIdle({ error });
      return rejected(error);
    }
  }

  /**
   * Begins a request step by step; nothing is written before `endHeaders()`.
   * @param method - A token, sent as it is.
   * @param url - As for `request()`.
   * @param options - Which automatic fields to leave out.
   * @throws CannotSendRequest, InvalidRequest INVALID_METHOD, InvalidURL
   * @see documents `http.client`, HTTPConnection.putrequest
   * @example
   * ```ts
   * import { connectMemory, HTTPConnection } from "@httplib/client";
   * const connection = new HTTPConnection("a.example", 80, { connect: connectMemory("HTTP/1.1 204 No Content\r\n\r\n") });
   * connection.putRequest("PUT", "/f", { skipAcceptEncoding: true });
   * connection.putHeader("Content-Length", 2);
   * await connection.endHeaders();
   * await connection.send(Uint8Array.of(104, 105));
   * (await connection.getResponse()).status; // => 204
   * ```
   */
  putRequest(method: string, url: string, options?: PutRequestOptions): void {
    const state = nextState(this.#state, TRANSITIONS.putRequest);
    const target = this.#origin.target(url);
    const builder = this.#newBuilder(method, target);
    builder.addAutomatic(this.#origin, ownOptions(options));
    this.#builder = builder;
    this.#state = state;
    this.#failure = null;
  }

  /**
   * Adds a header line; a refused one leaves the request as it was. `putRequest()` has an example.
   * @param name - A token, sent in its case.
   * @param values - One value, or several, which become continuation lines as documented (most servers refuse those).
   * @throws CannotSendHeader; InvalidRequest INVALID_FIELD_NAME, INVALID_FIELD_VALUE, FRAMING_CONFLICT
   * @see documents `http.client`, HTTPConnection.putheader
   */
  putHeader(name: string, ...values: HeaderValue[]): void {
    this.#state = nextState(this.#state, TRANSITIONS.putHeader);
    this.#builder?.add(name, ...values);
  }

  /**
   * Ends the head and sends it, with a body if there is one. `putRequest()` has an example.
   * @param body - Left out, a declared body may follow by `send()`.
   * @param given - Chunk coding, trailers.
   * @returns As `request()`.
   * @throws (rejects) CannotSendHeader, and as `request()`.
   * @see documents `http.client`, HTTPConnection.endheaders
   */
  endHeaders(body?: Body, given?: EndHeadersOptions): Promise<void> {
    const builder = this.#builder;
    const refusal = refusalOf(this.#state, TRANSITIONS.endHeaders);
    if (refusal !== null || builder === null) return rejected(refusal);
    try {
      const options = ownOptions(given);
      const request = builder.finish(this.#bodyOf(body), options, true, this.#settings.isStrict);
      return this.#start(request, {});
    } catch (error) {
      this.#toIdle({ error });
      return rejected(error);
    }
  }

  /**
   * Sends body bytes as they are, after `endHeaders()` and before `getResponse()`: they are counted against Content-Length, and under
   * Transfer-Encoding the chunk coding is the caller's. `putRequest()` has an example.
   * @param data - Any kind of body but a string, as documented.
   * @throws (rejects) TypeError; ImproperConnectionState where no body was declared; InvalidRequest BODY_TOO_LONG.
   * @see documents `http.client`, HTTPConnection.send
   */
  send(data: Body): Promise<void> {
    try {
      nextState(this.#state, TRANSITIONS.send);
      return this.#sent.push(classifySent(data));
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * The response to the request that was sent.
   * @param options - A signal from here on; a listener for interim heads.
   * @returns A promise of the response once its head is there; its body can be read from then on.
   * @throws (rejects) ResponseNotReady; RemoteDisconnected and the errors of the parser; NotConnected after `close()`; TimeoutError;
   *   `signal.reason`; once, whatever `request()` was rejected with.
   * @see documents `http.client`, HTTPConnection.getresponse
   * @example
   * ```ts
   * import { connectMemory, HTTPConnection } from "@httplib/client";
   * const connect = connectMemory("HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n");
   * const connection = new HTTPConnection("a.example", 80, { connect });
   * await connection.request("GET", "/");
   * (await connection.getResponse({ onInformational: (head) => console.log(head.status) })).status; // => 204
   * ```
   */
  getResponse(options?: ResponseOptions): Promise<HTTPResponse> {
    const failure = this.#failure;
    if (failure !== null) {
      this.#failure = null;
      return rejected(failure.error);
    }
    this.#dispatcher.launchHeld();
    try {
      const state = nextState(this.#state, TRANSITIONS.getResponse);
      const exchange = this.#sent;
      if (!exchange.isLaunched) throw new ResponseNotReady(this.#state, HELD);
      this.#state = state;
      this.#exchange = null;
      return exchange.ask(ownOptions(options));
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * Opens the connection, with its tunnel and TLS; does nothing where it is open.
   * @throws (rejects) the system error of dialling; TunnelError; TimeoutError with phase `connect`; NotConnected after `close()`.
   * @see documents `http.client`, HTTPConnection.connect
   */
  connect(): Promise<void> {
    try {
      return this.#dispatcher.connect(resolveTimeLimits(this.#timeout).connect);
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * Closes the connection and rejects what is pending with NotConnected. A response that closes its connection can still be read.
   * @see documents `http.client`, HTTPConnection.close
   */
  close(): Promise<void> {
    const reason = (): NotConnected =>
      new NotConnected({
        message: "Cannot go on: found a connection closed by close(), expected an open one",
      });
    const exchange = this.#exchange;
    this.#toIdle(null);
    exchange?.fail(reason());
    this.#dispatcher.close(reason);
    return DONE;
  }

  /**
   * Makes the connection run through a proxy: host and port of the constructor are the proxy's, these are the end point's.
   * @param host - A name or an address; `host:port` when `port` is null.
   * @param port - 0 to 65535; null takes it from `host`, else the default port of this class.
   * @param headers - Fields for the CONNECT request; Host is added where it is missing.
   * @throws ImproperConnectionState when the connection is open; InvalidURL; InvalidRequest
   * @see documents `http.client`, HTTPConnection.set_tunnel
   * @example
   * ```ts
   * import { HTTPSConnection } from "@httplib/client";
   * const connection = new HTTPSConnection("proxy.example", 3128);
   * connection.setTunnel("www.python.org", 443, { "Proxy-Authorization": "Basic cGFycm90OnNwYW0=" });
   * connection.getProxyResponseHeaders(); // => null
   * ```
   */
  setTunnel(host: string, port?: number | null, headers?: HeadersInput | null): void {
    if (this.#dispatcher.isOpen) {
      throw new ImproperConnectionState({
        message: "Cannot set a tunnel: found an open connection, expected setTunnel() before it",
      });
    }
    const end = parseHostPort(host, port, this.defaultPort);
    this.validateHost(end.host);
    this.#tunnel = makeTunnel(end, headers);
    this.#origin = new Origin(end, this.defaultPort);
  }

  /** The fields of the proxy's answer to CONNECT; null where none was sent (documents: get_proxy_response_headers). */
  getProxyResponseHeaders(): HTTPMessage | null {
    return this.#proxyHeaders;
  }

  /**
   * Sets `debugLevel` (documents: set_debuglevel).
   * @param level - 0 for no output; above 0 it goes to `debugLog`.
   */
  setDebugLevel(level: number): void {
    this.debugLevel = level;
  }

  /**
   * Gives the raw connection away: after 101 or a 2xx to CONNECT, between two messages, or after a head whose body ends with the
   * connection.
   * @param handler - Who is told of further bytes. Without one, set `transport.handler` before the next await, or call `resume()`.
   * @returns The transport, and the bytes that have come behind the message.
   * @throws NotConnected; ImproperConnectionState inside a message
   * @example
   * ```ts
   * import { connectMemory, HTTPConnection } from "@httplib/client";
   * const connect = connectMemory("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\n\r\nhi");
   * const connection = new HTTPConnection("a.example", 80, { connect });
   * await connection.request("GET", "/", null, { Connection: "upgrade", Upgrade: "echo" });
   * await connection.getResponse();
   * const { transport, rest } = connection.detach();
   * rest.length; // => 2
   * ```
   */
  detach(handler?: TransportHandler): { transport: Transport; rest: Uint8Array } {
    return this.#dispatcher.detach(handler);
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Judges the target of a request, with InvalidURL outside U+0021 to U+007E; a subclass may let other targets through. */
  protected validatePath(target: string): void {
    checkTarget(target);
  }

  /** Judges a host without port and brackets, with InvalidURL for one that cannot be; a subclass may let other hosts through. */
  protected validateHost(host: string): void {
    checkHost(host);
  }

  /**
   * Makes the request line out of its text; a subclass may encode what is not ASCII.
   * @param line - Method, target and version, without the line end.
   * @returns bytes, or text of U+0000 to U+00FF that stands for them, without the line end
   * @throws InvalidURL for a character above U+007F
   */
  protected encodeRequest(line: string): string | Uint8Array {
    checkASCII(line);
    return line;
  }

  /** The exchange of the state Request-sent. */
  get #sent(): Exchange {
    if (this.#exchange === null) throw new ImproperConnectionState();
    return this.#exchange;
  }

  #newBuilder(method: string, target: string): RequestBuilder {
    const base = HTTPConnection.prototype;
    let line: string | Uint8Array | null = null;
    if (this.validatePath !== base.validatePath || this.encodeRequest !== base.encodeRequest) {
      this.validatePath(target);
      line = this.encodeRequest(`${method} ${target} HTTP/1.1`);
    }
    return new RequestBuilder(method, target, line);
  }

  /** A body that has to wait is copied: its promise resolves before its bytes are sent. */
  #bodyOf(body: Body | undefined): RequestBody | null {
    if (body === null || body === undefined) return null;
    const content = classifyBody(body);
    const { bytes } = content;
    return bytes === null || !this.#dispatcher.isBusy ? content : classifyBody(bytes.slice());
  }

  #start(request: OutgoingRequest, options: RequestOptions): Promise<void> {
    this.#dispatcher.admit(request);
    const exchange = new Exchange(
      this.#dispatcher,
      request,
      this.#origin.url(request.target, this.tls !== undefined),
      resolveTimeLimits(this.#timeout),
      options,
    );
    this.#builder = null;
    this.#exchange = exchange;
    this.#state = "Request-sent";
    return this.#dispatcher.dispatch(exchange);
  }

  #toIdle(failure: { readonly error: unknown } | null): void {
    this.#state = "Idle";
    this.#builder = null;
    this.#exchange = null;
    this.#failure = failure;
  }

  #planDial(limit: number): LinkPlan {
    publishConnect(this, this.host, this.port);
    return {
      settings: this.#settings,
      proxyOrHost: this,
      tunnel: this.#tunnel,
      tls: this.tls,
      limit,
      onlookers: this.#dispatcher,
      onProxyHeaders: (headers) => {
        this.#proxyHeaders = headers;
      },
    };
  }
}
