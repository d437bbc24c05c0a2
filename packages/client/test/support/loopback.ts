/**
 * Real servers on free loopback ports for the sessions: a plain origin, a TLS origin, and a proxy whose every tunnel leads to the
 * latter. The names of the documents lead to them, so that the sessions run as they are written.
 */
import {
  createServer as createPlainServer,
  type IncomingMessage,
  type Server as HTTPServer,
  type ServerResponse,
} from "node:http";
import { createServer as createTLSServer } from "node:https";
import { connect as dial, type Socket } from "node:net";
import { once } from "node:events";
import { makeCertificates } from "../../../test-certs/src/index.ts";
import { connect, type Connect, type TLSOptions } from "../../src/index.ts";
import { page } from "./pages.ts";

/** What a server was asked. */
interface Seen {
  readonly server: "plain" | "TLS" | "proxy";
  /** Number of the connection it came over, from 1 for each server. */
  readonly connection: number;
  readonly line: string;
  readonly fields: readonly string[];
  body: string;
}

export interface Loopback {
  readonly seen: Seen[];
  readonly plain: Connect;
  readonly secure: Connect;
  readonly proxy: Connect;
  readonly context: TLSOptions;
  close(): Promise<void>;
}

async function portOf(server: HTTPServer): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port to listen on");
  return address.port;
}

function fieldsOf({ rawHeaders }: IncomingMessage): string[] {
  return Array.from(
    { length: rawHeaders.length / 2 },
    (_, i) => `${rawHeaders[2 * i] ?? ""}: ${rawHeaders[2 * i + 1] ?? ""}`,
  );
}

export async function openLoopback(): Promise<Loopback> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  const { ca, server: credentials } = await makeCertificates();

  function note(server: Seen["server"], connections: WeakMap<object, number>) {
    return (request: IncomingMessage): Seen => {
      const one: Seen = {
        server,
        connection: connections.get(request.socket) ?? 0,
        line: `${request.method ?? ""} ${request.url ?? ""}`,
        fields: fieldsOf(request),
        body: "",
      };
      seen.push(one);
      return one;
    };
  }

  function watch(server: HTTPServer, event: string): WeakMap<object, number> {
    const connections = new WeakMap<object, number>();
    let count = 0;
    server.on(event, (socket: Socket) => {
      connections.set(socket, ++count);
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
      // An error always comes with a close, and there is nobody to tell.
      socket.on("error", () => socket.destroy());
    });
    return connections;
  }

  const origin = (take: (request: IncomingMessage) => Seen) => {
    const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const one = take(request);
      request.setEncoding("latin1");
      for await (const piece of request) one.body += String(piece);
      const { status, reason, body, isChunked } = page(one.line);
      const framing = isChunked ? {} : { "Content-Length": body.length };
      response.writeHead(status, reason, { ...framing, "Content-Type": "text/html" });
      if (isChunked)
        for (let at = 0; at < body.length; at += 64) response.write(body.slice(at, at + 64));
      response.end(isChunked ? undefined : body);
    };
    return (request: IncomingMessage, response: ServerResponse): void => {
      serve(request, response).catch(() => response.destroy());
    };
  };

  const plainServer = createPlainServer();
  plainServer.on("request", origin(note("plain", watch(plainServer, "connection"))));
  const tlsServer = createTLSServer(credentials);
  tlsServer.on("request", origin(note("TLS", watch(tlsServer, "secureConnection"))));
  const proxyServer = createPlainServer();
  const takeTunnel = note("proxy", watch(proxyServer, "connection"));
  const [plainPort, tlsPort, proxyPort] = await Promise.all(
    [plainServer, tlsServer, proxyServer].map(portOf),
  );
  proxyServer.on("connect", (request: IncomingMessage, client: Socket) => {
    takeTunnel(request);
    const upstream = dial(tlsPort ?? 0, "127.0.0.1");
    sockets.add(upstream);
    upstream.on("error", () => client.destroy());
    upstream.once("connect", () => {
      client.write("HTTP/1.1 200 Connection established\r\nX-Proxy: p\r\n\r\n");
      upstream.pipe(client).pipe(upstream);
    });
  });

  const to =
    (port: number | undefined): Connect =>
    (target, handler) =>
      connect({ ...target, host: "127.0.0.1", port: port ?? 0 }, handler);
  return {
    seen,
    plain: to(plainPort),
    secure: to(tlsPort),
    proxy: to(proxyPort),
    // The certificate is one for localhost: the names of the documents are somebody else's.
    context: { ca, servername: "localhost" },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(
        [plainServer, tlsServer, proxyServer].map(
          (server) => new Promise((resolve) => server.close(resolve)),
        ),
      );
    },
  };
}
