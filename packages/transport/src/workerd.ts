/**
 * Sockets of workerd, the runtime of Cloudflare Workers.
 *
 * Owns the translation of `cloudflare:sockets`. The runtime verifies certificates itself and against its own authorities:
 * `ca`, `cert`, `key`, `rejectUnauthorized` and the like have no meaning there. An option that would make TLS other than the
 * caller believes is therefore refused and not ignored. So are Unix sockets and local addresses.
 */
import { connect as openSocket, type Socket, type SocketInfo } from "cloudflare:sockets";
import { NotConnected } from "@httplib/errors";
import { bounded } from "./bounded.ts";
import { StreamsTransport } from "./streams-transport.ts";
import type {
  Address,
  Connect,
  TLSOptions,
  TLSPeer,
  Transport,
  TransportHandler,
  TransportInfo,
} from "./transport.ts";
import { startTLSOver } from "./unsupported.ts";

export { startTLSOver };

/** Bytes that may wait to be sent before write() says false, as in Node. Without it workerd takes everything at once. */
const SEND_BYTES = 65_536;
/** Options that are honoured, or without which a connection is still what the caller asked for. */
const HARMLESS = /^(servername|ALPNProtocols|session)$/;

/**
 * Opens a TCP connection, with TLS if asked for.
 *
 * @param target host and port; TLS with at most a servername; time limit and signal
 * @param handler told from the moment the promise has resolved
 * @throws NotConnected for what this runtime cannot do; the runtime's own error of dialling; TimeoutError with phase
 *   `connect`; `signal.reason`
 */
export const connect: Connect = (target, handler) => {
  const { host, port, tls } = target;
  const action = `connect to ${host}:${port}`;
  return bounded<Transport>(target, action, (resolve, reject) => {
    if (target.socketPath !== undefined) throw unable(action, "a Unix socket");
    if (target.localAddress !== undefined || target.localPort !== undefined) {
      throw unable(action, "a local address");
    }
    if (tls !== undefined) refuseOptions(action, tls);
    const start = performance.now();
    const address = { hostname: host, port };
    const name = tls?.servername ?? host;
    const secureTransport = tls === undefined || name !== host ? "starttls" : "on";
    const plain = openSocket(address, {
      secureTransport,
      allowHalfOpen: true,
      highWaterMark: SEND_BYTES,
    });
    plain.closed.catch(ignore);
    const socket = tls === undefined || name === host ? plain : startTLSOn(plain, host, name);
    const connected = (opened: SocketInfo): void => {
      const took = performance.now() - start;
      const info = describe(opened, { connect: took });
      if (tls !== undefined)
        Object.assign(info, { authorized: true, times: { connect: took, tls: took } });
      resolve(new SocketTransport(socket, handler, info, host));
    };
    socket.opened.then(connected, reject);
    return () => void socket.close().catch(ignore);
  });
};

/** The runtime verifies the dialled host unless it is told another name. */
function startTLSOn(socket: Socket, host: string, name: string): Socket {
  const secure = socket.startTls(name === host ? {} : { expectedServerHostname: name });
  secure.closed.catch(ignore);
  return secure;
}

class SocketTransport extends StreamsTransport {
  readonly #socket: Socket;
  readonly #host: string;

  constructor(socket: Socket, handler: TransportHandler, info: TransportInfo, host: string) {
    super(socket, handler, info, startTLSOver, info.authorized === undefined);
    this.#socket = socket;
    this.#host = host;
  }

  override startTLS(options: TLSOptions, peer: TLSPeer = {}): Promise<Transport> {
    const name = options.servername ?? peer.host ?? this.#host;
    const action = `start TLS with ${name}`;
    const upgraded = bounded<Transport>(peer, action, (resolve, reject) => {
      refuseOptions(action, options);
      const start = performance.now();
      let secure = this.#socket;
      const upgrade = async (): Promise<void> => {
        await this.letGo();
        secure = startTLSOn(secure, this.#host, name);
        await secure.opened;
        const times = { ...this.info.times, tls: performance.now() - start };
        const info = { ...this.info, times, authorized: true };
        resolve(new SocketTransport(secure, this.handler, info, name));
      };
      upgrade().catch(reject);
      return () => void secure.close().catch(ignore);
    });
    upgraded.catch(() => this.#socket.close().catch(ignore));
    return upgraded;
  }
}

function refuseOptions(action: string, options: TLSOptions): void {
  for (const [name, value] of Object.entries(options)) {
    const verified = name === "rejectUnauthorized" && value !== false;
    if (value === undefined || verified || HARMLESS.test(name)) continue;
    throw unable(action, `the TLS option '${name}'`);
  }
}

function unable(action: string, what: string): NotConnected {
  return new NotConnected({ message: `Cannot ${action}: found ${what}, expected none in workerd` });
}

function describe(opened: SocketInfo, times: { connect: number }): TransportInfo {
  const info: TransportInfo = { times };
  const local = parseAddress(opened.localAddress);
  const remote = parseAddress(opened.remoteAddress);
  if (local !== undefined) info.local = local;
  if (remote !== undefined) info.remote = remote;
  return info;
}

/** Reads `192.0.2.1:80` and `[2001:db8::1]:80`. */
function parseAddress(text: string | null | undefined): Address | undefined {
  const [, host, port] = /^\[?([^\]]+?)\]?:(\d+)$/.exec(text ?? "") ?? [];
  return host === undefined ? undefined : { host, port: Number(port) };
}

function ignore(): void {}
