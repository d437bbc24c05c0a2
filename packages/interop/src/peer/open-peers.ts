/**
 * Every listener that the smoke cases need, on loopback ports of their own, opened and closed together.
 *
 * They live in a process that is not the client's: a peer on the client's own event loop hides races.
 */
import { type Certificates, type KeyAndCertificate, makeCertificates } from "@httplib/test-certs";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createServer as createTLSServer, type TlsOptions, type TLSSocket } from "node:tls";
import type { Stage } from "../smoke/stage.ts";
import { type ProxyRules, serve } from "./serve.ts";

const CREDENTIALS = "parrot:spam";

export interface Peers {
  readonly stage: Stage;
  readonly certificates: Certificates;
  close(): Promise<void>;
}

/** Opens all listeners. */
export async function openPeers(): Promise<Peers> {
  const certificates = await makeCertificates();
  const folder = mkdtempSync(join(tmpdir(), "httplib-peers-"));
  const servers: Server[] = [];
  const sockets = new Set<Socket>();
  const tunnelled: number[] = [];
  const open: ProxyRules = { ports: () => tunnelled };
  const guarded: ProxyRules = { ...open, credentials: CREDENTIALS };
  let count = 0;

  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  const listen = (server: Server, where: object): Promise<number> => {
    servers.push(server);
    server.on("connection", keep);
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(where, () => {
        const address = server.address();
        resolve(address === null || typeof address === "string" ? 0 : portOf(address));
      });
    });
  };
  const loopback = { host: "127.0.0.1", port: 0 };
  const plain = (rules = open): Server => {
    const server = createServer(
      { allowHalfOpen: true },
      (socket) => void serve(socket, socket, ++count, rules),
    );
    return server;
  };
  const secure = (own: KeyAndCertificate, options: TlsOptions = {}): Server => {
    const server = createTLSServer({
      ...own,
      allowHalfOpen: true,
      ALPNProtocols: ["http/1.1"],
      ...options,
    });
    const raw = new Map<string, Socket>();
    const nameOf = (socket: Socket): string => `${socket.remoteAddress}:${socket.remotePort}`;
    server.on("connection", (socket: Socket) => {
      const name = nameOf(socket);
      raw.set(name, socket);
      socket.on("close", () => raw.delete(name));
    });
    server.on("secureConnection", (socket: TLSSocket) => {
      socket.on("error", () => socket.destroy());
      void serve(socket, raw.get(nameOf(socket)) ?? socket, ++count, open);
    });
    return server;
  };

  const socketPath = join(folder, "socket");
  await listen(plain(), { path: socketPath });
  const mutual: TlsOptions = { requestCert: true, rejectUnauthorized: true, ca: certificates.ca };
  const ports = {
    plain: await listen(plain(), loopback),
    guarded: await listen(plain(guarded), loopback),
    secure: await listen(secure(certificates.server), loopback),
    tls12: await listen(secure(certificates.server, { maxVersion: "TLSv1.2" }), loopback),
    elsewhere: await listen(secure(certificates.elsewhere), loopback),
    stranger: await listen(secure(certificates.stranger), loopback),
    mutual: await listen(secure(certificates.server, mutual), loopback),
    mute: await listen(createServer(), loopback),
    nobody: await freePort(),
  };
  tunnelled.push(ports.plain, ports.secure, ports.guarded, ports.stranger);

  return {
    certificates,
    stage: {
      ports,
      socketPath,
      credentials: CREDENTIALS,
      trust: { ca: certificates.ca },
      client: certificates.client,
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(servers.map(closed));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

/** A loopback port on which nobody listens at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address === null || typeof address === "string" ? 0 : portOf(address);
      server.close(() => resolve(port));
    });
  });
}

const portOf = ({ port }: AddressInfo): number => port;
