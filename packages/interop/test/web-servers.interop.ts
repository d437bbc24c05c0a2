/** nginx, apache, lighttpd and caddy as origins: files, scripts, reuse, refusals. */
import { ClientProtocol } from "@httplib/client";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { firstWrong, pattern } from "../src/pattern.ts";
import { startApache } from "../src/servers/apache.ts";
import { startCaddy } from "../src/servers/caddy.ts";
import { startLighttpd } from "../src/servers/lighttpd.ts";
import { startNginx } from "../src/servers/nginx.ts";
import { GREETING, LARGE, STREAMED, TEXT } from "../src/servers/site.ts";
import {
  AUTHORIZATION,
  counting,
  get,
  plainTo,
  rawExchange,
  secureTo,
  up,
} from "./support/harness.ts";

const nginx = await up(startNginx);
const apache = await up(startApache);
const lighttpd = await up(startLighttpd);
const caddy = await up(startCaddy);

describe.each([nginx, apache, lighttpd, caddy])("$name", ({ http }) => {
  test("a file, its fields and its length", async () => {
    const response = await get(plainTo(http), "/hello.txt");
    expect([response.status, response.reason, response.version]).toEqual([200, "OK", 11]);
    expect(response.getHeader("content-type")).toMatch(/^text\/plain/);
    expect(response.length).toBe(GREETING.length);
    expect(await response.text()).toBe(GREETING);
    expect(response.headers.defects).toEqual([]);
  });

  test("GET, HEAD, an empty file, 404 and 304 on one connection", async () => {
    const connect = counting();
    const connection = plainTo(http, { connect });
    const first = await get(connection, "/hello.txt");
    await first.read();

    await connection.request("HEAD", "/large.bin");
    const head = await connection.getResponse();
    expect([head.status, head.getHeader("content-length")]).toEqual([200, `${LARGE}`]);
    expect([head.closed, (await head.read()).length]).toEqual([true, 0]);

    const empty = await get(connection, "/empty.txt");
    expect([empty.status, (await empty.read()).length]).toEqual([200, 0]);

    const missing = await get(connection, "/none.txt");
    await missing.read();
    expect([missing.status, missing.reason]).toEqual([404, "Not Found"]);

    const etag = first.getHeader("etag") ?? "";
    const same = await get(connection, "/hello.txt", { "If-None-Match": etag });
    expect([etag === "", same.status, (await same.read()).length]).toEqual([false, 304, 0]);

    expect(await (await get(connection, "/hello.txt")).text()).toBe(GREETING);
    expect(connect.dials).toBe(1);
  });

  test("a range, and one that cannot be", async () => {
    const connection = plainTo(http);
    const part = await get(connection, "/large.bin", { Range: "bytes=1000000-1000099" });
    expect([part.status, part.getHeader("content-range")]).toEqual([
      206,
      `bytes 1000000-1000099/${LARGE}`,
    ]);
    expect(await part.bytes()).toEqual(pattern(1_000_000, 1_000_100));
    const beyond = await get(connection, "/hello.txt", { Range: "bytes=99-" });
    await beyond.read();
    expect(beyond.status).toBe(416);
  });

  test("eight megabytes, by iteration, by readInto and whole, every byte in its place", async () => {
    const connection = plainTo(http);
    let at = 0;
    for await (const run of await get(connection, "/large.bin")) {
      expect(firstWrong(run, at)).toBe(-1);
      at += run.length;
    }
    expect(at).toBe(LARGE);

    const response = await get(connection, "/large.bin");
    const target = new Uint8Array(100_000);
    at = 0;
    for (let n = await response.readInto(target); n > 0; n = await response.readInto(target)) {
      expect(firstWrong(target.subarray(0, n), at)).toBe(-1);
      at += n;
    }
    expect(at).toBe(LARGE);

    const whole = await (await get(connection, "/large.bin")).bytes();
    expect([whole.length, firstWrong(whole, 0)]).toEqual([LARGE, -1]);
  });

  test("line by line", async () => {
    const response = await get(plainTo(http), "/text.txt");
    let lines = 0;
    for await (const line of response.lines()) {
      expect(line.at(-1)).toBe(10);
      lines++;
    }
    expect(lines).toBe(500);
  });

  test("Connection: close is honoured, and a new request dials anew", async () => {
    const connect = counting();
    const connection = plainTo(http, { connect });
    const response = await get(connection, "/hello.txt", { Connection: "close" });
    expect(response.willClose).toBe(true);
    expect(await response.text()).toBe(GREETING);
    expect((await get(connection, "/hello.txt")).status).toBe(200);
    expect(connect.dials).toBe(2);
  });

  test("a request line that is too long is refused with a response that can be read", async () => {
    const response = await get(plainTo(http), `/hello.txt?${"x".repeat(2_000_000)}`);
    expect(response.status).toBeGreaterThanOrEqual(400);
    await response.read();
    expect(response.closed).toBe(true);
  });
});

describe("the end of keep-alive: the server says so, and the next request dials anew", () => {
  test.each([
    ["nginx", 3, () => plainTo, nginx.http, "/three/hello.txt"],
    ["apache", 3, () => secureTo, apache.tls12, "/hello.txt"],
    ["lighttpd", 10, () => plainTo, lighttpd.http, "/hello.txt"],
  ] as const)("%s: after %i requests", async (_name, most, open, port, path) => {
    const connect = counting();
    const connection =
      open() === plainTo ? plainTo(port, { connect }) : secureTo(port, undefined, { connect });
    const closing: boolean[] = [];
    for (let i = 0; i < most + 1; i++) {
      const response = await get(connection, path);
      expect(await response.text()).toBe(GREETING);
      closing.push(response.willClose);
    }
    // Apache counts the requests behind the first.
    const at = closing.indexOf(true);
    expect([most - 1, most]).toContain(at === -1 ? most : at);
    await (await get(connection, path)).read();
    expect(connect.dials).toBe(2);
  });
});

describe("what a script writes piece by piece comes in chunks", () => {
  test.each([
    ["apache", apache.http],
    ["lighttpd", lighttpd.http],
  ])("%s", async (_name, port) => {
    const response = await get(plainTo(port), "/cgi/stream.sh");
    expect([response.getHeader("transfer-encoding"), response.length]).toEqual(["chunked", null]);
    expect(await response.text()).toBe(STREAMED);
  });

  test("lighttpd writes chunk sizes with leading zeros", async () => {
    const request = "GET /cgi/stream.sh HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    const raw = await rawExchange(lighttpd.http, request);
    expect(raw).toMatch(/\r\n\r\n0[1-9a-f]\r\n/);
    const protocol = new ClientProtocol();
    protocol.sendHead("GET", "/", { Host: "x" });
    protocol.sendEnd();
    protocol.feed(Uint8Array.from(raw, (character) => character.charCodeAt(0)));
    const events: number[] = [];
    for (let event = protocol.next(); event !== 0 && event !== 4; event = protocol.next()) {
      events.push(event);
    }
    expect(events).toEqual([2, ...events.slice(1).map(() => 3)]);
  });
});

describe("a coded body is left as it is", () => {
  test.each([
    ["nginx", nginx.http, "/gzip/text.txt"],
    ["apache", apache.http, "/text.txt"],
    ["caddy", caddy.http, "/text.txt"],
  ])("%s", async (_name, port, path) => {
    const response = await get(plainTo(port), path, { "Accept-Encoding": "gzip" });
    expect(response.getHeader("content-encoding")).toBe("gzip");
    const coded = await response.bytes();
    expect(coded.length).toBeLessThan(TEXT.length / 10);
    expect(gunzipSync(coded).toString("latin1")).toBe(TEXT);
  });

  test("and without asking nothing is coded", async () => {
    const response = await get(plainTo(nginx.http), "/gzip/text.txt");
    expect([response.getHeader("content-encoding"), await response.text()]).toEqual([
      undefined,
      TEXT,
    ]);
  });
});

describe("OPTIONS * and TRACE", () => {
  test.each([
    ["apache", apache.http, 200],
    ["lighttpd", lighttpd.http, 200],
    ["caddy", caddy.http, 200],
    ["nginx", nginx.http, 400],
  ])("%s answers OPTIONS * with its status", async (_name, port, status) => {
    const connection = plainTo(port);
    await connection.request("OPTIONS", "*");
    const response = await connection.getResponse();
    await response.read();
    expect(response.status).toBe(status);
  });

  test("apache sends back the request that it got", async () => {
    const connection = plainTo(apache.http);
    await connection.request("TRACE", "/hello.txt", null, { "X-Parrot": "spam" });
    const response = await connection.getResponse();
    expect(response.getHeader("content-type")).toBe("message/http");
    expect(await response.text()).toBe(
      `TRACE /hello.txt HTTP/1.1\r\nHost: 127.0.0.1:${apache.http}\r\nAccept-Encoding: identity\r\nX-Parrot: spam\r\n\r\n`,
    );
  });

  test.each([
    ["nginx", nginx.http, 405],
    ["lighttpd", lighttpd.http, 501],
  ])("%s refuses TRACE with a page", async (_name, port, status) => {
    const connection = plainTo(port);
    await connection.request("TRACE", "/hello.txt");
    const response = await connection.getResponse();
    await response.read();
    expect([response.status, response.closed]).toEqual([status, true]);
  });
});

describe("Basic authentication", () => {
  test.each([
    ["nginx", nginx.http],
    ["apache", apache.http],
  ])("%s: 401 with its challenge, then the page", async (_name, port) => {
    const connection = plainTo(port);
    const refused = await get(connection, "/secret/hello.txt");
    await refused.read();
    expect([refused.status, refused.getHeader("www-authenticate")]).toEqual([
      401,
      'Basic realm="peer"',
    ]);
    const allowed = await get(connection, "/secret/hello.txt", { Authorization: AUTHORIZATION });
    expect([allowed.status, await allowed.text()]).toEqual([200, GREETING]);
  });
});

describe("bodies sent", () => {
  const size = 5_000_000;
  const body = pattern(0, size);

  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < size; at += 70_000) yield body.subarray(at, at + 70_000);
  }

  test("nginx takes a PUT, gives the same bytes back, and deletes them", async () => {
    const connection = plainTo(nginx.http);
    for (const [path, content] of [
      ["/dav/sized.bin", body],
      ["/dav/chunked.bin", pieces()],
    ] as const) {
      await connection.request("PUT", path, content);
      const put = await connection.getResponse();
      expect([put.status, (await put.read()).length]).toEqual([201, 0]);
      const back = await (await get(connection, path)).bytes();
      expect([back.length, firstWrong(back, 0)]).toEqual([size, -1]);
      await connection.request("DELETE", path);
      expect((await connection.getResponse()).status).toBe(204);
    }
  });

  test.each([
    ["apache", apache.http],
    ["lighttpd", lighttpd.http],
  ])("%s hands every byte to its script", async (_name, port) => {
    const connection = plainTo(port);
    await connection.request("POST", "/cgi/count.sh", body);
    expect((await (await connection.getResponse()).text()).trim()).toBe(`${size}`);
    await connection.request("POST", "/cgi/count.sh", pieces());
    expect((await (await connection.getResponse()).text()).trim()).toBe(`${size}`);
  });

  test.each([
    ["nginx", nginx.http, "PUT", "/dav/waited.bin"],
    ["apache", apache.http, "POST", "/cgi/count.sh"],
    ["lighttpd", lighttpd.http, "POST", "/cgi/count.sh"],
    ["caddy", caddy.http, "POST", "/relay/echo"],
  ])(
    "%s answers Expect with 100 Continue, and gets the body",
    async (_name, port, method, path) => {
      const connection = plainTo(port, { expectTimeout: 10_000 });
      await connection.request(method, path, "waited", { Expect: "100-continue" });
      const response = await connection.getResponse();
      expect(response.informational.map(({ status }) => status)).toEqual([100]);
      expect(Math.floor(response.status / 100)).toBe(2);
      await response.read();
    },
  );
});

describe("a body that is too large is refused while it is sent, and the refusal is read", () => {
  const body = new Uint8Array(20_000_000);

  test.each([
    ["nginx", nginx.http, "/small/echo", 413],
    ["apache", apache.http, "/small/count.sh", 413],
    ["lighttpd", lighttpd.http, "/cgi/small.sh", 413],
    ["caddy", caddy.http, "/small/echo", 502], // its proxy fails when the limit is met
  ])("%s, thirty times", async (_name, port, path, status) => {
    for (let i = 0; i < 30; i++) {
      const connection = plainTo(port);
      const sent = connection.request("POST", path, body);
      const response = await connection.getResponse();
      expect(response.status).toBe(status);
      await response.read();
      await sent;
      await connection.close();
    }
  });

  test.each([
    ["nginx", nginx.http, "/small/echo"],
    ["apache", apache.http, "/small/count.sh"],
    ["lighttpd", lighttpd.http, "/cgi/small.sh"],
  ])("%s: with Expect, no byte of it is sent", async (_name, port, path) => {
    let asked = 0;
    const source = {
      read(): Uint8Array {
        asked++;
        return new Uint8Array(8192);
      },
    };
    const connection = plainTo(port, { expectTimeout: 10_000 });
    const fields = { Expect: "100-continue", "Content-Length": "20000000" };
    await connection.request("POST", path, source, fields);
    const response = await connection.getResponse();
    expect([response.status, asked]).toEqual([413, 0]);
  });
});
