/** Every bound of a field section: the last that passes, the first that does not, and where. */

import { describe, expect, test } from "vitest";
import { HeaderParser, parseHeaders } from "../src/index.ts";
import type { Limits } from "../src/index.ts";
import { seeEveryCut } from "./every-cut.ts";

const line = (length: number): string => `A: ${"b".repeat(length - 5)}\r\n`;
const fold = (length: number): string => ` ${"b".repeat(length - 3)}\r\n`;

const rows: readonly (readonly [
  what: string,
  limits: Partial<Limits>,
  block: string,
  limit: string | null,
  offset: number,
])[] = [
  ["a line of 65536 bytes", {}, `${line(65_536)}\r\n`, null, 0],
  ["a line of 65537 bytes", {}, `${line(65_537)}\r\n`, "header line 65536", 65_536],
  [
    "a second line that is too long",
    {},
    `${line(9)}${line(65_537)}\r\n`,
    "header line 65536",
    65_545,
  ],
  ["a fold of 65536 bytes", {}, `${line(9)}${fold(65_536)}\r\n`, null, 0],
  ["a fold of 65537 bytes", {}, `${line(9)}${fold(65_537)}\r\n`, "header line 65536", 65_545],
  ["a line of the settled length", { maxLineBytes: 10 }, `${line(10)}${fold(10)}\r\n`, null, 0],
  ["one byte more", { maxLineBytes: 10 }, `${line(11)}\r\n`, "header line 10", 10],
  ["a name without end", { maxLineBytes: 10 }, "a".repeat(11), "header line 10", 10],
  ["a blank line over the bound", { maxLineBytes: 1 }, "\r\n", "header line 1", 1],
  ["no byte at all allowed", { maxLineBytes: 0 }, "\r\n", "header line 0", 0],
  ["a section of 262144 bytes", {}, `${line(65_536).repeat(3)}${line(65_534)}\r\n`, null, 0],
  [
    "a section of 262145 bytes",
    {},
    `${line(65_536).repeat(3)}${line(65_535)}\r\n`,
    "maxHeadBytes 262144",
    262_144,
  ],
  ["a section of the settled length", { maxHeadBytes: 20 }, `${line(9)}${line(9)}\r\n`, null, 0],
  [
    "a section of one byte more",
    { maxHeadBytes: 19 },
    `${line(9)}${line(9)}\r\n`,
    "maxHeadBytes 19",
    19,
  ],
  [
    "where both bounds meet, the line's is named",
    { maxHeadBytes: 10, maxLineBytes: 10 },
    line(11),
    "header line 10",
    10,
  ],
  ["256 lines", {}, `${"A: b\r\n".repeat(256)}\r\n`, null, 0],
  ["257 lines", {}, `${"A: b\r\n".repeat(257)}\r\n`, "maxHeaderFields 256", 256 * 6],
  ["255 lines and a fold", {}, `${"A: b\r\n".repeat(255)} c\r\n\r\n`, null, 0],
  [
    "256 lines and a fold",
    {},
    `${"A: b\r\n".repeat(256)} c\r\n\r\n`,
    "maxHeaderFields 256",
    256 * 6,
  ],
  ["two lines of two", { maxHeaderFields: 2 }, "A: b\r\nA: b\r\n\r\n", null, 0],
  [
    "three lines of two",
    { maxHeaderFields: 2 },
    "A: b\r\nA: b\r\nA: b\r\n\r\n",
    "maxHeaderFields 2",
    12,
  ],
  [
    "a line that begins badly is first one too many",
    { maxHeaderFields: 1 },
    "A: b\r\n\0",
    "maxHeaderFields 1",
    6,
  ],
  ["no line allowed", { maxHeaderFields: 0 }, "\r\n", null, 0],
  ["a line where none is allowed", { maxHeaderFields: 0 }, "A: b\r\n\r\n", "maxHeaderFields 0", 0],
];

describe("a bound holds in every cut:", () => {
  test.each(rows)("%s", (_what, limits, block, limit, offset) => {
    const { error, used } = seeEveryCut(block, { limits });
    if (limit === null) {
      expect({ error, used }).toEqual({ error: undefined, used: block.length });
      return;
    }
    const name = limit.startsWith("header line") ? "LineTooLong" : "LimitExceeded";
    expect(error).toMatchObject({
      name,
      limit,
      offset,
      code: name === "LineTooLong" ? "LINE_TOO_LONG" : "LIMIT_EXCEEDED",
    });
    expect(error?.excerpt).toBe(block.slice(Math.max(0, offset - 39), offset + 1));
  });

  test("dropped lines and folds are counted too", () => {
    const lenient = { skipInvalidFields: true };
    const block = "A\r\n b\r\nC: d\r\n\r\n";
    expect(seeEveryCut(block, { lenient, limits: { maxHeaderFields: 3 } }).fields).toEqual([
      ["C", "d"],
    ]);
    const { error } = seeEveryCut(block, { lenient, limits: { maxHeaderFields: 2 } });
    expect(error).toMatchObject({ limit: "maxHeaderFields 2", offset: 7 });
    const long = seeEveryCut(`\0${"x".repeat(20)}\r\n\r\n`, {
      lenient,
      limits: { maxLineBytes: 10 },
    });
    expect(long.error).toMatchObject({ limit: "header line 10", offset: 10 });
  });
});

describe("a bound must be an integer from 0 to 2^53 - 1:", () => {
  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "5"])(
    "%s is none",
    (value) => {
      const limits = { maxLineBytes: value } as Partial<Limits>;
      expect(() => new HeaderParser({ limits })).toThrow(RangeError);
      expect(() => parseHeaders(new Uint8Array(0), { limits })).toThrow(
        /^Cannot set maxLineBytes: found /,
      );
    },
  );

  test("what is undefined is the default", () => {
    const limits = { maxLineBytes: undefined } as unknown as Partial<Limits>;
    expect(seeEveryCut(line(70_000), { limits }).error).toMatchObject({
      limit: "header line 65536",
    });
  });

  test("2^53 - 1 allows a line of any length", () => {
    const most = Number.MAX_SAFE_INTEGER;
    const limits = { maxLineBytes: most, maxHeadBytes: most, maxHeaderFields: most };
    const block = new TextEncoder().encode(`${line(400_000).repeat(2)}\r\n`);
    expect(parseHeaders(block, { limits }).headers.size).toBe(2);
  });
});
