/** One exchange after the other: what a kept connection carries, what getResponse() gives, and the options of the parser. */
import { HTTPConnection } from "@httplib/connection";
import { BadStatusLine, IncompleteRead, NotConnected, ResponseNotReady } from "@httplib/errors";
import { HTTPResponse, type HTTPResponseInit } from "@httplib/response";
import { describe, expect, test } from "vitest";
import { bytes, failure, ok, open, type Script, turns } from "./support/open.ts";

describe("a connection that is kept", () => {
  test("carries one exchange after the other", async () => {
    const { connection, wire } = open([ok("one"), ok("two"), ok("three")]);
    for (const expected of ["one", "two", "three"]) {
      await connection.request("GET", "/");
      expect(await (await connection.getResponse()).text()).toBe(expected);
    }
    expect(wire.connections).toHaveLength(1);
  });

  test.each([
    ["HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"],
    ["GET", "HTTP/1.1 204 No Content\r\n\r\n"],
    ["GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"],
    ["GET", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"],
  ])("is free at once behind a response without a body: %s %j", async (method, reply) => {
    const { connection, wire } = open([reply, ok("next")]);
    await connection.request(method, "/");
    const response = await connection.getResponse();
    expect(response.closed).toBe(true);
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("next");
    expect(wire.connections).toHaveLength(1);
  });

  test.each([
    ["Connection: close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"],
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi"],
  ])("is not used again after %s", async (_why, reply) => {
    const { connection, wire } = open([[reply], [ok("next")]]);
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("hi");
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("next");
    expect(wire.connections).toHaveLength(2);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("is not used again when the request said close", async () => {
    const { connection, wire } = open([[ok("hi")], [ok("next")]]);
    await connection.request("GET", "/", null, { Connection: "close" });
    await (await connection.getResponse()).read();
    await connection.request("GET", "/");
    expect(wire.connections).toHaveLength(2);
  });

  test("is destroyed when a response is closed before its end, and the next request dials", async () => {
    const long = "x".repeat(100_000);
    const { connection, wire } = open([[ok(long).slice(0, 1000)], [ok("next")]]);
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    await response.read(10);
    await response.close();
    expect(wire.connections[0]?.closed).toBe(true);
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("next");
  });

  test("gives the response the facts of its exchange", async () => {
    const { connection } = open([ok("hi")], { port: 8080 });
    await connection.request("GET", "/p?q");
    const response = await connection.getResponse();
    expect(response.url).toBe("http://example.com:8080/p?q");
    expect(response.method).toBe("GET");
    await response.read();
    const {
      connect = -1,
      sent = -1,
      firstByte = -1,
      head: headMark = -1,
      end = -1,
    } = response.timings;
    expect([0, connect, sent, firstByte, headMark, end]).toEqual(
      [0, connect, sent, firstByte, headMark, end].toSorted((a, b) => a - b),
    );
    await connection.request("GET", "/");
  });

  test("makes the response by responseClass", async () => {
    class Mine extends HTTPResponse {
      readonly mine: string;
      constructor(init: HTTPResponseInit) {
        super(init);
        this.mine = `${init.method} ${init.url}`;
      }
    }
    const { connection } = open([ok()]);
    connection.responseClass = Mine;
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    expect(response instanceof Mine && response.mine).toBe("GET http://example.com/");
  });

  test("a response class that throws is the caller's error, and the wire is closed", async () => {
    const fault = new Error("mine");
    class Broken extends HTTPResponse {
      constructor(init: HTTPResponseInit) {
        super(init);
        throw fault;
      }
    }
    const { connection, wire } = open([ok()]);
    connection.responseClass = Broken;
    await connection.request("GET", "/");
    expect(await failure(connection.getResponse())).toBe(fault);
    expect(wire.connections[0]?.closed).toBe(true);
  });
});

describe("the options of the parser", () => {
  test("strict: false takes a reply without a status line as an HTTP/0.9 body", async () => {
    const script: Script = [{ wait: "\r\n\r\n" }, { data: "plain text" }, { end: true }];
    const { connection } = open(script, { strict: false });
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    expect([response.version, response.status, await response.text()]).toEqual([
      9,
      200,
      "plain text",
    ]);
    const strict = open(script);
    await strict.connection.request("GET", "/");
    expect(await failure(strict.connection.getResponse())).toBeInstanceOf(BadStatusLine);
  });

  test("a leniency is passed on, and recorded", async () => {
    const { connection } = open(["HTTP/1.1 200 OK\nContent-Length: 2\n\nhi"], {
      lenient: { bareLineFeed: true },
    });
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    expect(await response.text()).toBe("hi");
    expect(response.headers.defects.length).toBeGreaterThan(0);
    expect(response.willClose).toBe(true);
  });

  test("a limit is passed on", async () => {
    const { connection } = open([ok("hi", "A: 1\r\nB: 2\r\n")], { limits: { maxHeaderFields: 2 } });
    await connection.request("GET", "/");
    expect(await failure(connection.getResponse())).toMatchObject({ name: "LimitExceeded" });
  });

  test.each([
    [{ limits: { maxHeadBytes: -1 } }],
    [{ blockSize: 0 }],
    [{ blockSize: 1.5 }],
    [{ expectTimeout: -1 }],
  ])("%j is a RangeError in the constructor", (options) => {
    expect(() => new HTTPConnection("h", null, options)).toThrow(RangeError);
  });
});

describe("getResponse()", () => {
  test("may be called before request() has settled", async () => {
    const { connection } = open([ok("hi")]);
    const request = connection.request("GET", "/");
    const response = await connection.getResponse();
    await request;
    expect(await response.text()).toBe("hi");
  });

  test("reports what ended the exchange before it was called, once, and the state is Idle", async () => {
    const { connection } = open([[{ early: "garbage\r\n" }], [ok("next")]]);
    await connection.request("GET", "/");
    await turns(5);
    const error = await failure(connection.getResponse());
    expect(error).toBeInstanceOf(BadStatusLine);
    expect(await failure(connection.getResponse())).toBeInstanceOf(ResponseNotReady);
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("next");
  });

  test("gives a response whose wire broke by then; reading it tells", async () => {
    const { connection } = open([
      ["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", { reset: true }],
    ]);
    await connection.request("GET", "/");
    await turns(5);
    const response = await connection.getResponse();
    const error = await failure(response.read());
    expect(error).toBeInstanceOf(IncompleteRead);
    expect((error as IncompleteRead).partial).toEqual(bytes("abc"));
    expect(error).toMatchObject({
      expected: 7,
      cause: { code: "ECONNRESET" },
      exchange: { phase: "body", reused: false, bytesReceived: 42 },
    });
  });

  test("of interim responses: each is told, those from before the call too", async () => {
    const { connection, wire } = open([
      { early: "HTTP/1.1 102 Processing\r\nX: 1\r\n\r\n" },
      { turns: 3 },
      { early: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" },
      ok("hi"),
    ]);
    await connection.request("GET", "/");
    await wire.connections[0]?.turn(3);
    const seen: number[] = [];
    const response = await connection.getResponse({
      onInformational: ({ status }) => seen.push(status),
    });
    expect(seen).toEqual([102, 103]);
    expect(response.informational.map(({ status }) => status)).toEqual([102, 103]);
    expect(response.status).toBe(200);
  });

  test("a callback that throws is the caller's error, and the wire is closed", async () => {
    const { connection, wire } = open([{ early: "HTTP/1.1 103 Early Hints\r\n\r\n" }, ok()]);
    const fault = new Error("mine");
    await connection.request("GET", "/");
    const response = connection.getResponse({
      onInformational: () => {
        throw fault;
      },
    });
    expect(await failure(response)).toBe(fault);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("a callback that closes the connection ends the exchange", async () => {
    const { connection } = open([{ early: "HTTP/1.1 103 Early Hints\r\n\r\n" }, ok()]);
    await connection.request("GET", "/");
    const response = connection.getResponse({ onInformational: () => void connection.close() });
    expect(await failure(response)).toBeInstanceOf(NotConnected);
  });
});
