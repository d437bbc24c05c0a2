/**
 * What one exchange after another must do over any wire: TCP, TLS, a Unix socket, a Duplex, web streams. The same list
 * runs over each.
 */
import type { HTTPConnection } from "@httplib/client";
import { firstWrong, pattern } from "../../pattern.ts";
import { holds, refused, same, textOf } from "../check.ts";
import { echoOf, fieldOf, get, using } from "../client.ts";
import type { Case } from "../run-cases.ts";

const GREETING = "hello, world\n";
const LARGE = 3_000_001;

/** A way to reach the plain pages. */
export interface Wire {
  readonly name: string;
  /** A new connection object; it may dial more than once unless the wire says otherwise. */
  open(): HTTPConnection | Promise<HTTPConnection>;
}

const rules: readonly (readonly [string, (connection: HTTPConnection) => Promise<void>])[] = [
  [
    "GET with a length",
    async (connection) => {
      const response = await get(connection, "/plain");
      same([response.status, response.reason, response.version], [200, "OK", 11]);
      same([response.getHeader("content-type"), response.length], ["text/plain", 13]);
      same([await response.text(), response.closed], [GREETING, true]);
    },
  ],
  [
    "a chunked body in pieces, with an extension and trailers",
    async (connection) => {
      const response = await get(connection, "/chunked");
      same(await response.text(), "first, second.");
      same(response.trailers?.get("X-Sum"), "14");
    },
  ],
  [
    "three requests on one connection, then HEAD, 204 and 304",
    async (connection) => {
      const counts: string[] = [];
      for (let i = 0; i < 3; i++) counts.push(await (await get(connection, "/count")).text());
      const [number = ""] = (counts[0] ?? "").split(" ");
      same(counts, [`${number} 1`, `${number} 2`, `${number} 3`]);
      await connection.request("HEAD", "/plain");
      const head = await connection.getResponse();
      same([head.status, head.closed, head.getHeader("content-length")], [200, true, "13"]);
      for (const path of ["/no-content", "/not-modified"]) {
        same((await (await get(connection, path)).read()).length, 0);
      }
      same(await (await get(connection, "/count")).text(), `${number} 7`);
    },
  ],
  [
    "POST of a string, of bytes and of pieces",
    async (connection) => {
      await connection.request("POST", "/echo?a=b", "caf\xe9", { "X-A": "1", "x-b": "2" });
      const told = await echoOf(await connection.getResponse());
      same([told.method, told.target, told.text], ["POST", "/echo?a=b", "caf\xe9"]);
      same(
        told.fields.map(([name]) => name),
        ["Host", "Accept-Encoding", "Content-Length", "X-A", "x-b"],
      );

      await connection.request("PUT", "/echo", Uint8Array.of(0, 255));
      same((await echoOf(await connection.getResponse())).text, "\0\xff");

      await connection.request("POST", "/echo", pieces(), undefined, {
        trailers: () => ({ "X-Sum": "6" }),
      });
      const chunked = await echoOf(await connection.getResponse());
      same([fieldOf(chunked, "transfer-encoding"), chunked.text], ["chunked", "abcdef"]);
      same(chunked.trailers, [["X-Sum", "6"]]);
    },
  ],
  [
    "three megabytes down and up, every byte in its place",
    async (connection) => {
      let at = 0;
      for await (const run of await get(connection, `/large?size=${LARGE}`)) {
        same(firstWrong(run, at), -1, `byte behind ${at}`);
        at += run.length;
      }
      same(at, LARGE);
      await connection.request("POST", "/echo", pattern(0, LARGE));
      same((await echoOf(await connection.getResponse())).size, LARGE);
    },
  ],
  [
    "interim heads before the response",
    async (connection) => {
      const seen: number[] = [];
      await connection.request("GET", "/hints");
      const response = await connection.getResponse({
        onInformational: ({ status }) => void seen.push(status),
      });
      same([seen, response.informational.length, response.status], [[103, 103], 2, 200]);
      same(response.informational[1]?.headers.get("link"), "</b.css>; rel=preload");
      same(await response.text(), GREETING);
    },
  ],
  [
    "a body that waits for 100 Continue",
    async (connection) => {
      await connection.request("PUT", "/continue", "waited", { Expect: "100-continue" });
      const response = await connection.getResponse();
      same([response.informational[0]?.status, response.status], [100, 200]);
      same((await echoOf(response)).text, "waited");
    },
  ],
  [
    "a body cut short is IncompleteRead with what came",
    async (connection) => {
      const response = await get(connection, "/short");
      const error = await refused(response.read(), { name: "IncompleteRead" });
      holds(
        "partial" in error && error.partial instanceof Uint8Array && error.partial.length === 5,
        "five bytes came",
      );
    },
  ],
  [
    "a body until the close",
    async (connection) => {
      const response = await get(connection, "/until-close");
      same([response.version, response.length, response.willClose], [10, null, true]);
      same(await response.text(), GREETING);
    },
  ],
  [
    "an upgrade: the wire is handed over with the bytes that came along",
    async (connection) => {
      await connection.request("GET", "/upgrade", null, { Connection: "Upgrade", Upgrade: "echo" });
      const response = await connection.getResponse();
      same([response.status, response.getHeader("upgrade")], [101, "echo"]);
      let heard = "";
      await new Promise<void>((resolve) => {
        const { transport, rest } = connection.detach({
          onData(chunk) {
            heard += textOf(chunk);
            if (heard.length >= 11) transport.destroy();
          },
          onEnd() {},
          onDrain() {},
          onError() {},
          onClose: resolve,
        });
        heard += textOf(rest);
        transport.write(", ping");
      });
      same(heard, "ready, ping");
    },
  ],
];

async function* pieces(): AsyncGenerator<Uint8Array | string> {
  yield "abc";
  await new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
  yield Uint8Array.of(0x64, 0x65, 0x66);
}

/** The list over one wire. */
export function exchangeCases(wire: Wire): readonly Case[] {
  return rules.map(([name, run]) => ({
    name: `${wire.name}: ${name}`,
    run: async () => using(await wire.open(), run),
  }));
}
