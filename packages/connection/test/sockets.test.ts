/** The race rules on real sockets, against a peer in a process of its own. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HTTPConnection } from "@httplib/connection";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failure, turns } from "./support/open.ts";

let peer: ChildProcess;
let port = 0;
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "httplib-"));
  peer = fork(new URL("./support/hostile-peer.mjs", import.meta.url));
  [port] = (await once(peer, "message")) as [number];
});

afterAll(async () => {
  peer.disconnect();
  await rm(folder, { recursive: true });
});

async function get(connection: HTTPConnection, path: string): Promise<string> {
  await connection.request("GET", path);
  return (await connection.getResponse()).text();
}

/** Waits until a file is there, while the event loop turns. */
async function until(file: string): Promise<void> {
  for (const start = performance.now(); !existsSync(file); await turns(1)) {
    if (performance.now() > start + 5000) expect.fail("the peer does not go on");
  }
}

/** Keeps the event loop from turning until a file is there, and long enough for a read to be no recent one. */
function busyUntil(file: string): void {
  const start = performance.now();
  while (!existsSync(file) || performance.now() < start + 2) {
    if (performance.now() > start + 5000) expect.fail("the peer does not go on");
  }
}

describe("on real sockets", () => {
  test("a kept connection carries one request after the other", async () => {
    const connection = new HTTPConnection("127.0.0.1", port);
    const first = await get(connection, "/id");
    for (let i = 0; i < 20; i++) expect(await get(connection, "/id")).toBe(first);
    await connection.close();
  });

  test(
    "an upload that is answered with 413 and a reset gives the 413, a thousand times",
    { timeout: 60_000 },
    async () => {
      const block = new Uint8Array(65_536);
      for (let i = 0; i < 1000; i++) {
        const connection = new HTTPConnection("127.0.0.1", port, { timeout: 10_000 });
        const request = connection.request(
          "POST",
          "/413",
          (function* () {
            for (let n = 0; n < 1024; n++) yield block;
          })(),
        );
        const response = await connection.getResponse();
        await request;
        expect(response.status).toBe(413);
        expect(await response.text()).toBe("big");
        await connection.close();
      }
    },
  );

  test("the same with a sized body", async () => {
    const body = new Uint8Array(16 * 1024 * 1024);
    for (let i = 0; i < 10; i++) {
      const connection = new HTTPConnection("127.0.0.1", port, { timeout: 10_000 });
      const request = connection.request("POST", "/413", body);
      const response = await connection.getResponse();
      await request;
      expect([response.status, await response.text()]).toEqual([413, "big"]);
      await connection.close();
    }
  });

  test("a response planted in the same segment is never taken for the next one", async () => {
    for (let i = 0; i < 20; i++) {
      const connection = new HTTPConnection("127.0.0.1", port);
      const first = await get(connection, "/same");
      const second = await get(connection, "/id");
      expect(second).not.toBe("planted");
      expect(second).not.toBe(first);
      await connection.close();
    }
  });

  test("a response planted while the client was busy is never taken for the next one", async () => {
    for (let i = 0; i < 20; i++) {
      const connection = new HTTPConnection("127.0.0.1", port);
      const file = join(folder, `late${i}`);
      await get(connection, `/late?${file}`);
      busyUntil(file);
      expect(await get(connection, "/id")).not.toBe("planted");
      await connection.close();
    }
  });

  test("a connection that the server has closed while the client was busy carries no POST", async () => {
    for (let i = 0; i < 20; i++) {
      const connection = new HTTPConnection("127.0.0.1", port);
      const file = join(folder, `bye${i}`);
      const first = await get(connection, `/bye?${file}`);
      busyUntil(file);
      await connection.request("POST", "/id", "x");
      expect(await (await connection.getResponse()).text()).not.toBe(first);
      await connection.close();
    }
  });

  test("a connection that the server drops with the next request is replaced, and the caller sees nothing of it", async () => {
    const connection = new HTTPConnection("127.0.0.1", port);
    const first = await get(connection, "/stale");
    const second = await get(connection, "/id");
    expect(second).not.toBe(first);
    await get(connection, "/stale");
    await connection.request("POST", "/id", "x");
    expect(await failure(connection.getResponse())).toMatchObject({
      exchange: { reused: true, replayable: false, bytesReceived: 0 },
    });
    await connection.close();
  });

  test("a refused connection is the system's error", async () => {
    const server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port: free } = server.address() as { port: number };
    server.close();
    await once(server, "close");
    const connection = new HTTPConnection("127.0.0.1", free);
    expect(await failure(connection.request("GET", "/"))).toMatchObject({ code: "ECONNREFUSED" });
  });

  test("a Unix socket is dialled instead of the host", async () => {
    const socketPath = join(folder, "s");
    const server: Server = createServer((socket) => {
      socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhi"));
    });
    server.listen(socketPath);
    await once(server, "listening");
    const connection = new HTTPConnection("example.com", null, { socketPath });
    expect(await get(connection, "/")).toBe("hi");
    server.close();
  });

  test("the source address and the file number are the socket's", async () => {
    const connection = new HTTPConnection("127.0.0.1", port, { sourceAddress: ["127.0.0.2", 0] });
    await connection.request("GET", "/id");
    const response = await connection.getResponse();
    await response.read();
    const { transport } = connection.detach();
    expect(transport.info.local?.host).toBe("127.0.0.2");
    transport.destroy();
  });
});

test("an idle connection keeps no process alive, one with an exchange does", async () => {
  const kept = (): number =>
    process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
  await turns(5);
  const before = kept();
  const connection = new HTTPConnection("127.0.0.1", port, { timeout: 60_000 });
  await connection.request("GET", "/id");
  expect(kept()).toBe(before + 1);
  await (await connection.getResponse()).read();
  expect(kept()).toBe(before);
  await connection.close();
});

// What other runtimes make of it is their own affair.
describe.runIf(!("Bun" in globalThis || "Deno" in globalThis))(
  "a body that ends with the connection",
  () => {
    test.each([
      ["cut", "read late"],
      ["cut", "read at once"],
      ["end", "read late"],
    ])("%s, and a reset: %s", async (how, when) => {
      const file = join(folder, `${how} ${when}`.replaceAll(" ", "-"));
      const connection = new HTTPConnection("127.0.0.1", port, { timeout: 10_000 });
      await connection.request("GET", `/${how}?${file}`);
      const response = await connection.getResponse();
      if (when === "read late") await until(file);
      const read = response.bytes();
      const found = how === "cut" ? await failure(read) : await read;
      expect(found).toMatchObject(
        how === "cut"
          ? { name: "IncompleteRead", cause: { code: "ECONNRESET" }, partial: { length: 100_004 } }
          : { length: 100_004 },
      );
    });
  },
);
