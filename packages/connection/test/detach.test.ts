import { latin1 } from "@httplib/bytes";
import { CannotSendRequest, ImproperConnectionState, NotConnected } from "@httplib/errors";
import type { TransportHandler } from "@httplib/transport";
import { describe, expect, test } from "vitest";
import { bytes, failure, head, ok, open, turns } from "./support/open.ts";

/** A handler that keeps what it is told. */
function recorder(): { handler: TransportHandler; seen: string[] } {
  const seen: string[] = [];
  const handler = {
    onData: (chunk: Uint8Array) => void seen.push(latin1(chunk)),
    onEnd: () => void seen.push("<end>"),
    onDrain: () => void seen.push("<drain>"),
    onError: () => void seen.push("<error>"),
    onClose: () => void seen.push("<close>"),
  };
  return { handler, seen };
}

const SWITCH = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n";
const UPGRADE = { Connection: "Upgrade", Upgrade: "echo" };

describe("detach()", () => {
  test("after 101 gives the bytes behind the head, exactly once, and the rest to the handler", async () => {
    const { connection, wire } = open([
      `${SWITCH}abc`,
      { turns: 3 },
      { data: "def" },
      { wait: "ping" },
      { data: "pong" },
    ]);
    await connection.request("GET", "/", null, UPGRADE);
    const response = await connection.getResponse();
    expect(response.status).toBe(101);
    expect(response.closed).toBe(true);
    const { handler, seen } = recorder();
    const { transport, rest } = connection.detach(handler);
    expect(rest).toEqual(bytes("abc"));
    transport.write("ping");
    await turns(10);
    expect(seen.join("")).toBe("defpong");
    expect(wire.connections[0]?.closed).toBe(false);
    transport.destroy();
  });

  test("after 101 loses nothing that comes before it is called", async () => {
    const { connection } = open([`${SWITCH}abc`, { turns: 1 }, { data: ["de", "f"] }]);
    await connection.request("GET", "/", null, UPGRADE);
    await connection.getResponse();
    await turns(10);
    const { handler, seen } = recorder();
    const { rest } = connection.detach(handler);
    await turns(3);
    expect(latin1(rest) + seen.join("")).toBe("abcdef");
  });

  test("after a 2xx to CONNECT", async () => {
    const { connection } = open(["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc"]);
    await connection.request("CONNECT", "dest.example:443");
    const response = await connection.getResponse();
    expect(await response.read()).toHaveLength(0);
    expect(connection.detach().rest).toEqual(bytes("abc"));
  });

  test("between two messages", async () => {
    const { connection } = open([ok("hi"), { wait: "ping" }, { data: "pong" }]);
    await connection.request("GET", "/");
    await (await connection.getResponse()).read();
    const { handler, seen } = recorder();
    const { transport, rest } = connection.detach(handler);
    expect(rest).toHaveLength(0);
    transport.write("ping");
    await turns(5);
    expect(seen).toEqual(["pong"]);
  });

  test("before the first message", async () => {
    const { connection } = open([{ wait: "ping" }, { data: "pong" }]);
    await connection.connect();
    const { handler, seen } = recorder();
    connection.detach(handler).transport.write("ping");
    await turns(5);
    expect(seen).toEqual(["pong"]);
  });

  test("behind a message that other bytes follow, which HTTP could not use", async () => {
    const { connection } = open([`${ok("hi")}raw`]);
    await connection.request("GET", "/");
    await (await connection.getResponse()).read();
    expect(connection.detach().rest).toEqual(bytes("raw"));
  });

  test("behind a head whose body ends with the connection gives what was not read of it", async () => {
    const { connection } = open(["HTTP/1.1 200 OK\r\n\r\nabcdef", { turns: 4 }, { data: "ghi" }]);
    await connection.request("POST", "/attach");
    const response = await connection.getResponse();
    expect(latin1(await response.read(2))).toBe("ab");
    const { handler, seen } = recorder();
    const { rest } = connection.detach(handler);
    await turns(6);
    expect(latin1(rest) + seen.join("")).toBe("cdefghi");
    expect(await failure(response.read())).toBeInstanceOf(NotConnected);
  });

  test("without a handler waits for one set in this turn", async () => {
    const { connection } = open([SWITCH, { turns: 3 }, { data: "abc" }]);
    await connection.request("GET", "/", null, UPGRADE);
    await connection.getResponse();
    const { transport } = connection.detach();
    const { handler, seen } = recorder();
    transport.handler = handler;
    await turns(6);
    expect(seen).toEqual(["abc"]);
  });

  test("without a handler reads nothing until resume()", async () => {
    const { connection } = open([SWITCH, { turns: 1 }, { data: "abc" }]);
    await connection.request("GET", "/", null, UPGRADE);
    await connection.getResponse();
    const { transport } = connection.detach();
    await turns(6);
    const { handler, seen } = recorder();
    transport.handler = handler;
    transport.resume();
    await turns(2);
    expect(seen).toEqual(["abc"]);
  });

  test("leaves the connection ready to dial anew", async () => {
    const { connection, wire } = open([[SWITCH], [ok("hi")]]);
    await connection.request("GET", "/", null, UPGRADE);
    await connection.getResponse();
    connection.detach();
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("hi");
    expect(wire.connections).toHaveLength(2);
    expect(wire.connections[0]?.closed).toBe(false);
  });

  test("is refused inside a message", async () => {
    const { connection } = open([{ early: ok("0123456789").slice(0, -5) }]);
    await connection.request("GET", "/");
    expect(() => connection.detach()).toThrow(ImproperConnectionState);
    const response = await connection.getResponse();
    expect(() => connection.detach()).toThrow(ImproperConnectionState);
    expect(latin1(await response.read(5))).toBe("01234");
  });

  test("is refused where there is no connection", async () => {
    const { connection } = open([ok()]);
    expect(() => connection.detach()).toThrow(NotConnected);
    await connection.connect();
    await connection.close();
    expect(() => connection.detach()).toThrow(NotConnected);
  });
});

test("a request on a connection that was switched is refused until it is detached or closed", async () => {
  const { connection, written } = open([[SWITCH], [ok("hi")]]);
  await connection.request("GET", "/", null, UPGRADE);
  await connection.getResponse();
  expect(await failure(connection.request("GET", "/"))).toBeInstanceOf(CannotSendRequest);
  await connection.close();
  await connection.request("GET", "/2");
  expect(await (await connection.getResponse()).text()).toBe("hi");
  expect(written().endsWith(head("GET /2"))).toBe(true);
});

test("a refused upgrade is an ordinary response, and the connection is kept", async () => {
  const { connection, wire } = open([ok("no"), ok("hi")]);
  await connection.request("GET", "/", null, UPGRADE);
  expect(await (await connection.getResponse()).text()).toBe("no");
  await connection.request("GET", "/");
  expect(await (await connection.getResponse()).text()).toBe("hi");
  expect(wire.connections).toHaveLength(1);
});
