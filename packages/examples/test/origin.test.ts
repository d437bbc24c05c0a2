import { afterAll, describe, expect, test } from "vitest";
import { startOrigin } from "../src/origin.ts";
import { HOME, INDEX, REDIRECT } from "../src/pages.ts";
import { exchange } from "./raw-socket.ts";

const origin = await startOrigin();
afterAll(() => origin.close());

const END = "Host: localhost\r\nConnection: close\r\n\r\n";

function bodyOf(text: string): string {
  return text.slice(text.indexOf("\r\n\r\n") + 4);
}

function dechunk(coded: string): string {
  const match = /^([0-9a-f]+)\r\n/.exec(coded);
  if (match?.[1] === undefined) throw new Error(`no chunk in ${coded}`);
  const size = Number.parseInt(match[1], 16);
  const start = match[0].length;
  if (size === 0) return "";
  return coded.slice(start, start + size) + dechunk(coded.slice(start + size + 2));
}

describe("the origin", () => {
  test("sends the index with its length", async () => {
    const text = await exchange(origin.port, `GET /index.html HTTP/1.1\r\n${END}`);
    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).toContain(`\r\nContent-Length: ${INDEX.length}\r\n`);
    expect(bodyOf(text)).toBe(INDEX);
  });

  test("sends the home page in chunks", async () => {
    const text = await exchange(origin.port, `GET / HTTP/1.1\r\n${END}`);
    expect(text).toContain("\r\nTransfer-Encoding: chunked\r\n");
    expect(dechunk(bodyOf(text))).toBe(HOME);
  });

  test("sends only the head to HEAD", async () => {
    const text = await exchange(origin.port, `HEAD /index.html HTTP/1.1\r\n${END}`);
    expect(text).toContain(`\r\nContent-Length: ${INDEX.length}\r\n`);
    expect(bodyOf(text)).toBe("");
  });

  test.each([
    ["GET /parrot.spam", "404 Not Found", "Not here\n"],
    ["POST /", "302 Found", REDIRECT],
    ["POST /cgi-bin/query", "200 OK", "spam 1, eggs 2, bacon 0\n"],
    ["PUT /file", "200 OK", "stored\n"],
  ])("answers %s with %s", async (line, status, body) => {
    const text = await exchange(origin.port, `${line} HTTP/1.1\r\nContent-Length: 0\r\n${END}`);
    expect(text).toMatch(new RegExp(`^HTTP/1\\.1 ${status}\r\n`));
    expect(bodyOf(text)).toBe(body);
  });

  test("remembers what it was asked, in the case of the wire, and over which connection", async () => {
    origin.takeRequests();
    const first = "PUT /file HTTP/1.1\r\nhOST: a\r\nContent-Length: 2\r\n\r\nhi";
    await exchange(origin.port, `${first}GET /index.html HTTP/1.1\r\n${END}`);
    await exchange(origin.port, `GET /3/ HTTP/1.1\r\n${END}`);
    const [put, get, other] = origin.takeRequests();
    expect(put).toMatchObject({ method: "PUT", target: "/file", body: "hi" });
    expect(put?.headers).toContainEqual(["hOST", "a"]);
    expect(get?.connection).toBe(put?.connection);
    expect(other?.connection).not.toBe(put?.connection);
    expect(origin.takeRequests()).toEqual([]);
  });
});
