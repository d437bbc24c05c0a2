/** What a chunked body may look like (RFC 9112 §7.1), each row in every cut. */

import { encodeLatin1 } from "@httplib/bytes";
import { describe, expect, test } from "vitest";
import { ChunkedDecoder } from "../src/index.ts";
import { seeEveryCut } from "./every-cut.ts";
import type { Seen } from "./every-cut.ts";

type Chunks = Seen["chunks"];
const text = `"${Array.from({ length: 224 }, (_, i) => String.fromCharCode(i + 32))
  .filter((character) => !'"\\\x7f'.includes(character))
  .join("")}\t"`;

const rows: readonly (readonly [why: string, wire: string, body: string, chunks: Chunks])[] = [
  ["no data", "0\r\n\r\n", "", []],
  ["one chunk", "5\r\nhello\r\n0\r\n\r\n", "hello", [[5, ""]]],
  [
    "several chunks",
    "2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    "hello",
    [
      [2, ""],
      [3, ""],
    ],
  ],
  [
    "data that looks like a chunk line",
    "7\r\n0\r\n\r\n0\r\r\n0\r\n\r\n",
    "0\r\n\r\n0\r",
    [[7, ""]],
  ],
  [
    "digits of both cases",
    "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
    "01234567890123456789",
    [
      [10, ""],
      [10, ""],
    ],
  ],
  [
    "zeros before the size, up to 16 digits",
    "0000000000000005\r\nhello\r\n0000000000000000\r\n\r\n",
    "hello",
    [[5, ""]],
  ],
  [
    "13 digits and 14",
    "0000000000001\r\na\r\n00000000000001\r\nb\r\n0\r\n\r\n",
    "ab",
    [
      [1, ""],
      [1, ""],
    ],
  ],
  ["an extension without value", "1;a\r\nx\r\n0\r\n\r\n", "x", [[1, ";a"]]],
  ["an extension with a token", "1;a=b\r\nx\r\n0;c=d\r\n\r\n", "x", [[1, ";a=b"]]],
  ["several extensions", "1;a=b;c;d=e\r\nx\r\n0\r\n\r\n", "x", [[1, ";a=b;c;d=e"]]],
  [
    "white space where BWS may be",
    '1 \t; \ta\t = \tb ; c ; d = "e" ;f\r\nx\r\n0\r\n\r\n',
    "x",
    [[1, ' \t; \ta\t = \tb ; c ; d = "e" ;f']],
  ],
  ["an empty quoted value", '1;a=""\r\nx\r\n0\r\n\r\n', "x", [[1, ';a=""']]],
  [
    "every octet a quoted value may hold",
    `1;a=${text}\r\nx\r\n0\r\n\r\n`,
    "x",
    [[1, `;a=${text}`]],
  ],
  [
    "quoted pairs",
    '1;a="\\"\\\\\\a\\\t\\\xff"\r\nx\r\n0\r\n\r\n',
    "x",
    [[1, ';a="\\"\\\\\\a\\\t\\\xff"']],
  ],
  ["a semicolon inside quotes", '1;a=";b=\\"c"\r\nx\r\n0\r\n\r\n', "x", [[1, ';a=";b=\\"c"']]],
  [
    "extensions of one chunk are not those of the next",
    "1;a\r\nx\r\n1\r\ny\r\n0\r\n\r\n",
    "xy",
    [
      [1, ";a"],
      [1, ""],
    ],
  ],
];

describe("a chunked body", () => {
  test.each(rows)("%s", (_why, wire, body, chunks) => {
    expect(seeEveryCut(wire)).toEqual({
      body,
      chunks,
      trailers: null,
      defects: [],
      used: wire.length,
      error: null,
    });
  });

  test.each(rows)("what stands behind it is left alone: %s", (_why, wire, body) => {
    expect(seeEveryCut(`${wire}HTTP/1.1 200 OK\r\n`)).toMatchObject({
      body,
      used: wire.length,
      error: null,
    });
  });
});

describe("trailers", () => {
  test.each<readonly [string, string, [string, string][]]>([
    ["one field", "X-Sum: 1\r\n", [["X-Sum", "1"]]],
    [
      "order, case, repeats and folds",
      "b: 1\r\nA: 2\r\n 3\r\nB:4\r\n",
      [
        ["b", "1"],
        ["A", "2 3"],
        ["B", "4"],
      ],
    ],
    [
      "framing fields are data here",
      "Content-Length: 5\r\nTransfer-Encoding: gzip\r\n",
      [
        ["Content-Length", "5"],
        ["Transfer-Encoding", "gzip"],
      ],
    ],
    [
      "names of prototypes",
      "__proto__: a\r\nconstructor: b\r\n",
      [
        ["__proto__", "a"],
        ["constructor", "b"],
      ],
    ],
    ["obs-text", "X: \xe9\xff\r\n", [["X", "\xe9\xff"]]],
  ])("%s", (_why, lines, trailers) => {
    const wire = `2\r\nhi\r\n0;last\r\n${lines}\r\n`;
    expect(seeEveryCut(`${wire}rest`)).toMatchObject({
      body: "hi",
      trailers,
      used: wire.length,
      error: null,
    });
  });

  test("are null where there are none", () => {
    expect(seeEveryCut("2\r\nhi\r\n0\r\n\r\n").trailers).toBeNull();
  });
});

describe("the end of the input", () => {
  test("right behind the last chunk line is the end of the body", () => {
    const wire = "2\r\nhi\r\n0\r\n";
    expect(seeEveryCut(wire)).toMatchObject({
      body: "hi",
      trailers: null,
      used: wire.length,
      error: null,
    });
    expect(seeEveryCut(wire, {}, false)).toMatchObject({ body: "hi", used: null, error: null });
  });
});

describe("spaceAfterChunkSize", () => {
  const lenient = { spaceAfterChunkSize: true };

  test("a hundred uses are recorded, and an endless body records no more", () => {
    const decoder = new ChunkedDecoder({ lenient });
    decoder.push(encodeLatin1("1 \r\nx\r\n".repeat(1000)));
    let bytes = 0;
    for (let run = decoder.pull(); run !== null; run = decoder.pull()) bytes += run.length;
    expect(bytes).toBe(1000);
    expect(decoder.defects).toHaveLength(100);
  });
  test.each<readonly [string, string, readonly (readonly [number, string])[]]>([
    ["a blank", "5 \r\nhello\r\n0\r\n\r\n", [[2, "5 \r"]]],
    [
      "tabs and blanks",
      "5\t \r\nhello\r\n0 \r\n\r\n",
      [
        [3, "5\t \r"],
        [14, "0 \r"],
      ],
    ],
  ])("lets %s through and records it", (_why, wire, defects) => {
    const seen = seeEveryCut(wire, { lenient });
    expect(seen).toMatchObject({ body: "hello", error: null, used: wire.length });
    expect(seen.defects).toEqual(
      defects.map(([offset, excerpt]) => ({ code: "SPACE_AFTER_CHUNK_SIZE", offset, excerpt })),
    );
    const [first] = defects;
    expect(seeEveryCut(wire).error).toMatchObject({
      code: "SPACE_AFTER_CHUNK_SIZE",
      offset: first?.[0],
      excerpt: first?.[1],
    });
  });

  test("shows the blanks as extension text, and records nothing before an extension", () => {
    expect(seeEveryCut("5 \r\nhello\r\n0\r\n\r\n", { lenient }).chunks).toEqual([[5, " "]]);
    expect(seeEveryCut("5 ;a\r\nhello\r\n0\r\n\r\n", { lenient }).defects).toEqual([]);
  });

  test.each([
    ["no digit behind them", "5 5\r\nhello\r\n0\r\n\r\n", "SPACE_AFTER_CHUNK_SIZE", 2],
    ["no blanks before the size", " 5\r\nhello\r\n", "CHUNK_SIZE", 0],
    ["no line feed", "5 \nhello", "BARE_LF", 2],
    ["no blanks behind an extension", "5;a \r\nhello", "CHUNK_EXTENSION", 4],
  ])("lets through %s", (_why, wire, code, offset) => {
    expect(seeEveryCut(wire, { lenient }).error).toMatchObject({ code, offset });
  });
});
