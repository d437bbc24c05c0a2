/**
 * What CPython's own suite says about sending, as rules, as far as no other test here says the same; data/cpython.jsonl names the test
 * for each of its methods. The bytes are ours. Where we differ on purpose the title says so and the test shows what happens here.
 */
import { describe, expect, test } from "vitest";
import { connectMemory, latin1 } from "../src/index.ts";
import {
  HTTPConnection,
  HTTPSConnection,
  InvalidRequest,
  InvalidURL,
  RemoteDisconnected,
} from "../src/python.ts";
import { bytes, failure, head, ok, open, openTLS, sent } from "./support/wire.ts";

/** How often a field stands in a head. */
function count(wire: string, name: string): number {
  return wire.toLowerCase().split(`\r\n${name.toLowerCase()}:`).length - 1;
}

describe("automatic headers", () => {
  test.each(["Content-length", "Host", "Accept-encoding"])(
    "%s is sent once, given or not",
    async (name) => {
      const values: Record<string, string> = { "Content-length": "4" };
      for (const headers of [{}, { [name]: values[name] ?? "some.value" }]) {
        expect(count(await sent("POST", "/", "body", headers), name)).toBe(1);
      }
    },
  );

  test.each(["PUT", "POST", "PATCH"])("%s has a length without a body, too", async (method) => {
    for (const [body, length] of [
      [null, 0],
      ["", 0],
      [" ", 1],
    ] as const) {
      expect(await sent(method, "/", body)).toContain(`Content-Length: ${length}\r\n`);
    }
  });

  test.each(["GET", "DELETE", "HEAD", "OPTIONS"])(
    "%s has a length with a body only",
    async (method) => {
      expect(count(await sent(method, "/"), "Content-Length")).toBe(0);
      expect(await sent(method, "/", "")).toContain("Content-Length: 0\r\n");
      expect(await sent(method, "/", " ")).toContain("Content-Length: 1\r\n");
    },
  );

  test.each(["CONNECT", "TRACE"])(
    "%s carries no body: CPython sends one and its length, here it is refused (RFC 9110 §9.3.6, §9.3.8)",
    async (method) => {
      expect(count(await sent(method, "h:1"), "Content-Length")).toBe(0);
      for (const body of ["", " "]) {
        expect(await failure(open().conn.request(method, "h:1", body))).toBeInstanceOf(
          InvalidRequest,
        );
      }
    },
  );
});

describe("putheader", () => {
  test("takes an integer, outer blanks, several values and bytes as they are", async () => {
    const { conn, written } = open();
    conn.putrequest("GET", "/");
    conn.putheader("Content-Length", 42);
    conn.putheader("Foo", " bar ");
    conn.putheader("Bar", "baz", "qux");
    conn.putheader("Authorization", "Bearer mytoken");
    conn.putheader("IterHeader", "IterA", "IterB");
    conn.putheader("LatinHeader", bytes("\xff"));
    conn.putheader("Utf8Header", new TextEncoder().encode("\u0080"));
    conn.putheader("C1-Control", bytes("next\x85line"));
    await conn.endheaders();
    expect(written()).toBe(
      head(
        "GET /",
        "Content-Length: 42",
        "Foo:  bar ",
        "Bar: baz\r\n\tqux",
        "Authorization: Bearer mytoken",
        "IterHeader: IterA\r\n\tIterB",
        "LatinHeader: \xff",
        "Utf8Header: \xc2\x80",
        "C1-Control: next\x85line",
      ),
    );
  });

  test.each([
    ["a fold inside one value", "Embedded-Fold", "is\r\n allowed"],
    ["a fold with a tab inside one value", "Embedded-Fold", "is\r\n\tallowed"],
    ["a name with blanks", "Key Space", "value"],
    ["a name with a blank behind it", "KeySpace ", "value"],
    ["a name with a no-break space", "Nonbreak\u00a0Space", "value"],
  ])("refuses %s, which CPython sends (RFC 9110 §5.1, §5.5)", (_why, name, value) => {
    const { conn } = open();
    conn.putrequest("GET", "/");
    expect(() => conn.putheader(name, value)).toThrow(InvalidRequest);
  });

  test.each([
    ["Invalid\r\nName", "ValidValue"],
    ["Invalid\rName", "ValidValue"],
    ["Invalid\nName", "ValidValue"],
    ["\r\nInvalidName", "ValidValue"],
    ["\rInvalidName", "ValidValue"],
    ["\nInvalidName", "ValidValue"],
    [" InvalidName", "ValidValue"],
    ["\tInvalidName", "ValidValue"],
    ["Invalid:Name", "ValidValue"],
    [":InvalidName", "ValidValue"],
    ["ValidName", "Invalid\r\nValue"],
    ["ValidName", "Invalid\rValue"],
    ["ValidName", "Invalid\nValue"],
    ["ValidName", "InvalidValue\r\n"],
    ["ValidName", "InvalidValue\r"],
    ["ValidName", "InvalidValue\n"],
  ])("refuses %j: %j", (name, value) => {
    const { conn } = open();
    conn.putrequest("GET", "/");
    expect(() => conn.putheader(name, value)).toThrow(InvalidRequest);
  });
});

describe("Host", () => {
  test.each([
    ["[2001::]:81", "[2001::]:81"],
    ["[2001:102A::]", "[2001:102A::]"],
    ["[fe80::%2]", "[fe80::]"],
    ["[fe80::%2]:81", "[fe80::]:81"],
  ])("of %s is %s", async (host, field) => {
    const connect = connectMemory([]);
    const conn = new HTTPConnection(host, null, { connect });
    await conn.request("GET", "/foo");
    expect(latin1(connect.written)).toBe(
      `GET /foo HTTP/1.1\r\nHost: ${field}\r\nAccept-Encoding: identity\r\n\r\n`,
    );
  });
});

describe("the debug output of a head", () => {
  test("that is cut: CPython prints what came, here it is IncompleteRead and nothing is printed", async () => {
    const lines: string[] = [];
    const cut = "HTTP/1.1 200 OK\r\nFirst: val\r\nSecond: val1\r\nSecond: val2\r\n";
    const { conn } = open([cut, { end: true }], { debugLog: (line) => lines.push(line) });
    await conn.request("GET", "/");
    conn.set_debuglevel(1);
    expect(await failure(conn.getresponse())).toMatchObject({ code: "INCOMPLETE_HEAD" });
    expect(lines).toEqual([]);
  });
});

describe("a method name", () => {
  test.each([
    "GET\r",
    "POST\n",
    "PUT\n\r",
    "POST\nValue",
    "POST\nHOST:abc",
    "GET\nrHost:abc\n",
    "POST\rRemainder:\r",
    "GET\rHOST:\n",
    "\nPUT",
  ])("%j is refused", async (method) => {
    expect(await failure(open().conn.request(method, "/"))).toBeInstanceOf(InvalidRequest);
  });
});

describe("a body", () => {
  test("from a generator with a length of the caller's is not chunked", async () => {
    function* body(): Generator<string> {
      yield "one";
      yield "two";
      yield "three";
    }
    expect(await sent("GET", "/foo", body(), { "Content-Length": "11" })).toBe(
      `${head("GET /foo", "Content-Length: 11")}onetwothree`,
    );
  });

  test("from a file is announced block by block: head, eight bytes, one byte", async () => {
    const lines: string[] = [];
    const { conn } = open([], { blocksize: 8, debugLog: (line) => lines.push(line) });
    conn.set_debuglevel(1);
    let at = 0;
    const file = { read: (size: number) => bytes("x".repeat(9)).subarray(at, (at += size)) };
    await conn.request("PUT", "/", file, { "Content-Length": "9" });
    expect(lines.filter((line) => line.startsWith("send: ")).slice(1)).toEqual([
      "send: b'xxxxxxxx'",
      "send: b'x'",
    ]);
  });

  test("that is another object is a TypeError", async () => {
    const { conn } = open();
    expect(await failure(conn.request("POST", "/", conn as never))).toBeInstanceOf(TypeError);
  });

  test("in a tuple of bytes is chunked as a list is", async () => {
    const body = Object.freeze([bytes("foo"), bytes("bar")]);
    expect(await sent("PUT", "/", body)).toBe(
      `${head("PUT /", "Transfer-Encoding: chunked")}3\r\nfoo\r\n3\r\nbar\r\n0\r\n\r\n`,
    );
  });
});

describe("what came back decides about the connection", () => {
  test.each([
    ["HTTP/1.0", "", false],
    ["HTTP/1.0", "Connection: keep-alive\r\n", true],
    ["HTTP/1.0", "Connection: close\r\n", false],
    ["HTTP/1.1", "", true],
    ["HTTP/1.1", "Connection: keep-alive\r\n", true],
    ["HTTP/1.1", "Connection: close\r\n", false],
    ["HTTP/1.0", "Connection: keEp-ALive\r\n", true],
    ["HTTP/1.1", "Connection: cloSe\r\n", false],
  ])("%s with %j: kept is %s", async (version, field, isKept) => {
    const reply = `${version} 200 OK\r\n${field}Content-Length: 0\r\n\r\n`;
    const { conn, wire } = open(isKept ? [[reply, reply]] : [[reply], [reply]]);
    for (let round = 0; round < 2; round++) {
      await conn.request("GET", "/open-connection");
      await (await conn.getresponse()).read();
    }
    expect(wire.connections).toHaveLength(isKept ? 1 : 2);
  });

  test("100 Continue and then nothing is RemoteDisconnected, and the next request reconnects", async () => {
    const { conn, wire } = open([
      [{ early: "HTTP/1.1 100 Continue\r\n\r\n" }, { end: true }],
      [ok()],
    ]);
    await conn.request("GET", "/", "body", { Expect: "100-continue" });
    expect(await failure(conn.getresponse())).toBeInstanceOf(RemoteDisconnected);
    await conn.request("GET", "/reconnect");
    expect((await conn.getresponse()).status).toBe(200);
    expect(wire.connections).toHaveLength(2);
  });
});

describe("host and port over TLS", () => {
  test.each([
    ["[fe80::207:e9ff:fe9b]:8000", "fe80::207:e9ff:fe9b", 8000],
    ["www.python.org:443", "www.python.org", 443],
    ["www.python.org", "www.python.org", 443],
    ["[fe80::207:e9ff:fe9b]", "fe80::207:e9ff:fe9b", 443],
  ])("%s is taken apart", (text, host, port) => {
    const conn = new HTTPSConnection(text);
    expect([conn.host, conn.port]).toEqual([host, port]);
  });

  test.each(["www.python.org:abc", "user:password@www.python.org"])("%s is InvalidURL", (text) => {
    expect(() => new HTTPSConnection(text)).toThrow(InvalidURL);
  });

  test("source address and timeout reach the wire", async () => {
    const { conn, wire } = openTLS([], { source_address: ["127.0.0.2", 4712], timeout: 30 });
    await conn.connect();
    expect(wire.connections[0]?.target).toMatchObject({
      localAddress: "127.0.0.2",
      localPort: 4712,
      timeout: 30_000,
    });
    expect(conn.timeout).toBe(30);
  });
});

describe("a tunnel", () => {
  test("sends its CONNECT in one write, whatever the headers", async () => {
    const { conn, packets } = open(["HTTP/1.1 200 OK\r\n\r\n"]);
    conn.set_tunnel("dest.example", 8888, { "X-A": "1", "X-B": "2" });
    await conn.connect();
    expect(packets()).toEqual([
      "CONNECT dest.example:8888 HTTP/1.1\r\nX-A: 1\r\nX-B: 2\r\nHost: dest.example:8888\r\n\r\n",
    ]);
  });

  test("has the end point in Host for putrequest() as for request()", async () => {
    for (const stepwise of [false, true]) {
      const { conn, packets } = open(["HTTP/1.1 200 OK\r\n\r\n"]);
      conn.set_tunnel("dest.example", 8888);
      if (stepwise) {
        conn.putrequest("PUT", "/");
        await conn.endheaders("");
      } else {
        await conn.request("PUT", "/", "");
      }
      expect(packets()[1]).toContain("\r\nHost: dest.example:8888\r\n");
    }
  });

  test("prints the headers of the proxy's answer", async () => {
    const lines: string[] = [];
    const { conn } = open(["HTTP/1.1 200 OK\r\nX-P: 1\r\n\r\n"], {
      debugLog: (line) => lines.push(line),
    });
    conn.set_debuglevel(1);
    conn.set_tunnel("dest.example");
    await conn.connect();
    expect(lines).toContain("header: X-P: 1\r\n");
  });
});
