/** HTTP/0.9: a reply without a head, where it is asked for. */
import { describe, expect, test } from "vitest";
import { ReadEvent } from "../src/index.ts";
import { answer, asking, bytes, everySplit, text, thrownBy } from "./exchanges.ts";

const SIMPLE = { lenient: { simpleResponse: true } };

describe("a reply that does not begin with HTTP/", () => {
  test.each<readonly [why: string, wire: string, defect: number]>([
    ["a page", "<html>old</html>\r\n", 0],
    ["one byte", "x", 0],
    ["bytes that begin alike", "HTML page", 2],
    ["four bytes alike", "HTTP and more", 4],
    ["small letters", "http/1.1 200 OK\r\n\r\n", 0],
    ["a blank line, then a head", "\r\nHTTP/1.1 200 OK\r\n\r\n", 0],
    ["NUL and high bytes", "\0\xff\x80", 0],
    ["a long body", `y${"z".repeat(1000)}`, 0],
  ])("is the body from its first byte to the end: %s", (_why, wire, offset) => {
    const seen = everySplit(wire, { ...SIMPLE, eof: true });
    expect(seen.head).toEqual({
      version: 9,
      status: 200,
      reason: "",
      fields: [],
      defects: [{ code: "NOT_HTTP", offset, excerpt: wire.slice(0, offset + 1) }],
    });
    expect(seen).toMatchObject({
      body: wire,
      ended: true,
      framing: "close",
      willClose: true,
      rest: "",
    });
    expect(seen.states).toBe("MUST_CLOSE MUST_CLOSE");
    // Without the option it is an error of that code, at that byte.
    expect(everySplit(wire, { eof: true }).error).toMatchObject({ code: "NOT_HTTP", offset });
  });

  test.each(["H", "HT", "HTT", "HTTP"])("may end inside those five bytes: %j", (wire) => {
    const seen = everySplit(wire, { ...SIMPLE, eof: true });
    expect(seen).toMatchObject({ body: wire, ended: true, framing: "close" });
    expect(seen.head?.defects).toEqual([
      { code: "STATUS_LINE_CUT", offset: wire.length, excerpt: wire },
    ]);
    expect(everySplit(wire, { eof: true }).error).toMatchObject({
      code: "STATUS_LINE_CUT",
      offset: wire.length,
    });
  });

  test("is waited for while it may still be HTTP", () => {
    expect(everySplit("HTTP", SIMPLE)).toMatchObject({ head: null, error: null });
    expect(everySplit("HTTQ", SIMPLE)).toMatchObject({ head: { version: 9 }, body: "HTTQ" });
  });

  test.each(["page", "HTML", "HT"])(
    "has no body for HEAD, and every byte of %j is in rest",
    (wire) => {
      const seen = everySplit(wire, { ...SIMPLE, method: "HEAD", eof: true });
      expect(seen).toMatchObject({
        head: { version: 9 },
        body: "",
        ended: true,
        framing: "none",
        rest: wire,
      });
    },
  );

  test("gives its first bytes from a copy where they came in an earlier chunk", () => {
    const protocol = asking(SIMPLE);
    const first = bytes("HT");
    protocol.feed(first);
    expect(protocol.next()).toBe(ReadEvent.NEED_DATA);
    first.fill(0xaa);
    const second = bytes("ML page");
    protocol.feed(second);
    expect(protocol.next()).toBe(ReadEvent.HEAD);
    expect(protocol.next()).toBe(ReadEvent.DATA);
    expect(text(protocol.data)).toBe("HT");
    expect(text(protocol.dataSource.subarray(protocol.dataStart, protocol.dataEnd))).toBe("HT");
    expect(protocol.next()).toBe(ReadEvent.DATA);
    expect(protocol.dataSource).toBe(second);
    expect(text(protocol.data)).toBe("ML page");
  });
});

describe("what the option does not change", () => {
  test("an end before any byte is a peer that went away", () => {
    expect(everySplit("", { ...SIMPLE, eof: true }).error).toMatchObject({
      code: "REMOTE_DISCONNECTED",
    });
  });

  test("behind an interim head a reply must be HTTP", () => {
    const interim = "HTTP/1.1 100 C\r\n\r\n";
    expect(everySplit(`${interim}page`, SIMPLE).error).toMatchObject({
      code: "NOT_HTTP",
      offset: interim.length,
    });
    expect(everySplit(`${interim}HT`, { ...SIMPLE, eof: true }).error).toMatchObject({
      code: "STATUS_LINE_CUT",
      offset: interim.length + 2,
    });
  });

  test("in a second cycle a reply must be HTTP", () => {
    const protocol = asking(SIMPLE);
    expect(answer(protocol, "HTTP/1.1 204 N\r\n\r\n").isReusable).toBe(true);
    protocol.startNextCycle();
    protocol.sendHead("GET", "/");
    protocol.sendEnd();
    expect(answer(protocol, "page").error).toMatchObject({ code: "NOT_HTTP", offset: 0 });
  });

  test("no tunnel is opened by what is no HTTP", () => {
    expect(everySplit("page", { ...SIMPLE, method: "CONNECT" }).error).toMatchObject({
      code: "NOT_HTTP",
    });
  });

  test.each<readonly [why: string, wire: string, code: string]>([
    ["another version", "HTTP/2 200\r\n\r\n", "UNKNOWN_PROTOCOL"],
    ["a broken code", "HTTP/1.1 2OO\r\n\r\n", "BAD_STATUS_CODE"],
    ["a bare LF", "HTTP/1.1 200 OK\n\n", "STATUS_LINE_BARE_LF"],
    ["NUL behind the name", "HTTP/\0", "STATUS_LINE_NUL"],
    ["a bad field", "HTTP/1.1 200 OK\r\nA\r\n\r\n", "INVALID_FIELD_NAME"],
  ])("behind HTTP/ every rule holds: %s", (_why, wire, code) => {
    expect(everySplit(wire, SIMPLE).error).toMatchObject({ code });
  });

  test.each([1, 4])(
    "a line limit of %i inside the five bytes is a limit, not a body",
    (maxLineBytes) => {
      const seen = everySplit("HTTP/1.1 200 OK\r\n\r\n", { ...SIMPLE, limits: { maxLineBytes } });
      expect(seen.error).toMatchObject({
        code: "LINE_TOO_LONG",
        max: maxLineBytes,
        offset: maxLineBytes,
      });
    },
  );

  test("an error behind a simple head cannot come: there is nothing to break", () => {
    const protocol = asking(SIMPLE);
    answer(protocol, "page");
    expect(thrownBy(() => protocol.sendHead("GET", "/")).code).toBe("CANNOT_SEND_REQUEST");
    expect(answer(protocol, "HTTP/1.1 200 OK\r\n\r\n")).toMatchObject({
      body: "HTTP/1.1 200 OK\r\n\r\n",
    });
  });
});
