/** What a decoder may be given, and what it gives of it: ranges, kinds of input, notes of runs, memory. */

import { encodeLatin1, latin1 } from "@httplib/bytes";
import { describe, expect, test } from "vitest";
import { ChunkedDecoder, decodeChunked } from "../src/index.ts";

describe("push()", () => {
  const coded = encodeLatin1("1\r\nx\r\n0\r\n\r\n");

  test.each([
    [Number.NaN, 3],
    [0, Number.NaN],
    [0.5, 3],
    [0, 2.5],
    [-1, 3],
    [0, -1],
    [0, Infinity],
  ])("refuses a range of %d to %d, and takes another one", (start, end) => {
    const decoder = new ChunkedDecoder();
    expect(() => decoder.push(coded, start, end)).toThrow(RangeError);
    decoder.push(coded);
    expect(decoder.pull()).toHaveLength(1);
  });

  test.each([["text"], [[1, 2]], [new Uint16Array(2)], [new ArrayBuffer(2)], [null]])(
    "refuses what is no Uint8Array: %j",
    (input) => {
      expect(() => new ChunkedDecoder().push(input as never, 0, 1)).toThrow(TypeError);
      expect(() => decodeChunked(input as never)).toThrow(TypeError);
    },
  );
});

test("an error of the coding has all that was decoded and not handed out: nothing", () => {
  const decoder = new ChunkedDecoder();
  decoder.push(encodeLatin1("1\r\nx\r\nz"));
  expect(decoder.pull()).toHaveLength(1);
  expect(() => decoder.pull()).toThrow(expect.objectContaining({ partial: new Uint8Array(0) }));
});

test("runs that were noted down stay what they were, by either name of their end", () => {
  const decoder = new ChunkedDecoder();
  const coded = encodeLatin1("2\r\nhi\r\n3\r\nyou\r\n0\r\n\r\n");
  decoder.push(coded);
  const runs: [number, number][] = [];
  while (decoder.advance() === 1) runs.push([decoder.start, decoder.end]);
  expect(runs.map(([start, end]) => latin1(coded.subarray(start, end)))).toEqual(["hi", "you"]);
});

test("many small chunks need no memory for each", () => {
  const chunks = 200_000;
  const { body } = decodeChunked(encodeLatin1(`${"1\r\nx\r\n".repeat(chunks)}0\r\n\r\n`));
  expect(body).toHaveLength(chunks);
  expect(body.buffer.byteLength).toBe(chunks);
});
