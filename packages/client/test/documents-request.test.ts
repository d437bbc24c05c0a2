/** HTTPConnection.request(): what is sent for which url, body and headers. */
import { mkdtemp, open as openFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { InvalidRequest } from "../src/python.ts";
import { bytes, failure, head, ok, open, sent } from "./support/wire.ts";

const CHUNKED = "Transfer-Encoding: chunked";

/** A file-like object in the documents' sense: read() and nothing else. */
function fileOf(content: string | Uint8Array): { read: (size: number) => string | Uint8Array } {
  let at = 0;
  return { read: (size) => content.slice(at, (at += size)) };
}

describe("request: method and url", () => {
  test("are sent as they are given, with HTTP/1.1 behind them", async () => {
    expect(await sent("GET", "/index.html?a=b")).toBe(head("GET /index.html?a=b"));
  });

  test.each([
    ["OPTIONS of the whole server", "OPTIONS", "*", head("OPTIONS *")],
    [
      "a whole URL to a proxy, whose host it names",
      "GET",
      "http://docs.python.org/3/",
      "GET http://docs.python.org/3/ HTTP/1.1\r\nHost: docs.python.org\r\nAccept-Encoding: identity\r\n\r\n",
    ],
    [
      "CONNECT of an authority",
      "CONNECT",
      "docs.python.org:443",
      "CONNECT docs.python.org:443 HTTP/1.1\r\nHost: docs.python.org:443\r\nAccept-Encoding: identity\r\n\r\n",
    ],
    ["a selector that is no path, as the older documents have it", "GET", "x", head("GET x")],
    ["nothing, which is /", "POST", "", head("POST /", "Content-Length: 0")],
  ])("a url may be %s", async (_why, method, url, expected) => {
    expect(await sent(method, url)).toBe(expected);
  });

  test("a method that nobody has registered is sent as it is given", async () => {
    expect(await sent("MERGE", "/")).toBe(head("MERGE /"));
  });
});

describe("request: body", () => {
  test("is sent behind the head, in the same packet where it is at hand", async () => {
    const { conn, packets } = open([ok()]);
    await conn.request("POST", "/", "spam=1");
    await conn.getresponse();
    expect(packets()).toEqual([`${head("POST /", "Content-Length: 6")}spam=1`]);
  });

  test.each([
    ["ASCII", "body", "body"],
    ["latin-1", "body\u00c1", "body\xc1"],
  ])(
    "a string of %s is encoded as ISO-8859-1, and its length counted in bytes",
    async (_why, body, wire) => {
      expect(await sent("PUT", "/url", body)).toBe(
        head("PUT /url", `Content-Length: ${wire.length}`) + wire,
      );
    },
  );

  test("a string beyond ISO-8859-1 is refused, and the message says what to do", async () => {
    const error = await failure(open().conn.request("PUT", "/", "\u20ac"));
    expect(error).toBeInstanceOf(InvalidRequest);
    expect(error).toMatchObject({ code: "INVALID_BODY" });
    expect(String(error)).toContain("new TextEncoder().encode(text)");
  });

  test.each([
    ["bytes", bytes("body\xc1")],
    ["a view", new DataView(bytes("xbody\xc1").buffer, 1)],
    ["an ArrayBuffer", bytes("body\xc1").buffer],
    ["a Blob, whose size is known", new Blob([bytes("body\xc1")])],
  ])("%s is sent as it is, with its length", async (_why, body) => {
    expect(await sent("PUT", "/", body)).toBe(`${head("PUT /", "Content-Length: 5")}body\xc1`);
  });

  test("an object with read() is a file: blocks of blocksize, one chunk each, no look at its length", async () => {
    const { conn, written } = open([], { blocksize: 8 });
    await conn.request("PUT", "/", fileOf(bytes("123456789")));
    expect(written()).toBe(`${head("PUT /", CHUNKED)}8\r\n12345678\r\n1\r\n9\r\n0\r\n\r\n`);
  });

  test("a file that gives text is encoded as ISO-8859-1", async () => {
    expect(await sent("PUT", "/", fileOf("body\u00c1"))).toBe(
      `${head("PUT /", CHUNKED)}5\r\nbody\xc1\r\n0\r\n\r\n`,
    );
  });

  test("an open file of the system is sent from where it stands, and is left open", async () => {
    const folder = await mkdtemp(join(tmpdir(), "httplib-"));
    await writeFile(join(folder, "f"), "skipped, sent");
    const file = await openFile(join(folder, "f"));
    await file.read(new Uint8Array(9), 0, 9, null);
    expect(await sent("PUT", "/", file)).toBe(`${head("PUT /", CHUNKED)}4\r\nsent\r\n0\r\n\r\n`);
    await file.close();
    await rm(folder, { recursive: true });
  });

  test("a file whose length the caller knows is sent without chunks, as up to 3.5", async () => {
    expect(await sent("PUT", "/", fileOf("body"), { "Content-Length": 4 })).toBe(
      `${head("PUT /", "Content-Length: 4")}body`,
    );
  });

  test.each([
    ["a list", () => ["one", "", "two"]],
    [
      "a generator",
      function* (): Generator<Uint8Array> {
        yield bytes("one");
        yield bytes("");
        yield bytes("two");
      },
    ],
    ["a stream of Node", () => Readable.from([Buffer.from("one"), Buffer.from("two")])],
    ["a web stream", () => new Blob(["one"]).stream(), "3\r\none\r\n0\r\n\r\n"],
  ])(
    "the items of %s are sent until there are no more, each as a chunk, empty ones left out",
    async (_why, make, wire = "3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n") => {
      expect(await sent("PUT", "/", make() as never)).toBe(head("PUT /", CHUNKED) + wire);
    },
  );

  test("what is no body is a TypeError, a mapping too, whose keys CPython would send", async () => {
    for (const body of [5, { a: "b" }, new Map([["a", "b"]])]) {
      expect(await failure(open().conn.request("PUT", "/", body as never))).toBeInstanceOf(
        TypeError,
      );
    }
  });
});

describe("request: the framing that is added", () => {
  test.each(["PUT", "POST", "PATCH"])("%s without a body has length 0", async (method) => {
    expect(await sent(method, "/", null)).toBe(head(`${method} /`, "Content-Length: 0"));
  });

  test.each(["GET", "HEAD", "DELETE", "OPTIONS"])("%s without a body has none", async (method) => {
    expect(await sent(method, "/")).toBe(head(`${method} /`));
  });

  test("an empty string has length 0, whatever the method", async () => {
    expect(await sent("GET", "/", "")).toBe(head("GET /", "Content-Length: 0"));
  });

  test("Content-Length of the caller's: nothing is added and nothing chunked, whatever encode_chunked says", async () => {
    for (const encode_chunked of [false, true]) {
      expect(
        await sent("PUT", "/", ["one", "two"], { "Content-length": 6 }, { encode_chunked }),
      ).toBe(`${head("PUT /", "Content-length: 6")}onetwo`);
    }
  });

  test("Transfer-Encoding of the caller's with encode_chunked false: the coding is the caller's, too", async () => {
    expect(await sent("PUT", "/", "2\r\nhi\r\n0\r\n\r\n", { "Transfer-Encoding": "chunked" })).toBe(
      `${head("PUT /", CHUNKED)}2\r\nhi\r\n0\r\n\r\n`,
    );
  });

  test("Transfer-Encoding of the caller's with encode_chunked true: the body is coded, and no body is an empty one", async () => {
    for (const [body, wire] of [
      ["hi", "2\r\nhi\r\n0\r\n\r\n"],
      [null, "0\r\n\r\n"],
    ] as const) {
      const headers = { "Transfer-Encoding": "chunked" };
      expect(await sent("PUT", "/", body, headers, { encode_chunked: true })).toBe(
        head("PUT /", CHUNKED) + wire,
      );
    }
  });

  test("encode_chunked without Transfer-Encoding changes nothing", async () => {
    expect(await sent("PUT", "/", "hi", {}, { encode_chunked: true })).toBe(
      `${head("PUT /", "Content-Length: 2")}hi`,
    );
  });

  test("a length that is not the body's is an error, unless strictContentLength is false", async () => {
    const headers = { "Content-Length": 42 };
    expect(await failure(open().conn.request("PUT", "/", "body", headers))).toMatchObject({
      code: "BODY_TOO_SHORT",
    });
    const { conn, written } = open([], { strictContentLength: false });
    await conn.request("PUT", "/", "body", headers);
    expect(written()).toBe(`${head("PUT /", "Content-Length: 42")}body`);
  });
});

describe("request: headers", () => {
  test("is a mapping of extra headers, sent in its order behind the automatic ones", async () => {
    expect(await sent("POST", "/", "x", { "X-b": "1", "X-a": 2 })).toBe(
      `${head("POST /", "Content-Length: 1", "X-b: 1", "X-a: 2")}x`,
    );
  });

  test("Host and Accept-Encoding of the caller's stand in for the automatic ones, in any case", async () => {
    expect(await sent("GET", "/", null, { "X-a": "1", HOST: "h", "accept-encoding": "gzip" })).toBe(
      "GET / HTTP/1.1\r\nX-a: 1\r\nHOST: h\r\naccept-encoding: gzip\r\n\r\n",
    );
  });

  test("must be given to a server that is known to do HTTP/1.0: a sized body or a length never is in chunks", async () => {
    for (const body of ["x", bytes("x")]) {
      expect(await sent("POST", "/", body)).not.toContain("chunked");
    }
    expect(await sent("POST", "/", ["x"], { "Content-Length": 1 })).not.toContain("chunked");
  });
});
