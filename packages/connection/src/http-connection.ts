/**
 * HTTPConnection: the documents' object, one transaction at a time with one server.
 *
 * It only conducts. The states are in connection-state.ts, what goes into a request in request-builder.ts, one request with its
 * response in exchange.ts, the wire in link.ts, the way there in dial.ts. Decided here is which link carries which exchange: the open
 * one, if the response before has been read; a new one, if that cannot be used; none yet, if the response before is still unread.
 *
 * Longer than most files here, because the documents give one class all these methods; each is a few lines.
 */

import { isLatin1, latin1 } from "@httplib/bytes";
import {
  CannotSendRequest,
  escapeText,
  ImproperConnectionState,
  InvalidURL,
  NotConnected,
  ResponseNotReady,
} from "@httplib/errors";
import type { HeadersInput, HeaderValue, HTTPMessage } from "@httplib/headers";
import { resolveLimits } from "@httplib/headers/machine";
import type { ProtocolOptions } from "@httplib/protocol";
import { HTTPResponse } from "@httplib/response";
import {
  connect,
  type ConnectTarget,
  type TLSOptions,
  type Transport,
  type TransportHandler,
} from "@httplib/transport";
import { type ConnectionState, nextState } from "./connection-state.ts";
import { HTTP_PORT } from "./constants.ts";
import { Deferred, DONE, rejected } from "./deferred.ts";
import { publishConnect } from "./diagnostics.ts";
import { Dial } from "./dial.ts";
import { Exchange, type ExchangeOwner } from "./exchange.ts";
import { checkHost, dialHost, hostField, type HostPort, parseHostPort } from "./host-port.ts";
import { Link } from "./link.ts";
import type {
  EndHeadersOptions,
  HTTPConnectionOptions,
  PutRequestOptions,
  RequestOptions,
  ResponseOptions,
} from "./options.ts";
import { isReplayable } from "./replay.ts";
import { type Body, classifyBody, type RequestBody } from "./request-body.ts";
import {
  type AutomaticFields,
  type OutgoingRequest,
  RequestBuilder,
  type RequestLine,
} from "./request-builder.ts";
import { authorityOf, targetOf, urlOf } from "./request-target.ts";
import { afterTurns, turnsBeforeReuse } from "./reuse.ts";
import { resolveTimeLimits, type TimeLimits, type Timeout } from "./time-limits.ts";
import { makeTunnel, type Tunnel } from "./tunnel.ts";

const DEFAULT_BLOCK_SIZE = 8192;
const DEFAULT_EXPECT_TIMEOUT = 1000;

/**
 * One connection to one server, and one request at a time on it.
 *
 * Nothing is dialled before the first request or `connect()`.
 *
 * @see documents `http.client`, section 1: class http.client.HTTPConnection
 * @example
 * ```ts
 * import { HTTPConnection } from "@httplib/connection";
 * import { connectMemory } from "@httplib/transport";
 *
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
  /** Bytes asked for at each read of a file-like body. */
  blockSize: number;
  /** Above 0, every piece sent and every head received is shown by `debugLog`. */
  debugLevel = 0;
  /** Whether a request opens the connection where it is not open. */
  autoOpen = true;
  /** What `getResponse()` gives. */
  responseClass: typeof HTTPResponse = HTTPResponse;

  readonly #options: HTTPConnectionOptions;
  readonly #protocol: ProtocolOptions;
  readonly #owner: ExchangeOwner;
  #timeout: Timeout;
  #tunnel: Tunnel | null = null;
  #hostField: string | null = null;
  #proxyHeaders: HTTPMessage | null = null;

  #state: ConnectionState = "Idle";
  /** The request that the state is about: begun, or sent and its response not asked for. */
  #builder: RequestBuilder | null = null;
  #exchange: Exchange | null = null;
  /** The exchange that was launched last; its response may still be unread. */
  #last: Exchange | null = null;
  /** What getResponse() has to say of a request that failed before it was called. */
  #failure: { readonly error: unknown } | null = null;
  #link: Link | null = null;
  /** The dial of #link. */
  #opened: Promise<void> = DONE;

  /**
   * @param host - A name, an IPv4 address or an IPv6 address, the latter with or without brackets; `host:port` when `port` is null.
   * @param port - 0 to 65535; null takes it from `host`, else the default port.
   * @param options - Time limits, addresses, parser options.
   * @throws InvalidURL for a host or port that cannot be; RangeError for a time or a size out of range.
   */
  constructor(host: string, port?: number | null, options: HTTPConnectionOptions = {}) {
    const parsed = parseHostPort(host, port, this.defaultPort);
    this.validateHost(parsed.host);
    this.host = parsed.host;
    this.port = parsed.port;
    this.#options = options;
    this.#timeout = checked(options.timeout);
    this.blockSize = atLeast(1, options.blockSize ?? DEFAULT_BLOCK_SIZE, "blockSize");
    const { limits, lenient, strictContentLength, strict } = options;
    resolveLimits(limits);
    this.#protocol = {
      limits,
      lenient: strict === false ? { ...lenient, simpleResponse: true } : lenient,
      strictContentLength,
    };
    this.#owner = {
      connection: this,
      log: options.debugLog ?? ((line) => console.log(line)),
      expectTimeout: atLeast(0, options.expectTimeout ?? DEFAULT_EXPECT_TIMEOUT, "expectTimeout"),
      failed: (exchange, error) => this.#exchangeFailed(exchange, error),
      repeat: (exchange) => this.#launchAnew(exchange),
      freed: () => this.#freed(),
    };
  }

  /** The time limits, in milliseconds; undefined for the default timeout, null for none. */
  get timeout(): Timeout {
    return this.#timeout;
  }

  /** @throws RangeError for 0, a negative number or no number. */
  set timeout(timeout: Timeout) {
    this.#timeout = checked(timeout);
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
   *
   * @param method - A token, sent as it is.
   * @param url - An absolute path, or what else the peer takes; empty is `/`. A URL object is sent in origin-form to the host it names.
   * @param body - A string is sent as ISO-8859-1.
   * @param headers - Further fields, in their order.
   * @param options - Chunk coding, trailers, a signal.
   * @returns A promise that resolves when everything is handed to the transport and there is room again, or a response has ended
   *   the sending; `getResponse()` need not wait for it.
   * @throws (rejects) CannotSendRequest, InvalidURL, InvalidRequest, TypeError for the arguments; NotConnected; the system error of
   *   dialling; TimeoutError; `signal.reason`.
   * @see documents `http.client`, HTTPConnection.request
   */
  request(
    method: string,
    url: string | URL,
    body?: Body,
    headers?: HeadersInput,
    options: RequestOptions = {},
  ): Promise<void> {
    try {
      nextState(this.#state, "putRequest");
    } catch (error) {
      return rejected(error);
    }
    this.#failure = null;
    try {
      options.signal?.throwIfAborted();
      const target = targetOf(url, this.#origin);
      const builder = new RequestBuilder(method, this.#requestLine(method, target));
      const content = this.#bodyOf(body);
      const automatic = this.#automaticFields(method, target, {});
      builder.addAll(automatic, headers, content, options.trailers !== undefined);
      const request = builder.finish(content, options, !this.#isStrict, this.#isStrict);
      return this.#start(request, options);
    } catch (error) {
      return this.#refused(error);
    }
  }

  /**
   * Begins a request step by step; nothing is written before `endHeaders()`.
   *
   * @throws CannotSendRequest, InvalidRequest INVALID_METHOD, InvalidURL
   * @see documents `http.client`, HTTPConnection.putrequest
   */
  putRequest(method: string, url: string, options: PutRequestOptions = {}): void {
    const state = nextState(this.#state, "putRequest");
    const target = targetOf(url, this.#origin);
    const builder = new RequestBuilder(method, this.#requestLine(method, target));
    builder.addAutomatic(this.#automaticFields(method, target, options));
    this.#builder = builder;
    this.#state = state;
    this.#failure = null;
  }

  /**
   * Adds a header line; a refused one leaves the request as it was.
   *
   * @param values - One value, or several, which become continuation lines as documented (most servers refuse those).
   * @throws CannotSendHeader; InvalidRequest INVALID_FIELD_NAME, INVALID_FIELD_VALUE, FRAMING_CONFLICT
   * @see documents `http.client`, HTTPConnection.putheader
   */
  putHeader(name: string, ...values: HeaderValue[]): void {
    this.#state = nextState(this.#state, "putHeader");
    this.#builder?.add(name, ...values);
  }

  /**
   * Ends the head and sends it, with a body if there is one.
   *
   * @param body - Left out, a declared body may follow by `send()`.
   * @returns As `request()`.
   * @see documents `http.client`, HTTPConnection.endheaders
   */
  endHeaders(body?: Body, options: EndHeadersOptions = {}): Promise<void> {
    const builder = this.#builder;
    try {
      nextState(this.#state, "endHeaders");
    } catch (error) {
      return rejected(error);
    }
    try {
      if (builder === null) throw new ImproperConnectionState();
      return this.#start(builder.finish(this.#bodyOf(body), options, true, this.#isStrict), {});
    } catch (error) {
      return this.#refused(error);
    }
  }

  /**
   * Sends body bytes as they are, after `endHeaders()` and before `getResponse()`: they are counted against Content-Length, and under
   * Transfer-Encoding the chunk coding is the caller's.
   *
   * @param data - Any kind of body but a string, as documented.
   * @throws (rejects) TypeError; ImproperConnectionState where no body was declared; InvalidRequest BODY_TOO_LONG.
   * @see documents `http.client`, HTTPConnection.send
   */
  send(data: Body): Promise<void> {
    try {
      nextState(this.#state, "send");
      if (typeof data === "string") {
        throw new TypeError(
          "Cannot send body bytes: found a string, expected bytes; pass new TextEncoder().encode(text)",
        );
      }
      const exchange = this.#exchange;
      if (exchange?.isOpen !== true) {
        throw new ImproperConnectionState({
          message: "Cannot send body bytes: found a request without a body to come, expected one",
        });
      }
      return exchange.push(classifyBody(data));
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * The response to the request that was sent.
   *
   * @returns A promise of the response once its head is there; its body can be read from then on.
   * @throws (rejects) ResponseNotReady; RemoteDisconnected and the errors of the parser; NotConnected after `close()`; TimeoutError;
   *   `signal.reason`; once, whatever `request()` was rejected with.
   * @see documents `http.client`, HTTPConnection.getresponse
   */
  getResponse(options: ResponseOptions = {}): Promise<HTTPResponse> {
    const failure = this.#failure;
    if (failure !== null) {
      this.#failure = null;
      return rejected(failure.error);
    }
    this.#launchHeld();
    const exchange = this.#exchange;
    try {
      const state = nextState(this.#state, "getResponse");
      if (exchange?.isLaunched !== true) throw new ResponseNotReady(this.#state);
      this.#state = state;
      this.#exchange = null;
      return exchange.ask(options);
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * Opens the connection, with its tunnel and TLS; does nothing where it is open.
   *
   * @throws (rejects) the system error of dialling; TunnelError; TimeoutError with phase `connect`; NotConnected after `close()`.
   * @see documents `http.client`, HTTPConnection.connect
   */
  connect(): Promise<void> {
    try {
      const link = this.#link;
      if (link === null || !link.isUsable) this.#dial(resolveTimeLimits(this.#timeout));
      else if (link.transport !== null) return DONE;
      return this.#opened;
    } catch (error) {
      return rejected(error);
    }
  }

  /**
   * Closes the connection and rejects what is pending with NotConnected. A response that closes its connection can still be read.
   *
   * @see documents `http.client`, HTTPConnection.close
   */
  close(): Promise<void> {
    const error = new NotConnected({
      message: "Cannot go on: found a connection closed by close(), expected an open one",
    });
    const link = this.#link;
    const pending = this.#exchange;
    this.#state = "Idle";
    this.#builder = null;
    this.#exchange = null;
    this.#last = null;
    this.#failure = null;
    this.#link = null;
    pending?.fail(error);
    if (link !== null && !link.isReleased) {
      link.user?.fail(error);
      link.destroy(error);
    }
    return DONE;
  }

  /**
   * Makes the connection run through a proxy: host and port of the constructor are the proxy's, these are the end point's.
   *
   * @param port - 0 to 65535; null takes it from `host`, else the default port of this class.
   * @param headers - Fields for the CONNECT request; Host is added where it is missing.
   * @throws ImproperConnectionState when the connection is open; InvalidURL; InvalidRequest
   * @see documents `http.client`, HTTPConnection.set_tunnel
   */
  setTunnel(host: string, port?: number | null, headers?: HeadersInput): void {
    if (this.#link?.isUsable === true) {
      throw new ImproperConnectionState({
        message: "Cannot set a tunnel: found an open connection, expected setTunnel() before it",
      });
    }
    const end = parseHostPort(host, port, this.defaultPort);
    this.validateHost(end.host);
    this.#tunnel = makeTunnel(end, headers);
    this.#hostField = null;
  }

  /**
   * The fields of the proxy's answer to CONNECT; null where none was sent.
   *
   * @see documents `http.client`, HTTPConnection.get_proxy_response_headers
   */
  getProxyResponseHeaders(): HTTPMessage | null {
    return this.#proxyHeaders;
  }

  /**
   * Sets `debugLevel`.
   *
   * @see documents `http.client`, HTTPConnection.set_debuglevel
   */
  setDebugLevel(level: number): void {
    this.debugLevel = level;
  }

  /**
   * Gives the raw connection away: after 101 or a 2xx to CONNECT, between two messages, or after a head whose body ends with the
   * connection.
   *
   * @param handler - Who is told of further bytes. Without one, set `transport.handler` before the next await, or call `resume()`.
   * @returns The transport, and the bytes that have come behind the message.
   * @throws NotConnected; ImproperConnectionState inside a message
   */
  detach(handler?: TransportHandler): { transport: Transport; rest: Uint8Array } {
    const link = this.#link;
    const transport = link?.transport ?? null;
    if (link === null || transport === null) {
      throw new NotConnected({
        message: "Cannot detach: found no open connection, expected one",
      });
    }
    const rest = link.user === null ? link.protocol.rest.slice() : this.#last?.surrender();
    if (rest === undefined || rest === null) {
      throw new ImproperConnectionState({
        message: "Cannot detach: found a message under way, expected one that has ended",
      });
    }
    this.#link = null;
    link.detach(transport, handler);
    this.#freed();
    return { transport, rest };
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /**
   * Judges the target of a request; a subclass may let other targets through.
   *
   * @throws InvalidURL for a character outside U+0021 to U+007E
   */
  protected validatePath(target: string): void {
    if (/[^\x21-\x7e]/.test(target)) throw badTarget(target, "visible ASCII");
  }

  /**
   * Judges the host of the constructor and of `setTunnel()`; a subclass may let other hosts through.
   *
   * @throws InvalidURL
   */
  protected validateHost(host: string): void {
    checkHost(host);
  }

  /**
   * Makes the request line out of its text; a subclass may encode what is not ASCII.
   *
   * @returns bytes, or text of U+0000 to U+00FF that stands for them, without the line end
   * @throws InvalidURL for a character above U+007F
   */
  protected encodeRequest(line: string): string | Uint8Array {
    // oxlint-disable-next-line no-control-regex -- every ASCII character is allowed here
    if (/[^\0-\x7f]/.test(line)) throw badTarget(line, "ASCII");
    return line;
  }

  get #isStrict(): boolean {
    return this.#protocol.strictContentLength !== false;
  }

  /** Whom requests are for: the end of the tunnel, where there is one. */
  get #origin(): HostPort {
    return this.#tunnel ?? this;
  }

  #requestLine(method: string, target: string): RequestLine {
    const own = HTTPConnection.prototype;
    if (this.validatePath === own.validatePath && this.encodeRequest === own.encodeRequest) {
      return { target, override: null };
    }
    this.validatePath(target);
    const line = this.encodeRequest(`${method} ${target} HTTP/1.1`);
    const override = typeof line === "string" ? line : latin1(line);
    if (!isLatin1(override)) throw badTarget(override, "ISO-8859-1");
    return { target, override };
  }

  #automaticFields(
    method: string,
    target: string,
    { skipHost, skipAcceptEncoding }: PutRequestOptions,
  ): AutomaticFields {
    return {
      host: skipHost === true ? null : (authorityOf(method, target) ?? this.#ownHostField),
      acceptEncoding: skipAcceptEncoding === true ? null : "identity",
    };
  }

  get #ownHostField(): string {
    const { host, port } = this.#origin;
    this.#hostField ??= hostField(host, port, this.defaultPort);
    return this.#hostField;
  }

  /** A body that has to wait is copied: its promise resolves before its bytes are sent. */
  #bodyOf(body: Body | undefined): RequestBody | null {
    if (body === null || body === undefined) return null;
    const content = classifyBody(body);
    return content.bytes === null || !this.#isBusy ? content : classifyBody(content.bytes.slice());
  }

  /** Whether a request made now has to wait for the response before it to be read. */
  get #isBusy(): boolean {
    return this.#last?.isUnread === true;
  }

  #start(request: OutgoingRequest, options: RequestOptions): Promise<void> {
    const link = this.#link;
    if (link?.isSwitched === true && !link.isGone) {
      throw new CannotSendRequest("Switched", {
        message: "Cannot send a request: found another protocol on the connection, expected HTTP",
      });
    }
    const isBusy = this.#isBusy;
    if (isBusy && (request.isOpen || (request.body !== null && request.body.bytes === null))) {
      throw new CannotSendRequest("Unread-response", {
        message: "Cannot send a streamed body: found an unread response, expected it to be read",
      });
    }
    const exchange = new Exchange(this.#owner, {
      request,
      url: urlOf(request.target, this.tls !== undefined, this.#ownHostField),
      limits: resolveTimeLimits(this.#timeout),
      isReplayable: isReplayable(request, options.idempotent),
      retriesStale: this.#options.retryStale !== false && this.autoOpen,
      signal: options.signal,
    });
    this.#builder = null;
    this.#exchange = exchange;
    this.#state = "Request-sent";
    if (isBusy) {
      exchange.hold();
      return DONE;
    }
    this.#launch(exchange);
    return exchange.sent();
  }

  /** A request that failed before it became an exchange. */
  #refused(error: unknown): Promise<void> {
    this.#builder = null;
    this.#state = "Idle";
    this.#failure = { error };
    return rejected(error);
  }

  #exchangeFailed(exchange: Exchange, error: unknown): void {
    if (this.#exchange !== exchange) return;
    this.#exchange = null;
    this.#state = "Idle";
    this.#failure = { error };
  }

  /** A link or a response has let go of something: the request that was held back may go now. */
  #freed(): void {
    if (this.#exchange?.isLaunched === false) queueMicrotask(() => this.#launchHeld());
  }

  #launchHeld(): void {
    const exchange = this.#exchange;
    if (exchange !== null && !exchange.isLaunched && !this.#isBusy) this.#launch(exchange);
  }

  /** Puts an exchange on the link there is, or on a new one. */
  #launch(exchange: Exchange): void {
    exchange.isLaunched = true;
    this.#last = exchange;
    const link = this.#link;
    if (link === null || !link.isUsable) {
      this.#launchAnew(exchange);
    } else if (link.transport === null) {
      this.#sendWhenOpen(exchange, link);
    } else {
      const quiet = performance.now() - link.lastRead;
      const turns = turnsBeforeReuse(quiet, link.isUndrained, this.tls !== undefined);
      afterTurns(turns, () => {
        if (exchange.isOver) return;
        if (link.isUsable) {
          exchange.take(link);
          exchange.send();
        } else {
          this.#launchAnew(exchange);
        }
      });
    }
  }

  #launchAnew(exchange: Exchange): void {
    try {
      if (!this.autoOpen) throw new NotConnected();
      this.#sendWhenOpen(exchange, this.#dial(exchange.limits));
    } catch (error) {
      exchange.fail(error);
    }
  }

  #sendWhenOpen(exchange: Exchange, link: Link): void {
    exchange.take(link);
    this.#opened.then(
      () => exchange.send(),
      () => {},
    );
  }

  #dial(limits: TimeLimits): Link {
    const { socketPath, sourceAddress, strictTLSClose, options } = this.#options;
    const tunnel = this.#tunnel;
    const timeout = limits.connect === Infinity ? undefined : limits.connect;
    const [localAddress, localPort] = sourceAddress ?? [];
    const target: ConnectTarget = {
      host: dialHost(this.host),
      port: this.port,
      socketPath,
      localAddress: localAddress === "" ? undefined : localAddress,
      localPort: localPort === 0 ? undefined : localPort,
      timeout,
      options,
    };
    publishConnect(this, this.host, this.port);
    const link = new Link({
      protocol: this.#protocol,
      watchesClose: strictTLSClose === true,
      onGone: () => this.#linkGone(link),
    });
    const plan = {
      connect: this.#options.connect ?? connect,
      target,
      tunnel,
      tls: this.tls,
      protocol: this.#protocol,
      onlookers: this.#owner,
      onProxyHeaders: (headers: HTTPMessage) => {
        this.#proxyHeaders = headers;
      },
    };
    const dial = new Dial(plan, link);
    link.dialling((reason) => dial.abandon(reason));
    if (timeout !== undefined) link.deadline.startWait("connect", timeout);
    this.#link = link;
    const opened = new Deferred<void>();
    this.#opened = opened.promise;
    dial.start().then(
      (transport) => {
        link.open(transport);
        opened.resolve();
      },
      (error: unknown) => {
        const { user } = link;
        link.destroy(error);
        user?.fail(error);
        opened.reject(error);
      },
    );
    return link;
  }

  #linkGone(link: Link): void {
    if (this.#link === link && link.isGone) this.#link = null;
    this.#freed();
  }
}

function checked(timeout: Timeout): Timeout {
  resolveTimeLimits(timeout);
  return timeout;
}

function atLeast(least: number, value: number, name: string): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`Cannot set ${name}: found ${value}, expected an integer from ${least} up`);
}

function badTarget(text: string, expected: string): InvalidURL {
  return new InvalidURL({
    message: `Cannot send a request: found '${escapeText(text)}', expected ${expected}`,
  });
}
