/**
 * Every transport that runs here, each with a peer that a test can drive: what one suite needs to hold all of them to
 * the same contract.
 */
import { concat, encodeLatin1 } from "@httplib/bytes";
import { makeCertificates } from "@httplib/test-certs";
import {
  connect,
  connectDuplex,
  connectMemory,
  connectStreams,
  type ConnectTarget,
  type MemoryPeer,
  type Transport,
  type TransportHandler,
} from "@httplib/transport";
import { mkdtempSync, rmSync } from "node:fs";
import {
  connect as connectNet,
  createServer,
  type AddressInfo,
  type Server,
  type Socket,
} from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Duplex, duplexPair } from "node:stream";
import { createSecureContext, TLSSocket } from "node:tls";
import { writeBatch } from "../../src/write-batch.ts";
import { nextTurn, turns } from "./recorder.ts";
import { listenTLS } from "./tls-peer.ts";

export const certificates = await makeCertificates();

/** The other end. */
export interface Peer {
  readonly send: (data: string | Uint8Array) => void;
  /** Bytes sent and not yet taken from the peer; absent where that cannot be told. */
  readonly waiting?: () => number | Promise<number>;
  /** Stops and starts reading. */
  readonly pause: () => void | Promise<void>;
  readonly resume: () => void;
  readonly end: () => void;
  /** Breaks the wire; undefined where it cannot be broken from outside. */
  readonly reset?: () => void;
  readonly received: () => Uint8Array;
  readonly ended: () => boolean;
  readonly closed: () => boolean;
}

/** One open wire. */
interface Open {
  readonly transport: Transport;
  readonly peer: Peer;
}

export interface Kind {
  readonly name: string;
  /** A real connection of the kernel lies under it. */
  readonly real: boolean;
  /** The code of the error after `reset()`; empty where the wire cannot be reset. */
  readonly resetCode: string;
  /** Whether the peer is told when this end is destroyed; the pair of `node:stream` is not. */
  readonly tellsDestroy: boolean;
  /** More data than fits into all buffers on the way. */
  readonly flood: number;
  open(handler: TransportHandler, target?: Partial<ConnectTarget>): Promise<Open>;
}

/** Things to close after a test. */
const opened = new Set<{ destroy(): unknown } | Server>();
const folders = new Set<string>();

export function closeAll(): void {
  for (const one of opened) {
    if ("close" in one) one.close();
    else one.destroy();
  }
  opened.clear();
  for (const folder of folders) rmSync(folder, { recursive: true });
  folders.clear();
}

/** A path for a Unix socket, removed by `closeAll()`. */
export function socketPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "httplib-"));
  folders.add(folder);
  return join(folder, "socket");
}

function duplexPeer(duplex: Duplex, raw: Duplex = duplex): Peer {
  opened.add(raw);
  const parts: Uint8Array[] = [];
  let ended = false;
  duplex.on("data", (chunk: Uint8Array) => parts.push(chunk));
  duplex.on("end", () => (ended = true));
  duplex.on("error", () => {});
  raw.on("error", () => {});
  return {
    send: (data) =>
      void (typeof data === "string" ? duplex.write(data, "latin1") : duplex.write(data)),
    waiting: () => duplex.writableLength,
    pause: () => void duplex.pause(),
    resume: () => void duplex.resume(),
    end: () => void duplex.end(),
    ...("resetAndDestroy" in raw ? { reset: () => void (raw as Socket).resetAndDestroy() } : {}),
    received: () => concat(parts),
    ended: () => ended,
    closed: () => duplex.destroyed,
  };
}

/** A server for one connection after the other; `accept` waits for the next. */
export async function listen(
  where: { path: string } | { port: 0; host: string },
): Promise<{ server: Server; port: number; accept: () => Promise<Socket> }> {
  const sockets: Socket[] = [];
  const waits: ((socket: Socket) => void)[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    opened.add(socket);
    socket.on("error", () => {});
    const wait = waits.shift();
    if (wait === undefined) sockets.push(socket);
    else wait(socket);
  });
  opened.add(server);
  await new Promise<void>((resolve) => server.listen(where, resolve));
  const address = server.address();
  return {
    server,
    port: typeof address === "object" ? (address as AddressInfo).port : 0,
    accept: () => {
      const socket = sockets.shift();
      return socket === undefined
        ? new Promise((resolve) => waits.push(resolve))
        : Promise.resolve(socket);
    },
  };
}

const serverContext = createSecureContext(certificates.server);

/** The server's side of TLS over a stream that is open. */
export function acceptTLS(socket: Duplex): TLSSocket {
  const tlsSocket = new TLSSocket(socket, { isServer: true, secureContext: serverContext });
  tlsSocket.on("error", () => {});
  return tlsSocket;
}

async function openTCP(handler: TransportHandler, target: Partial<ConnectTarget>) {
  const { port, accept } = await listen({ port: 0, host: "127.0.0.1" });
  const transport = connect({ host: "127.0.0.1", port, ...target }, handler);
  return { transport, socket: await accept() };
}

/** A peer in Node, whose TLS our end can be judged by. */
async function openTLS(layers: number, dial: (port: number) => Promise<Transport>): Promise<Open> {
  const { port, accept } = await listenTLS(certificates.server, layers);
  const transport = dial(port);
  return { peer: await accept(), transport: await transport };
}

/** Leads a Duplex to a peer in Node. */
async function bridge(there: Duplex, layers: number): Promise<Peer> {
  opened.add(there);
  const { port, accept } = await listenTLS(certificates.server, layers);
  const socket = connectNet({ port, host: "127.0.0.1", allowHalfOpen: true });
  opened.add(socket);
  socket.on("error", () => there.destroy());
  there.on("error", () => {});
  there.on("close", () => {
    if (!there.readableEnded) socket.destroy();
  });
  there.pipe(socket).pipe(there);
  return accept();
}

/** Other sockets that write in every turn, until `closeAll()`: small writes are held to its end, once this has resolved. */
async function traffic(): Promise<void> {
  if (writeBatch === null) return;
  let isOver = false;
  const write = (): boolean => writeBatch!.hold({ flush() {} });
  const go = (): void => {
    if (isOver) return;
    for (let i = 0; i < 30; i++) write();
    nextTurn(go);
  };
  opened.add({ destroy: () => (isOver = true) });
  go();
  for (let i = 0; !write(); i++) {
    if (i > 1000) throw new Error("Cannot make small writes wait: found none that does");
    // oxlint-disable-next-line no-await-in-loop -- turns pass one after the other
    await turns(1);
  }
}

const ca = { ca: certificates.ca };
const loopback = { host: "127.0.0.1" };

export const kinds: readonly Kind[] = [
  {
    name: "TCP",
    tellsDestroy: true,
    real: true,
    resetCode: "ECONNRESET",
    flood: 32_000_000,
    async open(handler, target = {}) {
      const { transport, socket } = await openTCP(handler, target);
      return { transport: await transport, peer: duplexPeer(socket) };
    },
  },
  {
    name: "TCP among many that write",
    tellsDestroy: true,
    real: true,
    resetCode: "ECONNRESET",
    flood: 32_000_000,
    async open(handler, target = {}) {
      const { transport, socket } = await openTCP(handler, target);
      await traffic();
      return { transport: await transport, peer: duplexPeer(socket) };
    },
  },
  {
    name: "a Unix socket",
    tellsDestroy: true,
    real: true,
    resetCode: "",
    flood: 32_000_000,
    async open(handler, target = {}) {
      const path = socketPath();
      const { accept } = await listen({ path });
      const transport = connect(
        { host: "localhost", port: 80, socketPath: path, ...target },
        handler,
      );
      const peer = duplexPeer(await accept());
      return { transport: await transport, peer };
    },
  },
  {
    name: "TLS",
    tellsDestroy: true,
    real: true,
    resetCode: "ECONNRESET",
    flood: 32_000_000,
    open: (handler, target = {}) =>
      openTLS(1, (port) => connect({ ...loopback, port, ...target, tls: ca }, handler)),
  },
  {
    name: "TLS started later",
    tellsDestroy: true,
    real: true,
    resetCode: "ECONNRESET",
    flood: 32_000_000,
    open: (handler, target = {}) =>
      openTLS(1, async (port) => {
        const plain = await connect({ ...loopback, port, ...target }, handler);
        return plain.startTLS(ca, loopback);
      }),
  },
  {
    name: "TLS in TLS",
    tellsDestroy: true,
    real: true,
    resetCode: "ECONNRESET",
    flood: 32_000_000,
    open: (handler, target = {}) =>
      openTLS(2, async (port) => {
        const outer = await connect({ ...loopback, port, ...target, tls: ca }, handler);
        return outer.startTLS(ca, { host: "localhost" });
      }),
  },
  {
    name: "TLS that watches its close",
    tellsDestroy: true,
    real: true,
    resetCode: "ECONNRESET",
    flood: 32_000_000,
    open: (handler, target = {}) =>
      openTLS(1, (port) => {
        const tls = { ...ca, watchClose: true };
        return connect({ ...loopback, port, ...target, tls }, handler);
      }),
  },
  {
    name: "a Duplex pair",
    tellsDestroy: false,
    real: false,
    resetCode: "",
    flood: 1_000_000,
    async open(handler) {
      const [here, there] = duplexPair();
      const transport = await connectDuplex(here)({ host: "localhost", port: 80 }, handler);
      return { transport, peer: duplexPeer(there) };
    },
  },
  {
    name: "TLS over a Duplex pair",
    tellsDestroy: false,
    real: false,
    resetCode: "",
    flood: 32_000_000,
    async open(handler) {
      const [here, there] = duplexPair();
      const peer = await bridge(there, 1);
      const target = { host: "localhost", port: 443, tls: ca };
      return { transport: await connectDuplex(here)(target, handler), peer };
    },
  },
  {
    name: "a pair of web streams",
    tellsDestroy: true,
    real: false,
    resetCode: "broken",
    flood: 1_000_000,
    async open(handler) {
      const [out, back] = [pipe(), pipe()];
      const pair = { readable: back.readable, writable: out.writable };
      const transport = await connectStreams(pair)({ host: "localhost", port: 80 }, handler);
      return { transport, peer: streamsPeer(out.readable, back.writable) };
    },
  },
  {
    name: "TLS over a pair of web streams",
    tellsDestroy: true,
    real: false,
    resetCode: "",
    flood: 32_000_000,
    async open(handler) {
      const [out, back] = [pipe(), pipe()];
      const pair = { readable: back.readable, writable: out.writable };
      const there = Duplex.fromWeb(
        { readable: out.readable, writable: back.writable },
        { allowHalfOpen: true },
      );
      const peer = await bridge(there, 1);
      const target = { host: "localhost", port: 443, tls: ca };
      return { transport: await connectStreams(pair)(target, handler), peer };
    },
  },
  {
    name: "memory",
    tellsDestroy: true,
    real: false,
    resetCode: "ECONNRESET",
    flood: 1_000_000,
    async open(handler, target = {}) {
      let peer: MemoryPeer | undefined;
      const dial = connectMemory((one) => void (peer = one));
      const transport = await dial({ host: "localhost", port: 80, ...target }, handler);
      await turns(2);
      return { transport, peer: memoryPeer(peer!) };
    },
  },
];

/** A wire is never as quick as a call. */
function later<Args extends unknown[]>(action: (...args: Args) => void): (...args: Args) => void {
  return (...args) => void nextTurn(() => action(...args));
}

/** One direction, with room for some bytes (the default is one chunk). */
function pipe(): TransformStream<Uint8Array, Uint8Array> {
  const strategy: QueuingStrategy<Uint8Array> = {
    highWaterMark: 65_536,
    size: (chunk) => chunk?.length ?? 0,
  };
  return new TransformStream({}, strategy, strategy);
}

function memoryPeer(peer: MemoryPeer): Peer {
  return {
    send: later((data: string | Uint8Array) => peer.send(data)),
    pause: () => void (peer.full = true),
    resume: () => void (peer.full = false),
    end: later(() => peer.end()),
    reset: later(() => peer.reset()),
    received: () => peer.written,
    ended: () => peer.ended,
    closed: () => peer.closed,
  };
}

function streamsPeer(
  readable: ReadableStream<Uint8Array>,
  writable: WritableStream<Uint8Array>,
): Peer {
  const reader = readable.getReader();
  const writer = writable.getWriter();
  const parts: Uint8Array[] = [];
  let ended = false;
  let closed = false;
  let paused = false;
  let waiting = 0;
  let wake = (): void => {};
  const awake = (): Promise<void> => new Promise((resolve) => (wake = resolve));
  const run = async (): Promise<void> => {
    for (;;) {
      // oxlint-disable no-await-in-loop -- a read loop
      if (paused) await awake();
      const { done, value } = await reader.read();
      // oxlint-enable no-await-in-loop
      if (done) break;
      parts.push(value);
    }
    ended = true;
  };
  run().catch(() => (closed = true));
  writer.closed.catch(() => (closed = true));
  return {
    send: (data) => {
      const bytes = typeof data === "string" ? encodeLatin1(data) : data;
      waiting += bytes.length;
      writer.write(bytes).then(
        () => (waiting -= bytes.length),
        () => (closed = true),
      );
    },
    waiting: () => waiting,
    pause: () => void (paused = true),
    resume: () => {
      paused = false;
      wake();
    },
    end: () => void writer.close().catch(() => {}),
    reset: () => {
      const error = new Error("broken");
      void writer.abort(error).catch(() => {});
      void reader.cancel(error).catch(() => {});
    },
    received: () => concat(parts),
    ended: () => ended,
    closed: () => closed,
  };
}
