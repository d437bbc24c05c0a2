/** Opens servers for a test file and connections for a test, and closes them behind it. */
import {
  connect,
  type Connect,
  HTTPConnection,
  type HTTPConnectionOptions,
  type HTTPResponse,
  HTTPSConnection,
  type TLSOptions,
} from "@httplib/client";
import { connect as connectRaw } from "node:net";
import { afterAll, afterEach } from "vitest";
import { openPeers, type Peers } from "../../src/peer/open-peers.ts";
import type { Running } from "../../src/servers/launch.ts";
import { CREDENTIALS } from "../../src/servers/site.ts";
import type { Surroundings } from "../../src/servers/web-server.ts";

export const HOST = "127.0.0.1";
export const AUTHORIZATION = `Basic ${btoa(CREDENTIALS)}`;
const TIMEOUT = 15_000;

/** The peers behind the servers; one set a file. */
export const peers: Peers = await openPeers();
const surroundings: Surroundings = {
  certificates: peers.certificates,
  origin: peers.stage.ports.plain,
  tunnels: [peers.stage.ports.plain, peers.stage.ports.secure],
};
export const trust: TLSOptions = { ca: peers.certificates.ca };

const running = new Set<Running>();
const connections = new Set<HTTPConnection>();

afterEach(async () => {
  await Promise.all(Array.from(connections, (one) => one.close()));
  connections.clear();
});

afterAll(async () => {
  await Promise.all(Array.from(running, (one) => one.stop()));
  await peers.close();
});

/**
 * Starts a server, which ends when the file is done.
 *
 * @throws Error when it is missing or does not come up: the whole file fails then, and no test of it is skipped
 */
export async function up<T extends { readonly running: Running }>(
  begin: (surroundings: Surroundings) => Promise<T>,
): Promise<T> {
  const server = await begin(surroundings);
  running.add(server.running);
  return server;
}

export function plainTo(port: number, options: HTTPConnectionOptions = {}): HTTPConnection {
  const connection = new HTTPConnection(HOST, port, { timeout: TIMEOUT, ...options });
  connections.add(connection);
  return connection;
}

export function secureTo(
  port: number,
  context: TLSOptions = trust,
  options: HTTPConnectionOptions = {},
): HTTPSConnection {
  // By name: some servers want the name of the handshake in the Host field.
  const connection = new HTTPSConnection("localhost", port, {
    timeout: TIMEOUT,
    context,
    ...options,
  });
  connections.add(connection);
  return connection;
}

export async function get(
  connection: HTTPConnection,
  path: string,
  headers: Record<string, string> = {},
): Promise<HTTPResponse> {
  await connection.request("GET", path, null, headers);
  return connection.getResponse();
}

/** A Connect that counts its dials. */
export function counting(dial: Connect = connect): Connect & { readonly dials: number } {
  let dials = 0;
  const counted: Connect = (target, handler) => {
    dials++;
    return dial(target, handler);
  };
  return Object.defineProperty(counted, "dials", { get: () => dials }) as Connect & {
    readonly dials: number;
  };
}

/** Everything that a server answers to these bytes, up to the end of its half. */
export function rawExchange(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connectRaw(port, HOST);
    let text = "";
    socket.setTimeout(TIMEOUT, () => socket.destroy(new Error("no end")));
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
    });
    socket.on("error", reject);
    socket.on("end", () => {
      socket.destroy();
      resolve(text);
    });
    socket.write(request, "latin1");
  });
}
