/** Large targets on real sockets, whose reads are cut to begin where the targets do: every byte is in its place. */
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { createServer as createTLSServer } from "node:tls";
import { HTTPConnection, HTTPSConnection } from "@httplib/connection";
import type { HTTPResponse } from "@httplib/response";
import { type Certificates, makeCertificates } from "@httplib/test-certs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { closeServers, listen } from "./support/servers.ts";

const SIZE = 5_000_001;
/** Prime, so that no two places that could be mixed up look alike. */
const PERIOD = 65_521;

const body = Uint8Array.from({ length: SIZE }, (_, index) => (index % PERIOD) % 256);

let certificates: Certificates;

beforeAll(async () => {
  certificates = await makeCertificates();
});

afterAll(closeServers);

/** Answers every request with the body, with a length where the path says so, in writes of changing sizes. */
async function origin(isSecure: boolean): Promise<number> {
  const answer = async (socket: Socket, isLengthKnown: boolean): Promise<void> => {
    const length = isLengthKnown ? `Content-Length: ${SIZE}\r\n` : "";
    socket.write(`HTTP/1.1 200 OK\r\n${length}\r\n`);
    for (let at = 0; at < SIZE;) {
      const step = 1 + ((at * 31 + 17) % 150_000);
      // oxlint-disable-next-line no-await-in-loop -- one write after the other
      if (!socket.write(body.subarray(at, at + step))) await once(socket, "drain");
      at += step;
    }
    if (!isLengthKnown) socket.end();
  };
  const serve = (socket: Socket): void => {
    socket.on("error", () => {});
    socket.on("data", (request) => {
      answer(socket, request.includes("/length")).catch(() => {});
    });
  };
  const server = isSecure ? createTLSServer(certificates.server, serve) : createServer(serve);
  return listen(server);
}

/** Reads all of it into targets of these sizes in turn; 0 stands for a read that takes what there is. */
async function fill(response: HTTPResponse, sizes: readonly number[]): Promise<Uint8Array> {
  const whole = new Uint8Array(SIZE);
  let at = 0;
  for (let turn = 0; at < SIZE; turn++) {
    const size = sizes[turn % sizes.length]!;
    const target = whole.subarray(at, at + size);
    // oxlint-disable no-await-in-loop -- one read after the other
    if (size > 0) at += await response.readInto(target);
    else {
      const run = await response.read1();
      whole.set(run, at);
      at += run.length;
    }
    // oxlint-enable no-await-in-loop
  }
  expect(await response.read1()).toHaveLength(0);
  return whole;
}

describe.each([
  ["TCP", false],
  ["TLS", true],
] as const)("over %s", (_wire, isSecure) => {
  test.each([
    ["/length", [65_536]],
    ["/length", [100_000]],
    ["/length", [65_537, 0, 200_000]],
    ["/length", [131_072, 10, 65_536, 0, 0]],
    ["/close", [65_536]],
    ["/close", [70_001, 0]],
  ])("%s in targets of %j, twice", async (path, sizes) => {
    const port = await origin(isSecure);
    const connection = isSecure
      ? new HTTPSConnection("localhost", port, { context: { ca: certificates.ca } })
      : new HTTPConnection("localhost", port);
    for (let round = 0; round < 2; round++) {
      // oxlint-disable no-await-in-loop -- one exchange after the other
      await connection.request("GET", path);
      const got = await fill(await connection.getResponse(), sizes);
      // oxlint-enable no-await-in-loop
      expect(got.findIndex((octet, index) => octet !== body[index])).toBe(-1);
    }
    await connection.close();
  });
});
