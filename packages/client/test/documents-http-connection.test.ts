/** class HTTPConnection: what its constructor takes in each document, and what it does with it. */
import { describe, expect, test } from "vitest";
import { connectMemory, InvalidURL } from "../src/index.ts";
import {
  BadStatusLine,
  HTTPConnection,
  type HTTPConnectionOptions,
  HTTPResponse,
  LimitExceeded,
} from "../src/python.ts";
import { failure, head, ok, open } from "./support/wire.ts";

describe("HTTPConnection(host, port, …)", () => {
  const connect = connectMemory([]);
  test.each<readonly [document: string, options: HTTPConnectionOptions]>([
    ["2.6.4", { strict: true, timeout: 10 }],
    ["3.1", { strict: true, timeout: 10 }],
    ["3.5-dev", { timeout: 10, source_address: ["127.0.0.1", 0] }],
    ["3.9", { timeout: 10, source_address: ["127.0.0.1", 0], blocksize: 8192 }],
    ["3.13.3", { timeout: 10, source_address: ["127.0.0.1", 0], blocksize: 8192 }],
    ["3.15", { blocksize: 8192, max_response_headers: 100 }],
  ])("takes the arguments of %s, those behind the port by name", (_document, options) => {
    const conn = new HTTPConnection("www.python.org", 8080, { connect, ...options });
    expect([conn.host, conn.port, conn.blocksize]).toEqual(["www.python.org", 8080, 8192]);
  });

  test("connects to nobody before it is asked to", () => {
    const { wire } = open();
    expect(wire.connections).toHaveLength(0);
  });

  test.each([
    ["the form host:port", "www.python.org:81", null, 81],
    ["a port by itself", "www.python.org", 82, 82],
    ["no port at all", "www.python.org", null, 80],
    ["no port behind an address in brackets", "[::1]", null, 80],
    ["a port behind an address in brackets", "[::1]:83", null, 83],
  ])("finds the port in %s", async (_why, host, port, expected) => {
    const wire = connectMemory([]);
    const conn = new HTTPConnection(host, port, { connect: wire });
    await conn.connect();
    expect(wire.connections[0]?.target).toMatchObject({ host: conn.host, port: expected });
    await conn.close();
  });

  test.each([
    ["is not numeric", "www.python.org:abc"],
    ["is empty, where CPython takes the default port", "www.python.org:"],
  ])("a port that %s is InvalidURL", (_why, host) => {
    expect(() => new HTTPConnection(host)).toThrow(InvalidURL);
  });

  test("a host with control characters or a blank is InvalidURL", () => {
    for (const host of ["www.python.org\r\nX: y", "www python.org", "www.python.org\u007f"]) {
      expect(() => new HTTPConnection(host), host).toThrow(InvalidURL);
    }
  });
});

describe("strict", () => {
  const simple = ["<html>hello", { end: true }] as const;

  test("true raises BadStatusLine for what has no status line, and that is the default since 3.4", async () => {
    for (const options of [{ strict: true }, {}]) {
      const { conn } = open([...simple], options);
      await conn.request("GET", "/");
      expect(await failure(conn.getresponse())).toBeInstanceOf(BadStatusLine);
    }
  });

  test("false, the default of 2.6.4 and 3.1, takes it as a simple response of HTTP/0.9", async () => {
    const { conn } = open([...simple], { strict: false });
    await conn.request("GET", "/");
    const response = await conn.getresponse();
    expect([response.version, response.status, response.reason]).toEqual([9, 200, ""]);
    expect(new TextDecoder().decode(await response.read())).toBe("<html>hello");
  });
});

describe("timeout", () => {
  test("is in seconds and bounds connection attempts too", async () => {
    const { conn, wire } = open([], { timeout: 2.5 });
    await conn.connect();
    expect(wire.connections[0]?.target.timeout).toBe(2500);
  });

  test("null is no limit", async () => {
    const { conn, wire } = open([], { timeout: null });
    await conn.connect();
    expect(wire.connections[0]?.target.timeout).toBeUndefined();
  });

  test("a read that waits longer is a TimeoutError", async () => {
    const { conn } = open(["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhel", { wait: "never" }], {
      timeout: 0.02,
    });
    await conn.request("GET", "/");
    const response = await conn.getresponse();
    expect(await failure(response.read())).toMatchObject({ name: "TimeoutError", phase: "body" });
    await conn.close();
  });
});

describe("source_address", () => {
  test("is where the connection is made from; port 0 leaves the port to the system", async () => {
    const { conn, wire } = open([[], []], { source_address: ["127.0.0.2", 4711] });
    await conn.connect();
    expect(wire.connections[0]?.target).toMatchObject({
      localAddress: "127.0.0.2",
      localPort: 4711,
    });
    expect(conn.source_address).toEqual(["127.0.0.2", 4711]);
    expect(open().conn.source_address).toBeNull();
  });
});

describe("blocksize", () => {
  test("is 8192 unless it is given, and what a file-like body is asked for", async () => {
    for (const [options, expected] of [
      [{}, 8192],
      [{ blocksize: 3 }, 3],
    ] as const) {
      const { conn } = open([], options);
      expect(conn.blocksize).toBe(expected);
      const asked: number[] = [];
      const read = (size: number): null => {
        asked.push(size);
        return null;
      };
      await conn.request("POST", "/", { read });
      expect(asked).toEqual([expected]);
    }
  });

  test("may be changed between requests", async () => {
    const { conn, written } = open([ok()]);
    const file = (text: string) => ({
      read: (size: number) => {
        const block = text.slice(0, size);
        text = text.slice(size);
        return block;
      },
    });
    conn.blocksize = 2;
    await conn.request("POST", "/", file("abc"));
    await (await conn.getresponse()).read();
    conn.blocksize = 3;
    await conn.request("POST", "/", file("abc"));
    const first = "2\r\nab\r\n1\r\nc\r\n0\r\n\r\n";
    const chunked = head("POST /", "Transfer-Encoding: chunked");
    expect(written()).toBe(`${chunked}${first}${chunked}3\r\nabc\r\n0\r\n\r\n`);
  });
});

describe("max_response_headers", () => {
  test("bounds the field lines of a response (3.15), and null leaves the default", async () => {
    const two = ok("", "A: 1");
    for (const [most, isFine] of [
      [2, true],
      [1, false],
      [null, true],
    ] as const) {
      const { conn } = open([two], { max_response_headers: most });
      await conn.request("GET", "/");
      const outcome = await conn.getresponse().catch((error: unknown) => error);
      expect(outcome, String(most)).toBeInstanceOf(isFine ? HTTPResponse : LimitExceeded);
    }
  });
});

describe("the attributes that Python's class has beside its arguments", () => {
  test("auto_open, debuglevel, default_port and response_class have their values", () => {
    const { conn } = open();
    expect(conn.auto_open).toBe(true);
    expect(conn.debuglevel).toBe(0);
    expect(conn.default_port).toBe(80);
    expect(conn.response_class).toBe(HTTPResponse);
  });

  test("response_class decides what getresponse() gives", async () => {
    class Mine extends HTTPResponse {}
    const { conn } = open([ok()]);
    conn.response_class = Mine;
    await conn.request("GET", "/");
    expect(await conn.getresponse()).toBeInstanceOf(Mine);
  });

  test("auto_open set to false makes a request without a connection NotConnected", async () => {
    const { conn } = open();
    conn.auto_open = false;
    expect(await failure(conn.request("GET", "/"))).toMatchObject({ name: "NotConnected" });
  });
});
