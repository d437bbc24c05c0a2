/**
 * The embedded proxy: it answers CONNECT and nothing else, and only to the ports that it was started
 * for, so that the examples never leave the loopback.
 */
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { listen } from "./origin.ts";

export interface Proxy {
  readonly port: number;
  /** The authorities that were asked for since the last call. */
  takeTunnels(): string[];
  close(): Promise<void>;
}

const ESTABLISHED = "HTTP/1.1 200 Connection established\r\n\r\n";

function refusal(status: string): string {
  return `HTTP/1.1 ${status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;
}

/** Starts a proxy that opens tunnels to `localhost` at one of `ports`. */
export async function startProxy(ports: readonly number[]): Promise<Proxy> {
  const sockets = new Set<Socket>();
  let tunnels: string[] = [];

  function keep(socket: Socket): void {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // An error always comes with a close, and there is nobody to tell.
    socket.on("error", () => socket.destroy());
  }

  const server = createServer((_request, response) => {
    response.writeHead(405, { Allow: "CONNECT" }).end();
  });
  server.on("connection", keep);
  server.on("connect", (request, client: Socket, first: Uint8Array) => {
    const authority = request.url ?? "";
    tunnels.push(authority);
    const [host, port] = authority.split(":");
    if (host !== "localhost" || !ports.includes(Number(port))) {
      client.end(refusal("403 Forbidden"));
      return;
    }
    const upstream = connect(Number(port), host);
    keep(upstream);
    upstream.once("error", () => client.end(refusal("502 Bad Gateway")));
    upstream.once("connect", () => {
      client.write(ESTABLISHED);
      upstream.write(first);
      upstream.pipe(client).pipe(upstream);
    });
  });

  return {
    port: await listen(server),
    takeTunnels() {
      const taken = tunnels;
      tunnels = [];
      return taken;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
