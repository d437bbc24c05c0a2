/** TLS 1.2, TLS 1.3 and mutual TLS with five servers, and raw responses over the s_server of OpenSSL. */
import { IncompleteRead, ProtocolError, type TLSOptions } from "@httplib/client";
import { describe, expect, test } from "vitest";
import { startApache } from "../src/servers/apache.ts";
import { startCaddy } from "../src/servers/caddy.ts";
import { startOpenSSL } from "../src/servers/command-line.ts";
import { startHaproxy } from "../src/servers/haproxy.ts";
import { startLighttpd } from "../src/servers/lighttpd.ts";
import { startNginx } from "../src/servers/nginx.ts";
import { GREETING } from "../src/servers/site.ts";
import { get, peers, secureTo, trust, up } from "./support/harness.ts";

const { client, stranger, elsewhere } = peers.certificates;
const servers = [
  await up(startNginx),
  await up(startApache),
  await up(startHaproxy),
  await up(startLighttpd),
  await up(startCaddy),
];

/** The code or, where there is none, the message of the rejection. */
async function failure(port: number, context: TLSOptions): Promise<string> {
  const reason: unknown = await get(secureTo(port, context), "/hello.txt").catch(
    (error: unknown) => error,
  );
  if (!(reason instanceof Error)) throw new Error("it was accepted");
  return "code" in reason ? String(reason.code) : reason.message;
}

describe.each(servers)("$name", ({ tls12, tls13, mutual, name }) => {
  test.each([
    ["TLS 1.2", tls12, { maxVersion: "TLSv1.2" }],
    ["TLS 1.3", tls13, { minVersion: "TLSv1.3" }],
  ])("%s, two requests on one connection", async (_version, port, range) => {
    const connection = secureTo(port, { ...trust, ...range });
    for (let i = 0; i < 2; i++) {
      const response = await get(connection, "/hello.txt");
      expect([response.status, await response.text()]).toEqual([200, GREETING]);
    }
  });

  test.each([
    ["TLS 1.2", tls12, { minVersion: "TLSv1.3" }],
    ["TLS 1.3", tls13, { maxVersion: "TLSv1.2" }],
  ])("%s is not left for another version", async (_version, port, range) => {
    expect(await failure(port, { ...trust, ...range })).toMatch(/PROTOCOL|VERSION|ECONNRESET/);
  });

  test("without the authority, or under another name, it is refused", async () => {
    expect(await failure(tls13, {})).toMatch(/UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/);
    expect(await failure(tls13, { ca: stranger.cert })).toMatch(/UNABLE_TO_|SELF_SIGNED/);
    const other = { ...trust, servername: "elsewhere.test" };
    // Caddy closes the handshake itself when it has no certificate for the name.
    expect(await failure(tls13, other)).toMatch(/ERR_TLS_CERT_ALTNAME_INVALID|ALERT/);
  });

  test("mutual: with the client's certificate the page, without it none", async () => {
    const connection = secureTo(mutual, { ...trust, ...client });
    expect(await (await get(connection, "/hello.txt")).text()).toBe(GREETING);
    // nginx lets the handshake pass and answers with a page.
    if (name === "nginx") {
      const response = await get(secureTo(mutual), "/hello.txt");
      expect([response.status, (await response.text()).includes("No required SSL")]).toEqual([
        400,
        true,
      ]);
    } else {
      const codes = /ALERT|ECONNRESET|REMOTE_DISCONNECTED|EPIPE/;
      expect(await failure(mutual, trust)).toMatch(codes);
      // A certificate of somebody else's.
      expect(await failure(mutual, { ...trust, ...elsewhere })).not.toBe("");
    }
  });
});

describe("OpenSSL", () => {
  const chunked =
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0005;a=b\r\nhello\r\n0\r\nX-Sum: 5\r\n\r\n";
  const responses = {
    "chunked.http": chunked,
    "interim.http": `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${chunked}`,
    "until-close.http": "HTTP/1.1 200 OK\r\nX-Fold: a\r\n b\r\n\r\nto the end",
    "short.http": "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345",
    "old.http": "HTTP/1.0 404 Not here\r\n\r\nno",
    "smuggled.http": `${chunked}HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbad`,
    "both.http":
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "bare.http": "HTTP/1.1 200 OK\nContent-Length: 2\n\nok",
  };

  describe.each([
    ["TLS 1.2", ["-tls1_2"]],
    ["TLS 1.3", ["-tls1_3"]],
    ["TLS 1.3 without tickets", ["-tls1_3", "-num_tickets", "0", "-no_ticket"]],
  ])("%s: raw responses", async (_version, flags) => {
    const server = await up((given) => startOpenSSL(given, responses, "-HTTP", ...flags));
    const fetch = (name: string) => get(secureTo(server.port), `/${name}.http`);

    test("a chunked body with an extension and trailers", async () => {
      const response = await fetch("chunked");
      expect(await response.text()).toBe("hello");
      expect(response.trailers?.get("x-sum")).toBe("5");
    });

    test("interim heads in the same record", async () => {
      const response = await fetch("interim");
      expect(response.informational.map(({ status }) => status)).toEqual([102, 103]);
      expect(await response.text()).toBe("hello");
    });

    test("a body until the close, a folded field, HTTP/1.0", async () => {
      const response = await fetch("until-close");
      expect([response.getHeader("x-fold"), await response.text()]).toEqual(["a b", "to the end"]);
      const old = await fetch("old");
      expect([old.version, old.status, old.reason, await old.text()]).toEqual([
        10,
        404,
        "Not here",
        "no",
      ]);
    });

    test("a body cut short is IncompleteRead", async () => {
      const response = await fetch("short");
      const error: unknown = await response.read().catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(IncompleteRead);
      expect((error as IncompleteRead).partial.length).toBe(5);
    });

    test("a second response that came along is never given out", async () => {
      const connection = secureTo(server.port);
      expect(await (await get(connection, "/smuggled.http")).text()).toBe("hello");
      const next = await get(connection, "/chunked.http");
      expect([next.trailers?.get("x-sum"), await next.text()]).toEqual(["5", "hello"]);
    });

    test.each([
      ["both", "LENGTH_WITH_TRANSFER_ENCODING"],
      ["bare", "STATUS_LINE_BARE_LF"],
    ])("what is malformed is refused: %s", async (name, code) => {
      await expect(fetch(name)).rejects.toMatchObject({ code });
      expect(ProtocolError.name).toBe("ProtocolError");
    });
  });

  test("its own status page, HTTP/1.0", async () => {
    const server = await up((given) => startOpenSSL(given, {}, "-www"));
    const response = await get(secureTo(server.port), "/");
    expect([response.status, response.version]).toEqual([200, 10]);
    expect(await response.text()).toContain("Ciphers supported in s_server binary");
  });

  test("mutual: the alert of a server that wants a certificate", async () => {
    const flags = ["-HTTP", "-Verify", "1", "-verify_return_error"];
    const server = await up((given) => startOpenSSL(given, responses, ...flags));
    const connection = secureTo(server.port, { ...trust, ...client });
    expect(await (await get(connection, "/chunked.http")).text()).toBe("hello");
    const error: unknown = await get(secureTo(server.port), "/chunked.http").catch(
      (reason: unknown) => reason,
    );
    const text = `${String(error)} ${String((error as Error).cause)} ${String((error as { code?: unknown }).code)}`;
    expect(text).toMatch(/alert|ECONNRESET|EPIPE/i);
  });

  test("a server that speaks another protocol only is refused by ALPN", async () => {
    const server = await up((given) => startOpenSSL(given, responses, "-HTTP", "-alpn", "h2"));
    expect(await failure(server.port, trust)).toMatch(/ALPN|ALERT|PROTOCOL/);
    const same = await up((given) => startOpenSSL(given, responses, "-HTTP", "-alpn", "http/1.1"));
    expect(await (await get(secureTo(same.port), "/chunked.http")).text()).toBe("hello");
  });
});
