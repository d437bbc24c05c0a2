/** apache, squid and tinyproxy as forward proxies, squid and apache over TLS too: CONNECT and absolute targets, with Basic. */
import { connect, type Connect, TunnelError } from "@httplib/client";
import { describe, expect, test } from "vitest";
import { firstWrong, pattern } from "../src/pattern.ts";
import { startApache } from "../src/servers/apache.ts";
import { startSquid, startTinyproxy } from "../src/servers/proxies.ts";
import { GREETING } from "../src/servers/site.ts";
import {
  AUTHORIZATION,
  counting,
  get,
  HOST,
  peers,
  plainTo,
  secureTo,
  trust,
  up,
} from "./support/harness.ts";

const { plain, secure, stranger } = peers.stage.ports;
const CREDENTIALS = { "Proxy-Authorization": AUTHORIZATION };

const apache = await up(startApache);
const squid = await up(startSquid);
const tinyproxy = await up(startTinyproxy);

/** TLS to the proxy itself. */
const overTLS: Connect = (target, handler) => connect({ ...target, tls: trust }, handler);

const proxies = [
  { name: "apache", port: apache.proxy, dial: connect },
  { name: "apache over TLS", port: apache.secureProxy, dial: overTLS },
  { name: "squid", port: squid.plain, dial: connect },
  { name: "squid over TLS", port: squid.secure, dial: overTLS },
  { name: "tinyproxy", port: tinyproxy.port, dial: connect },
];

describe.each(proxies)("$name", ({ name, port, dial }) => {
  const absolute = (path: string): string => `http://${HOST}:${plain}${path}`;

  test("a tunnel to TLS: three requests, the certificate is that of the end", async () => {
    const connection = secureTo(port, trust, { connect: dial });
    connection.setTunnel(HOST, secure, CREDENTIALS);
    for (let i = 1; i <= 3; i++) {
      expect(await (await get(connection, "/count")).text()).toMatch(new RegExp(` ${i}$`));
    }
    expect(connection.getProxyResponseHeaders()?.size).toBeGreaterThanOrEqual(0);
  });

  test("three megabytes each way through the tunnel", async () => {
    const connection = secureTo(port, trust, { connect: dial });
    connection.setTunnel(HOST, secure, CREDENTIALS);
    const down = await (await get(connection, "/large?size=3000001")).bytes();
    expect([down.length, firstWrong(down, 0)]).toEqual([3_000_001, -1]);
    await connection.request("POST", "/echo", pattern(0, 3_000_001));
    expect(await (await connection.getResponse()).json()).toMatchObject({ size: 3_000_001 });
  });

  test("a tunnel to a plain origin", async () => {
    const connection = plainTo(port, { connect: dial });
    connection.setTunnel(HOST, plain, CREDENTIALS);
    expect(await (await get(connection, "/plain")).text()).toBe(GREETING);
  });

  test("without credentials: TunnelError with status, challenge and page", async () => {
    const connection = secureTo(port, trust, { connect: dial });
    connection.setTunnel(HOST, secure);
    const error: unknown = await connection.request("GET", "/").catch((reason: unknown) => reason);
    if (!(error instanceof TunnelError)) throw error;
    expect([error.status, error.reason]).toEqual([407, "Proxy Authentication Required"]);
    expect(error.headers.get("proxy-authenticate")).toMatch(/^Basic realm="/);
    expect(new TextDecoder().decode(error.body)).toMatch(/authenticat/i);
  });

  test("where the proxy must not go or cannot: TunnelError", async () => {
    const connection = secureTo(port, trust, { connect: dial });
    connection.setTunnel(HOST, peers.stage.ports.nobody, CREDENTIALS);
    const error: unknown = await connection.request("GET", "/").catch((reason: unknown) => reason);
    if (!(error instanceof TunnelError)) throw error;
    expect([403, 500, 502, 503]).toContain(error.status);
  });

  test("absolute targets: GET, HEAD, chunked, POST, on as few connections as the proxy allows", async () => {
    const counted = counting(dial);
    const connection = plainTo(port, { connect: counted });
    const ask = async (method: string, path: string, body?: Uint8Array) => {
      await connection.request(method, absolute(path), body, CREDENTIALS);
      return connection.getResponse();
    };
    expect(await (await ask("GET", "/plain")).text()).toBe(GREETING);
    const head = await ask("HEAD", "/plain");
    expect([head.status, head.closed]).toEqual([200, true]);
    expect(await (await ask("GET", "/chunked")).text()).toBe("first, second.");
    const posted = await ask("POST", "/echo", pattern(0, 3_000_001));
    expect(await posted.json()).toMatchObject({ method: "POST", size: 3_000_001 });
    expect(counted.dials).toBeLessThanOrEqual(name === "tinyproxy" ? 5 : 1);
  });

  test("an absolute target without credentials: 407 as a response like any other", async () => {
    const connection = plainTo(port, { connect: dial });
    const response = await get(connection, absolute("/plain"));
    expect(response.status).toBe(407);
    expect(response.getHeader("proxy-authenticate")).toMatch(/^Basic realm="/);
    expect((await response.read()).length).toBeGreaterThan(0);
  });
});

describe("proxies behind proxies", () => {
  /** A wire through one proxy, for the next. */
  const through =
    (port: number, dial: Connect): Connect =>
    async (target, handler) => {
      const first = plainTo(port, { connect: dial });
      await first.request("CONNECT", `${target.host}:${target.port}`, null, CREDENTIALS);
      const response = await first.getResponse();
      expect(response.status).toBe(200);
      const { transport, rest } = first.detach(handler);
      expect(rest.length).toBe(0);
      return transport;
    };

  test("TLS to squid, a tunnel to a peer that is a proxy, a tunnel to TLS", async () => {
    const connection = secureTo(plain, trust, { connect: through(squid.secure, overTLS) });
    connection.setTunnel(HOST, secure);
    expect(await (await get(connection, "/plain")).text()).toBe(GREETING);
    expect(connection.getProxyResponseHeaders()?.get("proxy-agent")).toBe("peer");
  });

  test("apache, then our peer, then TLS; and the stranger at the end is refused", async () => {
    const connection = secureTo(plain, trust, { connect: through(apache.proxy, connect) });
    connection.setTunnel(HOST, stranger);
    await expect(connection.request("GET", "/plain")).rejects.toMatchObject({
      code: expect.stringMatching(/CERT|VERIFY/) as string,
    });
  });
});
