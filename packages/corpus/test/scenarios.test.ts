/** Every scenario row, by its id: on wires of memory, and on sockets where a wire of memory would prove little. */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:tls";
import { encodeLatin1, latin1 } from "@httplib/bytes";
import { ChunkedDecoder } from "@httplib/chunked";
import { HTTPConnection, HTTPSConnection } from "@httplib/connection";
import { byteSource } from "@httplib/headers";
import { ClientProtocol } from "@httplib/protocol";
import { readResponse } from "@httplib/response";
import { makeCertificates, type KeyAndCertificate } from "@httplib/test-certs";
import { connectMemory, type MemoryScript } from "@httplib/transport";
import { expect, test } from "vitest";
import { loadScenarios } from "../src/index.ts";

const reply = (body: string, ...fields: string[]): string =>
  ["HTTP/1.1 200 OK", `Content-Length: ${body.length}`, ...fields, "", body].join("\r\n");

function open(...scripts: MemoryScript[]): {
  connection: HTTPConnection;
  wires: ReturnType<typeof connectMemory>;
} {
  const wires = connectMemory(scripts);
  return { connection: new HTTPConnection("a", null, { connect: wires }), wires };
}

async function get(connection: HTTPConnection, path = "/"): Promise<string> {
  await connection.request("GET", path);
  return (await connection.getResponse()).text();
}

function turnOfLoop(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** 100,000 chunks of one byte, and the end. */
const tiny = encodeLatin1(`${"1\r\nx\r\n".repeat(100_000)}0\r\n\r\n`);

/** A server with this certificate; tells what a connection that trusts `ca` comes to. */
async function tlsOutcome(certificate: KeyAndCertificate, ca: string): Promise<unknown> {
  const server: Server = createServer(certificate, (socket) => {
    socket.on("error", () => {});
    socket.end(reply("secret"));
  });
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const connection = new HTTPSConnection("localhost", port, { context: { ca } });
  try {
    return await get(connection).catch((error: unknown) => error);
  } finally {
    await connection.close();
    server.close();
  }
}

const scenarios: Record<string, () => Promise<void>> = {
  async "X-001"() {
    const { connection, wires } = open(
      [{ wait: "\r\n\r\n" }, { data: reply("first") + reply("planted") }],
      [reply("second")],
    );
    expect(await get(connection)).toBe("first");
    expect(await get(connection)).toBe("second");
    expect(wires.connections).toHaveLength(2);
  },

  async "X-003"() {
    const { connection, wires } = open([reply("first"), { end: true }], [reply("second")]);
    expect(await get(connection)).toBe("first");
    for (let turn = 0; turn < 5; turn++) await turnOfLoop();
    expect(await get(connection)).toBe("second");
    expect(wires.connections).toHaveLength(2);
  },

  async "X-005"() {
    const early = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig";
    const { connection, wires } = open([{ early }, { turns: 100 }], [reply("second")]);
    let isStopped = false;
    async function* endless(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield new Uint8Array(1024);
          await turnOfLoop();
        }
      } finally {
        isStopped = true;
      }
    }
    await connection.request("POST", "/", endless());
    const response = await connection.getResponse();
    expect([response.status, await response.text()]).toEqual([413, "big"]);
    expect(await get(connection)).toBe("second");
    expect(isStopped).toBe(true);
    expect(wires.connections).toHaveLength(2);
  },

  async "X-007"() {
    const { connection } = open([
      { wait: "\r\n\r\n" },
      { failWrites: true },
      { turns: 2 },
      { data: reply("answer") },
    ]);
    const blocks = Array.from({ length: 100 }, () => new Uint8Array(1024));
    const request = connection.request("POST", "/", blocks);
    expect(await (await connection.getResponse()).text()).toBe("answer");
    await request;
  },

  async "X-009"() {
    const { connection, wires } = open([reply("helloworld"), { turns: 100 }], [reply("second")]);
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    await response.read(5);
    await response.close();
    expect(wires.connections[0]!.closed).toBe(true);
    expect(await get(connection)).toBe("second");
  },

  async "X-011"() {
    const protocol = new ClientProtocol();
    protocol.sendHead("GET", "/");
    protocol.sendEnd();
    protocol.feed(encodeLatin1("HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nbody"));
    const errors: unknown[] = [];
    const more = (): void => protocol.feed(encodeLatin1("more"));
    for (const call of [() => protocol.next(), more, () => protocol.next()]) {
      try {
        call();
      } catch (error) {
        errors.push(error);
      }
    }
    expect(errors).toHaveLength(3);
    expect(new Set(errors).size).toBe(1);
    const { connection, wires } = open([{ data: "no HTTP" }, { turns: 100 }]);
    await expect(get(connection)).rejects.toMatchObject({ code: "NOT_HTTP" });
    expect(wires.connections[0]!.closed).toBe(true);
  },

  async "X-013"() {
    for (const feeds of [1, tiny.length]) {
      const decoder = new ChunkedDecoder();
      const step = Math.ceil(tiny.length / feeds);
      let bytes = 0;
      let runs = 0;
      for (let at = 0; at < tiny.length; at += step) {
        decoder.push(tiny, at, Math.min(at + step, tiny.length));
        while (decoder.advance() === 1) {
          bytes += decoder.runEnd - decoder.start;
          runs++;
        }
      }
      expect([bytes, runs, decoder.done]).toEqual([100_000, 100_000, true]);
    }
    const head = encodeLatin1("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const response = await readResponse(byteSource([head, tiny]));
    expect((await response.read()).length).toBe(100_000);
  },

  async "X-015"() {
    for (const head of [
      "HTTP/1.1 200 OK\r\nContent-Length: 100000000000\r\n\r\n",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\n",
    ]) {
      const before = process.memoryUsage();
      // oxlint-disable-next-line no-await-in-loop -- memory is measured before and after each
      const response = await readResponse(byteSource(encodeLatin1(`${head}hello`)));
      const read = response.read();
      const after = process.memoryUsage();
      // oxlint-disable-next-line no-await-in-loop -- as above
      await expect(read).rejects.toMatchObject({ partial: encodeLatin1("hello") });
      expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(1_048_576);
      expect(after.rss - before.rss).toBeLessThan(64 * 1_048_576);
    }
  },

  async "X-017"() {
    const head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n";
    const { connection } = open([`${head}first`, { turns: 3 }, { data: " second" }, { end: true }]);
    await connection.request("GET", "/", null, { Connection: "upgrade", Upgrade: "x" });
    const response = await connection.getResponse();
    expect(response.status).toBe(101);
    let text = "";
    await new Promise<void>((resolve) => {
      const { rest } = connection.detach({
        onData: (chunk) => {
          text += latin1(chunk);
        },
        onEnd: resolve,
        onDrain: () => {},
        onError: () => {},
        onClose: resolve,
      });
      text = latin1(rest);
    });
    expect(text).toBe("first second");
  },

  async "X-019"() {
    const { ca, server, elsewhere, stranger } = await makeCertificates();
    expect(await tlsOutcome(server, ca)).toBe("secret");
    expect(await tlsOutcome(stranger, ca)).toMatchObject({
      code: expect.stringMatching(/SELF_SIGNED|UNABLE_TO/) as string,
    });
    expect(await tlsOutcome(elsewhere, ca)).toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  },

  async "X-021"() {
    // The whole of responses.test.ts: here one row by hand, byte by byte.
    const wire = encodeLatin1(reply("hello"));
    const protocol = new ClientProtocol();
    protocol.sendHead("GET", "/");
    protocol.sendEnd();
    const events: number[] = [];
    for (let at = 0; at < wire.length; at++) {
      protocol.feed(wire, at, at + 1);
      for (let event = protocol.next(); event !== 0; event = protocol.next()) events.push(event);
    }
    expect(events).toEqual([2, 3, 3, 3, 3, 3, 4]);
  },

  async "X-023"() {
    // Every row and way of reading is in read-response.test.ts: here read(n), read(n), read() by hand.
    const chunked =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n";
    for (const wire of [reply("hello world"), chunked]) {
      for (let n = 1; n <= 12; n++) {
        // oxlint-disable-next-line no-await-in-loop -- one response after the other
        const response = await readResponse(byteSource(encodeLatin1(wire)));
        // oxlint-disable-next-line no-await-in-loop -- one read after the other
        const parts = [await response.read(n), await response.read(n), await response.read()];
        expect(parts.map((part) => latin1(part)).join("")).toBe("hello world");
      }
    }
  },

  async "X-025"() {
    const { connection, wires } = open(
      [reply("first", "Keep-Alive: timeout=0"), { turns: 100 }],
      [reply("second")],
    );
    expect(await get(connection)).toBe("first");
    expect(await get(connection)).toBe("second");
    expect(wires.connections).toHaveLength(2);
  },
};

const rows = loadScenarios();

test("every scenario row has its test", () => {
  expect(Object.keys(scenarios)).toEqual(rows.map(({ id }) => id));
});

test.each(rows.map((row) => [row.id, row.scenario, row.outcome] as const))(
  "%s %s: %s",
  async (id) => {
    expect(scenarios).toHaveProperty([id]);
    await scenarios[id]!();
  },
);
