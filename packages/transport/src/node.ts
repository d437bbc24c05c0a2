/**
 * Sockets of Node, and of the runtimes that implement `node:net` and `node:tls`.
 *
 * Owns dialling: lookup, race, TLS.
 *
 * Stricter than Node: verification can be switched off only by an explicit `rejectUnauthorized: false`, not by the
 * environment; ALPN always offers a protocol; the name is checked against the host asked for, whatever address was dialled.
 *
 * Long because a runtime's modules are imported in one file only; what needs none of them stands elsewhere (`look-up.ts`, `race.ts`, `bounded.ts`,
 * `receive-buffer.ts`, `session-cache.ts`, `socket-transport.ts`).
 */
import { lookup as systemLookup } from "node:dns";
import { connect as connectNet, isIP, type Socket } from "node:net";
import { Duplex } from "node:stream";
import {
  checkServerIdentity,
  connect as connectTLS,
  createSecureContext,
  type ConnectionOptions,
  type TLSSocket,
} from "node:tls";
import { NotConnected } from "@httplib/errors";
import { asError } from "./as-error.ts";
import { bounded } from "./bounded.ts";
import { boundAddress, dialOptions, lookUp } from "./look-up.ts";
import { race, type LookupAddress } from "./race.ts";
import { reading } from "./receive-buffer.ts";
import { SessionCache } from "./session-cache.ts";
import { type SecureSocket, SocketTransport, type Upgrades } from "./socket-transport.ts";
import { TransportStream } from "./transport-stream.ts";
import type {
  Address,
  Connect,
  ConnectTarget,
  TLSOptions,
  TLSPeer,
  Transport,
  TransportHandler,
  TransportInfo,
} from "./transport.ts";

/** Bytes that may wait to be sent before write() says false; the default of Node 22 and later, on all. */
const SEND_BYTES = 65_536;
/** RFC 8305, Section 8: the recommended Connection Attempt Delay. */
const HEAD_START = 250;

const sessions: SessionCache<Buffer> = /* @__PURE__ */ new SessionCache<Buffer>();
const NO_OPTIONS: TLSOptions = {};

type Reject = (error: unknown) => void;
type Times = NonNullable<TransportInfo["times"]>;

interface SecureOptions extends ConnectionOptions {
  highWaterMark?: number;
}

/** What is needed for one handshake. */
interface Secure {
  readonly options: SecureOptions;
  /** Where sessions of this peer are kept. */
  readonly key: object;
  readonly label: string;
}

/** A socket that has connected. */
interface Opened {
  readonly socket: Socket;
  /** Where it went; absent for a Unix socket. */
  readonly remote: Address | undefined;
  readonly tlsSocket: TLSSocket | undefined;
  readonly giveTo: (transport: SocketTransport) => void;
}

/**
 * Opens a TCP connection, a Unix socket, or TLS over either.
 *
 * @param target host and port, or a Unix socket; TLS, time limit and signal
 * @param handler told from the moment the promise has resolved
 * @throws the system error of the lookup, the dialling or the verification, untouched; TimeoutError with phase
 *   `connect`; `signal.reason`
 * @see documents `http.client`, section 2.1: connect()
 * @example
 * ```ts
 * import { connect } from "@httplib/transport";
 * import { createServer } from "node:net";
 *
 * const server = createServer((socket) => socket.pipe(socket)).listen(0, "127.0.0.1");
 * await new Promise((resolve) => server.once("listening", resolve));
 * const { port } = server.address() as { port: number };
 *
 * const echo = await new Promise<string>((resolve, reject) => {
 *   const handler = {
 *     onData: (chunk: Uint8Array) => resolve(new TextDecoder().decode(chunk)),
 *     onEnd() {},
 *     onDrain() {},
 *     onError: reject,
 *     onClose() {},
 *   };
 *   connect({ host: "localhost", port }, handler).then((wire) => {
 *     wire.write("hello");
 *     wire.end();
 *   }, reject);
 * });
 * server.close();
 * if (echo !== "hello") throw new Error(echo);
 * ```
 */
export const connect: Connect = (target, handler) => dial(target, handler, true);

/**
 * `connect()`, for the runtimes that are like Node.
 *
 * @param hasNativeTLS false where TLS has to go through a stream
 */
export function dial(
  target: ConnectTarget,
  handler: TransportHandler,
  hasNativeTLS: boolean,
): Promise<Transport> {
  const where = target.socketPath ?? `${target.host}:${target.port}`;
  return bounded(target, `connect to ${where}`, (resolve, reject) => {
    const { tls } = target;
    const prepared = tls && secureOptions(tls, target); // refused before anything is dialled
    const secure = hasNativeTLS && !tls?.watchClose ? prepared : undefined;
    const start = performance.now();
    const times: Times = {};
    let over = false;
    let undo = (): void => {};

    const dialled = (opened: Opened): void => {
      const { socket, tlsSocket, giveTo } = opened;
      times.connect = performance.now() - start;
      undo = () => socket.destroy();
      const finish = (to: TransportHandler): SocketTransport => {
        const info = describe(opened, times);
        if (secure !== undefined && tlsSocket !== undefined) describeTLS(tlsSocket, info);
        const transport = new SocketTransport(socket, to, info, UPGRADES, false);
        giveTo(transport);
        return transport;
      };
      if (secure !== undefined && tlsSocket !== undefined) {
        awaitHandshake(tlsSocket, secure, reject, () => {
          times.tls = performance.now() - start;
          resolve(finish(handler));
        });
      } else if (tls !== undefined) {
        const peer = { host: target.host, port: target.port, signal: target.signal };
        startTLSThrough(finish(NOBODY), tls, peer, handler, prepared).then((transport) => {
          Object.assign(transport.info.times ?? {}, { tls: performance.now() - start });
          resolve(transport);
        }, reject);
      } else resolve(finish(handler));
    };

    lookUp(target, { lookup: systemLookup, isIP }, (error, addresses, looked) => {
      if (over) return;
      if (error !== null) {
        reject(error);
        return;
      }
      if (looked) times.dns = performance.now() - start;
      const { autoSelectFamilyAttemptTimeout: delay = HEAD_START } = dialOptions(target);
      undo = race(
        addresses,
        (target.localPort ?? 0) === 0 ? delay : Infinity, // two attempts cannot bind the same port
        (address, succeed, fail) => open(target, address, secure, succeed, fail),
        dialled,
        reject,
      );
    });
    return () => {
      over = true;
      undo();
    };
  });
}

/** Starts one socket. What it is told before it has connected decides the race; after that it is the transport's. */
function open(
  target: ConnectTarget,
  { address, family }: LookupAddress,
  secure: Secure | undefined,
  succeed: (opened: Opened) => void,
  fail: (error: Error) => void,
): () => void {
  const localAddress = boundAddress(target);
  const { localPort } = target;
  const { onread, giveTo } = reading(secure === undefined);
  const options = {
    noDelay: true,
    highWaterMark: SEND_BYTES,
    ...target.options,
    ...secure?.options,
    ...(localAddress === undefined ? {} : { localAddress }),
    ...(localPort === undefined ? {} : { localPort }),
    ...(family === 0 ? { path: address } : { host: address, port: target.port }),
    allowHalfOpen: true,
    onread,
  };
  try {
    const tlsSocket = secure === undefined ? undefined : connectTLS(options);
    const socket = tlsSocket ?? connectNet(options);
    socket.once("error", fail);
    socket.once("connect", () => {
      socket.removeListener("error", fail);
      const remote = family === 0 ? undefined : { host: address, port: target.port };
      succeed({ socket, remote, tlsSocket, giveTo });
    });
    return () => {
      socket.on("error", ignore);
      socket.destroy();
    };
  } catch (error) {
    queueMicrotask(() => fail(asError(error))); // a bad localAddress, port or option
    return ignore;
  }
}

/** Turns the caller's words into those of `tls.connect()`, and adds what must not be left to chance. */
function secureOptions(given: TLSOptions, peer: TLSPeer): Secure {
  const wrapped = isSecureContext(given) ? { secureContext: given } : given;
  // oxlint-disable-next-line no-unsafe-type-assertion -- the same words, with Uint8Array for Buffer; a polluted prototype has no say
  const options = { __proto__: null, ...wrapped } as ConnectionOptions;
  const host = (peer.host ?? "").replace(/%.*$/, ""); // a zone id is this machine's business
  const name =
    options.servername === undefined || options.servername === "" ? host : options.servername;
  const check = options.checkServerIdentity ?? checkServerIdentity;
  const strict = options.rejectUnauthorized !== false;
  if (name === "" && strict && check === checkServerIdentity) {
    const message = "Cannot start TLS: found no name to verify, expected servername or a host";
    throw new NotConnected({ message });
  }
  const key = Object.keys(given).length === 0 ? NO_OPTIONS : given;
  const label = `${name} ${host} ${peer.port ?? ""}`;
  const { host: _host, port: _port, path: _path, socket: _socket, ...rest } = options;
  return {
    key,
    label,
    options: {
      ...rest,
      secureContext: options.secureContext ?? createSecureContext(options),
      servername: isIP(name) === 0 ? name.replace(/\.$/, "") : "", // RFC 6066, Section 3: no addresses, no final dot
      ALPNProtocols: options.ALPNProtocols ?? ["http/1.1"],
      rejectUnauthorized: strict,
      checkServerIdentity: (_name, certificate) => check(name, certificate),
      session: options.session ?? sessions.get(key, label),
      highWaterMark: SEND_BYTES,
    },
  };
}

/** A SecureContext has the runtime's own context in it; a bag of options may have the key, too. */
function isSecureContext(given: TLSOptions): boolean {
  return Object.hasOwn(given, "context") && given.context !== undefined;
}

/** Waits until TLS stands and the peer is who it should be; else destroys the socket. */
function awaitHandshake(
  socket: TLSSocket,
  { key, label, options }: Secure,
  reject: Reject,
  done: () => void,
): void {
  const failed = (error: Error): void => {
    if (options.session !== undefined) sessions.delete(key, label);
    socket.on("error", ignore);
    socket.destroy();
    reject(error);
  };
  const closed = (): void => {
    const message = "Cannot start TLS: the wire was closed, expected the end of the handshake";
    failed(new NotConnected({ message }));
  };
  socket.once("error", failed);
  socket.once("close", closed);
  socket.once("secureConnect", () => {
    socket.removeListener("error", failed);
    socket.removeListener("close", closed);
    done();
  });
  keepSessions(socket, key, label);
}

/** Apart, as `reading()`. */
function keepSessions(socket: TLSSocket, key: object, label: string): void {
  socket.on("session", (session) => {
    if (socket.authorized) sessions.set(key, label, session);
  });
}

/** What TLS is started on, and what becomes of it. */
interface Start {
  readonly socket: Duplex;
  /** The same, where it is no socket of ours. */
  readonly stream?: TransportStream;
  readonly info: TransportInfo;
  readonly handler: TransportHandler;
  readonly secure?: Secure | undefined;
  readonly opened?: (socket: TLSSocket, info: TransportInfo) => void;
}

/** TLS as client on a stream that is open: a socket, natively, or any Duplex. */
function startTLSOn(start: Start, given: TLSOptions, peer: TLSPeer): Promise<Transport> {
  const { socket, stream, handler } = start;
  const before = performance.now();
  const name = given.servername ?? peer.host;
  const transport = bounded<Transport>(peer, `start TLS with ${name}`, (resolve, reject) => {
    const secure = start.secure ?? secureOptions(given, peer);
    const tlsSocket = connectTLS({ ...secure.options, socket });
    awaitHandshake(tlsSocket, secure, reject, () => {
      const times = { ...start.info.times, tls: performance.now() - before };
      const info = { ...start.info, times };
      describeTLS(tlsSocket, info);
      start.opened?.(tlsSocket, info);
      resolve(new SocketTransport(tlsSocket, handler, info, UPGRADES, true, stream));
    });
    return () => {
      tlsSocket.on("error", ignore);
      tlsSocket.destroy();
    };
  });
  transport.catch(() => socket.destroy());
  return transport;
}

/**
 * Starts TLS over any open transport, for transports that cannot do it themselves: a Duplex, a pair of web streams,
 * one of the user's own.
 *
 * @param transport is taken over; it must not be used any more
 * @param options certificates and checks
 * @param peer whom to expect, and how long to wait
 * @param handler of the new transport; default: that of the old one
 * @throws the system error of the handshake or the verification; TimeoutError with phase `connect`; `signal.reason`
 * @example
 * ```ts
 * import { connectDuplex, startTLSOver } from "@httplib/transport";
 * import { PassThrough } from "node:stream";
 *
 * const handler = { onData() {}, onEnd() {}, onDrain() {}, onError() {}, onClose() {} };
 * const wire = await connectDuplex(new PassThrough())({ host: "example.org", port: 443 }, handler);
 * try {
 *   await startTLSOver(wire, {}, { host: "example.org", timeout: 1000 });
 * } catch (error) {
 *   // The peer gave our own greeting back: no server.
 *   if (!(error instanceof Error && "code" in error)) throw error;
 * }
 * ```
 */
export function startTLSOver(
  transport: Transport,
  options: TLSOptions,
  peer: TLSPeer = {},
  handler: TransportHandler = transport.handler,
): Promise<Transport> {
  return startTLSThrough(transport, options, peer, handler);
}

function startTLSThrough(
  transport: Transport,
  options: TLSOptions,
  peer: TLSPeer,
  handler: TransportHandler,
  secure?: Secure,
): Promise<Transport> {
  const { info } = transport;
  const stream = new TransportStream(transport, Duplex);
  const socket = stream.duplex;
  const start = { socket, stream, info, handler, secure };
  if (!options.watchClose) return startTLSOn(start, options, peer);
  let cut = false;
  socket.once("end", () => (cut = true));
  const opened = (tlsSocket: TLSSocket, known: TransportInfo): void => {
    // TLS gives its end while it reads close_notify, or else when the stream under it has ended.
    const push = tlsSocket.push.bind(tlsSocket);
    tlsSocket.push = (chunk: unknown, encoding?: BufferEncoding) => {
      if (chunk === null) known.closeNotify = !cut;
      return push(chunk, encoding);
    };
  };
  return startTLSOn({ ...start, opened }, options, peer);
}

/** TLS on a socket of ours, in place. */
const secureSocket: SecureSocket = (socket, { info, handler }, options, peer) =>
  startTLSOn({ socket, info, handler }, options, peer);

const UPGRADES: Upgrades = { over: startTLSOver, inPlace: secureSocket };

function describe({ socket, remote }: Opened, times: Times): TransportInfo {
  const info: TransportInfo = { times };
  const { localAddress, localPort } = socket;
  if (localAddress !== undefined && localPort !== undefined) {
    info.local = { host: localAddress, port: localPort };
  }
  if (remote !== undefined) info.remote = remote;
  const handle: unknown = Reflect.get(socket, "_handle");
  if (typeof handle === "object" && handle !== null && "fd" in handle) {
    if (typeof handle.fd === "number" && handle.fd >= 0) info.fileno = handle.fd;
  }
  return info;
}

function describeTLS(socket: TLSSocket, info: TransportInfo): void {
  info.authorized = socket.authorized;
  if (typeof socket.alpnProtocol === "string") info.alpn = socket.alpnProtocol;
}

function ignore(): void {}

/** For a wire that nobody listens to yet. */
const NOBODY: TransportHandler = {
  onData: ignore,
  onEnd: ignore,
  onDrain: ignore,
  onError: ignore,
  onClose: ignore,
};
