import { HTTPConnection } from "@httplib/connection";
import {
  CannotSendHeader,
  CannotSendRequest,
  ImproperConnectionState,
  InvalidRequest,
  InvalidURL,
  NotConnected,
  ResponseNotReady,
} from "@httplib/errors";
import { connectMemory } from "@httplib/transport";
import { latin1 } from "@httplib/bytes";
import { describe, expect, test } from "vitest";
import { bytes, failure, head, ok, open, turns } from "./support/open.ts";

describe("a request step by step", () => {
  test("is written by endHeaders() and not before", async () => {
    const { connection, wire, written } = open([ok("hi")]);
    connection.putRequest("GET", "/");
    connection.putHeader("X-A", "1");
    expect(wire.connections).toHaveLength(0);
    await connection.endHeaders();
    expect(written()).toBe(head("GET /", "X-A: 1"));
    const response = await connection.getResponse();
    expect(await response.text()).toBe("hi");
  });

  test.each([
    [{ skipHost: true }, "Accept-Encoding: identity\r\n"],
    [{ skipAcceptEncoding: true }, "Host: example.com\r\n"],
    [{ skipHost: true, skipAcceptEncoding: true }, ""],
  ])("%j leaves the automatic field out", async (options, fields) => {
    const { connection, written } = open([]);
    connection.putRequest("GET", "/", options);
    await connection.endHeaders();
    expect(written()).toBe(`GET / HTTP/1.1\r\n${fields}\r\n`);
  });

  test.each([
    ["one value", ["v"], "X: v"],
    ["several values: continuation lines", ["a", "b", "c"], "X: a\r\n\tb\r\n\tc"],
    ["no value", [], "X: "],
    ["a number", [42], "X: 42"],
    ["bytes", [bytes("\xff")], "X: \xff"],
    ["outer blanks, which are kept", [" v "], "X:  v "],
  ])("putHeader with %s", async (_why, values, line) => {
    const { connection, written } = open([]);
    connection.putRequest("GET", "/");
    connection.putHeader("X", ...values);
    await connection.endHeaders();
    expect(written()).toBe(head("GET /", line));
  });

  test.each([
    ["a second Host", "GET", [], "Host", "h"],
    ["a second length", "PUT", [["Content-Length", "1"]], "content-length", "1"],
    ["a length beside codings", "PUT", [["Transfer-Encoding", "chunked"]], "Content-Length", "1"],
    ["codings beside a length", "PUT", [["Content-Length", "1"]], "Transfer-Encoding", "chunked"],
    [
      "a second list of codings",
      "PUT",
      [["Transfer-Encoding", "chunked"]],
      "Transfer-Encoding",
      "chunked",
    ],
    ["a length on CONNECT", "CONNECT", [], "Content-Length", "0"],
    ["codings on TRACE", "TRACE", [], "Transfer-Encoding", "chunked"],
    ["a name with a blank", "GET", [], "X ", "1"],
    ["CR LF in a value", "GET", [], "X", "a\r\nY: b"],
  ] as const)(
    "putHeader refuses %s at the call, and the request can go on",
    async (_why, method, before, name, value) => {
      const { connection, written } = open([]);
      connection.putRequest(method, "/");
      for (const [field, text] of before) connection.putHeader(field, text);
      expect(() => connection.putHeader(name, value)).toThrow(InvalidRequest);
      connection.putHeader("Y", "ok");
      await connection.endHeaders();
      const lines = before.map((field) => field.join(": "));
      expect(written()).toBe(head(`${method} /`, ...lines, "Y: ok"));
    },
  );

  test.each([
    ["a string", "abc", {}, "Content-Length: 3", "abc"],
    ["a list", ["a", "", "bc"], {}, "Transfer-Encoding: chunked", "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"],
    [
      "trailers",
      "abc",
      { trailers: { X: "1" } },
      "Transfer-Encoding: chunked\r\nTrailer: X",
      "3\r\nabc\r\n0\r\nX: 1\r\n\r\n",
    ],
  ])(
    "endHeaders with %s declares the framing behind the caller's fields",
    async (_why, body, options, line, wire) => {
      const { connection, written } = open([]);
      connection.putRequest("POST", "/");
      connection.putHeader("X-A", "1");
      await connection.endHeaders(body, options);
      expect(written()).toBe(head("POST /", "X-A: 1", line) + wire);
    },
  );

  test("endHeaders makes chunks under the caller's codings when it is told to", async () => {
    const { connection, written } = open([]);
    connection.putRequest("POST", "/");
    connection.putHeader("Transfer-Encoding", "chunked");
    await connection.endHeaders(["a", "bc"], { encodeChunked: true });
    expect(written()).toBe(
      `${head("POST /", "Transfer-Encoding: chunked")}1\r\na\r\n2\r\nbc\r\n0\r\n\r\n`,
    );
  });
});

describe("calls in the wrong order", () => {
  test("putHeader, endHeaders, send and getResponse need their state", async () => {
    const { connection } = open([]);
    expect(() => connection.putHeader("X", "1")).toThrow(CannotSendHeader);
    expect(await failure(connection.endHeaders())).toBeInstanceOf(CannotSendHeader);
    expect(await failure(connection.send(bytes("x")))).toBeInstanceOf(ImproperConnectionState);
    expect(await failure(connection.getResponse())).toMatchObject({ state: "Idle" });
    connection.putRequest("GET", "/");
    expect(() => connection.putRequest("GET", "/")).toThrow(CannotSendRequest);
    expect(await failure(connection.request("GET", "/"))).toMatchObject({
      state: "Request-started",
    });
    expect(await failure(connection.getResponse())).toMatchObject({ state: "Request-started" });
    expect(await failure(connection.send(bytes("x")))).toBeInstanceOf(ImproperConnectionState);
    await connection.endHeaders();
    expect(() => connection.putHeader("X", "1")).toThrow(CannotSendHeader);
    expect(() => connection.putRequest("GET", "/")).toThrow(CannotSendRequest);
    expect(await failure(connection.endHeaders())).toBeInstanceOf(CannotSendHeader);
  });

  test("a refused call leaves the request under way alone", async () => {
    const { connection } = open([ok("hi")]);
    await connection.request("GET", "/");
    expect(await failure(connection.request("GET", "/"))).toMatchObject({ state: "Request-sent" });
    expect(await (await connection.getResponse()).text()).toBe("hi");
  });

  test("the response is asked for once", async () => {
    const { connection } = open([ok("hi")]);
    const request = connection.request("GET", "/");
    const first = connection.getResponse();
    expect(await failure(connection.getResponse())).toBeInstanceOf(ResponseNotReady);
    await request;
    expect((await first).status).toBe(200);
  });

  test("a body that endHeaders() refuses ends the request", async () => {
    const { connection } = open([]);
    connection.putRequest("POST", "/");
    const error = await failure(connection.endHeaders(5 as never));
    expect(error).toBeInstanceOf(TypeError);
    expect(await failure(connection.getResponse())).toBe(error);
    connection.putRequest("GET", "/");
  });
});

describe("send()", () => {
  async function begun(field: string, value: string): ReturnType<typeof promised> {
    return promised(field, value);
  }
  async function promised(field: string, value: string) {
    const opened = open([{ early: "" }, ok("got it")]);
    opened.connection.putRequest("POST", "/");
    opened.connection.putHeader(field, value);
    await opened.connection.endHeaders();
    return opened;
  }

  test("sends what was declared, in parts and in their order", async () => {
    const { connection, written } = await begun("Content-Length", "6");
    await Promise.all([
      connection.send(bytes("ab")),
      connection.send(
        (async function* () {
          yield "c";
          yield "d";
        })(),
      ),
      connection.send({
        read: (
          (left) => () =>
            left.shift() ?? null
        )(["ef"]),
      }),
    ]);
    expect(written()).toBe(`${head("POST /", "Content-Length: 6")}abcdef`);
    const response = await connection.getResponse();
    expect(await response.text()).toBe("got it");
    expect(response.willClose).toBe(false);
  });

  test("may be called before endHeaders() has settled", async () => {
    const { connection, written } = open([ok()]);
    connection.putRequest("POST", "/");
    connection.putHeader("Content-Length", "2");
    void connection.endHeaders();
    void connection.send(bytes("ab"));
    const response = await connection.getResponse();
    expect(response.status).toBe(200);
    expect(written()).toBe(`${head("POST /", "Content-Length: 2")}ab`);
  });

  test("leaves the chunk coding to the caller", async () => {
    const { connection, written } = await begun("Transfer-Encoding", "chunked");
    await connection.send(bytes("2\r\nab\r\n"));
    await connection.send(bytes("0\r\n\r\n"));
    const response = await connection.getResponse();
    expect(response.status).toBe(200);
    expect(written()).toBe(`${head("POST /", "Transfer-Encoding: chunked")}2\r\nab\r\n0\r\n\r\n`);
  });

  test("refuses a string, as documented, and the request goes on", async () => {
    const { connection } = await begun("Content-Length", "1");
    expect(await failure(connection.send("x"))).toBeInstanceOf(TypeError);
    await connection.send(bytes("x"));
    expect((await connection.getResponse()).status).toBe(200);
  });

  test("refuses bytes that nobody declared", async () => {
    const { connection, written } = open([]);
    connection.putRequest("POST", "/");
    await connection.endHeaders();
    const error = await failure(connection.send(bytes("GET /x HTTP/1.1\r\n\r\n")));
    expect(error).toBeInstanceOf(ImproperConnectionState);
    expect(written()).toBe(head("POST /"));
  });

  test("refuses more than was declared, and the connection is finished", async () => {
    const { connection, written, wire } = await begun("Content-Length", "2");
    await connection.send(bytes("ab"));
    const error = await failure(connection.send(bytes("c")));
    expect(error).toMatchObject({ code: "BODY_TOO_LONG" });
    expect(written()).toBe(`${head("POST /", "Content-Length: 2")}ab`);
    expect(await failure(connection.getResponse())).toBe(error);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("less than was declared is an error at getResponse(), and the connection is finished", async () => {
    const { connection, wire } = await begun("Content-Length", "2");
    await connection.send(bytes("a"));
    expect(await failure(connection.getResponse())).toMatchObject({ code: "BODY_TOO_SHORT" });
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("a response that comes when all was sent lets the connection be used again", async () => {
    const { connection, wire } = await begun("Content-Length", "2");
    await connection.send(bytes("ab"));
    await wire.connections[0]?.turn(5);
    expect(await (await connection.getResponse()).text()).toBe("got it");
    await connection.request("GET", "/");
    expect(wire.connections).toHaveLength(1);
  });

  test("after an early response it sends nothing and does not complain", async () => {
    const { connection, written, wire } = open([{ early: ok("no") }]);
    connection.putRequest("POST", "/");
    connection.putHeader("Content-Length", "4");
    await connection.endHeaders();
    await connection.send(bytes("ab"));
    await wire.connections[0]?.turn(3);
    await connection.send(bytes("cd"));
    const response = await connection.getResponse();
    expect(await response.text()).toBe("no");
    expect(written().endsWith("cd")).toBe(false);
    await connection.close();
  });
});

describe("send() on a wire that breaks", () => {
  test("is no fault of the caller's: the response that is there counts", async () => {
    const { connection } = open([
      { wait: "\r\n\r\n" },
      { failWrites: true },
      { turns: 6 },
      { data: ok("no thanks") },
    ]);
    connection.putRequest("POST", "/");
    connection.putHeader("Content-Length", 4);
    await connection.endHeaders();
    await turns(3);
    await connection.send(bytes("ab"));
    await turns(2);
    await connection.send(bytes("cd"));
    expect(await (await connection.getResponse()).text()).toBe("no thanks");
  });
});

describe("autoOpen", () => {
  test("false: a request without a connection is NotConnected", async () => {
    const { connection, wire } = open([ok()]);
    connection.autoOpen = false;
    const error = await failure(connection.request("GET", "/"));
    expect(error).toBeInstanceOf(NotConnected);
    expect(await failure(connection.getResponse())).toBe(error);
    expect(wire.connections).toHaveLength(0);
    await connection.connect();
    await connection.request("GET", "/");
    expect((await connection.getResponse()).status).toBe(200);
  });

  test("false: what was closed is not opened again", async () => {
    const { connection } = open([[ok(), { end: true }]]);
    await connection.connect();
    connection.autoOpen = false;
    await connection.request("GET", "/");
    await (await connection.getResponse()).read();
    await turns(5);
    expect(await failure(connection.request("GET", "/"))).toBeInstanceOf(NotConnected);
  });
});

describe("the hooks", () => {
  test("validatePath can let a target through", async () => {
    class Unsafe extends HTTPConnection {
      protected override validatePath(): void {}
    }
    const connect = connectMemory([]);
    const connection = new Unsafe("example.com", null, { connect });
    connection.putRequest("GET", "/\0");
    connection.putHeader("X", "1");
    await connection.endHeaders();
    expect(latin1(connect.written)).toBe(head("GET /\0", "X: 1"));
    // What it lets through must be ASCII still, and the method a token.
    expect(
      await failure(connection.close().then(() => connection.request("GET", "/\u2603"))),
    ).toBeInstanceOf(InvalidURL);
    expect(await failure(connection.request("G T", "/"))).toBeInstanceOf(InvalidRequest);
  });

  test("validateHost can let a host through", async () => {
    class Unsafe extends HTTPConnection {
      protected override validateHost(): void {}
    }
    const connect = connectMemory([]);
    const connection = new Unsafe("example.com\r\n", null, { connect });
    connection.putRequest("GET", "/", { skipHost: true });
    await connection.endHeaders();
    expect(latin1(connect.written)).toBe("GET / HTTP/1.1\r\nAccept-Encoding: identity\r\n\r\n");
  });

  test("encodeRequest can encode the request line", async () => {
    class UTF8 extends HTTPConnection {
      protected override validatePath(): void {}
      protected override encodeRequest(line: string): Uint8Array {
        return new TextEncoder().encode(line);
      }
    }
    const connect = connectMemory([]);
    const connection = new UTF8("example.com", null, { connect });
    await connection.request("GET", "/\u2603");
    expect(latin1(connect.written)).toBe(head("GET /\xe2\x98\x83"));
  });

  test("a hook that calls its parent keeps the rule", async () => {
    const seen: string[] = [];
    class Watching extends HTTPConnection {
      protected override validatePath(target: string): void {
        seen.push(target);
        super.validatePath(target);
      }
    }
    const connection = new Watching("example.com", null, { connect: connectMemory([]) });
    expect(() => connection.putRequest("GET", "/a b")).toThrow(InvalidURL);
    expect(seen).toEqual(["/a b"]);
  });
});
