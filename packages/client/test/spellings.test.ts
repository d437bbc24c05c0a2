import { connectMemory, latin1 } from "../src/index.ts";
import { describe, expect, test } from "vitest";
import * as python from "../src/python.ts";

const reply = (body: string, ...fields: string[]): string =>
  ["HTTP/1.1 200 OK", `Content-Length: ${body.length}`, ...fields, "", body].join("\r\n");

describe("HTTPConnection in the documents' spelling", () => {
  test("the four equal forms of the constructor reach the same host and port", () => {
    const forms = [
      new python.HTTPConnection("www.python.org"),
      new python.HTTPConnection("www.python.org:80"),
      new python.HTTPConnection("www.python.org", 80),
      new python.HTTPConnection("www.python.org", 80, { timeout: 10 }),
    ];
    for (const form of forms) expect([form.host, form.port]).toEqual(["www.python.org", 80]);
    expect(new python.HTTPSConnection("www.python.org").port).toBe(python.HTTPS_PORT);
    expect(new python.HTTPSConnection("www.python.org").default_port).toBe(443);
  });

  test("timeout is in seconds, both ways, and so is the default", () => {
    const connection = new python.HTTPConnection("a", 80, { timeout: 1.5 });
    expect(connection.timeout).toBe(1.5);
    connection.timeout = null;
    expect(connection.timeout).toBeNull();
    expect(() => new python.HTTPConnection("a", 80, { timeout: 0 })).toThrow(RangeError);
    expect(python.getdefaulttimeout()).toBeNull();
    python.setdefaulttimeout(3);
    expect(python.getdefaulttimeout()).toBe(3);
    python.setdefaulttimeout(null);
  });

  test("attributes have their names and defaults, and can be set", () => {
    const connection = new python.HTTPConnection("a", null, {
      blocksize: 9,
      source_address: ["127.0.0.1", 0],
    });
    expect(connection.blocksize).toBe(9);
    connection.blocksize = 10;
    expect(connection.blockSize).toBe(10);
    expect(connection.source_address).toEqual(["127.0.0.1", 0]);
    expect(connection.auto_open).toBe(true);
    connection.auto_open = false;
    expect(connection.autoOpen).toBe(false);
    connection.set_debuglevel(1);
    expect(connection.debuglevel).toBe(1);
    connection.debuglevel = 0;
    expect(connection.debugLevel).toBe(0);
    expect(connection.response_class).toBe(python.HTTPResponse);
  });

  test("step by step, with arguments by place or by name", async () => {
    // The documents say "non-False values".
    const given = { skip_host: 1 as never, skip_accept_encoding: "yes" as never };
    for (const skip of [[true, true], [1 as never, 1 as never], [given]] as const) {
      const connect = connectMemory([reply("ok")]);
      const connection = new python.HTTPConnection("a", null, { connect });
      connection.putrequest("POST", "/x", ...skip);
      connection.putheader("Transfer-Encoding", "chunked");
      connection.putheader("X", "1", "2");
      await connection.endheaders([Uint8Array.of(0x61)], { encode_chunked: 1 as never });
      expect((await connection.getresponse()).status).toBe(python.OK);
      expect(latin1(connect.written)).toBe(
        "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\nX: 1\r\n\t2\r\n\r\n1\r\na\r\n0\r\n\r\n",
      );
    }
  });

  test("request takes body, headers and encode_chunked", async () => {
    const connect = connectMemory([reply("ok")]);
    const connection = new python.HTTPConnection("a", null, { connect });
    const headers = { "Transfer-Encoding": "chunked" };
    await connection.request("PUT", "/f", [Uint8Array.of(0x62)], headers, { encode_chunked: true });
    await connection.getresponse();
    expect(latin1(connect.written)).toMatch(/\r\n\r\n1\r\nb\r\n0\r\n\r\n$/);
  });

  test("a tunnel has its headers, and the proxy's answer can be read", async () => {
    const connect = connectMemory(["HTTP/1.1 200 OK\r\nX-Proxy: p\r\n\r\n", reply("ok")]);
    const connection = new python.HTTPConnection("localhost", 8080, { connect });
    expect(connection.get_proxy_response_headers()).toBeNull();
    connection.set_tunnel("www.python.org", null, { "Proxy-Authorization": "x" });
    await connection.request("HEAD", "/index.html");
    await connection.getresponse();
    expect(connection.get_proxy_response_headers()?.get_all("x-proxy")).toEqual(["p"]);
    expect(latin1(connect.written)).toContain("CONNECT www.python.org:80 HTTP/1.1\r\n");
  });

  test("a stale connection is RemoteDisconnected, which is a ConnectionResetError and a BadStatusLine", async () => {
    const connect = connectMemory([reply("ok"), { wait: "GET /again" }, { end: true }]);
    const connection = new python.HTTPConnection("a", null, { connect });
    await connection.request("GET", "/");
    await (await connection.getresponse()).read();
    await connection.request("GET", "/again");
    const error: unknown = await connection.getresponse().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(python.RemoteDisconnected);
    expect(error).toBeInstanceOf(python.ConnectionResetError);
    expect(error).toBeInstanceOf(python.BadStatusLine);
    expect(error).toBeInstanceOf(python.error);
    expect(new Error("x")).not.toBeInstanceOf(python.ConnectionResetError);
  });
});

describe("HTTPResponse in the documents' spelling", () => {
  const open = async (text: string): Promise<python.HTTPResponse> => {
    const connection = new python.HTTPConnection("a", null, { connect: connectMemory([text]) });
    await connection.request("GET", "/");
    return connection.getresponse();
  };

  test("iterating gives lines", async () => {
    const lines: string[] = [];
    for await (const line of await open(reply("a\nb\nc"))) lines.push(latin1(line));
    expect(lines).toEqual(["a\n", "b\n", "c"]);
  });

  test("reading has the documents' names", async () => {
    const response = await open(reply("one\ntwo\nthree\nfour"));
    const target = new Uint8Array(2);
    expect(await response.readinto(target)).toBe(2);
    expect(await response.readinto1(target)).toBe(2);
    expect(latin1(await response.readline())).toBe("two\n");
    expect((await response.readlines()).map((line) => latin1(line))).toEqual(["three\n", "four"]);
    expect(response.isclosed()).toBe(true);
    expect(response.readable()).toBe(true);
  });

  test("a field that is missing is null, or the default", async () => {
    const response = await open(reply("", "A: 1", "A: 2"));
    expect(response.getheader("a")).toBe("1, 2");
    expect(response.getheader("b")).toBeNull();
    expect(response.getheader("b", ["x", "y"])).toBe("x, y");
    expect(response.getheader("b", 42)).toBe(42);
    expect(response.getheaders()).toContainEqual(["A", "2"]);
    expect(response.msg).toBe(response.headers);
    expect(response.msg).toBeInstanceOf(python.HTTPMessage);
    expect([response.geturl(), response.getcode()]).toEqual([response.url, 200]);
    expect(response.will_close).toBe(false);
    response.debuglevel = 1;
    expect(response.debuglevel).toBe(1);
  });
});

describe("parse_headers", () => {
  test("leaves a source at the body, and takes bytes alone", async () => {
    const { byteSource, encodeLatin1 } = await import("../src/index.ts");
    const source = byteSource(encodeLatin1("A: 1\r\n\r\nbody"));
    expect((await python.parse_headers(source)).get("a")).toBe("1");
    expect(latin1((await source.read())!)).toBe("body");
    expect((await python.parse_headers(encodeLatin1("A: 1\r\n\r\n"))).size).toBe(1);
  });
});
