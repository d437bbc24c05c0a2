/** What a chunked body must not look like, each row in every cut: the rule, and the byte that breaks it. */

import { describe, expect, test } from "vitest";
import { seeEveryCut } from "./every-cut.ts";

const lines: readonly (readonly [why: string, line: string, code: string, offset: number])[] = [
  ["nothing before the line end", "\r\n", "CHUNK_SIZE", 0],
  ["no digit", "x\r\n", "CHUNK_SIZE", 0],
  ["a sign", "+5\r\n", "CHUNK_SIZE", 0],
  ["a minus sign", "-5\r\n", "CHUNK_SIZE", 0],
  ["a blank before the size", " 5\r\n", "CHUNK_SIZE", 0],
  ["an extension without size", ";a=b\r\n", "CHUNK_SIZE", 0],
  ["a line feed first", "\n5\r\n", "CHUNK_SIZE", 0],
  ["a NUL first", "\x005\r\n", "CHUNK_SIZE", 0],
  ["2^53", "20000000000000\r\n", "CHUNK_SIZE_TOO_LARGE", 14],
  ["2^64 - 1", "FFFFFFFFFFFFFFFF\r\n", "CHUNK_SIZE_TOO_LARGE", 16],
  ["2^53 judged before what follows it", "20000000000000 \r\n", "CHUNK_SIZE_TOO_LARGE", 14],
  ["a prefix for hexadecimal", "0x5\r\n", "CHUNK_EXTENSION", 1],
  ["a separator of digits", "1_0\r\n", "CHUNK_EXTENSION", 1],
  ["a fraction", "5.0\r\n", "CHUNK_EXTENSION", 1],
  ["a digit that is none in ASCII", "5\xb2\r\n", "CHUNK_EXTENSION", 1],
  ["a name without semicolon", "5q=b\r\n", "CHUNK_EXTENSION", 1],
  ["white space behind the size", "5 \r\n", "SPACE_AFTER_CHUNK_SIZE", 2],
  ["a tab behind the size", "5\t\t\r\n", "SPACE_AFTER_CHUNK_SIZE", 3],
  ["text behind white space", "5 a\r\n", "SPACE_AFTER_CHUNK_SIZE", 2],
  ["an empty extension", "5;\r\n", "CHUNK_EXTENSION", 2],
  ["two semicolons", "5;;a\r\n", "CHUNK_EXTENSION", 2],
  ["a value without name", "5;=b\r\n", "CHUNK_EXTENSION", 2],
  ["no value behind the equals sign", "5;a=\r\n", "CHUNK_EXTENSION", 4],
  ["two equals signs", "5;a==b\r\n", "CHUNK_EXTENSION", 4],
  ["a name of no token", "5;a/b\r\n", "CHUNK_EXTENSION", 3],
  ["a quoted name", '5;"a"=b\r\n', "CHUNK_EXTENSION", 2],
  ["a value of no token", "5;a=b/c\r\n", "CHUNK_EXTENSION", 5],
  ["two names", "5;a b\r\n", "CHUNK_EXTENSION", 4],
  ["two values", "5;a=b c\r\n", "CHUNK_EXTENSION", 6],
  ["text behind a quoted value", '5;a="b"c\r\n', "CHUNK_EXTENSION", 7],
  ["a quoted value behind a token", '5;a=b"c"\r\n', "CHUNK_EXTENSION", 5],
  ["blanks behind a name", "5;a \r\n", "CHUNK_EXTENSION", 4],
  ["blanks behind a value", "5;a=b\t\r\n", "CHUNK_EXTENSION", 6],
  ["blanks behind a quoted value", '5;a="b" \r\n', "CHUNK_EXTENSION", 8],
  ["a line end inside quotes", '5;a="b\r\n"\r\n', "CHUNK_EXTENSION", 6],
  ["an escaped line end", '5;a="\\\r\n"\r\n', "CHUNK_EXTENSION", 6],
  ["obs-text outside quotes", "5;a=\xe9\r\n", "CHUNK_EXTENSION", 4],
  ["a line feed alone", "5\nhello\r\n", "BARE_LF", 1],
  ["… behind blanks", "5 \n", "BARE_LF", 2],
  ["… behind an extension", "5;a=b\nhello", "BARE_LF", 5],
  ["… inside quotes", '5;a="\n"\r\n', "BARE_LF", 5],
  ["… behind an escape", '5;a="\\\n"\r\n', "BARE_LF", 6],
  ["… behind a semicolon", "5;\n", "BARE_LF", 2],
  ["a carriage return alone", "5\rhello", "BARE_CR", 2],
  ["… twice", "5\r\r\n", "BARE_CR", 2],
  ["… inside an extension", "5;a\rb\r\n", "BARE_CR", 4],
  ["a NUL behind the size", "5\0\r\n", "CHUNK_LINE_CONTROL", 1],
  ["a vertical tab behind the size", "5\x0b\r\n", "CHUNK_LINE_CONTROL", 1],
  ["a NUL in a name", "5;a\0\r\n", "CHUNK_LINE_CONTROL", 3],
  ["a DEL in a value", "5;a=b\x7f\r\n", "CHUNK_LINE_CONTROL", 5],
  ["a control character inside quotes", '5;a="\x01"\r\n', "CHUNK_LINE_CONTROL", 5],
  ["a DEL behind an escape", '5;a="\\\x7f"\r\n', "CHUNK_LINE_CONTROL", 6],
];

describe("a chunk line is refused for", () => {
  test.each(lines)("%s", (_why, line, code, offset) => {
    const seen = seeEveryCut(`${line}hello\r\n0\r\n\r\n`);
    expect(seen).toMatchObject({ body: "", trailers: null, used: null });
    expect(seen.error).toMatchObject({
      name: "ProtocolError",
      code,
      offset,
      excerpt: line.slice(0, offset + 1),
    });
    expect(seen.error?.message).toMatch(
      /^Cannot read a chunk: found "[ -~]+" \(\w+\), expected RFC 9112, Section 7\.1$/,
    );
  });

  test.each(lines)("… behind a chunk: %s", (_why, line, code, offset) => {
    const seen = seeEveryCut(`4;a=b\r\nwiki\r\n${line}`);
    expect(seen).toMatchObject({ body: "wiki", chunks: [[4, ";a=b"]] });
    expect(seen.error).toMatchObject({
      code,
      offset: 13 + offset,
      excerpt: line.slice(0, offset + 1),
    });
  });

  test("seventeen digits, whatever they are", () => {
    for (const digits of [
      "0".repeat(17),
      `${"0".repeat(16)}5`,
      "F".repeat(17),
      "0".repeat(60_000),
    ]) {
      expect(seeEveryCut(`${digits}\r\n`).error).toMatchObject({
        name: "LineTooLong",
        code: "LINE_TOO_LONG",
        limit: "chunk size 16",
        offset: 16,
        excerpt: digits.slice(0, 17),
      });
    }
  });

  test("an excerpt is at most 40 bytes, the offending one last", () => {
    const line = `5;${"a".repeat(60)}/`;
    expect(seeEveryCut(`${line}\r\n`).error).toMatchObject({
      excerpt: line.slice(-40),
      offset: 62,
    });
  });
});

describe("the data of a chunk must be followed by CRLF:", () => {
  test.each([
    ["another byte", "5\r\nhelloX", 8, "X"],
    ["… that a lenient decoder would skip", "5\r\nhelloXX0\r\n\r\n", 8, "X"],
    ["a line feed alone", "5\r\nhello\n0\r\n", 8, "\n"],
    ["a carriage return alone", "5\r\nhello\rX", 9, "X"],
    ["two carriage returns", "5\r\nhello\r\r\n", 9, "\r"],
    ["more data than declared", "5\r\nhello!\r\n0\r\n\r\n", 8, "!"],
    ["the next size at once", "5\r\nhello0\r\n\r\n", 8, "0"],
    ["an octet above 0x7F", "5\r\nhello\xe9", 8, "\xe9"],
  ])("%s", (_why, wire, offset, excerpt) => {
    const seen = seeEveryCut(wire);
    expect(seen.body).toBe("hello");
    expect(seen.error).toMatchObject({
      name: "ProtocolError",
      code: "CHUNK_DATA_END",
      offset,
      excerpt,
    });
  });

  test("less data than declared takes the line end as data", () => {
    const seen = seeEveryCut("7\r\nhello\r\n0\r\n\r\n");
    expect(seen).toMatchObject({
      body: "hello\r\n",
      error: { code: "CHUNK_DATA_END", offset: 10, excerpt: "0" },
    });
  });
});

describe("trailers are refused for", () => {
  const before = "2\r\nhi\r\n0\r\n";
  test.each([
    ["a line feed alone", "A: b\n\r\n", "BARE_LF", 4],
    ["a line feed as the blank line", "\n", "BARE_LF", 0],
    ["a carriage return alone", "\rX", "BARE_CR", 1],
    ["a NUL", "A: \0\r\n\r\n", "NUL", 3],
    ["a line without colon", "A\r\n\r\n", "INVALID_FIELD_NAME", 2],
    ["a blank before the colon", "A : b\r\n\r\n", "INVALID_FIELD_NAME", 1],
    ["a blank first", " A: b\r\n\r\n", "LEADING_WHITESPACE", 0],
    ["a folded framing field", "Content-Length: 1\r\n 0\r\n\r\n", "FOLDED_FRAMING_FIELD", 19],
  ])("%s", (_why, lines_, code, offset) => {
    const lenient = { bareLineFeed: true, skipInvalidFields: true, spaceAfterChunkSize: true };
    for (const options of [{}, { lenient }]) {
      const seen = seeEveryCut(before + lines_, options);
      expect(seen).toMatchObject({ body: "hi", trailers: null });
      expect(seen.error).toMatchObject({
        name: "ProtocolError",
        code,
        offset: before.length + offset,
      });
      expect(seen.error?.message).toMatch(/^Cannot read a trailer line: found /);
      expect(seen.error?.excerpt).toBe(lines_.slice(0, offset + 1));
    }
  });

  test.each([
    ["257 lines", "A: b\r\n".repeat(257), "LimitExceeded", "maxHeaderFields 256", 256 * 6],
    [
      "a line of 65537 bytes",
      `A: ${"b".repeat(65_534)}`,
      "LineTooLong",
      "trailer line 65536",
      65_536,
    ],
  ])("%s", (_why, lines_, name, limit, offset) => {
    expect(seeEveryCut(before + lines_).error).toMatchObject({
      name,
      limit,
      offset: before.length + offset,
    });
  });

  test("bounds of the caller's", () => {
    const limits = { maxHeaderFields: 1, maxLineBytes: 8, maxHeadBytes: 12 };
    expect(seeEveryCut(`${before}A: b\r\nC: d\r\n`, { limits }).error).toMatchObject({
      limit: "maxHeaderFields 1",
    });
    expect(seeEveryCut(`${before}A: bcdef\r\n`, { limits }).error).toMatchObject({
      limit: "trailer line 8",
    });
    const more = { ...limits, maxHeaderFields: 9 };
    expect(seeEveryCut(`${before}A: b\r\nC: d\r\nE: f`, { limits: more }).error).toMatchObject({
      limit: "maxHeadBytes 12",
    });
  });
});
