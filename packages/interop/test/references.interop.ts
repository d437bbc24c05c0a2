/** Clients and servers of others against ours: curl reads our peer's pages, node:http reads our requests. */
import { execFile } from "node:child_process";
import { createServer, type IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { freePort } from "../src/peer/open-peers.ts";
import { GREETING, STREAMED } from "../src/servers/site.ts";
import { get, HOST, peers, plainTo } from "./support/harness.ts";

const run = promisify(execFile);
const { ports } = peers.stage;

test.each([
  ["/plain", 0, GREETING],
  ["/chunked", 0, STREAMED],
  ["/until-close", 0, GREETING],
  ["/hints", 0, GREETING],
  ["/short", 18, "12345"],
  ["/reset", 56, "12345"],
])("curl sees the same in %s", async (path, code, body) => {
  const args = ["-sS", "--max-time", "10", `http://${HOST}:${ports.plain}${path}`];
  const seen = await run("curl", args).then(
    ({ stdout }) => ({ code: 0, stdout }),
    (error: unknown) => error as { code: number; stdout: string },
  );
  expect([seen.code, seen.stdout]).toEqual([code, body]);

  const response = await get(plainTo(ports.plain), path);
  const ours = await response.text().catch((error: unknown) => {
    if (error instanceof Error && "partial" in error) return String(error.partial);
    throw error;
  });
  expect(code === 0 ? ours : body).toBe(code === 0 ? body : "12345");
});

test("node:http gets method, fields in order, body and trailers as they were given", async () => {
  const port = await freePort();
  const seen: object[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const body = Buffer.concat(parts).toString("latin1");
      seen.push([request.method, request.url, request.rawHeaders, body, request.rawTrailers]);
      response.addTrailers({ "X-Back": "1" });
      response.writeHead(200, { Trailer: "X-Back", "Set-Cookie": ["a=1", "b=2"] });
      response.write("ok");
      response.end();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(port, HOST, resolve);
  });
  const connection = plainTo(port);
  const source = [Uint8Array.of(97), "b", Uint8Array.of(0xe9)];
  await connection.request(
    "PATCH",
    "/a?b",
    source,
    { "X-B": "2", "x-a": 1 },
    {
      trailers: { "X-Sum": "3" },
    },
  );
  const response = await connection.getResponse();
  expect(await response.text()).toBe("ok");
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  expect(response.trailers?.get("x-back")).toBe("1");
  expect(seen).toEqual([
    [
      "PATCH",
      "/a?b",
      [
        ["Host", `${HOST}:${port}`],
        ["Accept-Encoding", "identity"],
        ["Transfer-Encoding", "chunked"],
        ["X-B", "2"],
        ["x-a", "1"],
        ["Trailer", "X-Sum"],
      ].flat(),
      "ab\xe9",
      ["X-Sum", "3"],
    ],
  ]);
  await connection.close();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});
