/** HTTPConnection.set_tunnel() and get_proxy_response_headers(). */
import { describe, expect, test } from "vitest";
import { TunnelError } from "../src/index.ts";
import { HTTPMessage, ImproperConnectionState, InvalidRequest } from "../src/python.ts";
import { bytes, failure, head, ok, open, openTLS } from "./support/wire.ts";

const OPENED = "HTTP/1.1 200 Connection established\r\nX-Proxy: a\r\nX-Proxy: b\r\n\r\n";

describe("set_tunnel", () => {
  test("names the end point; the constructor named the proxy", async () => {
    const { conn, wire, packets } = open([OPENED, ok("hi")]);
    conn.set_tunnel("dest.example", 8080);
    await conn.request("GET", "/p");
    expect((await conn.getresponse()).url).toBe("http://dest.example:8080/p");
    expect(wire.connections[0]?.target).toMatchObject({ host: "www.python.org", port: 80 });
    expect(packets()).toEqual([
      "CONNECT dest.example:8080 HTTP/1.1\r\nHost: dest.example:8080\r\n\r\n",
      "GET /p HTTP/1.1\r\nHost: dest.example:8080\r\nAccept-Encoding: identity\r\n\r\n",
    ]);
  });

  test("without a port means the default port of the class", async () => {
    const plain = open([OPENED]);
    plain.conn.set_tunnel("dest.example");
    await plain.conn.connect();
    expect(plain.written()).toMatch(/^CONNECT dest\.example:80 HTTP\/1\.1\r\n/);
    const secure = openTLS([OPENED]);
    secure.conn.set_tunnel("dest.example");
    await secure.conn.connect();
    expect(secure.written()).toMatch(/^CONNECT dest\.example:443 HTTP\/1\.1\r\n/);
  });

  test("sends extra headers with CONNECT only, and a Host where they have none", async () => {
    const { conn, packets } = open([OPENED, ok()]);
    conn.set_tunnel("dest.example", 80, { "Proxy-Authorization": "Basic x" });
    await conn.request("GET", "/");
    expect(packets()).toEqual([
      "CONNECT dest.example:80 HTTP/1.1\r\nProxy-Authorization: Basic x\r\nHost: dest.example:80\r\n\r\n",
      head("GET /").replace("www.python.org", "dest.example"),
    ]);
  });

  test("keeps a Host of the caller's, in any case", async () => {
    const { conn, written } = open([OPENED]);
    conn.set_tunnel("dest.example", 80, { HOST: "h" });
    await conn.connect();
    expect(written()).toBe("CONNECT dest.example:80 HTTP/1.1\r\nHOST: h\r\n\r\n");
  });

  test.each([
    ["an IPv6 address, in brackets, in Host as well", "::1", "[::1]:80"],
    ["a name beyond ASCII", "b\u00fccher.example", "xn--bcher-kva.example:80"],
  ])("writes %s", async (_why, host, authority) => {
    const { conn, written } = open([OPENED]);
    conn.set_tunnel(host, 80);
    await conn.connect();
    expect(written()).toBe(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  });

  test("refuses headers that would end the line, which CPython 3.13 sends", () => {
    for (const headers of [{ X: "a\r\nY: b" }, { "X\r\n": "a" }]) {
      expect(() => open().conn.set_tunnel("dest.example", 80, headers)).toThrow(InvalidRequest);
    }
  });

  test("is refused once there is a connection", async () => {
    const { conn } = open();
    await conn.connect();
    expect(() => conn.set_tunnel("dest.example")).toThrow(ImproperConnectionState);
  });

  test("a proxy that refuses: status, headers and body are in the error, and the socket is closed", async () => {
    const { conn, wire } = open([
      "HTTP/1.1 407 Auth Req\r\nProxy-Authenticate: Basic\r\nContent-Length: 2\r\n\r\nno",
    ]);
    conn.set_tunnel("dest.example");
    const error = await failure(conn.request("GET", "/"));
    expect(error).toBeInstanceOf(TunnelError);
    expect(error).toMatchObject({
      message: "Tunnel connection failed: 407 Auth Req",
      status: 407,
      body: bytes("no"),
    });
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("a proxy that closes without an answer is RemoteDisconnected", async () => {
    const { conn } = open([{ wait: "CONNECT" }, { end: true }]);
    conn.set_tunnel("dest.example");
    expect(await failure(conn.connect())).toMatchObject({ name: "RemoteDisconnected" });
  });
});

describe("get_proxy_response_headers", () => {
  test("gives the headers of the answer to CONNECT", async () => {
    const { conn } = open([OPENED]);
    conn.set_tunnel("dest.example");
    await conn.connect();
    const headers = conn.get_proxy_response_headers();
    expect(headers).toBeInstanceOf(HTTPMessage);
    expect(headers?.get_all("x-proxy")).toEqual(["a", "b"]);
  });

  test("gives null where no CONNECT was sent", async () => {
    const { conn } = open([ok()]);
    await conn.request("GET", "/");
    expect(conn.get_proxy_response_headers()).toBeNull();
  });
});
