/**
 * What chunk lines may waste (CVE-2023-39326): 16 bytes a line and twice the data are free, the rest adds up over the
 * body, is paid back by leaner chunks, and is bounded.
 */

import { describe, expect, test } from "vitest";
import { ChunkedDecoder } from "../src/index.ts";
import { seeEveryCut } from "./every-cut.ts";

/** A chunk of `size` bytes whose line has `length` bytes with its CRLF. */
function chunk(size: number, length: number): string {
  const digits = size.toString(16);
  const extension =
    length === digits.length + 2 ? "" : `;${"e".repeat(length - digits.length - 3)}`;
  return `${digits}${extension}\r\n${"d".repeat(size)}\r\n`;
}
const END = "0\r\n\r\n";

/** Go's rule, written down a second time: overhead behind each line, or where the bound is passed. */
function model(lines: readonly (readonly [size: number, length: number])[], max: number): boolean {
  let overhead = 0;
  for (const [size, length] of lines) {
    overhead = Math.max(0, overhead + length - 16 - 2 * size);
    if (overhead > max || length > max + 18) return false;
  }
  return true;
}

const rows: readonly (readonly [
  why: string,
  max: number,
  lines: readonly (readonly [number, number])[],
])[] = [
  ["a line that wastes exactly the bound", 100, [[1, 118]]],
  ["one byte more", 100, [[1, 119]]],
  [
    "two lines that waste the bound together",
    100,
    [
      [1, 68],
      [1, 68],
    ],
  ],
  [
    "one byte more in the second",
    100,
    [
      [1, 68],
      [1, 69],
    ],
  ],
  [
    "what a lean chunk pays back",
    100,
    [
      [1, 118],
      [50, 10],
      [1, 118],
    ],
  ],
  [
    "what a chunk without extensions pays back",
    100,
    [
      [1, 118],
      [50, 4],
      [1, 118],
    ],
  ],
  [
    "… and not what it does not",
    100,
    [
      [1, 118],
      [40, 4],
      [1, 118],
    ],
  ],
  [
    "no credit for more than was wasted",
    100,
    [
      [5000, 6],
      [1, 119],
    ],
  ],
  ["no single line over the bound and 18, whatever its data", 100, [[60, 118]]],
  ["… one byte more", 100, [[60, 119]]],
  ["nothing to waste", 0, [[1, 18]]],
  ["… one byte more", 0, [[1, 19]]],
  [
    "a plain line where there is nothing to waste",
    0,
    [
      [1, 3],
      [15, 3],
      [16, 4],
    ],
  ],
  ["Go's default", 16_384, [[1, 16_402]]],
  ["… one byte more", 16_384, [[1, 16_403]]],
  [
    "three hundred lines of 70 bytes for a byte each",
    16_384,
    Array.from({ length: 300 }, () => [1, 70]),
  ],
  ["four hundred", 16_384, Array.from({ length: 400 }, () => [1, 70])],
  [
    "any number of lines of 18 bytes for a byte each",
    16_384,
    Array.from({ length: 500 }, () => [1, 18]),
  ],
];

describe("overhead", () => {
  test.each(rows)("%s", (_why, max, lines) => {
    const wire = lines.map(([size, length]) => chunk(size, length)).join("") + END;
    const seen = seeEveryCut(wire, { limits: { maxChunkOverhead: max } });
    if (model(lines, max)) {
      expect(seen).toMatchObject({ error: null, used: wire.length });
      return;
    }
    expect(seen.error).toMatchObject({
      name: "LimitExceeded",
      code: "LIMIT_EXCEEDED",
      limit: `maxChunkOverhead ${max}`,
    });
  });

  test.each([
    ["a bound passed by one line", 100, chunk(1, 119), 118],
    ["a bound passed by two", 100, chunk(1, 68) + chunk(1, 69), 68 + 3 + 68],
    ["the last chunk's line counts like any other", 100, `0;${"e".repeat(200)}`, 116],
    ["zeros before a size are no way round", 0, `${"0".repeat(15)}1\r\nx`, null],
    ["an endless extension", 16_384, `5;${"e".repeat(30_000)}`, 16_384 + 18],
    ["… with a great size", 16_384, `FFFFFFF;${"e".repeat(30_000)}`, 16_384 + 18],
    ["… of a size near 2^53", 16_384, `1FFFFFFFFFFFFF;${"e".repeat(30_000)}`, 16_384 + 18],
    ["… in quotes", 16_384, `5;a="${"e".repeat(30_000)}`, 16_384 + 18],
    ["… of blanks", 16_384, `5${" ".repeat(30_000)}`, 16_384 + 18],
  ])("%s is refused at the byte over it", (_why, max, wire, offset) => {
    const { error } = seeEveryCut(wire, { limits: { maxChunkOverhead: max } }, false);
    if (offset === null) expect(error).toBeNull();
    else
      expect(error).toMatchObject({
        limit: `maxChunkOverhead ${max}`,
        offset,
        excerpt: wire.slice(offset - 39, offset + 1),
      });
  });

  test("is forgotten with reset()", () => {
    const decoder = new ChunkedDecoder({ limits: { maxChunkOverhead: 100 } });
    for (let i = 0; i < 10; i++) {
      decoder.push(new TextEncoder().encode(chunk(1, 118) + END));
      expect(decoder.pull()).toHaveLength(1);
      expect(decoder.pull()).toBeNull();
      expect(decoder.done).toBe(true);
      decoder.reset();
    }
  });

  test("a bound must be an integer from 0 to 2^53 - 1", () => {
    for (const maxChunkOverhead of [-1, 0.5, Number.NaN, 2 ** 53]) {
      expect(() => new ChunkedDecoder({ limits: { maxChunkOverhead } })).toThrow(RangeError);
    }
  });
});
