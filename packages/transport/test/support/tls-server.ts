/** A TLS server of the runtime under test, and how a connection to it goes. */
import { connect, type TLSOptions, type Transport } from "@httplib/transport";
import type { AddressInfo, Socket } from "node:net";
import { createServer, type Server, type TlsOptions } from "node:tls";
import { Recorder } from "./recorder.ts";
import { certificates } from "./wires.ts";

const { server } = certificates;
const servers = new Set<Server>();
const sockets = new Set<Socket>();

/** Lets a server listen; gives the port. */
export async function listenOn(listener: Server): Promise<number> {
  servers.add(listener);
  listener.on("connection", (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return (listener.address() as AddressInfo).port;
}

/** Closes them all, and every socket of theirs; for `afterEach()`. */
export function closeTLSServers(): void {
  for (const socket of sockets) socket.destroy();
  for (const one of servers) one.close();
  sockets.clear();
  servers.clear();
}

/** What a server knew of a client when the handshake was done. */
export interface Visit {
  readonly name: unknown;
  readonly client: string;
}

/** A TLS server that reads everything and ends when the client does; `visits(n)` waits for n handshakes. */
export async function serve(options: TlsOptions = {}): Promise<{
  port: number;
  visits: (count: number) => Promise<Visit[]>;
}> {
  const seen: Visit[] = [];
  let look = (): void => {};
  const all = { ...server, ALPNProtocols: ["http/1.1"], ...options };
  const listener = createServer(all, (socket) => {
    const { subject } = socket.getPeerCertificate();
    seen.push({
      name: typeof socket.servername === "string" ? socket.servername : false, // null in Deno
      client: String(subject?.CN),
    });
    look();
    socket.on("error", () => {}).resume();
    socket.on("end", () => socket.end());
  });
  return {
    port: await listenOn(listener),
    visits: (count) =>
      new Promise((resolve) => {
        look = (): void => void (seen.length >= count && resolve(seen));
        look();
      }),
  };
}

/** Connects with TLS. */
export async function dial(port: number, tls: TLSOptions, host = "localhost"): Promise<Transport> {
  return connect({ host, port, tls }, new Recorder());
}

/** What a promise is rejected with: its code, or else its message. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "connected",
    (error: unknown) => {
      const { code, message } = error as Error & { code?: string };
      return code ?? message;
    },
  );
}
