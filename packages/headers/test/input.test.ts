/** What a parser may be given: bytes, and a range of them. */

import { encodeLatin1 } from "@httplib/bytes";
import { InvalidRequest } from "@httplib/errors";
import { describe, expect, test } from "vitest";
import { byteSource, HeaderParser, HTTPMessage, parseHeaders } from "../src/index.ts";

const block = encodeLatin1("A: b\r\n\r\n");

describe("push()", () => {
  test.each([
    [Number.NaN, 3],
    [0, Number.NaN],
    [0.5, 3],
    [0, 2.5],
    [-3, 3],
    [0, -1],
  ])("refuses a range of %d to %d, and takes another one", (start, end) => {
    const parser = new HeaderParser();
    expect(() => parser.push(block, start, end)).toThrow(RangeError);
    expect(parser.push(block)).toBe(block.length);
    expect(parser.finish().get("a")).toBe("b");
  });

  test("takes an end behind the last byte for the last byte", () => {
    expect(new HeaderParser().push(block, 0, 1000)).toBe(block.length);
  });

  test.each([["text"], [[65, 58]], [Uint16Array.from(block)], [block.buffer], [null], [undefined]])(
    "refuses what is no Uint8Array: %o",
    (input) => {
      expect(() => new HeaderParser().push(input as never, 0, 1)).toThrow(TypeError);
      expect(() => parseHeaders(input as never)).toThrow(TypeError);
    },
  );
});

test("the Uint8Array of another realm is bytes", async () => {
  const { runInNewContext } = await import("node:vm");
  // oxlint-disable-next-line no-unsafe-type-assertion -- made in the line below
  const other = runInNewContext(`Uint8Array.from([${String([...block])}])`) as Uint8Array;
  expect(other).not.toBeInstanceOf(Uint8Array);
  expect(parseHeaders(other).headers.get("a")).toBe("b");
  expect(await byteSource(other).read()).toBe(other);
  expect(new HTTPMessage({ A: other.subarray(3, 4) }).get("a")).toBe("b");
});

test("a view whose elements are no octets is no value of a field", () => {
  expect(() => new HTTPMessage({ A: new Int8Array(1) as never })).toThrow(InvalidRequest);
});
