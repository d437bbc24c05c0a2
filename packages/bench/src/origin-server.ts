/**
 * The origin: `node:net` (or `node:tls`) and fixed bytes, no HTTP library.
 *
 * It is as cheap as a server in JavaScript can be, so that the client is what is measured: a request that equals the one before on its
 * connection is answered without being looked at. Knows the requests of its peers and would be no server for anybody else.
 */

import { once } from "node:events";
import { createServer as createPlainServer, type Server, type Socket } from "node:net";
import { createServer as createTLSServer } from "node:tls";
import { replyOf, type WireReply, wireReply } from "./replies.ts";

/** Key and certificate, PEM. */
export interface Identity {
  readonly key: string;
  readonly cert: string;
}

/** An origin that listens. */
export interface OriginServer {
  readonly port: number;
  /** Resets every connection, so that thousands of them leave no sockets in TIME_WAIT. */
  reset(): void;
  close(): void;
}

const HEAD_END = Buffer.from("\r\n\r\n");
/** What goes out in one write, in bytes. */
const ONE_WRITE = 262_144;
const LAST_CHUNK = "0\r\n\r\n";
const DONE = wireReply({ bytes: 0, chunk: 0, fields: 1 });

const replies = new Map<string, WireReply>();

function replyFor(path: string): WireReply {
  let reply = replies.get(path);
  if (reply === undefined) {
    const asked = replyOf(path);
    if (asked === null) throw new Error(`Cannot serve ${path}: expected /<bytes>/<chunk>/<fields>`);
    reply = inOneWrite(wireReply(asked));
    replies.set(path, reply);
  }
  return reply;
}

/** A reply that is not large is one write, and so one packet or few. */
function inOneWrite(reply: WireReply): WireReply {
  const { head, block, times, tail, length } = reply;
  if (length > ONE_WRITE) return reply;
  const whole = Buffer.concat([head, ...Array.from({ length: times }, () => block), tail]);
  return { head: whole, block, times: 0, tail, length };
}

/** Writes a reply as fast as the peer takes it. */
function write(socket: Socket, { head, block, times, tail, length }: WireReply): void {
  socket.write(head);
  if (times === 0) {
    if (length > head.length) socket.write(tail);
    return;
  }
  let left = times;
  const pump = (): void => {
    while (left > 0) {
      left--;
      if (!socket.write(block)) {
        socket.once("drain", pump);
        return;
      }
    }
    socket.write(tail);
  };
  pump();
}

/** The state of one connection: requests come one after the other, none before the reply to the last. */
class Conversation {
  readonly #socket: Socket;
  #last: Buffer = Buffer.alloc(0);
  #reply: WireReply = DONE;
  #partial: Buffer = Buffer.alloc(0);
  /** Bytes of a request body still to come; null without one, Infinity for a chunked one. */
  #left: number | null = null;
  #tail = "";

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  receive(chunk: Buffer): void {
    if (this.#left !== null) this.#receiveBody(chunk);
    else if (this.#partial.length === 0 && chunk.equals(this.#last))
      write(this.#socket, this.#reply);
    else this.#receiveHead(chunk);
  }

  #receiveHead(chunk: Buffer): void {
    const bytes = this.#partial.length === 0 ? chunk : Buffer.concat([this.#partial, chunk]);
    const end = bytes.indexOf(HEAD_END);
    if (end < 0) {
      this.#partial = bytes;
      return;
    }
    this.#partial = Buffer.alloc(0);
    const text = bytes.toString("latin1", 0, end);
    const body = bytes.subarray(end + HEAD_END.length);
    const [method = "", path = ""] = text.slice(0, text.indexOf("\r\n")).split(" ");
    if (method === "GET") {
      this.#reply = replyFor(path);
      this.#last = Buffer.from(bytes);
      write(this.#socket, this.#reply);
      return;
    }
    const length = /\r\ncontent-length: *(\d+)/i.exec(text)?.[1];
    this.#left = length === undefined ? Infinity : Number(length);
    this.#tail = "";
    this.#receiveBody(body);
  }

  /** Only the end of a body is looked for: its bytes are zeros. */
  #receiveBody(chunk: Buffer): void {
    if (this.#left === Infinity) {
      const from = Math.max(0, chunk.length - LAST_CHUNK.length);
      this.#tail = (this.#tail + chunk.toString("latin1", from)).slice(-LAST_CHUNK.length);
      if (this.#tail !== LAST_CHUNK) return;
    } else {
      this.#left = (this.#left ?? 0) - chunk.length;
      if (this.#left > 0) return;
    }
    this.#left = null;
    this.#socket.write(DONE.head);
  }
}

/** Starts an origin on a free port of the loopback; with an identity it speaks TLS. */
export async function startOrigin(identity: Identity | null): Promise<OriginServer> {
  const sockets = new Set<Socket>();
  const accept = (socket: Socket): void => {
    const conversation = new Conversation(socket);
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("data", (chunk) => conversation.receive(chunk));
    socket.on("error", () => {}); // A client that has been ended resets its connections.
    socket.on("close", () => sockets.delete(socket));
  };
  const server: Server =
    identity === null
      ? createPlainServer(accept)
      : createTLSServer({ ...identity, ALPNProtocols: ["http/1.1"] }, accept);
  const reset = (): void => {
    for (const socket of sockets) {
      // Node cannot reset below TLS.
      if (identity === null) socket.resetAndDestroy();
      else socket.destroy();
    }
  };
  server.listen({ host: "127.0.0.1", port: 0, backlog: 2048 });
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const close = (): void => {
    reset();
    server.close();
  };
  return { port, reset, close };
}
