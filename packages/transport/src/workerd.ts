/**
 * Sockets of workerd, the runtime of Cloudflare Workers.
 *
 * Owns the translation of `cloudflare:sockets`. The runtime verifies certificates itself, against its own authorities and
 * always for the host that was dialled: `ca`, `cert`, `key`, `servername`, `ALPNProtocols` have no meaning there. An option that would
 * make TLS weaker or different than the caller believes is therefore refused and not ignored. So are Unix sockets and local addresses.
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

/** Options without which a connection would still be what the caller asked for. */
const HARMLESS = new Set([
  "ALPNProtocols",
  "session",
  "minVersion",
  "ciphers",
  "sigalgs",
  "ecdhCurve",
]);

/**
 * Opens a TCP connection, with TLS if asked for.
 *
 * @param target host and port; TLS without options; time limit and signal
 * @param handler told from the moment the promise has resolved
 * @throws NotConnected for what this runtime cannot do; the runtime's own error of dialling; TimeoutError with phase
 *   `connect`; `signal.reason`
 */
export const connect: Connect = (target, handler) => {
  const { host, port, tls } = target;
  const where = `connect to ${host}:${port}`;
  return bounded<Transport>(target, where, (resolve, reject) => {
    if (target.socketPath !== undefined) throw unable(where, "Unix sockets");
    if (target.localAddress !== undefined || target.localPort !== undefined) {
      throw unable(where, "local addresses");
    }
    if (tls !== undefined) refuseOptions(where, tls, host);
    const start = performance.now();
    const socket = openSocket(
      { hostname: host, port },
      { secureTransport: tls === undefined ? "starttls" : "on", allowHalfOpen: true },
    );
    socket.closed.catch(ignore);
    const connected = (opened: SocketInfo): void => {
      const took = performance.now() - start;
      const info = describe(
        opened,
        tls === undefined ? { connect: took } : { connect: took, tls: took },
      );
      if (tls !== undefined) info.authorized = true;
      resolve(new SocketTransport(socket, handler, info));
    };
    socket.opened.then(connected, reject);
    return () => void socket.close().catch(ignore);
  });
};

class SocketTransport extends StreamsTransport {
  readonly #socket: Socket;

  constructor(socket: Socket, handler: TransportHandler, info: TransportInfo) {
    super(socket, handler, info, startTLSOver);
    this.#socket = socket;
  }

  override startTLS(options: TLSOptions, peer: TLSPeer = {}): Promise<Transport> {
    const where = `start TLS with ${peer.host ?? options.servername}`;
    const upgraded = bounded<Transport>(peer, where, (resolve, reject) => {
      refuseOptions(where, options, peer.host);
      const start = performance.now();
      const name = options.servername ?? peer.host;
      let secure: Socket | undefined;
      const upgrade = async (): Promise<void> => {
        await this.letGo();
        secure = this.#socket.startTls(name === undefined ? {} : { expectedServerHostname: name });
        secure.closed.catch(ignore);
        await secure.opened;
        const times = { ...this.info.times, tls: performance.now() - start };
        resolve(
          new SocketTransport(secure, this.handler, { ...this.info, times, authorized: true }),
        );
      };
      upgrade().catch(reject);
      return () => void secure?.close().catch(ignore);
    });
    upgraded.catch(() => this.#socket.close().catch(ignore));
    return upgraded;
  }
}

function refuseOptions(where: string, options: TLSOptions, host: string | undefined): void {
  for (const [name, value] of Object.entries(options)) {
    const same = name === "servername" && (value === host || host === undefined);
    const verified = name === "rejectUnauthorized" && value !== false;
    if (value === undefined || same || verified || HARMLESS.has(name)) continue;
    throw unable(where, `the TLS option ${name}`);
  }
}

function unable(where: string, what: string): NotConnected {
  return new NotConnected({
    message: `Cannot ${where}: this runtime has no ${what}, expected none`,
  });
}

function describe(opened: SocketInfo, times: { connect: number; tls?: number }): TransportInfo {
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
