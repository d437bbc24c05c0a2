import type { HTTPConnection } from "@httplib/connection";
import { HTTPMessage } from "@httplib/headers";
import { InvalidRequest, InvalidURL } from "@httplib/errors";
import { describe, expect, test } from "vitest";
import { bytes, failure, head, ok, open, openTLS } from "./support/open.ts";

type RequestArguments = Parameters<HTTPConnection["request"]>;

/** What a request puts on the wire. */
async function sent(...call: RequestArguments): Promise<string> {
  const { connection, written } = open([]);
  await connection.request(...call);
  const text = written();
  await connection.close();
  return text;
}

describe("the head of a request", () => {
  test("has Host and Accept-Encoding behind the request line", async () => {
    expect(await sent("GET", "/index.html")).toBe(head("GET /index.html"));
  });

  test("has the automatic fields first, then the caller's in their order and case", async () => {
    expect(await sent("POST", "/", "ab", { "X-B": "1", "x-a": 2, ACCEPT: "*/*" })).toBe(
      `${head("POST /", "Content-Length: 2", "X-B: 1", "x-a: 2", "ACCEPT: */*")}ab`,
    );
  });

  test.each([
    ["host", ["Accept-Encoding: identity", "host: other.example"]],
    ["ACCEPT-ENCODING", ["Host: example.com", "ACCEPT-ENCODING: gzip"]],
  ])("a field %s of the caller's stands in the place of the automatic one", async (name, lines) => {
    const value = name === "host" ? "other.example" : "gzip";
    expect(await sent("GET", "/", null, { [name]: value })).toBe(
      `GET / HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`,
    );
  });

  test("an empty url is /", async () => {
    expect(await sent("GET", "")).toBe(head("GET /"));
  });

  test("any method token is sent as it is", async () => {
    expect(await sent("m-SEARCH", "/")).toBe(head("m-SEARCH /"));
  });

  test("an absolute URL gives Host, without user information", async () => {
    expect(await sent("GET", "http://u:pw@other.example:81/p")).toBe(
      "GET http://u:pw@other.example:81/p HTTP/1.1\r\nHost: other.example:81\r\nAccept-Encoding: identity\r\n\r\n",
    );
  });

  test("a URL object of the host goes in origin-form", async () => {
    expect(await sent("GET", new URL("http://example.com/p?q#f"))).toBe(head("GET /p?q"));
  });

  test.each([
    ["example.com", 8080, "example.com:8080"],
    ["[::1]", 80, "[::1]"],
    ["[fe80::1%eth0]:81", null, "[fe80::1]:81"],
    ["b\u00fccher.example", null, "xn--bcher-kva.example"],
  ])("Host of %s, port %s", async (host, port, field) => {
    const { connection, written } = open([], port === null ? { host } : { host, port });
    await connection.request("GET", "/");
    expect(written()).toContain(`\r\nHost: ${field}\r\n`);
  });

  test("over TLS the port 443 is left out", async () => {
    const { connection, written } = openTLS([]);
    await connection.request("GET", "/");
    expect(written()).toBe(head("GET /"));
  });

  test.each([
    ["a record with a list: repeated fields", { X: ["1", "2"] }, ["X: 1", "X: 2"]],
    [
      "pairs: duplicates and order are kept",
      [
        ["X", "1"],
        ["Y", "2"],
        ["X", "3"],
      ],
      ["X: 1", "Y: 2", "X: 3"],
    ],
    ["a pair with a list: continuation lines", [["X", ["1", "2"]]], ["X: 1\r\n\t2"]],
    ["a Map", new Map([["X", "1"]]), ["X: 1"]],
    ["Fetch headers", new Headers({ X: "1" }), ["x: 1"]],
    ["an HTTPMessage", new HTTPMessage({ X: "1" }), ["X: 1"]],
    [
      "a generator, which can be read once",
      (function* () {
        yield ["Host", "h"] as const;
      })(),
      null,
    ],
    ["bytes as value", { X: bytes("\xc3\x80") }, ["X: \xc3\x80"]],
  ] as const)("headers as %s", async (_why, headers, lines) => {
    expect(await sent("GET", "/", null, headers as never)).toBe(
      lines === null
        ? "GET / HTTP/1.1\r\nAccept-Encoding: identity\r\nHost: h\r\n\r\n"
        : head("GET /", ...lines),
    );
  });

  test("a polluted prototype adds nothing", async () => {
    // For the length of one request every object has a field that nobody gave it.
    // oxlint-disable-next-line no-extend-native
    Object.defineProperty(Object.prototype, "polluted", {
      value: "x",
      enumerable: true,
      configurable: true,
      writable: true,
    });
    try {
      expect(await sent("GET", "/", null, { X: "1" })).toBe(head("GET /", "X: 1"));
    } finally {
      Reflect.deleteProperty(Object.prototype, "polluted");
    }
  });
});

describe("what cannot be sent", () => {
  test.each([
    ["an empty method", ["", "/"], InvalidRequest],
    ["CR LF in the method", ["GET / HTTP/1.1\r\nX: y\r\n\r\nGET", "/"], InvalidRequest],
    ["a method that is no text", [5 as never, "/"], InvalidRequest],
    ["a blank in the target", ["GET", "/a b"], InvalidURL],
    ["a letter beyond ASCII in the target", ["GET", "/caf\u00e9"], InvalidURL],
    ["undefined as target", ["GET", undefined as never], InvalidURL],
    ["CR LF in a value", ["GET", "/", null, { X: "a\r\nY: b" }], InvalidRequest],
    ["CR LF in Host", ["GET", "/", null, { Host: "a\r\nY: b" }], InvalidRequest],
    ["null as value", ["GET", "/", null, { X: null as never }], InvalidRequest],
    ["undefined as value", ["GET", "/", null, { X: undefined as never }], InvalidRequest],
    ["a text as headers", ["GET", "/", null, "X: 1"], InvalidRequest],
    [
      "two lengths",
      [
        "POST",
        "/",
        "body",
        [
          ["Content-Length", 4],
          ["content-length", 4],
        ],
      ],
      InvalidRequest,
    ],
    [
      "a length beside Transfer-Encoding",
      ["POST", "/", "body", { "Content-Length": 4, "Transfer-Encoding": "chunked" }],
      InvalidRequest,
    ],
    ["a length that is too short", ["PUT", "/", "body", { "Content-Length": 3 }], InvalidRequest],
    ["a length that is too long", ["PUT", "/", "body", { "Content-Length": 5 }], InvalidRequest],
    [
      "a length for a Blob that differs",
      ["PUT", "/", new Blob(["body"]), { "Content-Length": 5 }],
      InvalidRequest,
    ],
    ["a length and no body", ["POST", "/", null, { "Content-Length": 5 }], InvalidRequest],
    [
      "a coding that does not end with chunked",
      ["POST", "/", "x", { "Transfer-Encoding": "gzip" }],
      InvalidRequest,
    ],
    ["a body on TRACE", ["TRACE", "/", "x"], InvalidRequest],
    ["an empty body on CONNECT", ["CONNECT", "h:1", ""], InvalidRequest],
    ["a string above U+00FF", ["PUT", "/", "\u2603"], InvalidRequest],
    [
      "a trailer that frames",
      ["PUT", "/", "x", {}, { trailers: { "Content-Length": "1" } }],
      InvalidRequest,
    ],
    [
      "trailers under a length",
      ["PUT", "/", "x", { "Content-Length": 1 }, { trailers: { X: "1" } }],
      InvalidRequest,
    ],
    [
      "trailers under codings of the caller's",
      ["PUT", "/", "x", { "Transfer-Encoding": "chunked" }, { trailers: () => ({ X: "1" }) }],
      InvalidRequest,
    ],
    ["a number as body", ["PUT", "/", 5 as never], TypeError],
  ] as const)("%s is refused before anything is dialled", async (_why, call, type) => {
    const { connection, wire } = open([]);
    const request = connection.request(...(call as unknown as RequestArguments));
    const error = await failure(request);
    expect(error).toBeInstanceOf(type);
    expect(wire.connections).toHaveLength(0);
    // The same error once more, for whoever waits for the response only; then the state is what counts.
    expect(await failure(connection.getResponse())).toBe(error);
    expect(await failure(connection.getResponse())).toMatchObject({
      code: "RESPONSE_NOT_READY",
      state: "Idle",
    });
    await connection.request("GET", "/");
    expect(wire.connections).toHaveLength(1);
  });
});

describe("the framing of a body", () => {
  test.each(["PUT", "POST", "PATCH", "patch"])(
    "%s without a body says length 0",
    async (method) => {
      expect(await sent(method, "/", null)).toBe(head(`${method} /`, "Content-Length: 0"));
    },
  );

  test.each(["GET", "HEAD", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])(
    "%s without a body says nothing",
    async (method) => {
      expect(await sent(method, "/")).toBe(head(`${method} /`));
    },
  );

  test("CONNECT without a body says nothing, and Host is its target", async () => {
    expect(await sent("CONNECT", "dest.example:443")).toBe(
      "CONNECT dest.example:443 HTTP/1.1\r\nHost: dest.example:443\r\nAccept-Encoding: identity\r\n\r\n",
    );
  });

  test.each([
    ["a string", "caf\u00e9", "Content-Length: 4", "caf\u00e9"],
    ["an empty string", "", "Content-Length: 0", ""],
    ["bytes", bytes("\xc1"), "Content-Length: 1", "\xc1"],
    ["wide elements", new Uint16Array(bytes("abcd").buffer), "Content-Length: 4", "abcd"],
    ["a Blob", new Blob(["hello"]), "Content-Length: 5", "hello"],
    [
      "URLSearchParams, with no Content-Type added",
      new URLSearchParams({ a: "b c" }),
      "Content-Length: 5",
      "a=b+c",
    ],
    [
      "a list",
      ["foo", "", "bar"],
      "Transfer-Encoding: chunked",
      "3\r\nfoo\r\n3\r\nbar\r\n0\r\n\r\n",
    ],
    ["an empty list", [], "Transfer-Encoding: chunked", "0\r\n\r\n"],
    [
      "thirty bytes in one chunk",
      ["x".repeat(30)],
      "Transfer-Encoding: chunked",
      `1E\r\n${"x".repeat(30)}\r\n0\r\n\r\n`,
    ],
  ])("%s, for any method", async (_why, body, field, wire) => {
    for (const method of ["GET", "PUT"]) {
      expect(await sent(method, "/", body)).toBe(head(`${method} /`, field) + wire);
    }
  });

  test("a length of the caller's wins over chunks", async () => {
    expect(
      await sent("PUT", "/", ["one", "two"], { "Content-Length": 6 }, { encodeChunked: true }),
    ).toBe(`${head("PUT /", "Content-Length: 6")}onetwo`);
  });

  test("chunks that the caller has coded pass as they are", async () => {
    const coded = "5\r\nhello\r\n0\r\n\r\n";
    for (const body of [coded, [coded]]) {
      expect(await sent("POST", "/", body, { "Transfer-Encoding": "chunked" })).toBe(
        head("POST /", "Transfer-Encoding: chunked") + coded,
      );
    }
  });

  test.each([
    ["a string", ""],
    ["bytes", new Uint8Array(0)],
  ])(
    "chunks that the caller has not coded are missed before anything is dialled: %s",
    async (_why, body) => {
      const { connection, wire } = open([ok()]);
      const error = await failure(
        connection.request("POST", "/", body, { "Transfer-Encoding": "chunked" }),
      );
      expect(error).toMatchObject({ code: "BODY_TOO_SHORT" });
      expect(wire.connections).toHaveLength(0);
    },
  );

  test("chunks that an iterable does not give are missed at its end, and the connection is finished", async () => {
    const { connection, wire } = open([ok()]);
    const error = await failure(
      connection.request("POST", "/", [], { "Transfer-Encoding": "chunked" }),
    );
    expect(error).toMatchObject({ code: "BODY_TOO_SHORT" });
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("without a body they may come by send()", async () => {
    const { connection, written } = open([ok()]);
    await connection.request("POST", "/", null, { "Transfer-Encoding": "chunked" });
    await connection.send(bytes("2\r\nhi\r\n"));
    await connection.send(bytes("0\r\n\r\n"));
    expect((await connection.getResponse()).status).toBe(200);
    expect(written()).toBe(`${head("POST /", "Transfer-Encoding: chunked")}2\r\nhi\r\n0\r\n\r\n`);
  });

  test("without a body and without send() they are missed at getResponse(): the server would wait for ever", async () => {
    const { connection, wire } = open([ok()]);
    await connection.request("POST", "/", null, { "Transfer-Encoding": "chunked" });
    expect(await failure(connection.getResponse())).toMatchObject({ code: "BODY_TOO_SHORT" });
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test.each([
    ["a list", ["he", "llo"], "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"],
    ["a string, as one chunk", "hello", "5\r\nhello\r\n0\r\n\r\n"],
    ["nothing, as an empty body", null, "0\r\n\r\n"],
  ])("encodeChunked makes chunks under the caller's codings: %s", async (_why, body, wire) => {
    const headers = { "Transfer-Encoding": "gzip, chunked" };
    expect(await sent("POST", "/", body, headers, { encodeChunked: true })).toBe(
      head("POST /", "Transfer-Encoding: gzip, chunked") + wire,
    );
  });

  test("encodeChunked without Transfer-Encoding means nothing for a string", async () => {
    expect(await sent("POST", "/", "hello", {}, { encodeChunked: true })).toBe(
      `${head("POST /", "Content-Length: 5")}hello`,
    );
  });

  test("a body longer than its declared length is stopped, and nothing of the surplus is sent", async () => {
    const { connection, written, wire } = open([]);
    const error = await failure(
      connection.request("PUT", "/", ["one", "two"], { "Content-Length": 4 }),
    );
    expect(error).toMatchObject({ code: "BODY_TOO_LONG", exchange: { phase: "send" } });
    expect(written()).toBe(`${head("PUT /", "Content-Length: 4")}one`);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("a body shorter than its declared length is an error at its end", async () => {
    const { connection, wire } = open([]);
    const error = await failure(connection.request("PUT", "/", ["one"], { "Content-Length": 4 }));
    expect(error).toMatchObject({ code: "BODY_TOO_SHORT" });
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("strictContentLength: false sends what the caller declares", async () => {
    const { connection, written } = open([], { strictContentLength: false });
    await connection.request("PUT", "/", "body", { "Content-Length": 42 });
    expect(written()).toBe(`${head("PUT /", "Content-Length: 42")}body`);
  });
});

describe("writes", () => {
  test("head and small body go in one packet", async () => {
    const { connection, packets } = open([]);
    await connection.request("POST", "/", "abc");
    await connection.close();
    expect(packets()).toEqual([`${head("POST /", "Content-Length: 3")}abc`]);
  });

  test("what a source gives in the same turn shares the packet of the head", async () => {
    const { connection, packets } = open([]);
    await connection.request(
      "POST",
      "/",
      (async function* () {
        yield "a";
        yield "b";
      })(),
    );
    expect(packets()).toEqual([
      `${head("POST /", "Transfer-Encoding: chunked")}1\r\na\r\n1\r\nb\r\n0\r\n\r\n`,
    ]);
  });

  test("the head never waits for the first piece", async () => {
    const { connection, written } = open([{ early: ok() }]);
    const body = (async function* (): AsyncGenerator<string> {
      await new Promise<never>(() => {});
      yield "never";
    })();
    const request = connection.request("POST", "/", body);
    // The server answers a head that has no body yet.
    const response = await connection.getResponse();
    await request;
    expect(response.status).toBe(200);
    expect(written()).toBe(head("POST /", "Transfer-Encoding: chunked"));
  });

  test("a file-like body is sent block by block, one chunk each", async () => {
    const { connection, written } = open([], { blockSize: 4 });
    let at = 0;
    await connection.request("POST", "/", {
      read: (size: number) => "abcdefg".slice(at, (at += size)),
    });
    expect(written()).toBe(
      `${head("POST /", "Transfer-Encoding: chunked")}4\r\nabcd\r\n3\r\nefg\r\n0\r\n\r\n`,
    );
  });

  test("a large body arrives whole", async () => {
    const text = "0123456789".repeat(100_000);
    expect(await sent("PUT", "/", text)).toBe(head("PUT /", "Content-Length: 1000000") + text);
    const coded = await sent(
      "PUT",
      "/",
      text,
      { "Transfer-Encoding": "chunked" },
      { encodeChunked: true },
    );
    expect(coded).toBe(
      `${head("PUT /", "Transfer-Encoding: chunked")}F4240\r\n${text}\r\n0\r\n\r\n`,
    );
  });
});

describe("room", () => {
  test("request() resolves when the transport has room again", async () => {
    const { connection, wire } = open([]);
    await connection.connect();
    const peer = wire.connections[0] ?? expect.fail("no wire");
    peer.full = true;
    let isDone = false;
    const request = connection.request("POST", "/", "abc").then(() => (isDone = true));
    for (let i = 0; i < 5; i++) await peer.turn();
    expect(isDone).toBe(false);
    peer.full = false;
    await request;
    expect(isDone).toBe(true);
  });

  test("a source is not asked while there is no room", async () => {
    const { connection, wire } = open([]);
    await connection.connect();
    const peer = wire.connections[0] ?? expect.fail("no wire");
    let asked = 0;
    const body = function* (): Generator<string> {
      for (; asked < 3; asked++) yield "x";
    };
    peer.full = true;
    const request = connection.request("POST", "/", body());
    await peer.until(() => peer.written.length > 0);
    await peer.turn(3);
    expect(asked).toBe(0);
    peer.full = false;
    await request;
    expect(asked).toBe(3);
  });
});
