/** Python's http.server: HTTP/1.0 with a body until the close, and HTTP/1.1 that keeps its connection. */
import { HTTPConnection as PythonConnection } from "@httplib/client/python";
import { expect, test } from "vitest";
import { firstWrong } from "../src/pattern.ts";
import { startPython } from "../src/servers/command-line.ts";
import { GREETING, LARGE, STREAMED } from "../src/servers/site.ts";
import { counting, get, HOST, plainTo, up } from "./support/harness.ts";

const old = await up(() => startPython("--cgi"));
const modern = await up(() => startPython("--protocol", "HTTP/1.1"));

test("HTTP/1.0: one response a connection, and the client dials anew", async () => {
  const connect = counting();
  const connection = plainTo(old.port, { connect });
  for (let i = 0; i < 3; i++) {
    const response = await get(connection, "/hello.txt");
    expect([response.version, response.willClose, response.status]).toEqual([10, true, 200]);
    expect(await response.text()).toBe(GREETING);
  }
  expect(connect.dials).toBe(3);
});

test("a script without a length: the body ends with the connection", async () => {
  const response = await get(plainTo(old.port), "/cgi-bin/stream.sh");
  expect([response.length, response.willClose, await response.text()]).toEqual([
    null,
    true,
    STREAMED,
  ]);
});

test("a body for a script", async () => {
  const connection = plainTo(old.port);
  await connection.request("POST", "/cgi-bin/count.sh", "x".repeat(100_000));
  expect((await (await connection.getResponse()).text()).trim()).toBe("100000");
});

test("eight megabytes until the close", async () => {
  const body = await (await get(plainTo(old.port), "/large.bin")).bytes();
  expect([body.length, firstWrong(body, 0)]).toEqual([LARGE, -1]);
});

test("HTTP/1.1: GET, HEAD, 404 and 304 on one connection", async () => {
  const connect = counting();
  const connection = plainTo(modern.port, { connect });
  const first = await get(connection, "/hello.txt");
  expect([first.version, await first.text()]).toEqual([11, GREETING]);
  await connection.request("HEAD", "/hello.txt");
  expect((await connection.getResponse()).closed).toBe(true);
  const since = first.getHeader("last-modified") ?? "";
  const same = await get(connection, "/hello.txt", { "If-Modified-Since": since });
  expect([same.status, (await same.read()).length]).toEqual([304, 0]);
  expect((await get(connection, "/none")).status).toBe(404);
  expect(connect.dials).toBe(1);
});

test("POST is 501, and its page can be read", async () => {
  const connection = plainTo(modern.port);
  await connection.request("POST", "/hello.txt", "spam");
  const response = await connection.getResponse();
  expect([response.status, response.reason]).toEqual([501, "Unsupported method ('POST')"]);
  expect(await response.text()).toContain("Error response");
});

test("in the documents' spelling, against the documents' own server", async () => {
  const connection = new PythonConnection(HOST, modern.port, { timeout: 10 });
  await connection.request("GET", "/hello.txt");
  const response = await connection.getresponse();
  expect([response.status, response.reason]).toEqual([200, "OK"]);
  expect(response.getheader("Content-Length")).toBe(`${GREETING.length}`);
  expect(new TextDecoder().decode(await response.read())).toBe(GREETING);
  await connection.close();
});
