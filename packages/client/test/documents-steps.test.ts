/** A request step by step: putrequest, putheader, endheaders, send, and connect and close around them. */
import { describe, expect, test } from "vitest";
import { connectMemory, latin1 } from "../src/index.ts";
import { HTTPConnection, InvalidRequest, NotConnected } from "../src/python.ts";
import { bytes, failure, head, ok, open } from "./support/wire.ts";

describe("connect", () => {
  test("connects to the server that the constructor named, once", async () => {
    const { conn, wire } = open();
    await conn.connect();
    await conn.connect();
    expect(wire.connections.map(({ target }) => `${target.host} ${target.port}`)).toEqual([
      "www.python.org 80",
    ]);
  });

  test("is done by a request where there is no connection yet", async () => {
    const { conn, wire } = open([ok()]);
    await conn.request("GET", "/");
    expect(wire.connections).toHaveLength(1);
  });
});

describe("close", () => {
  test("closes the connection, may be called again, and the next request connects anew", async () => {
    const { conn, wire } = open([[ok("one")], [ok("two")]]);
    await conn.close();
    await conn.request("GET", "/");
    await (await conn.getresponse()).read();
    await conn.close();
    await conn.close();
    expect(wire.connections[0]?.closed).toBe(true);
    await conn.request("GET", "/");
    expect((await conn.getresponse()).status).toBe(200);
    expect(wire.connections).toHaveLength(2);
  });

  test("gives up a request under way, and the state is Idle", async () => {
    const { conn } = open([[], [ok()]]);
    await conn.request("GET", "/");
    const pending = conn.getresponse();
    await conn.close();
    expect(await failure(pending)).toBeInstanceOf(NotConnected);
    expect(await failure(conn.getresponse())).toMatchObject({ state: "Idle" });
    conn.putrequest("GET", "/");
  });
});

describe("putrequest", () => {
  test("begins with the request line; nothing is sent before endheaders()", async () => {
    const { conn, wire, written } = open([ok()]);
    conn.putrequest("GET", "/index.html");
    expect(wire.connections).toHaveLength(0);
    await conn.endheaders();
    expect(written()).toBe(head("GET /index.html"));
  });

  test.each([
    ["skip_host", { skip_host: true }, "Accept-Encoding: identity\r\n"],
    ["skip_accept_encoding", { skip_accept_encoding: true }, "Host: www.python.org\r\n"],
  ])(
    "%s leaves the automatic header out, so that the caller can send another",
    async (_why, options, line) => {
      const { conn, written } = open();
      conn.putrequest("GET", "/", options);
      conn.putheader("Accept-Encoding-2", "gzip");
      await conn.endheaders();
      expect(written()).toBe(`GET / HTTP/1.1\r\n${line}Accept-Encoding-2: gzip\r\n\r\n`);
    },
  );

  test("names another port than the default in Host, and the default nowhere", async () => {
    for (const [port, host] of [
      [80, "www.python.org"],
      [8080, "www.python.org:8080"],
    ] as const) {
      const connect = connectMemory([]);
      const conn = new HTTPConnection("www.python.org", port, { connect });
      conn.putrequest("GET", "/");
      await conn.endheaders();
      expect(latin1(connect.written)).toContain(`\r\nHost: ${host}\r\n`);
    }
  });

  test("refuses control characters, a blank and nothing as method", () => {
    for (const method of ["GET\r\n", "GE T", "", "GET\0"]) {
      expect(() => open().conn.putrequest(method, "/"), method).toThrow(InvalidRequest);
    }
  });
});

describe("putheader", () => {
  test.each([
    ["the header, a colon, a blank and the argument", ["v"], "X-Header: v"],
    [
      "further arguments as continuation lines, each behind a tab",
      ["a", "b"],
      "X-Header: a\r\n\tb",
    ],
    ["an integer in digits", [42], "X-Header: 42"],
    ["bytes as they are", [bytes("\xff")], "X-Header: \xff"],
    ["ISO-8859-1 for a string", ["\u00e9"], "X-Header: \xe9"],
    ["nothing behind the blank for no argument", [], "X-Header: "],
  ])("sends %s", async (_why, values, line) => {
    const { conn, written } = open();
    conn.putrequest("GET", "/");
    conn.putheader("X-Header", ...values);
    await conn.endheaders();
    expect(written()).toBe(head("GET /", line));
  });

  test.each([
    ["null", null],
    ["a fraction", 1.5],
    ["true, which Python sends as True", true],
    ["a letter beyond ISO-8859-1", "\u20ac"],
    ["a line end, folded or not", "a\r\n b"],
  ])("refuses %s as value", (_why, value) => {
    const { conn } = open();
    conn.putrequest("GET", "/");
    expect(() => conn.putheader("X", value as never)).toThrow(InvalidRequest);
  });
});

describe("endheaders", () => {
  test("sends the blank line, and nothing else without a body", async () => {
    const { conn, written } = open();
    conn.putrequest("POST", "/");
    await conn.endheaders();
    expect(written()).toBe(head("POST /"));
  });

  test("sends message_body in the packet of the headers where it is a string", async () => {
    const { conn, packets } = open();
    conn.putrequest("POST", "/");
    conn.putheader("Content-Length", "4");
    await conn.endheaders("body");
    expect(packets()).toEqual([`${head("POST /", "Content-Length: 4")}body`]);
  });

  test.each([
    ["a buffer is one chunk", bytes("abc"), "3\r\nabc\r\n0\r\n\r\n"],
    ["each item of an iterable is a chunk", ["a", "bc"], "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n"],
    [
      "each read() of a file is a chunk",
      {
        read: (
          (left) => () =>
            left.shift() ?? null
        )(["ab", "c"]),
      },
      "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
    ],
    [
      "an empty item is ignored: it would end the body",
      ["a", "", "b"],
      "1\r\na\r\n1\r\nb\r\n0\r\n\r\n",
    ],
    [
      "a size is in upper case and without zeros in front",
      ["x".repeat(30)],
      `1E\r\n${"x".repeat(30)}\r\n0\r\n\r\n`,
    ],
  ])("with encode_chunked, %s, and the end is signalled", async (_why, body, wire) => {
    const { conn, written } = open();
    conn.putrequest("POST", "/");
    conn.putheader("Transfer-Encoding", "chunked");
    await conn.endheaders(body as never, { encode_chunked: true });
    expect(written()).toBe(head("POST /", "Transfer-Encoding: chunked") + wire);
  });
});

describe("send", () => {
  test("sends data behind endheaders() and before getresponse()", async () => {
    const { conn, written } = open([{ early: "" }, ok("got it")]);
    conn.putrequest("POST", "/");
    conn.putheader("Content-Length", 9);
    await conn.endheaders();
    await conn.send(bytes("one"));
    await conn.send(["two"]);
    const left = ["th", "r"];
    await conn.send({ read: () => left.shift() ?? null });
    expect(written()).toBe(`${head("POST /", "Content-Length: 9")}onetwothr`);
    expect((await conn.getresponse()).status).toBe(200);
  });

  test("refuses a string with TypeError, as Python does", async () => {
    const { conn } = open();
    conn.putrequest("POST", "/");
    conn.putheader("Content-Length", 1);
    await conn.endheaders();
    expect(await failure(conn.send("x"))).toBeInstanceOf(TypeError);
  });

  test("reads a file-like object in blocks of blocksize", async () => {
    const { conn, packets } = open([{ early: "" }, ok()], { blocksize: 8 });
    conn.putrequest("POST", "/");
    conn.putheader("Content-Length", 9);
    await conn.endheaders();
    let at = 0;
    await conn.send({ read: (size: number) => "123456789".slice(at, (at += size)) });
    expect(packets().join("")).toBe(`${head("POST /", "Content-Length: 9")}123456789`);
    expect((await conn.getresponse()).status).toBe(200);
  });

  test("stops at the first empty block of a file that may still grow", async () => {
    const { conn, written } = open([{ early: "" }, ok()]);
    conn.putrequest("POST", "/");
    conn.putheader("Content-Length", 4);
    await conn.endheaders();
    let reads = 0;
    await conn.send({ read: () => (++reads === 1 ? "data" : null) });
    expect(reads).toBe(2);
    expect(written().endsWith("\r\n\r\ndata")).toBe(true);
  });
});

describe("set_debuglevel", () => {
  test("is silent at 0, prints what is sent and received above, and is passed to new responses", async () => {
    const lines: string[] = [];
    const { conn } = open([ok(), ok()], { debugLog: (line) => lines.push(line) });
    await conn.request("GET", "/");
    const quiet = await conn.getresponse();
    expect([quiet.debuglevel, lines]).toEqual([0, []]);
    conn.set_debuglevel(1);
    await conn.request("GET", "/");
    const loud = await conn.getresponse();
    expect(loud.debuglevel).toBe(1);
    expect(lines).toEqual([
      String.raw`send: b'GET / HTTP/1.1\r\nHost: www.python.org\r\nAccept-Encoding: identity\r\n\r\n'`,
      String.raw`reply: 'HTTP/1.1 200 OK\r\n'`,
      "header: Content-Length: 0",
    ]);
  });
});
