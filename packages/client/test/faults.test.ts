/**
 * Nine faults that widely used HTTP/1.1 clients have had in production, each on a real socket against a peer that shows it. The title
 * says what went wrong elsewhere.
 */
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { HTTPConnection } from "../src/index.ts";
import { failure, ok } from "./support/wire.ts";

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const server of servers.splice(0)) server.close();
});

/** A peer on a free loopback port: told of each request head, and over which connection (from 1) it came. */
async function peer(
  answer: (socket: Socket, head: string, connection: number) => void,
): Promise<{ connect: () => HTTPConnection; heads: string[] }> {
  const heads: string[] = [];
  let count = 0;
  const server = createServer((socket) => {
    const connection = ++count;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    let text = "";
    socket.on("data", (chunk: Uint8Array) => {
      text += Buffer.from(chunk).toString("latin1");
      for (let end; (end = text.indexOf("\r\n\r\n")) >= 0;) {
        const head = text.slice(0, end);
        text = text.slice(end + 4);
        heads.push(`${connection} ${head.split("\r\n", 1)[0] ?? ""}`);
        answer(socket, head, connection);
      }
    });
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  return { connect: () => new HTTPConnection("127.0.0.1", port, { timeout: 10_000 }), heads };
}

async function get(conn: HTTPConnection, path = "/"): Promise<string> {
  await conn.request("GET", path);
  return (await conn.getResponse()).text();
}

describe("nine faults seen in production", () => {
  test("a 100 that nobody asked for is skipped: undici kills the socket", async () => {
    const { connect } = await peer((socket) => {
      socket.write(`HTTP/1.1 100 Continue\r\n\r\n${ok("hi")}`);
    });
    const conn = connect();
    await conn.request("GET", "/");
    const response = await conn.getResponse();
    expect(response.informational.map(({ status }) => status)).toEqual([100]);
    expect(await response.text()).toBe("hi");
    await conn.close();
  });

  test("a 103 comes before the answer: CPython gives it as the answer", async () => {
    const { connect, heads } = await peer((socket) => {
      socket.write(`HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok("hi")}`);
    });
    const conn = connect();
    expect(await get(conn)).toBe("hi");
    expect(await get(conn)).toBe("hi");
    expect(heads.map((head) => head[0])).toEqual(["1", "1"]);
    await conn.close();
  });

  test("HEAD keeps the connection: undici closes it", async () => {
    const { connect, heads } = await peer((socket, head) => {
      socket.write(head.startsWith("HEAD") ? ok("hi").slice(0, -2) : ok("hi"));
    });
    const conn = connect();
    for (let round = 0; round < 3; round++) {
      await conn.request("HEAD", "/");
      const response = await conn.getResponse();
      expect(response.getHeader("content-length")).toBe("2");
      expect(await response.read()).toHaveLength(0);
    }
    expect(await get(conn)).toBe("hi");
    expect(heads.map((head) => head[0])).toEqual(["1", "1", "1", "1"]);
    await conn.close();
  });

  test("a 304 may say the length of what it does not send: undici refuses it", async () => {
    const { connect, heads } = await peer((socket, head) => {
      socket.write(
        head.includes("/again")
          ? ok("hi")
          : "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n",
      );
    });
    const conn = connect();
    await conn.request("GET", "/");
    const response = await conn.getResponse();
    expect([response.status, await response.text()]).toEqual([304, ""]);
    expect(await get(conn, "/again")).toBe("hi");
    expect(heads.map((head) => head[0])).toEqual(["1", "1"]);
    await conn.close();
  });

  test("OPTIONS * can be asked: undici refuses the target", async () => {
    const { connect, heads } = await peer((socket) => {
      socket.write(ok("", "Allow: GET, OPTIONS"));
    });
    const conn = connect();
    await conn.request("OPTIONS", "*");
    expect((await conn.getResponse()).getHeader("allow")).toBe("GET, OPTIONS");
    expect(heads).toEqual(["1 OPTIONS * HTTP/1.1"]);
    await conn.close();
  });

  test("50,000 interim heads end at the hundred and first: undici and node:http read them all", async () => {
    const { connect } = await peer((socket) => {
      socket.write("HTTP/1.1 103 Early Hints\r\n\r\n".repeat(50_000));
    });
    const conn = connect();
    await conn.request("GET", "/");
    expect(await failure(conn.getResponse())).toMatchObject({
      name: "LimitExceeded",
      limit: "maxInformational",
      max: 100,
    });
    await conn.close();
  });

  test("an answer to an upload that is not over is given: node:http, undici and CPython lose it to the reset", async () => {
    const { connect } = await peer((socket) => {
      socket.pause();
      // What is left unread makes the close a reset.
      socket.write("HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig", () => {
        socket.destroy();
      });
    });
    const block = new Uint8Array(65_536);
    for (let round = 0; round < 20; round++) {
      const conn = connect();
      let sent = 0;
      const upload = function* (): Generator<Uint8Array> {
        for (; sent < 4096; sent++) yield block;
      };
      const request = conn.request("POST", "/", upload());
      const response = await conn.getResponse();
      await request;
      expect([response.status, await response.text()]).toEqual([413, "big"]);
      expect(sent).toBeLessThan(4096);
      await conn.close();
    }
  });

  test("a kept connection that the server drops is replaced for GET, and said so for POST: undici and node:http leave it to the caller", async () => {
    const { connect, heads } = await peer((socket, head, connection) => {
      if (connection % 2 === 1 && /^(GET|POST) \/second/.test(head)) socket.destroy();
      else socket.write(ok("hi"));
    });
    const conn = connect();
    expect(await get(conn, "/first")).toBe("hi");
    expect(await get(conn, "/second")).toBe("hi");
    expect(heads).toEqual([
      "1 GET /first HTTP/1.1",
      "1 GET /second HTTP/1.1",
      "2 GET /second HTTP/1.1",
    ]);
    await conn.close();
    const other = connect();
    expect(await get(other, "/first")).toBe("hi");
    await other.request("POST", "/second", "x");
    expect(await failure(other.getResponse())).toMatchObject({
      name: "RemoteDisconnected",
      exchange: { reused: true, replayable: false, bytesReceived: 0 },
    });
    await other.close();
  });

  test("an answer planted behind another is never taken for the next one: undici and the Agent of Node did", async () => {
    const { connect, heads } = await peer((socket, head) => {
      socket.write(head.includes("/first") ? `${ok("first")}${ok("planted")}` : ok("second"));
    });
    for (let round = 0; round < 20; round++) {
      const conn = connect();
      expect(await get(conn, "/first")).toBe("first");
      expect(await get(conn, "/second")).toBe("second");
      await conn.close();
    }
    expect(heads).toHaveLength(40);
    expect(new Set(heads.map((head) => head.split(" ", 1)[0])).size).toBe(40);
  });
});
