/** Nothing is left behind after many exchanges, however they end: no socket, no timer, no listener. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { HTTPConnection } from "@httplib/connection";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { turns } from "./support/open.ts";

let server: Server;
let port = 0;

beforeAll(async () => {
  // Answers whole heads by their path; the request's body does not matter here.
  server = createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (data) => {
      if (data.includes("GET /reset")) socket.resetAndDestroy();
      else if (data.includes("GET /half"))
        socket.end("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
      else if (data.includes("GET /odd")) socket.write("no HTTP at all\r\n");
      else if (!data.includes("GET /silent"))
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.close();
});

/** How many of a kind of resource are open in this process, the server's side included. */
function open(kind: string): number {
  return process.getActiveResourcesInfo().filter((name) => name === kind).length;
}

/** Runs work, lets the server hear of the last closed sockets and the last turns end (at most 2,000), and tells what is open more than before. */
async function leftBehind(work: () => Promise<void>): Promise<Record<string, number>> {
  const timers = open("Timeout");
  await work();
  const isBusy = (): boolean => open("TCPSocketWrap") > 0 || open("Timeout") > timers;
  for (let turn = 0; turn < 2000 && isBusy(); turn++) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    await turns(1);
  }
  return {
    sockets: open("TCPSocketWrap"),
    dials: open("TCPConnectWrap"),
    timers: Math.max(0, open("Timeout") - timers),
  };
}

const NOTHING = { sockets: 0, dials: 0, timers: 0 };

async function fetchAll(
  connection: HTTPConnection,
  path: string,
  signal?: AbortSignal,
): Promise<void> {
  await connection.request("GET", path, null, {}, { signal });
  await (await connection.getResponse()).read();
}

test("6,000 good exchanges on 20 connections leave nothing behind", async () => {
  const { signal } = new AbortController();
  const left = await leftBehind(async () => {
    const work = Array.from({ length: 20 }, async () => {
      const connection = new HTTPConnection("127.0.0.1", port, { timeout: 60_000 });
      // oxlint-disable-next-line no-await-in-loop -- one exchange after the other
      for (let i = 0; i < 300; i++) await fetchAll(connection, "/ok", signal);
      await connection.close();
    });
    await Promise.all(work);
  });
  expect(left).toEqual(NOTHING);
});

test.each([
  ["a reset", "/reset"],
  ["a body that is cut", "/half"],
  ["a peer that speaks no HTTP", "/odd"],
])("1,000 failures by %s leave nothing behind", async (_why, path) => {
  const errors: unknown[] = [];
  const left = await leftBehind(async () => {
    const connection = new HTTPConnection("127.0.0.1", port, { timeout: 60_000 });
    for (let i = 0; i < 1000; i++) {
      // oxlint-disable-next-line no-await-in-loop -- one exchange after the other
      await fetchAll(connection, path).catch((error: unknown) => errors.push(error));
    }
    await connection.close();
  });
  expect(errors).toHaveLength(1000);
  expect(left).toEqual(NOTHING);
});

test("1,000 aborted exchanges leave nothing behind, on a shared signal neither", async () => {
  const { signal } = new AbortController();
  const add = vi.spyOn(signal, "addEventListener");
  const remove = vi.spyOn(signal, "removeEventListener");
  const reasons: unknown[] = [];
  const left = await leftBehind(async () => {
    for (let i = 0; i < 1000; i++) {
      const connection = new HTTPConnection("127.0.0.1", port, { timeout: 60_000 });
      const own = new AbortController();
      const request = connection.request("GET", "/silent", null, {}, { signal: own.signal });
      const response = connection.getResponse({ signal });
      if (i % 2 === 0) own.abort("stop");
      else setImmediate(() => own.abort("stop"));
      // oxlint-disable-next-line no-await-in-loop -- one exchange after the other
      const [, outcome] = await Promise.allSettled([request, response]);
      if (outcome.status === "rejected") reasons.push(outcome.reason);
      // oxlint-disable-next-line no-await-in-loop -- as above
      await connection.close();
    }
  });
  expect(reasons).toEqual(Array.from({ length: 1000 }, () => "stop"));
  expect(add.mock.calls.length).toBeGreaterThan(0);
  expect(remove).toHaveBeenCalledTimes(add.mock.calls.length);
  expect(left).toEqual(NOTHING);
});
