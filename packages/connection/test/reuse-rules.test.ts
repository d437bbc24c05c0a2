/** Which connection carries the next request: the rules of reuse.ts and dispatcher.ts, seen from outside. */
import type { HTTPConnection } from "@httplib/connection";
import { CannotSendRequest, ResponseNotReady } from "@httplib/errors";
import { describe, expect, test, vi } from "vitest";
import { bytes, failure, head, ok, open, openTLS, turns } from "./support/open.ts";

async function get(connection: HTTPConnection, url = "/"): Promise<string> {
  await connection.request("GET", url);
  return (await connection.getResponse()).text();
}

const LONG = "x".repeat(1000);
/** A response that comes in two reads. Not `early`: the reply behind that would answer the same request. */
const slow = [ok(LONG).slice(0, 100), { turns: 5 }, { data: ok(LONG).slice(100) }] as const;

describe("bytes that nobody asked for", () => {
  const planted = ok("planted");

  test("in the same read as the response: the next request goes out on a new connection", async () => {
    const { connection, wire } = open([[ok("one") + planted], [ok("two")]]);
    expect(await get(connection)).toBe("one");
    expect(await get(connection)).toBe("two");
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("in the next read of the same poll: nothing is sent on that connection", async () => {
    const { connection, wire } = open([
      [{ wait: "\r\n\r\n" }, { poll: [ok("one"), planted] }],
      [ok("two")],
    ]);
    expect(await get(connection)).toBe("one");
    expect(await get(connection)).toBe("two");
    expect(wire.connections).toHaveLength(2);
  });

  test("while the connection is idle: it is destroyed at once", async () => {
    const { connection, wire } = open([[ok("one"), { turns: 3 }, { data: planted }], [ok("two")]]);
    expect(await get(connection)).toBe("one");
    await turns(8);
    expect(wire.connections[0]?.closed).toBe(true);
    expect(await get(connection)).toBe("two");
  });

  test("before the first request: it is destroyed too", async () => {
    const { connection, wire } = open([[{ data: planted }], [ok("two")]]);
    await connection.connect();
    await turns(4);
    expect(wire.connections[0]?.closed).toBe(true);
    expect(await get(connection)).toBe("two");
  });

  test("over TLS a second record of the same segment is seen in time", async () => {
    const { connection, wire } = openTLS([
      [{ wait: "\r\n\r\n" }, { poll: [ok("one"), planted] }],
      [ok("two")],
    ]);
    expect(await get(connection)).toBe("one");
    expect(await get(connection)).toBe("two");
    expect(wire.connections).toHaveLength(2);
  });
});

describe("a connection that the server has closed", () => {
  test("while it was idle: the next request dials, and the caller sees nothing of it", async () => {
    const { connection, wire } = open([[ok("one"), { end: true }], [ok("two")]]);
    expect(await get(connection)).toBe("one");
    await turns(4);
    expect(await get(connection)).toBe("two");
    expect(wire.connections).toHaveLength(2);
  });
});

describe("Keep-Alive", () => {
  test("timeout=0 is the end of the connection", async () => {
    const { connection, wire } = open([[ok("one", "Keep-Alive: timeout=0\r\n")], [ok("two")]]);
    expect(await get(connection)).toBe("one");
    expect(await get(connection)).toBe("two");
    expect(wire.connections).toHaveLength(2);
  });

  test("a connection that was idle for as long as the server keeps it is not used again", async () => {
    const kept = "Keep-Alive: timeout=5\r\n";
    const { connection, wire } = open([
      // The server would answer a third time, and does not close: only the field says that it may.
      [ok("one", kept), ok("two", kept), ok("too late"), { turns: 1000 }],
      [ok("three")],
    ]);
    const clock = vi.spyOn(performance, "now");
    clock.mockReturnValue(1000);
    expect(await get(connection)).toBe("one");
    clock.mockReturnValue(4900);
    expect(await get(connection)).toBe("two");
    clock.mockReturnValue(8900);
    expect(await get(connection)).toBe("three");
    clock.mockRestore();
    expect(wire.connections).toHaveLength(2);
    expect(wire.connections[0]?.closed).toBe(true);
  });
});

describe("a request while a body is unread", () => {
  test("is held back until the body has been read, and then sent on the same connection", async () => {
    const { connection, wire, written } = open([...slow, ok("two")]);
    await connection.request("GET", "/1");
    const first = await connection.getResponse();
    await connection.request("GET", "/2");
    expect(await failure(connection.getResponse())).toBeInstanceOf(ResponseNotReady);
    expect(written()).toBe(head("GET /1"));
    expect(await first.text()).toBe(LONG);
    expect(await (await connection.getResponse()).text()).toBe("two");
    expect(written()).toBe(head("GET /1") + head("GET /2"));
    expect(wire.connections).toHaveLength(1);
  });

  test("is held back though the body has arrived: reading it is what counts", async () => {
    const { connection, written } = open([ok("one"), ok("two")]);
    await connection.request("GET", "/1");
    const first = await connection.getResponse();
    await connection.request("POST", "/2", "body");
    await turns(5);
    expect(await failure(connection.getResponse())).toMatchObject({ state: "Request-sent" });
    expect(written()).toBe(head("GET /1"));
    await first.read();
    await turns(5);
    expect(written()).toBe(`${head("GET /1") + head("POST /2", "Content-Length: 4")}body`);
    expect(await (await connection.getResponse()).text()).toBe("two");
  });

  test("is held back while the response is still waited for", async () => {
    const { connection, written } = open([ok("one"), ok("two")]);
    await connection.request("GET", "/1");
    const first = connection.getResponse();
    await connection.request("GET", "/2");
    expect(written()).toBe(head("GET /1"));
    expect(await (await first).text()).toBe("one");
    expect(await (await connection.getResponse()).text()).toBe("two");
  });

  test("has its own copy of the bytes", async () => {
    const { connection, written } = open([...slow, ok("two")]);
    await connection.request("GET", "/1");
    const first = await connection.getResponse();
    const body = bytes("body");
    await connection.request("POST", "/2", body);
    body.fill(0);
    await first.read();
    await (await connection.getResponse()).read();
    expect(written().endsWith("body")).toBe(true);
  });

  test("goes out on a new connection when the response is closed unread", async () => {
    const { connection, wire } = open([[ok(LONG).slice(0, 100)], [ok("two")]]);
    await connection.request("GET", "/1");
    const first = await connection.getResponse();
    await connection.request("GET", "/2");
    await first.close();
    await turns(1);
    expect(await (await connection.getResponse()).text()).toBe("two");
    expect(wire.connections).toHaveLength(2);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("goes out on a new connection when the wire breaks", async () => {
    const { connection, wire } = open([
      [ok(LONG).slice(0, 100), { turns: 5 }, { reset: true }],
      [ok("two")],
    ]);
    await connection.request("GET", "/1");
    const first = await connection.getResponse();
    await connection.request("GET", "/2");
    expect(await failure(first.read())).toMatchObject({ name: "IncompleteRead" });
    expect(await (await connection.getResponse()).text()).toBe("two");
    expect(wire.connections).toHaveLength(2);
  });

  test("goes out at once when the response closes its connection anyway", async () => {
    const closing = `HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n${LONG}`;
    const { connection } = open([
      [{ early: closing.slice(0, 100) }, { turns: 10 }, { data: closing.slice(100) }],
      [ok("two")],
    ]);
    await connection.request("GET", "/1");
    const first = await connection.getResponse();
    expect(await get(connection, "/2")).toBe("two");
    expect(await first.text()).toBe(LONG);
  });

  test.each([
    ["a list", ["a"]],
    ["a Blob", new Blob(["a"])],
  ])("is refused when its body would have to be read: %s", async (_why, body) => {
    const { connection, written } = open([...slow, ok("two")]);
    await connection.request("GET", "/1");
    const first = await connection.getResponse();
    const error = await failure(connection.request("POST", "/2", body));
    expect(error).toBeInstanceOf(CannotSendRequest);
    expect(await failure(connection.getResponse())).toBe(error);
    expect(await first.text()).toBe(LONG);
    expect(await get(connection, "/3")).toBe("two");
    expect(written()).toBe(head("GET /1") + head("GET /3"));
  });

  test("is refused when its body would come by send()", async () => {
    const { connection } = open([...slow]);
    await connection.request("GET", "/1");
    await connection.getResponse();
    connection.putRequest("POST", "/2");
    connection.putHeader("Content-Length", "3");
    expect(await failure(connection.endHeaders())).toBeInstanceOf(CannotSendRequest);
  });

  test("can be aborted while it waits", async () => {
    const { connection, written } = open([...slow, ok("three")]);
    await connection.request("GET", "/1");
    const first = await connection.getResponse();
    const controller = new AbortController();
    await connection.request("GET", "/2", null, {}, { signal: controller.signal });
    controller.abort(new Error("enough"));
    expect(await failure(connection.getResponse())).toBe(controller.signal.reason);
    expect(await first.text()).toBe(LONG);
    expect(await get(connection, "/3")).toBe("three");
    expect(written()).toBe(head("GET /1") + head("GET /3"));
  });
});

describe("a reused connection that turns out to be closed", () => {
  // The server has closed, and the client finds out by the request it has just written.
  const stale = [ok("one"), { wait: "/2 HTTP" }, { end: true }] as const;
  const staleReset = [ok("one"), { wait: "/2 HTTP" }, { reset: true }] as const;

  test.each([
    ["an end", [...stale]],
    ["a reset", [...staleReset]],
  ])("%s: an idempotent request is sent once more on a new one", async (_why, script) => {
    const { connection, wire, packets } = open([script, [ok("two")]]);
    await get(connection, "/1");
    expect(await get(connection, "/2")).toBe("two");
    expect(packets(1)).toEqual([head("GET /2")]);
    expect(wire.connections).toHaveLength(2);
  });

  test.each([
    ["GET", true],
    ["HEAD", true],
    ["OPTIONS", true],
    ["TRACE", true],
    ["PUT", true],
    ["DELETE", true],
    ["QUERY", true],
    ["POST", false],
    ["PATCH", false],
    ["CONNECT", false],
    ["LOCK", false],
    ["put", false],
  ])("%s is sent once more: %s", async (method, isSentAgain) => {
    const { connection, packets } = open([stale, [ok("two")]]);
    await get(connection, "/1");
    await connection.request(method, "/2");
    const answer = connection.getResponse();
    if (isSentAgain) expect((await answer).status).toBe(200);
    else expect(await failure(answer)).toMatchObject({ exchange: { replayable: false } });
    const again = packets(1).map((packet) => packet.slice(0, packet.indexOf(" HTTP")));
    expect(again).toEqual(isSentAgain ? [`${method} /2`] : []);
  });

  test.each([
    ["bytes", "abc", `${head("PUT /2", "Content-Length: 3")}abc`],
    ["a Blob", new Blob(["abc"]), `${head("PUT /2", "Content-Length: 3")}abc`],
    [
      "a list",
      ["a", "bc"],
      `${head("PUT /2", "Transfer-Encoding: chunked")}1\r\na\r\n2\r\nbc\r\n0\r\n\r\n`,
    ],
  ])("a body that can be read again goes again: %s", async (_why, body, wire) => {
    const { connection, packets } = open([
      [ok("one"), { wait: "/2 HTTP" }, { turns: 2 }, { end: true }],
      [ok("two")],
    ]);
    await get(connection, "/1");
    await connection.request("PUT", "/2", body);
    expect(await (await connection.getResponse()).text()).toBe("two");
    expect(packets(1).join("")).toBe(wire);
  });

  test.each([
    ["a POST", "POST", "abc", {}],
    ["a body that can be read once", "PUT", new Set(["abc"]), {}],
    ["a request that the caller calls not idempotent", "GET", null, { idempotent: false }],
  ])("%s is not sent again, and the error says why", async (_why, method, body, options) => {
    const { connection, wire } = open([
      [ok("one"), { wait: "/2 HTTP" }, { turns: 2 }, { end: true }],
      [ok("two")],
    ]);
    await get(connection, "/1");
    await connection.request(method, "/2", body, {}, options);
    const error = await failure(connection.getResponse());
    expect(error).toMatchObject({
      name: "RemoteDisconnected",
      exchange: { phase: "head", reused: true, replayable: false, bytesReceived: 0 },
    });
    expect(wire.connections).toHaveLength(1);
    expect(await get(connection, "/3")).toBe("two");
  });

  test("idempotent: true lets a POST go again", async () => {
    const { connection } = open([
      [ok("one"), { wait: "/2 HTTP" }, { turns: 2 }, { end: true }],
      [ok("two")],
    ]);
    await get(connection, "/1");
    await connection.request("POST", "/2", "abc", {}, { idempotent: true });
    expect(await (await connection.getResponse()).text()).toBe("two");
  });

  test("it is tried once: the second connection is a fresh one", async () => {
    const { connection, wire } = open([
      [...stale],
      [{ wait: "/2 HTTP" }, { end: true }],
      [ok("three")],
    ]);
    await get(connection, "/1");
    await connection.request("GET", "/2");
    expect(await failure(connection.getResponse())).toMatchObject({
      name: "RemoteDisconnected",
      exchange: { reused: false, replayable: true },
    });
    expect(wire.connections).toHaveLength(2);
  });

  test("a byte of an answer ends it", async () => {
    const { connection, wire } = open([
      [ok("one"), { wait: "/2 HTTP" }, { data: "H" }, { end: true }],
      [ok("two")],
    ]);
    await get(connection, "/1");
    await connection.request("GET", "/2");
    expect(await failure(connection.getResponse())).toMatchObject({ name: "BadStatusLine" });
    expect(wire.connections).toHaveLength(1);
  });

  test("a first connection is never tried again", async () => {
    const { connection, wire } = open([[{ wait: "/1 HTTP" }, { end: true }], [ok()]]);
    await connection.request("GET", "/1");
    expect(await failure(connection.getResponse())).toMatchObject({ exchange: { reused: false } });
    expect(wire.connections).toHaveLength(1);
  });

  test("retryStale: false leaves it to the caller", async () => {
    const { connection } = open([[...stale], [ok("two")]], { retryStale: false });
    await get(connection, "/1");
    await connection.request("GET", "/2");
    expect(await failure(connection.getResponse())).toMatchObject({
      name: "RemoteDisconnected",
      exchange: { reused: true, replayable: true },
    });
  });

  test("autoOpen: false, set while the request is under way, is that too: nothing may be dialled", async () => {
    const { connection, wire } = open([[...stale], [ok("two")]]);
    await get(connection, "/1");
    await connection.request("GET", "/2");
    connection.autoOpen = false;
    expect(await failure(connection.getResponse())).toMatchObject({ name: "RemoteDisconnected" });
    expect(wire.connections).toHaveLength(1);
  });
});
