/**
 * The embedded origin: an HTTP/1.1 server on a loopback port of its own, plain or with TLS, which
 * keeps a log of what it was asked and over which connection.
 */
import {
  createServer as createPlainServer,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { createServer as createTLSServer } from "node:https";
import type { Server } from "node:net";
import { answer } from "./pages.ts";

/** One request as it arrived. */
interface ReceivedRequest {
  /** Number of the connection that it came over, from 1. */
  readonly connection: number;
  readonly method: string;
  readonly target: string;
  /** Field lines in wire order and case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

export interface Origin {
  readonly port: number;
  /** The requests since the last call. */
  takeRequests(): ReceivedRequest[];
  /** Ends every connection and stops listening. */
  close(): Promise<void>;
}

const PIECE = 64;

function headerPairs(raw: readonly string[]): [string, string][] {
  return Array.from({ length: raw.length / 2 }, (_, i) => [raw[2 * i] ?? "", raw[2 * i + 1] ?? ""]);
}

async function readText(request: IncomingMessage): Promise<string> {
  request.setEncoding("latin1");
  let text = "";
  for await (const piece of request) text += String(piece);
  return text;
}

function send(request: IncomingMessage, response: ServerResponse): void {
  const { status, headers, body, chunked } = answer(request.method ?? "", request.url ?? "");
  if (!chunked) {
    response.writeHead(status, { ...headers, "Content-Length": Buffer.byteLength(body) });
    response.end(body);
    return;
  }
  response.writeHead(status, headers);
  for (let at = 0; at < body.length; at += PIECE) response.write(body.slice(at, at + PIECE));
  response.end();
}

/** Listens on a free loopback port. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "localhost", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port to listen on");
  return address.port;
}

/**
 * Starts an origin.
 *
 * @param credentials key and certificate as PEM text; without them the origin is plain
 */
export async function startOrigin(credentials?: { key: string; cert: string }): Promise<Origin> {
  const connections = new WeakMap<object, number>();
  let count = 0;
  let requests: ReceivedRequest[] = [];

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const received = {
      connection: connections.get(request.socket) ?? 0,
      method: request.method ?? "",
      target: request.url ?? "",
      headers: headerPairs(request.rawHeaders),
      body: "",
    };
    requests.push(received);
    received.body = await readText(request);
    send(request, response);
  }

  const handle = (request: IncomingMessage, response: ServerResponse) => {
    // A client that goes away in the middle is its own affair: the session sees it.
    serve(request, response).catch(() => response.destroy());
  };
  const server =
    credentials === undefined ? createPlainServer(handle) : createTLSServer(credentials, handle);
  server.on(credentials === undefined ? "connection" : "secureConnection", (socket: object) => {
    connections.set(socket, ++count);
  });

  return {
    port: await listen(server),
    takeRequests() {
      const taken = requests;
      requests = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
