/** How much of a body is held that nobody reads, on real sockets: the transport is paused, and the server has to wait. */
import { createServer, type Socket } from "node:net";
import { createServer as createTLSServer } from "node:tls";
import { HTTPConnection, HTTPSConnection } from "@httplib/connection";
import { type Certificates, makeCertificates } from "@httplib/test-certs";
import { connect, type Connect } from "@httplib/transport";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { turns } from "./support/open.ts";
import { closeServers, listen } from "./support/servers.ts";

/** One read of the transport. */
const READ = 65_536;
const SIZE = 64_000_000;
/** What the buffers of both kernels and of the server's own socket can hold, and more. */
const ELSEWHERE = 32_000_000;

let certificates: Certificates;

beforeAll(async () => {
  certificates = await makeCertificates();
});

afterAll(closeServers);

interface Source {
  readonly port: number;
  /** Bytes of the body that its socket has taken. */
  readonly given: () => number;
}

/** Answers each connection once with a body as long as it can, as fast as it is taken. */
async function source(
  isSecure: boolean,
  head: string,
  frame: (data: Buffer) => Buffer,
): Promise<Source> {
  const block = Buffer.alloc(16_000, "x");
  const framed = frame(block);
  let given = 0;
  const serve = (socket: Socket): void => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.write(head);
      const write = (): void => {
        while (given < SIZE) {
          given += block.length;
          if (!socket.write(framed)) {
            socket.once("drain", write);
            return;
          }
        }
        if (framed.length > block.length) socket.write("0\r\n\r\n");
        socket.end(); // end("") never ends TLS in Deno
      };
      write();
    });
  };
  const server = isSecure ? createTLSServer(certificates.server, serve) : createServer(serve);
  return { port: await listen(server), given: () => given };
}

interface Watched {
  readonly dial: Connect;
  /** Bytes that the connection was given. */
  received: number;
  readonly calls: string[];
}

/** The runtime's socket, watched. */
function watched(): Watched {
  const seen: Watched = {
    received: 0,
    calls: [],
    dial: async (target, handler) => {
      const transport = await connect(target, handler);
      for (const name of ["pause", "resume"] as const) {
        const method = transport[name].bind(transport);
        transport[name] = () => {
          seen.calls.push(name);
          method();
        };
      }
      let actual = transport.handler;
      Object.defineProperty(transport, "handler", {
        get: () => ({
          onData: (chunk: Uint8Array) => {
            seen.received += chunk.length;
            actual.onData(chunk);
          },
          onEnd: () => actual.onEnd(),
          onDrain: () => actual.onDrain(),
          onError: (error: Error) => actual.onError(error),
          onClose: () => actual.onClose(),
        }),
        set: (value: typeof actual) => {
          actual = value;
        },
      });
      return transport;
    },
  };
  return seen;
}

/** Waits until the server gets rid of nothing more, which is when every buffer between is full. */
async function untilStuck({ given }: Source): Promise<void> {
  for (let still = 0, last = -1; still < 300;) {
    still = given() === last ? still + 1 : 0;
    last = given();
    // oxlint-disable-next-line no-await-in-loop -- turns pass one after the other
    await turns(1);
  }
}

const chunked = (data: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from("\r\n")]);

describe.each([
  ["TCP", false],
  ["TLS", true],
] as const)("over %s", (_wire, isSecure) => {
  test.each([
    ["with a length", `HTTP/1.1 200 OK\r\nContent-Length: ${SIZE}\r\n\r\n`, (data: Buffer) => data],
    ["in chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunked],
    ["up to the end of the connection", "HTTP/1.1 200 OK\r\n\r\n", (data: Buffer) => data],
  ])(
    "a body %s that nobody reads holds two reads and no more, and is whole when it is read",
    async (_why, head, frame) => {
      const peer = await source(isSecure, head, frame);
      const wire = watched();
      const connection = isSecure
        ? new HTTPSConnection("localhost", peer.port, {
            connect: wire.dial,
            context: { ca: certificates.ca },
          })
        : new HTTPConnection("localhost", peer.port, { connect: wire.dial });
      await connection.request("GET", "/");
      const response = await connection.getResponse();
      await untilStuck(peer);
      expect(wire.calls).toEqual(["pause"]);
      expect(wire.received).toBeLessThanOrEqual(2 * READ);
      expect(peer.given()).toBeLessThan(ELSEWHERE);

      let size = 0;
      for await (const run of response) size += run.length;
      expect(size).toBe(SIZE);
      await connection.close();
    },
  );
});
