/**
 * nginx, apache, haproxy, lighttpd and caddy as reverse proxies: the pages of our peer in the words of five servers. What one of them
 * does not pass on stands in its row.
 */
import { IncompleteRead } from "@httplib/client";
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { firstWrong, pattern } from "../src/pattern.ts";
import { startApache } from "../src/servers/apache.ts";
import { startCaddy } from "../src/servers/caddy.ts";
import { startHaproxy } from "../src/servers/haproxy.ts";
import { startLighttpd } from "../src/servers/lighttpd.ts";
import { startNginx } from "../src/servers/nginx.ts";
import { GREETING, STREAMED } from "../src/servers/site.ts";
import { counting, get, peers, plainTo, up } from "./support/harness.ts";

interface Echo {
  readonly method: string;
  readonly size: number;
  readonly sha256: string;
  readonly trailers: readonly (readonly [string, string])[];
}

interface Relay {
  readonly name: string;
  readonly http: number;
  /** Passes interim heads on; nginx waits for ever behind one. */
  readonly hints: boolean;
  /** Passes the trailers of responses on. */
  readonly trailers: boolean;
  /** Passes the trailers of requests on. */
  readonly requestTrailers: boolean;
  /** The pages of which it lets the client see that the origin cut them short: lighttpd keeps it waiting, Caddy ends the last chunk. */
  readonly cuts: readonly string[];
}

const SHORT = "/relay/short";
const SHORT_CHUNK = "/relay/short-chunk";

const relays: readonly Relay[] = [
  {
    ...(await up(startNginx)),
    hints: false,
    trailers: false,
    requestTrailers: false,
    cuts: [SHORT, SHORT_CHUNK],
  },
  {
    ...(await up(startApache)),
    hints: true,
    trailers: false,
    requestTrailers: false,
    cuts: [SHORT, SHORT_CHUNK],
  },
  {
    ...(await up(startHaproxy)),
    hints: true,
    trailers: true,
    requestTrailers: true,
    cuts: [SHORT, SHORT_CHUNK],
  },
  {
    ...(await up(startLighttpd)),
    hints: true,
    trailers: true,
    requestTrailers: false,
    cuts: [],
  },
  { ...(await up(startCaddy)), hints: true, trailers: true, requestTrailers: false, cuts: [SHORT] },
];

const SIZE = 5_000_000;
const body = pattern(0, SIZE);
const sha256 = createHash("sha256").update(body).digest("hex");

async function* pieces(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < SIZE; at += 70_000) yield body.subarray(at, at + 70_000);
}

describe.each(relays)("$name", (relay) => {
  const { http } = relay;

  test("plain, chunked, HEAD, 204 and 304 on one connection", async () => {
    const connect = counting();
    const connection = plainTo(http, { connect });
    expect(await (await get(connection, "/relay/plain")).text()).toBe(GREETING);
    const chunked = await get(connection, "/relay/chunked");
    expect([chunked.getHeader("transfer-encoding"), await chunked.text()]).toEqual([
      "chunked",
      STREAMED,
    ]);
    await connection.request("HEAD", "/relay/plain");
    const head = await connection.getResponse();
    expect([head.status, head.closed, (await head.read()).length]).toEqual([200, true, 0]);
    for (const [path, status] of [
      ["/relay/no-content", 204],
      ["/relay/not-modified", 304],
    ] as const) {
      const response = await get(connection, path);
      expect([response.status, (await response.read()).length]).toEqual([status, 0]);
    }
    expect(await (await get(connection, "/relay/plain")).text()).toBe(GREETING);
    expect(connect.dials).toBe(1);
  });

  test("the trailers of a response", async () => {
    const response = await get(plainTo(http), "/relay/chunked");
    await response.read();
    expect(response.trailers?.get("x-sum")).toBe(relay.trailers ? "14" : undefined);
  });

  test("the trailers of a request", async () => {
    const connection = plainTo(http);
    await connection.request("POST", "/relay/echo", pieces(), undefined, {
      trailers: { "X-Digest": sha256 },
    });
    const echo = (await (await connection.getResponse()).json()) as Echo;
    expect([echo.size, echo.sha256]).toEqual([SIZE, sha256]);
    const names = echo.trailers.map(([name]) => name.toLowerCase());
    expect(names).toEqual(relay.requestTrailers ? ["x-digest"] : []);
  });

  test("five megabytes up, with a length and in chunks, and three down", async () => {
    const connection = plainTo(http);
    for (const content of [body, pieces()]) {
      await connection.request("POST", "/relay/echo", content);
      const echo = (await (await connection.getResponse()).json()) as Echo;
      expect([echo.method, echo.size, echo.sha256]).toEqual(["POST", SIZE, sha256]);
    }
    const down = await (await get(connection, "/relay/large?size=3000001")).bytes();
    expect([down.length, firstWrong(down, 0)]).toEqual([3_000_001, -1]);
  });

  test("an origin that speaks HTTP/1.0 and closes", async () => {
    const response = await get(plainTo(http), "/relay/until-close");
    expect([response.status, await response.text()]).toEqual([200, GREETING]);
    expect(response.version).toBe(relay.name === "haproxy" ? 10 : 11);
  });

  test("a wait for 100 Continue ends, and the body arrives", async () => {
    const connection = plainTo(http, { expectTimeout: 10_000 });
    await connection.request("POST", "/relay/continue", "waited", { Expect: "100-continue" });
    const response = await connection.getResponse();
    // Some answer themselves, some pass it on, some do both.
    expect(response.informational.map(({ status }) => status)).toContain(100);
    expect(((await response.json()) as Echo).size).toBe(6);
  });

  test("an upgrade: 101, and the wire is ours", async () => {
    const connection = plainTo(http);
    await connection.request("GET", "/relay/upgrade", null, {
      Connection: "Upgrade",
      Upgrade: "echo",
    });
    const response = await connection.getResponse();
    expect([response.status, response.getHeader("upgrade")]).toEqual([101, "echo"]);
    let heard = "";
    await new Promise<void>((resolve) => {
      const { transport, rest } = connection.detach({
        onData(chunk) {
          heard += Buffer.from(chunk).toString("latin1");
          if (heard.length >= 11) transport.destroy();
        },
        onEnd: resolve,
        onDrain() {},
        onError() {},
        onClose: resolve,
      });
      heard += Buffer.from(rest).toString("latin1");
      transport.write(", ping");
    });
    expect(heard).toBe("ready, ping");
  });
});

test.each(relays.filter(({ hints }) => hints))(
  "$name passes interim heads on, and they do not end the exchange",
  async ({ http }) => {
    const connection = plainTo(http);
    const seen: string[] = [];
    await connection.request("GET", "/relay/hints");
    const response = await connection.getResponse({
      onInformational: ({ status, headers }) => seen.push(`${status} ${headers.get("link")}`),
    });
    expect(seen).toEqual(["103 </a.css>; rel=preload", "103 </b.css>; rel=preload"]);
    expect([response.status, await response.text()]).toEqual([200, GREETING]);
  },
);

test.each(
  relays.flatMap(({ name, http, cuts }) => cuts.map((path) => [name, path, http] as const)),
)("%s: %s, which its origin cut short, is IncompleteRead here too", async (_name, path, http) => {
  const response = await get(plainTo(http), path);
  const error: unknown = await response.read().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(IncompleteRead);
});

describe("heads that a server makes itself", () => {
  const [nginx, , haproxy] = relays;

  test("haproxy gives an early hint of its own", async () => {
    const connection = plainTo(haproxy?.http ?? 0);
    const response = await get(connection, "/hinted");
    expect(response.informational.map(({ status }) => status)).toEqual([103]);
    expect(response.informational[0]?.headers.get("Link")).toBe("</hint.css>; rel=preload");
    expect(await response.text()).toBe(GREETING);
    expect(await (await get(connection, "/own")).text()).toBe("from haproxy");
    expect((await get(connection, "/forbidden")).status).toBe(403);
  });

  test("nginx adds trailers to a file", async () => {
    const response = await get(plainTo(nginx?.http ?? 0), "/trailers/hello.txt");
    expect(await response.text()).toBe(GREETING);
    expect([...(response.trailers ?? [])]).toEqual([
      ["X-Sum", "42"],
      ["X-End", "yes"],
    ]);
  });
});

test("the peers were asked by the servers, not by us", () => {
  expect(relays.map(({ http }) => http)).not.toContain(peers.stage.ports.plain);
});
