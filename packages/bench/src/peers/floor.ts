/**
 * The floor: a socket of `node:net` with `onread` that only counts bytes. It knows beforehand how long each reply is, parses nothing
 * and checks nothing, so no client that reads HTTP can be as cheap.
 */

import { connect, type OnReadOpts, type Socket } from "node:net";
import { connect as connectTLS } from "node:tls";
import { pathOf, wireReply } from "../replies.ts";
import { cannot, type Lane, type Peer, type Target } from "../work.ts";
import { inTurn } from "./in-turn.ts";
import { pieces, zeros } from "./payload.ts";

const buffer = new Uint8Array(65_536);

/** Counts what comes on a socket, and calls back whenever `expected` bytes more have come. */
class Counter {
  readonly socket: Socket;
  #left = 0;
  #done: () => void = () => {};

  constructor({ port, ca }: Target) {
    const onread: OnReadOpts = {
      buffer,
      callback: (bytes) => {
        this.#left -= bytes;
        if (this.#left === 0) this.#done();
        return true;
      },
    };
    const options = { host: "127.0.0.1", port, noDelay: true, onread };
    this.socket =
      ca === null ? connect(options) : connectTLS({ ...options, ca, servername: "localhost" });
    this.socket.on("error", () => {}); // The origin resets every connection in the end.
  }

  expect(bytes: number, done: () => void): void {
    this.#left = bytes;
    this.#done = done;
  }
}

function getLane(target: Target, path: string, length: number): Lane {
  const counter = new Counter(target);
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${target.port}\r\n\r\n`;
  return inTurn((done) => {
    counter.expect(length, done);
    counter.socket.write(request, "latin1");
  });
}

const DONE_LENGTH = wireReply({ bytes: 0, chunk: 0, fields: 1 }).length;

function uploadLane(target: Target, bytes: number, source: "bytes" | "iterable"): Lane {
  const counter = new Counter(target);
  const { socket } = counter;
  const head = (framing: string): string =>
    `POST / HTTP/1.1\r\nHost: 127.0.0.1:${target.port}\r\n${framing}\r\n\r\n`;
  if (source === "bytes") {
    const body = zeros(bytes);
    return inTurn((done) => {
      counter.expect(DONE_LENGTH, done);
      socket.write(head(`Content-Length: ${bytes}`), "latin1");
      socket.write(body);
    });
  }
  return inTurn((done) => {
    counter.expect(DONE_LENGTH, done);
    socket.write(head("Transfer-Encoding: chunked"), "latin1");
    const body = pieces(bytes);
    const pump = (): void => {
      for (;;) {
        const { done: isDone, value } = body.next();
        if (isDone === true) break;
        socket.cork();
        socket.write(`${value.length.toString(16)}\r\n`, "latin1");
        socket.write(value);
        const hasRoom = socket.write("\r\n", "latin1");
        socket.uncork();
        if (!hasRoom) {
          socket.once("drain", pump);
          return;
        }
      }
      socket.write("0\r\n\r\n", "latin1");
    };
    pump();
  });
}

const floor: Peer = {
  open(work, target) {
    if (work.kind === "get") {
      const { length } = wireReply(work.reply);
      const path = pathOf(work.reply);
      const lanes = Array.from({ length: work.connections }, () => getLane(target, path, length));
      return { lanes };
    }
    if (work.kind !== "upload") throw cannot("the floor", work);
    return { lanes: [uploadLane(target, work.bytes, work.source)] };
  },
};

export default floor;
