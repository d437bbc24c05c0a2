import { HTTPConnection } from "@httplib/connection";
import {
  BadStatusLine,
  type HTTPException,
  IncompleteRead,
  NotConnected,
  ProtocolError,
  RemoteDisconnected,
  ResponseNotReady,
} from "@httplib/errors";
import { HTTPResponse, type HTTPResponseInit } from "@httplib/response";
import { describe, expect, test } from "vitest";
import { bytes, failure, head, ok, open, type Script, turns } from "./support/open.ts";

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

describe("a wire that ends", () => {
  test.each([
    [
      "an end before any byte",
      [{ early: "" }, { wait: "\r\n\r\n" }, { end: true }],
      RemoteDisconnected,
      "REMOTE_DISCONNECTED",
    ],
    [
      "a reset before any byte",
      [{ wait: "\r\n\r\n" }, { reset: true }],
      RemoteDisconnected,
      "REMOTE_DISCONNECTED",
    ],
    [
      "a close before any byte",
      [{ wait: "\r\n\r\n" }, { close: true }],
      RemoteDisconnected,
      "REMOTE_DISCONNECTED",
    ],
    [
      "an end behind interim heads only",
      [{ early: "HTTP/1.1 100 Continue\r\n\r\n" }, { end: true }],
      RemoteDisconnected,
      "REMOTE_DISCONNECTED",
    ],
    [
      "an end inside the status line",
      [{ early: "HTTP/1.1 20" }, { end: true }],
      BadStatusLine,
      "STATUS_LINE_CUT",
    ],
    [
      "a reset inside the status line",
      [{ early: "HTTP/1.1 20" }, { reset: true }],
      BadStatusLine,
      "STATUS_LINE_CUT",
    ],
    [
      "an end inside the fields",
      [{ early: "HTTP/1.1 200 OK\r\nA: b" }, { end: true }],
      IncompleteRead,
      "INCOMPLETE_HEAD",
    ],
    [
      "a reset inside the fields",
      [{ early: "HTTP/1.1 200 OK\r\nA: b" }, { reset: true }],
      IncompleteRead,
      "INCOMPLETE_HEAD",
    ],
  ] as const)("%s rejects getResponse() and not request()", async (why, script, type, code) => {
    const { connection, wire } = open([[...script], [ok("next")]]);
    await connection.request("GET", "/");
    const error = await failure(connection.getResponse());
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ code, exchange: { phase: "head", reused: false } });
    expect((error as HTTPException).cause).toEqual(
      why.startsWith("a reset") ? expect.objectContaining({ code: "ECONNRESET" }) : undefined,
    );
    // Ready to reconnect, as documented.
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("next");
    expect(wire.connections).toHaveLength(2);
  });

  test.each([
    ["an end", { end: true }],
    ["a reset", { reset: true }],
  ] as const)("%s inside a body is IncompleteRead with what came", async (_why, step) => {
    const { connection } = open(["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", step]);
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    const error = await failure(response.read());
    expect(error).toMatchObject({
      name: "IncompleteRead",
      expected: 7,
      exchange: { phase: "body" },
    });
    expect((error as IncompleteRead).partial).toEqual(bytes("abc"));
  });

  test("bytes that break the protocol in a body are that error, and the wire is closed", async () => {
    const { connection, wire } = open([
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n",
    ]);
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    const error = await failure(response.read());
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ code: "CHUNK_DATA_END", exchange: { phase: "body" } });
    expect((error as ProtocolError).partial).toEqual(bytes("abc"));
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("an end is the end of a body that has no other", async () => {
    const { connection } = open(["HTTP/1.1 200 OK\r\n\r\nabc", { end: true }]);
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("abc");
  });

  test("a reset is not", async () => {
    const { connection } = open(["HTTP/1.1 200 OK\r\n\r\nabc", { reset: true }]);
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    expect(await failure(response.read())).toBeInstanceOf(IncompleteRead);
  });

  test("an error of dialling passes through untouched, from both promises", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const { connection } = open([[{ refuse: refused }], [ok()]]);
    const request = connection.request("GET", "/");
    const response = connection.getResponse();
    expect(await failure(request)).toBe(refused);
    expect(await failure(response)).toBe(refused);
    expect(await failure(connection.getResponse())).toBeInstanceOf(ResponseNotReady);
    await connection.request("GET", "/");
    expect((await connection.getResponse()).status).toBe(200);
  });

  test("a Connect that throws is an error of dialling", async () => {
    const fault = new Error("mine");
    const connection = new HTTPConnection("h", null, {
      connect: () => {
        throw fault;
      },
    });
    expect(await failure(connection.request("GET", "/"))).toBe(fault);
    expect(await failure(connection.connect())).toBe(fault);
  });
});

describe("uploads", () => {
  const upload = async function* (state: {
    stopped: boolean;
    asked: number;
  }): AsyncGenerator<Uint8Array> {
    try {
      for (; state.asked < 1000; state.asked++) {
        yield bytes("x".repeat(100));
        await turns(1);
      }
    } finally {
      state.stopped = true;
    }
  };

  test("an early final response is delivered, sending stops, the connection is not used again", async () => {
    const { connection, wire, written } = open([
      [{ wait: 500 }, { data: "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig" }],
      [ok("next")],
    ]);
    const state = { stopped: false, asked: 0 };
    const request = connection.request("POST", "/", upload(state));
    const response = await connection.getResponse();
    await request;
    expect(response.status).toBe(413);
    expect(await response.text()).toBe("big");
    await turns(3);
    expect(state.stopped).toBe(true);
    expect(state.asked).toBeLessThan(1000);
    expect(written().endsWith("0\r\n\r\n")).toBe(false);
    expect(wire.connections[0]?.closed).toBe(true);
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("next");
    expect(wire.connections).toHaveLength(2);
  });

  test("a write that fails stops sending, and the response that is there is delivered", async () => {
    const { connection } = open([
      { wait: 500 },
      { failWrites: true },
      { turns: 3 },
      { data: "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig" },
    ]);
    const state = { stopped: false, asked: 0 };
    await connection.request("POST", "/", upload(state));
    const response = await connection.getResponse();
    expect(await response.text()).toBe("big");
    expect(state.stopped).toBe(true);
  });

  test("a write that fails with no response behind it rejects getResponse() only", async () => {
    const { connection } = open([
      { wait: 500 },
      { failWrites: true },
      { turns: 3 },
      { close: true },
    ]);
    const state = { stopped: false, asked: 0 };
    await connection.request("POST", "/", upload(state));
    expect(await failure(connection.getResponse())).toMatchObject({
      name: "RemoteDisconnected",
      cause: { code: "EPIPE" },
    });
    expect(state.stopped).toBe(true);
  });

  test("a source that throws rejects both promises with its error, and no last chunk is sent", async () => {
    const { connection, wire, written } = open([]);
    const fault = new Error("the source broke");
    const request = connection.request(
      "POST",
      "/",
      (async function* () {
        yield "a";
        throw fault;
      })(),
    );
    const response = connection.getResponse();
    expect(await failure(request)).toBe(fault);
    expect(await failure(response)).toBe(fault);
    expect(written()).toBe(`${head("POST /", "Transfer-Encoding: chunked")}1\r\na\r\n`);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("full duplex: the response streams while the body is not there yet", async () => {
    const { connection } = open([{ early: "HTTP/1.1 103 Early Hints\r\n\r\n" }, ok("late")]);
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const request = connection.request(
      "POST",
      "/",
      (async function* () {
        yield "a";
        await gate;
        yield "b";
      })(),
    );
    const response = connection.getResponse({ onInformational: () => release() });
    await request;
    expect(await (await response).text()).toBe("late");
  });
});

describe("trailers", () => {
  test("go behind the body, which is chunked, and are announced", async () => {
    const { connection, written } = open([]);
    await connection.request("PUT", "/", "abc", {}, { trailers: { "X-Sum": "1", "X-Size": 3 } });
    expect(written()).toBe(
      `${head("PUT /", "Transfer-Encoding: chunked", "Trailer: X-Sum, X-Size")}3\r\nabc\r\n0\r\nX-Sum: 1\r\nX-Size: 3\r\n\r\n`,
    );
  });

  test("may be computed when the body has been sent", async () => {
    const { connection, written } = open([]);
    let size = 0;
    const body = (async function* () {
      for (const piece of ["ab", "cde"]) {
        size += piece.length;
        yield piece;
      }
    })();
    await connection.request(
      "PUT",
      "/",
      body,
      { Trailer: "X-Size" },
      { trailers: async () => ({ "X-Size": size }) },
    );
    expect(written()).toBe(
      `${head("PUT /", "Transfer-Encoding: chunked", "Trailer: X-Size")}2\r\nab\r\n3\r\ncde\r\n0\r\nX-Size: 5\r\n\r\n`,
    );
  });

  test("computed ones that are forbidden end the request", async () => {
    const { connection, wire } = open([]);
    const request = connection.request(
      "PUT",
      "/",
      "x",
      {},
      { trailers: () => ({ "Content-Length": "1" }) },
    );
    expect(await failure(request)).toMatchObject({ code: "FORBIDDEN_TRAILER" });
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("of a request without a body make an empty chunked one", async () => {
    const { connection, written } = open([]);
    await connection.request("POST", "/", null, {}, { trailers: { X: "1" } });
    expect(written()).toBe(
      `${head("POST /", "Transfer-Encoding: chunked", "Trailer: X")}0\r\nX: 1\r\n\r\n`,
    );
  });
});

describe("Expect: 100-continue", () => {
  const expectation = { Expect: "100-Continue" };

  test("the body waits for 100", async () => {
    const { connection, packets } = open(
      [{ early: "HTTP/1.1 100 Continue\r\n\r\n" }, ok("got it")],
      { expectTimeout: 60_000 },
    );
    const request = connection.request("PUT", "/", "abc", expectation);
    const response = await connection.getResponse();
    await request;
    expect(await response.text()).toBe("got it");
    expect(response.informational.map(({ status }) => status)).toEqual([100]);
    expect(packets()).toEqual([head("PUT /", "Content-Length: 3", "Expect: 100-Continue"), "abc"]);
  });

  test("a final response means that it is never sent", async () => {
    const { connection, written, wire } = open(
      [{ early: "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno" }],
      { expectTimeout: 60_000 },
    );
    const request = connection.request("PUT", "/", "abc", expectation);
    const response = await connection.getResponse();
    await request;
    expect(await response.text()).toBe("no");
    expect(written()).toBe(head("PUT /", "Content-Length: 3", "Expect: 100-Continue"));
    await turns(2);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("another interim response does not let it go", async () => {
    const { connection, packets } = open(
      [
        { early: "HTTP/1.1 102 Processing\r\n\r\n" },
        { turns: 3 },
        { data: "HTTP/1.1 100 Continue\r\n\r\n" },
        ok(),
      ],
      { expectTimeout: 60_000 },
    );
    void connection.request("PUT", "/", "abc", expectation);
    const seen: string[] = [];
    await connection.getResponse({
      onInformational: ({ status }) => seen.push(`${status} ${packets().length}`),
    });
    expect(seen).toEqual(["102 1", "100 1"]);
  });

  test.each([0, 5])("a server that is silent gets it after %d ms", async (expectTimeout) => {
    const { connection, written } = open([ok("got it")], { expectTimeout });
    await connection.request("PUT", "/", ["abc"], expectation);
    expect(written().endsWith("\r\n\r\n3\r\nabc\r\n0\r\n\r\n")).toBe(true);
    expect(await (await connection.getResponse()).text()).toBe("got it");
  });

  test.each([null, ""])("a request without a body to send waits for nothing: %j", async (body) => {
    const { connection, wire } = open([ok("hi"), ok("next")], { expectTimeout: 60_000 });
    await connection.request("GET", "/", body, expectation);
    expect(await (await connection.getResponse()).text()).toBe("hi");
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("next");
    expect(wire.connections).toHaveLength(1);
  });

  test("a body that comes by send() waits too", async () => {
    const { connection, packets } = open(
      [{ early: "HTTP/1.1 100 Continue\r\n\r\n" }, ok("got it")],
      { expectTimeout: 60_000 },
    );
    connection.putRequest("PUT", "/");
    connection.putHeader("Content-Length", 3);
    connection.putHeader("Expect", "100-continue");
    await connection.endHeaders();
    expect(packets()).toHaveLength(1);
    await connection.send(bytes("abc"));
    expect(packets()).toHaveLength(2);
    const response = await connection.getResponse();
    expect(response.informational).toHaveLength(1);
    expect(await response.text()).toBe("got it");
  });
});
