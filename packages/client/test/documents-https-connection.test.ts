/** class HTTPSConnection: what its constructor takes in each document. What TLS does with it is tested on sockets in connection. */
import { createSecureContext } from "node:tls";
import { describe, expect, test } from "vitest";
import { connectMemory } from "../src/index.ts";
import { HTTPConnection, HTTPSConnection, type HTTPSConnectionOptions } from "../src/python.ts";
import { head, ok, openTLS } from "./support/wire.ts";

describe("HTTPSConnection(host, port, …)", () => {
  test("is an HTTPConnection with 443 as its default port", async () => {
    const { conn, wire, written } = openTLS([ok()]);
    expect(conn).toBeInstanceOf(HTTPConnection);
    expect([conn.port, conn.default_port]).toEqual([443, 443]);
    await conn.request("GET", "/");
    expect((await conn.getresponse()).url).toBe("https://www.python.org/");
    expect(wire.connections[0]?.target.port).toBe(443);
    expect(written()).toBe(head("GET /"));
  });

  test.each<readonly [document: string, options: HTTPSConnectionOptions]>([
    ["2.6.4: key_file and cert_file are the contents", { context: { key: "k", cert: "c" } }],
    ["3.1: strict besides", { context: { key: "k", cert: "c" }, strict: true, timeout: 3 }],
    ["3.5-dev", { source_address: ["127.0.0.1", 0], context: { ca: "a" }, check_hostname: true }],
    ["3.9", { source_address: ["127.0.0.1", 0], context: { ca: "a" }, blocksize: 1 }],
    ["3.13.3", { timeout: 3, source_address: ["127.0.0.1", 0], context: null, blocksize: 1 }],
  ])("takes the arguments of %s", async (_document, options) => {
    const wire = connectMemory([]);
    const conn = new HTTPSConnection("www.python.org", null, { connect: wire, ...options });
    await conn.connect();
    expect(wire.connections[0]?.tls).toMatchObject(options.context ?? {});
  });
});

describe("context", () => {
  test("reaches TLS as it is given, options or a SecureContext", async () => {
    for (const context of [{ ca: "pem", ALPNProtocols: ["http/1.1"] }, createSecureContext()]) {
      const { conn, wire } = openTLS([], { context });
      await conn.connect();
      expect(wire.connections[0]?.tls).toBe(context);
    }
  });

  test("left out verifies: nothing says otherwise by itself", async () => {
    const { conn, wire } = openTLS();
    await conn.connect();
    expect(wire.connections[0]?.tls).toEqual({});
  });

  test("goes behind the tunnel: the proxy is spoken to in clear", async () => {
    const context = { ca: "pem" };
    const { conn, wire } = openTLS(["HTTP/1.1 200 OK\r\n\r\n"], { context });
    conn.set_tunnel("dest.example");
    await conn.connect();
    expect(wire.connections[0]?.target.tls).toBeUndefined();
    expect(wire.connections[0]?.tls).toBe(context);
  });
});

describe("check_hostname", () => {
  test("false leaves the name unchecked and the certificate checked", async () => {
    const { conn, wire } = openTLS([], { context: { ca: "pem" }, check_hostname: false });
    await conn.connect();
    const tls = wire.connections[0]?.tls;
    expect(tls).toMatchObject({ ca: "pem" });
    expect(tls?.rejectUnauthorized).toBeUndefined();
    expect(tls?.checkServerIdentity?.("a", {})).toBeUndefined();
  });

  test("true with a context that verifies nothing is refused", () => {
    const context = { rejectUnauthorized: false };
    expect(() => openTLS([], { context, check_hostname: true })).toThrow(
      expect.objectContaining({ name: "ValueError" }),
    );
    expect(openTLS([], { context, check_hostname: null }).conn.port).toBe(443);
  });
});
