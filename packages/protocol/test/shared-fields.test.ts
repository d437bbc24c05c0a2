import { describe, expect, test } from "vitest";
import { ClientProtocol, RequestHead } from "../src/index.ts";
import type { HeaderValue } from "@httplib/headers";

function headWith(method: string, lines: readonly (readonly [string, HeaderValue])[]): RequestHead {
  const head = new RequestHead(method, "/");
  for (const [name, value] of lines) head.add(name, value);
  return head;
}

describe("a head that begins with the fields of another one", () => {
  test("has its lines and what they declare", () => {
    const other = headWith("PUT", [
      ["Host", "a"],
      ["Content-Length", 2],
      ["Connection", "close"],
      ["Upgrade", "x"],
      ["Expect", "100-continue"],
    ]);
    const head = headWith("POST", [["X", "y"]]);
    head.addFrom(other);
    const facts = { closes: true, upgrades: true, expectsContinue: true, declaresBody: true };
    expect(head).toMatchObject(facts);
    const { text, framing } = head.finish();
    expect(text).toMatch(/^POST \/ HTTP\/1\.1\r\nX: y\r\nHost: a\r\nContent-Length: 2\r\n/);
    expect(framing).toEqual({ kind: "length", length: 2 });
  });

  test.each<
    readonly [
      why: string,
      method: string,
      own: readonly [string, HeaderValue][],
      other: string,
      value: HeaderValue,
    ]
  >([
    ["two Hosts", "GET", [["Host", "a"]], "Host", "a"],
    ["two lengths", "POST", [["Content-Length", 1]], "Content-Length", 1],
    ["a coding beside a length", "POST", [["Content-Length", 1]], "Transfer-Encoding", "chunked"],
    ["a length on CONNECT", "CONNECT", [], "Content-Length", 1],
  ])("is refused %s, and stays as it was", (_why, method, own, name, value) => {
    const head = headWith(method, own);
    const before = head.finish().text;
    expect(() => head.addFrom(headWith("POST", [[name, value]]))).toThrow(
      expect.objectContaining({ code: "FRAMING_CONFLICT" }),
    );
    expect(head.finish().text).toBe(before);
  });
});

test.each<readonly [lines: string, keepAlive: string | undefined]>([
  ["", undefined],
  ["Keep-Alive: timeout=5, max=9\r\n", "timeout=5, max=9"],
  ["KEEP-ALIVE: \t a \r\nKeep-Alive: b\r\n", "a"],
  ["Keep-Alive: a\r\n b\r\n", "a b"],
  ["Keep-Alivf: a\r\n", undefined],
])("keepAlive of a head with %j is %j, whole and byte by byte", (lines, keepAlive) => {
  const wire = new TextEncoder().encode(`HTTP/1.1 204 X\r\n${lines}\r\n`);
  for (const step of [wire.length, 1]) {
    const protocol = new ClientProtocol();
    protocol.sendHead("GET", "/");
    protocol.sendEnd();
    for (let at = 0; at < wire.length; at += step) {
      protocol.feed(wire, at, at + step);
      protocol.next();
    }
    expect(protocol.head?.status).toBe(204);
    expect(protocol.keepAlive).toBe(keepAlive);
  }
});
