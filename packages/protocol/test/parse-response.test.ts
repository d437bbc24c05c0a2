import { IncompleteRead } from "@httplib/errors";
import { describe, expect, test } from "vitest";
import { parseResponse } from "../src/index.ts";
import type { ParseResponseOptions } from "../src/index.ts";
import { bytes, seeHead, text, thrownBy } from "./exchanges.ts";

const LENGTH = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKED =
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\nX: y\r\n\r\n";
const UNTIL_CLOSE = "HTTP/1.1 200 OK\r\n\r\nhello";

describe("parseResponse()", () => {
  test("gives one response with all that came before it", () => {
    const parsed = parseResponse(
      bytes(`HTTP/1.1 100 C\r\n\r\nHTTP/1.1 103 H\r\nA: b\r\n\r\n${CHUNKED}`),
    );
    expect(parsed.informational.map(({ status }) => status)).toEqual([100, 103]);
    expect(seeHead(parsed.head)).toMatchObject({
      status: 200,
      fields: [["Transfer-Encoding", "chunked"]],
    });
    expect(text(parsed.body)).toBe("hello");
    expect([...parsed.trailers!]).toEqual([["X", "y"]]);
    expect(parsed.keepAlive).toBe(true);
  });

  test.each<
    readonly [
      why: string,
      wire: string,
      behind: string,
      options: ParseResponseOptions,
      body: string,
    ]
  >([
    ["a length", LENGTH, "more", {}, "hello"],
    ["chunks", CHUNKED, "HTTP/1.1 200", {}, "hello"],
    ["until close", UNTIL_CLOSE, "", {}, "hello"],
    ["HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "hello", { method: "HEAD" }, ""],
    ["204", "HTTP/1.1 204 N\r\n\r\n", "x", {}, ""],
    ["a tunnel", "HTTP/1.1 200 OK\r\n\r\n", "tunnelled", { method: "CONNECT" }, ""],
    ["an upgrade", "HTTP/1.1 101 Go\r\n\r\n", "frames", { upgradeRequested: true }, ""],
    ["a reply without a head", "page", "", { lenient: { simpleResponse: true } }, "page"],
    ["the same to HEAD", "", "page", { method: "HEAD", lenient: { simpleResponse: true } }, ""],
  ])(
    "bytesRead counts the message and not what follows: %s",
    (_why, wire, behind, options, body) => {
      const parsed = parseResponse(bytes(wire + behind), options);
      expect(parsed.bytesRead).toBe(wire.length);
      expect(text(parsed.body)).toBe(body);
    },
  );

  test.each<readonly [why: string, wire: string, keepAlive: boolean]>([
    ["a length", LENGTH, true],
    ["until close", UNTIL_CLOSE, false],
    ["close", LENGTH.replace("\r\n", "\r\nConnection: close\r\n"), false],
    [
      "an end in place of the trailers",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
      false,
    ],
  ])("keepAlive: %s", (_why, wire, keepAlive) => {
    expect(parseResponse(bytes(wire)).keepAlive).toBe(keepAlive);
  });

  test("the body is memory of its own", () => {
    const wire = bytes(LENGTH);
    const { body } = parseResponse(wire);
    wire.fill(0xaa);
    expect(text(body)).toBe("hello");
    expect(body.buffer.byteLength).toBe(5);
  });

  test("reads a view inside a larger buffer", () => {
    const wire = bytes(`junk${LENGTH}junk`);
    const parsed = parseResponse(wire.subarray(4, wire.length - 4));
    expect([text(parsed.body), parsed.bytesRead]).toEqual(["hello", LENGTH.length]);
  });

  test.each<
    readonly [
      why: string,
      wire: string,
      code: string,
      partial: string | undefined,
      expected: number | undefined,
    ]
  >([
    ["nothing at all", "", "REMOTE_DISCONNECTED", undefined, undefined],
    ["half a status line", "HTTP/1.1 20", "STATUS_LINE_CUT", undefined, undefined],
    ["half a head", "HTTP/1.1 200 OK\r\nA: b", "INCOMPLETE_HEAD", "", undefined],
    ["half a body", LENGTH.slice(0, -2), "INCOMPLETE_READ", "hel", 2],
    ["half a chunk", CHUNKED.slice(0, CHUNKED.indexOf("llo") + 1), "INCOMPLETE_READ", "hel", 2],
    [
      "a chunk that does not end",
      CHUNKED.replace("llo\r\n", "llo!!"),
      "CHUNK_DATA_END",
      "hello",
      undefined,
    ],
    ["a broken chunk size", CHUNKED.replace("3\r\n", "x\r\n"), "CHUNK_SIZE", "he", undefined],
    ["a broken trailer", CHUNKED.replace("X:", "X"), "INVALID_FIELD_NAME", "hello", undefined],
    ["a broken field", "HTTP/1.1 200 OK\r\nA\r\n\r\n", "INVALID_FIELD_NAME", undefined, undefined],
  ])("an error has the body so far in partial: %s", (_why, wire, code, partial, expected) => {
    const error = thrownBy(() => parseResponse(bytes(wire)));
    expect(error.code).toBe(code);
    expect(error.partial === undefined ? undefined : text(error.partial)).toBe(partial);
    if (error instanceof IncompleteRead) expect(error.expected).toBe(expected);
  });

  test.each<
    readonly [
      why: string,
      wire: string,
      code: string,
      partial: string,
      expected: number | undefined,
    ]
  >([
    ["nothing at all", "", "INCOMPLETE_HEAD", "", undefined],
    ["half a status line", "HTTP/1.1 20", "INCOMPLETE_HEAD", "", undefined],
    ["half a head", "HTTP/1.1 200 OK\r\nA: b", "INCOMPLETE_HEAD", "", undefined],
    ["an interim head", "HTTP/1.1 100 C\r\n\r\n", "INCOMPLETE_HEAD", "", undefined],
    ["half a body", LENGTH.slice(0, -2), "INCOMPLETE_READ", "hel", 2],
    [
      "half a chunk",
      CHUNKED.slice(0, CHUNKED.indexOf("llo") + 1),
      "INCOMPLETE_READ",
      "hel",
      undefined,
    ],
    [
      "no trailers yet",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
      "INCOMPLETE_READ",
      "",
      undefined,
    ],
    ["a body until close", UNTIL_CLOSE, "INCOMPLETE_READ", "hello", undefined],
    ["a reply that may still be HTTP", "HT", "INCOMPLETE_HEAD", "", undefined],
  ])(
    "with eof: false an unfinished message is IncompleteRead: %s",
    (_why, wire, code, partial, expected) => {
      const lenient = { simpleResponse: true };
      const error = thrownBy(() => parseResponse(bytes(wire), { eof: false, lenient }));
      expect(error).toMatchObject({ name: "IncompleteRead", code, expected, offset: wire.length });
      expect(text(error.partial!)).toBe(partial);
      expect(error.message).toContain(`${partial.length} bytes read`);
    },
  );

  test("with eof: false a whole message is a whole message", () => {
    expect(text(parseResponse(bytes(`${CHUNKED}more`), { eof: false }).body)).toBe("hello");
  });

  test("takes limits and leniencies", () => {
    const wire = bytes("HTTP/1.1 200 OK\nContent-Length: 0\n\n");
    expect(thrownBy(() => parseResponse(wire)).code).toBe("STATUS_LINE_BARE_LF");
    expect(
      parseResponse(wire, { lenient: { bareLineFeed: true } }).head.headers.defects,
    ).toHaveLength(3);
    expect(
      thrownBy(() => parseResponse(bytes(LENGTH), { limits: { maxHeadBytes: 20 } })).code,
    ).toBe("LIMIT_EXCEEDED");
  });

  test("a caller's fault is the caller's", () => {
    expect(thrownBy(() => parseResponse(bytes(LENGTH), { method: "G T" })).code).toBe(
      "INVALID_METHOD",
    );
    expect(() => parseResponse(bytes(LENGTH), { limits: { maxLineBytes: -1 } })).toThrow(
      RangeError,
    );
  });
});
