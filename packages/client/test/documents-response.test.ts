/** HTTPResponse: what it tells of the head, and every reader operation of `io.BufferedIOBase`, in the documents' spelling. */
import { once } from "node:events";
import { fstatSync } from "node:fs";
import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import {
  HTTPConnection,
  HTTPMessage,
  HTTPResponse,
  IncompleteRead,
  NotConnected,
} from "../src/python.ts";
import { latin1 } from "../src/index.ts";
import { answered, bytes, chunks, failure, ok, open, openTLS } from "./support/wire.ts";

const LINES = "one\ntwo\n\nthree";
const BODIES = [
  ["of known length", (body: string) => ok(body)],
  ["in chunks", (body: string) => chunks(...(body.match(/[^]{1,3}/g) ?? []))],
  ["up to the close", (body: string) => `HTTP/1.1 200 OK\r\n\r\n${body}`],
] as const;

describe("HTTPResponse", () => {
  test("wraps the response: headers and body, iterable, at the end of a block closed", async () => {
    const response = await answered(ok(LINES, "X: 1"));
    const lines: string[] = [];
    {
      await using inside = response;
      for await (const line of inside) lines.push(latin1(line));
    }
    expect(lines).toEqual(["one\n", "two\n", "\n", "three"]);
    expect(response.closed).toBe(true);
    expect(await response.read()).toHaveLength(0);
  });

  test("is iterated by lines over the borders of chunks", async () => {
    const lines: string[] = [];
    for await (const line of await answered(chunks("on", "e\nt", "wo"))) lines.push(latin1(line));
    expect(lines).toEqual(["one\n", "two"]);
  });
});

describe("version, status, reason", () => {
  test.each([
    ["HTTP/1.1 200 OK", 11, 200, "OK"],
    ["HTTP/1.0 404 Not Found", 10, 404, "Not Found"],
    ["HTTP/1.1 200", 11, 200, ""],
    ["HTTP/1.1 599 Odd", 11, 599, "Odd"],
  ])("of %s", async (line, version, status, reason) => {
    const response = await answered(`${line}\r\nContent-Length: 0\r\n\r\n`);
    expect([response.version, response.status, response.reason]).toEqual([version, status, reason]);
    expect(response.code).toBe(status);
  });
});

describe("msg and headers", () => {
  test("are one HTTPMessage with the headers of the response", async () => {
    const response = await answered(ok("", "Content-Type: text/HTML; charset=UTF-8"));
    expect(response.msg).toBeInstanceOf(HTTPMessage);
    expect(response.headers).toBe(response.msg);
    expect(response.msg.get_content_type()).toBe("text/html");
    expect(response.msg.get_content_charset()).toBe("utf-8");
  });

  test("tell what a lenient parser let through", async () => {
    const { conn } = open([ok("", "no colon", "X: 1")], { lenient: { skipInvalidFields: true } });
    await conn.request("GET", "/");
    const response = await conn.getresponse();
    expect(response.msg.defects).toMatchObject([{ code: "INVALID_FIELD_NAME" }]);
    expect(response.getheader("x")).toBe("1");
  });
});

describe("url", () => {
  test("is that of the resource, where CPython has none", async () => {
    const { conn } = openTLS([ok()]);
    await conn.request("GET", "/3/?a");
    expect((await conn.getresponse()).url).toBe("https://www.python.org/3/?a");
  });
});

describe("geturl, info, getcode", () => {
  test("are older names of url, headers and status", async () => {
    const response = await answered(ok());
    // oxlint-disable-next-line no-deprecated -- the documents' older names are there as long as they are in the documents
    expect(response.info()).toBe(response.headers);
    expect([response.geturl(), response.getcode()]).toEqual([response.url, response.status]);
  });
});

describe("debuglevel", () => {
  test("is the connection's when the response was made", async () => {
    const { conn } = open([ok()], { debugLog: () => {} });
    conn.debuglevel = 2;
    await conn.request("GET", "/");
    expect((await conn.getresponse()).debuglevel).toBe(2);
  });
});

describe("closed", () => {
  test("turns true with the last byte, so that the loop of the 3.5 document ends", async () => {
    for (const [, wireOf] of BODIES) {
      const response = await answered(wireOf(LINES));
      let all = "";
      for (let round = 0; !response.closed && round < 20; round++)
        all += latin1(await response.read(5));
      expect(all).toBe(LINES);
      expect(response.closed).toBe(true);
      expect(response.isclosed()).toBe(true);
    }
  });

  test("is true after close(), which may be called again", async () => {
    const response = await answered(ok("hi"));
    await response.close();
    await response.close();
    expect(response.closed).toBe(true);
  });
});

describe("fileno", () => {
  test("is that of the socket, and an error once the body is over", async () => {
    const server = createServer((_request, answer) => void answer.end("hi"));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    const conn = new HTTPConnection("127.0.0.1", port, { timeout: 10 });
    await conn.request("GET", "/");
    const response = await conn.getresponse();
    expect(fstatSync(response.fileno()).isSocket()).toBe(true);
    await response.read();
    expect(() => response.fileno()).toThrow(NotConnected);
    await conn.close();
    server.close();
  });
});

describe("getheader", () => {
  const named = () => answered(ok("", "A: 1", "a: 2", "B: x"));

  test("gives the value, several values joined by a comma and a blank", async () => {
    const response = await named();
    expect([response.getheader("b"), response.getheader("A")]).toEqual(["x", "1, 2"]);
  });

  test("gives null, or the default; an iterable default that is no string is joined as well", async () => {
    const response = await named();
    expect(response.getheader("none")).toBeNull();
    expect(response.getheader("none", "some")).toBe("some");
    expect(response.getheader("none", ["default", "values"])).toBe("default, values");
    expect(response.getheader("none", new Set([4, 2]))).toBe("4, 2");
    expect(response.getheader("none", 42)).toBe(42);
  });
});

describe("getheaders", () => {
  test("gives a list of name and value, repeated ones each, in their case", async () => {
    expect((await answered(ok("", "Set-Cookie: a", "set-cookie: b"))).getheaders()).toEqual([
      ["Content-Length", "0"],
      ["Set-Cookie", "a"],
      ["set-cookie", "b"],
    ]);
  });
});

describe.each(BODIES)("reading a body %s", (_framing, wireOf) => {
  const lines = () => answered(wireOf(LINES));

  test("read() gives all of it, then nothing, and never an error at the end", async () => {
    const response = await lines();
    expect(latin1(await response.read())).toBe(LINES);
    expect(await response.read()).toHaveLength(0);
    expect(await response.read(5)).toHaveLength(0);
  });

  test("read(amt) gives up to amt bytes, over the borders of chunks", async () => {
    const response = await lines();
    const parts = [await response.read(5), await response.read(5), await response.read(50)];
    expect(parts.map((part) => latin1(part))).toEqual(["one\nt", "wo\n\nt", "hree"]);
  });

  test("read(0) takes nothing, read(-1) everything", async () => {
    const response = await lines();
    expect(await response.read(0)).toHaveLength(0);
    expect(latin1(await response.read(-1))).toBe(LINES);
  });

  test("readinto(b) fills b and gives the count, 0 at the end", async () => {
    const response = await lines();
    const b = new Uint8Array(10);
    expect(await response.readinto(b)).toBe(10);
    expect(latin1(b)).toBe(LINES.slice(0, 10));
    expect(await response.readinto(b)).toBe(4);
    expect(latin1(b.subarray(0, 4))).toBe("hree");
    expect(await response.readinto(b)).toBe(0);
  });

  test("readinto1(b) and read1(n) give what one look brings, at least a byte before the end", async () => {
    const response = await lines();
    const b = new Uint8Array(4);
    let all = latin1(b.subarray(0, await response.readinto1(b)));
    expect(all.length).toBeGreaterThan(0);
    for (let round = 0; round < 20; round++) all += latin1(await response.read1(4));
    expect(all).toBe(LINES);
    expect(await response.read1()).toHaveLength(0);
  });

  test("readline(limit) ends behind the line feed, or at the limit", async () => {
    const response = await lines();
    const found = [
      await response.readline(),
      await response.readline(2),
      await response.readline(-1),
    ];
    expect(found.map((line) => latin1(line))).toEqual(["one\n", "tw", "o\n"]);
  });

  test("readlines(hint) gives lines until they have hint bytes", async () => {
    const response = await lines();
    const first = await response.readlines(5);
    expect(first.map((line) => latin1(line))).toEqual(["one\n", "two\n"]);
    expect((await response.readlines()).map((line) => latin1(line))).toEqual(["\n", "three"]);
  });

  test("peek(n) shows bytes without taking them", async () => {
    const response = await lines();
    const shown = latin1(await response.peek(3));
    expect(shown.length).toBeGreaterThan(0);
    expect(LINES.startsWith(shown)).toBe(true);
    expect(latin1(await response.read())).toBe(LINES);
  });

  test("a text layer may be put on top of it", async () => {
    const response = await lines();
    let text = "";
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) text += piece;
    expect(text).toBe(LINES);
  });
});

describe("the other operations of io.BufferedIOBase", () => {
  test("a response is readable, and nothing else", async () => {
    const response = await answered(ok("hi"));
    expect([
      response.readable(),
      response.writable(),
      response.seekable(),
      response.isatty(),
    ]).toEqual([true, false, false, false]);
    response.flush();
    expect(latin1(await response.read())).toBe("hi");
  });

  test("what a response cannot do is not there: write, seek, tell, truncate, detach", () => {
    for (const name of ["write", "seek", "tell", "truncate", "detach", "writelines"]) {
      expect(name in HTTPResponse.prototype, name).toBe(false);
    }
  });
});

describe("a body that ends short", () => {
  test("read() raises IncompleteRead and closes; read(amt) gives what came, and the next call raises it", async () => {
    const short = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello";
    const whole = await answered(short);
    expect(await failure(whole.read())).toBeInstanceOf(IncompleteRead);
    expect(whole.closed).toBe(true);
    const parts = await answered(short);
    expect(await parts.read(7)).toEqual(bytes("hello"));
    expect(await failure(parts.read(7))).toMatchObject({ expected: 4 });
  });
});

describe("the answer to HEAD", () => {
  test("has no data for any of the readers, and its length in the headers", async () => {
    const response = await answered("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "HEAD");
    expect(response.getheader("content-length")).toBe("5");
    expect(await response.read()).toHaveLength(0);
    expect(await response.read1()).toHaveLength(0);
    expect(await response.readline()).toHaveLength(0);
    expect(await response.peek()).toHaveLength(0);
    expect(await response.readinto(new Uint8Array(3))).toBe(0);
  });
});
