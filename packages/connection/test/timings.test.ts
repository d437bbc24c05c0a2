/** The marks of an exchange on real sockets: which are there, and in which order; never how long anything took. */
import { once } from "node:events";
import { connect as dial, createServer, type Server, type Socket } from "node:net";
import { createServer as createTLSServer } from "node:tls";
import { HTTPConnection, HTTPSConnection } from "@httplib/connection";
import type { Timings } from "@httplib/response";
import { type Certificates, makeCertificates } from "@httplib/test-certs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeServers, listen } from "./support/servers.ts";

const MARKS = ["dns", "connect", "tls", "sent", "firstByte", "head", "end"] as const;

let certificates: Certificates;

beforeAll(async () => {
  certificates = await makeCertificates();
});

afterAll(closeServers);

/** Answers each request in three writes, with a turn between them: a first byte, the rest of the head, a body. */
async function answer(socket: Socket): Promise<void> {
  socket.on("error", () => {});
  while ((await once(socket, "data")).length > 0) {
    for (const part of ["HTTP/1.1 200", " OK\r\nContent-Length: 2\r\n\r\n", "hi"]) {
      socket.write(part);
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
  }
}

const overTLS = (): Server =>
  createTLSServer({ ...certificates.server }, (socket) => void answer(socket).catch(() => {}));

async function exchange(connection: HTTPConnection): Promise<Timings> {
  await connection.request("GET", "/");
  const response = await connection.getResponse();
  await response.read();
  return response.timings;
}

/** The names of the marks that are there; all of them must be in order, and none before the beginning. */
function ordered(timings: Timings): string[] {
  const present = MARKS.filter((mark) => timings[mark] !== undefined);
  const times = present.map((mark) => timings[mark] ?? -1);
  expect(times.every((time) => Number.isFinite(time) && time >= 0)).toBe(true);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  return present;
}

test("over TLS by name every mark is there, in the order of the exchange", async () => {
  const context = { ca: certificates.ca };
  const connection = new HTTPSConnection("localhost", await listen(overTLS()), { context });
  const timings = await exchange(connection);
  expect(ordered(timings)).toEqual([...MARKS]);
  // A handshake is a way there and back, and cannot be over when TCP is.
  expect(timings.tls).toBeGreaterThan(timings.connect ?? Infinity);
  expect(timings.end).toBeGreaterThan(timings.tls ?? Infinity);
  await connection.close();
});

test("a kept connection has no marks of a dial", async () => {
  const context = { ca: certificates.ca };
  const connection = new HTTPSConnection("localhost", await listen(overTLS()), { context });
  await exchange(connection);
  expect(ordered(await exchange(connection))).toEqual(["sent", "firstByte", "head", "end"]);
  await connection.close();
});

test("a connection that was open before its first request has none either", async () => {
  const context = { ca: certificates.ca };
  const connection = new HTTPSConnection("localhost", await listen(overTLS()), { context });
  await connection.connect();
  expect(ordered(await exchange(connection))).toEqual(["sent", "firstByte", "head", "end"]);
  await connection.close();
});

test("an address needs no lookup, and a plain connection no TLS", async () => {
  const port = await listen(createServer((socket) => void answer(socket).catch(() => {})));
  const connection = new HTTPConnection("127.0.0.1", port);
  expect(ordered(await exchange(connection))).toEqual([
    "connect",
    "sent",
    "firstByte",
    "head",
    "end",
  ]);
  await connection.close();
});

test("behind a tunnel TLS is over when that of the end is", async () => {
  const end = await listen(overTLS());
  const proxy = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      const through = dial(end, "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(through).pipe(socket);
      });
      through.on("error", () => socket.destroy());
    });
  });
  const context = { ca: certificates.ca };
  const connection = new HTTPSConnection("localhost", await listen(proxy), { context });
  connection.setTunnel("localhost", end);
  const timings = await exchange(connection);
  expect(ordered(timings)).toEqual([...MARKS]);
  expect(timings.tls).toBeGreaterThan(timings.connect ?? Infinity);
  await connection.close();
});

test("a response whose body does not come has no mark of the end", async () => {
  const server = createTLSServer({ ...certificates.server }, (socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh"));
  });
  const connection = new HTTPSConnection("localhost", await listen(server), {
    context: { ca: certificates.ca },
  });
  await connection.request("GET", "/");
  const response = await connection.getResponse();
  await connection.close();
  expect(response.timings.head).toBeGreaterThan(0);
  expect(response.timings.end).toBeUndefined();
});
