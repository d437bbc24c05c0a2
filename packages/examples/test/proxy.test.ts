import { afterAll, describe, expect, test } from "vitest";
import { startOrigin } from "../src/origin.ts";
import { startProxy } from "../src/proxy.ts";
import { exchange } from "./raw-socket.ts";

const origin = await startOrigin();
const proxy = await startProxy([origin.port]);
afterAll(() => Promise.all([proxy.close(), origin.close()]));

function connectTo(authority: string): string {
  return `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`;
}

describe("the proxy", () => {
  test("joins the client to the origin, with what came behind the CONNECT", async () => {
    const request = "GET /parrot.spam HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    const text = await exchange(proxy.port, connectTo(`localhost:${origin.port}`) + request);
    expect(text).toMatch(
      /^HTTP\/1\.1 200 Connection established\r\n\r\nHTTP\/1\.1 404 Not Found\r\n/,
    );
    expect(proxy.takeTunnels()).toEqual([`localhost:${origin.port}`]);
  });

  test.each(["localhost:1", "www.python.org:443", "nowhere"])("refuses %s", async (authority) => {
    const text = await exchange(proxy.port, connectTo(authority));
    expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n/);
  });

  test("refuses what is no CONNECT", async () => {
    const text = await exchange(
      proxy.port,
      "GET http://a/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    expect(text).toMatch(/^HTTP\/1\.1 405 /);
  });
});
