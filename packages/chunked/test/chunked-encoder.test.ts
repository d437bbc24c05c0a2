/** ChunkedEncoder and encodeChunked: what is written, what is passed on uncopied, and what is not written. */

import { encodeLatin1, latin1 } from "@httplib/bytes";
import { InvalidRequest } from "@httplib/errors";
import { HTTPMessage } from "@httplib/headers";
import type { HeadersInput } from "@httplib/headers";
import { describe, expect, test } from "vitest";
import {
  ChunkedDecoder,
  ChunkedEncoder,
  decodeChunked,
  encodeChunked,
  isForbiddenTrailer,
} from "../src/index.ts";

const join = (parts: readonly Uint8Array[]): string => parts.map((part) => latin1(part)).join("");

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof InvalidRequest) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

describe("encode()", () => {
  test("gives size line, the data itself, CRLF", () => {
    const data = encodeLatin1("hello");
    const parts = new ChunkedEncoder().encode(data);
    expect(parts).toHaveLength(3);
    expect(parts[1]).toBe(data);
    expect([latin1(parts[0]!), latin1(parts[2]!)]).toEqual(["5\r\n", "\r\n"]);
  });

  test("writes the size in capital hexadecimal without zeros before it, as CPython does", () => {
    for (const length of [1, 9, 10, 15, 16, 255, 4096, 43_981]) {
      const [line] = new ChunkedEncoder().encode(new Uint8Array(length));
      expect(latin1(line!)).toBe(`${length.toString(16).toUpperCase()}\r\n`);
    }
  });

  test("gives nothing for empty data: that would be the last chunk", () => {
    const encoder = new ChunkedEncoder();
    expect(encoder.encode(new Uint8Array(0))).toEqual([]);
    expect(encoder.encode(new Uint8Array(0), { extensions: ";a=b" })).toEqual([]);
    expect(latin1(encoder.finish())).toBe("0\r\n\r\n");
  });

  test.each([
    ";a",
    ";a=b",
    " ; a = b;c",
    ';a="b;\\"c"',
    ';a="\xe9"',
    ";chunk-signature=0123abcd",
    "",
  ])("writes the extensions %j as they are, and the decoder gives them back", (extensions) => {
    const coded = join(new ChunkedEncoder().encode(encodeLatin1("hello"), { extensions }));
    expect(coded).toBe(`5${extensions}\r\nhello\r\n`);
    const decoder = new ChunkedDecoder();
    decoder.push(encodeLatin1(coded));
    decoder.pull();
    expect(decoder.chunkExtensions).toBe(extensions);
  });

  test.each([
    "a=b",
    " ",
    ";",
    ";a=",
    ";=b",
    ";a b",
    ";a=b\r\n",
    "\r\n",
    ";a\n",
    ";a\r",
    ';a="b',
    ";a=\0",
    ";\xe9",
    ";a=\u0100",
    "0",
    "A;b=c",
    ";a=b\r\n\r\n5;c",
    `;a=${"x".repeat(20_000)}`,
  ])(
    "refuses the extensions %j, which a strict decoder would refuse, and writes nothing",
    (extensions) => {
      const encoder = new ChunkedEncoder();
      expect(codeOf(() => encoder.encode(encodeLatin1("hello"), { extensions }))).toBe(
        "INVALID_BODY",
      );
      expect(() => encoder.encode(encodeLatin1("hello"), { extensions })).toThrow(
        /^Cannot encode a chunk: found ".*", expected extensions by RFC 9112, Section 7\.1\.1$/,
      );
      expect(join(encoder.encode(encodeLatin1("hello")))).toBe("5\r\nhello\r\n");
    },
  );

  test.each<readonly [string, unknown]>([
    ["string", "hello"],
    ["object", null],
    ["undefined", undefined],
    ["object", [1, 2]],
    ["object", new ArrayBuffer(2)],
    ["object", new Uint16Array(2)],
  ])("takes a Uint8Array and no %s", (kind, data) => {
    const encoder = new ChunkedEncoder();
    expect(() => encoder.encode(data as Uint8Array)).toThrow(TypeError);
    expect(() => encoder.encode(data as Uint8Array)).toThrow(
      `Cannot encode a chunk: found ${kind}, expected a Uint8Array`,
    );
  });

  test("a Node Buffer is passed on as it is", () => {
    const data = Buffer.from("hi");
    expect(new ChunkedEncoder().encode(data)[1]).toBe(data);
  });
});

describe("finish()", () => {
  test.each<readonly [string, HeadersInput | undefined, string]>([
    ["nothing", undefined, ""],
    ["no fields", {}, ""],
    ["a record", { "X-A": "1", b: ["2", 3] }, "X-A: 1\r\nb: 2\r\nb: 3\r\n"],
    [
      "pairs",
      [
        ["X-A", "1"],
        ["x-a", Uint8Array.of(0xe9)],
      ],
      "X-A: 1\r\nx-a: \xe9\r\n",
    ],
    ["a message", new HTTPMessage([["Digest", "x"]]), "Digest: x\r\n"],
    ["a Map", new Map([["Server-Timing", "a"]]), "Server-Timing: a\r\n"],
  ])("writes the last chunk with %s as trailers", (_what, trailers, lines) => {
    expect(latin1(new ChunkedEncoder().finish(trailers))).toBe(`0\r\n${lines}\r\n`);
  });

  test("is the end: encode() and finish() behind it are refused", () => {
    const encoder = new ChunkedEncoder();
    encoder.finish();
    expect(codeOf(() => encoder.encode(encodeLatin1("x")))).toBe("INVALID_BODY");
    expect(codeOf(() => encoder.encode(new Uint8Array(0)))).toBe("INVALID_BODY");
    expect(codeOf(() => encoder.finish())).toBe("INVALID_BODY");
    expect(() => encoder.finish()).toThrow(
      "Cannot encode a chunk: found the last one before it, expected none",
    );
  });

  test.each<readonly [string, unknown, string]>([
    ["a field that frames", { "Content-Length": 5 }, "FORBIDDEN_TRAILER"],
    ["a name of no token", { "a b": "1" }, "INVALID_FIELD_NAME"],
    ["a line end in a value", { a: "1\r\nb: 2" }, "INVALID_FIELD_VALUE"],
    ["a control character", { a: "\x01" }, "INVALID_FIELD_VALUE"],
    ["a character above U+00FF", { a: "\u010a" }, "INVALID_FIELD_VALUE"],
    ["continuation lines", [["a", ["1", "2"]]], "INVALID_FIELD_VALUE"],
    ["what is neither pairs nor a record", "a: 1", "INVALID_FIELD_VALUE"],
    ["null", null, "INVALID_FIELD_VALUE"],
  ])("refuses %s and leaves the body open", (_what, trailers, code) => {
    const encoder = new ChunkedEncoder();
    expect(codeOf(() => encoder.finish(trailers as HeadersInput))).toBe(code);
    expect(latin1(encoder.finish({ a: "1" }))).toBe("0\r\na: 1\r\n\r\n");
  });
});

describe("a trailer must not be", () => {
  test.each([
    "Transfer-Encoding",
    "content-length",
    "HOST",
    "Cache-Control",
    "Expect",
    "Max-Forwards",
    "Pragma",
    "Range",
    "TE",
    "If-Match",
    "If-None-Match",
    "if-range",
    "If-Modified-Since",
    "Authorization",
    "Proxy-Authorization",
    "Proxy-Authenticate",
    "WWW-Authenticate",
    "Cookie",
    "Set-Cookie",
    "Content-Encoding",
    "Content-Type",
    "Content-Range",
    "Trailer",
    "Connection",
    "Proxy-Connection",
    "Keep-Alive",
    "Upgrade",
  ])("%s (RFC 9110 §6.5.1)", (name) => {
    expect(isForbiddenTrailer(name)).toBe(true);
    expect(codeOf(() => encodeChunked([], [[name, "1"]]))).toBe("FORBIDDEN_TRAILER");
  });

  test.each([
    "Digest",
    "Server-Timing",
    "ETag",
    "X-If-Match",
    "Content-MD5",
    "Contents-Type",
    "Cookies",
    "Hosts",
    "t",
    "tex",
    "te|trailer",
    "__proto__",
    "X-Content-Length",
    "Authenticate",
    "\u212aeep-alive",
  ])("%s may", (name) => {
    expect(isForbiddenTrailer(name)).toBe(false);
  });
});

describe("encodeChunked()", () => {
  test("codes bytes as one chunk, and each item of an iterable as one", () => {
    expect(latin1(encodeChunked(encodeLatin1("hello")))).toBe("5\r\nhello\r\n0\r\n\r\n");
    const items = ["he", "", "llo"].map((item) => encodeLatin1(item));
    expect(latin1(encodeChunked(items))).toBe("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n");
    expect(latin1(encodeChunked(new Set(items).values(), { A: "b" }))).toBe(
      "2\r\nhe\r\n3\r\nllo\r\n0\r\nA: b\r\n\r\n",
    );
  });

  test("codes nothing as the last chunk", () => {
    expect(latin1(encodeChunked([]))).toBe("0\r\n\r\n");
    expect(latin1(encodeChunked(new Uint8Array(0)))).toBe("0\r\n\r\n");
  });

  test("takes no text", () => {
    expect(() => encodeChunked("hello" as unknown as Uint8Array)).toThrow(TypeError);
    expect(() => encodeChunked(["hello"] as unknown as Uint8Array[])).toThrow(TypeError);
  });

  test("gives memory of its own", () => {
    const data = encodeLatin1("hello");
    const coded = encodeChunked(data);
    data.fill(0);
    expect(latin1(decodeChunked(coded).body)).toBe("hello");
  });
});
