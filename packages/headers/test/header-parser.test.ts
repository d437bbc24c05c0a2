/** The calls of HeaderParser and parseHeaders: what they return, what is kept, what a failed parser does. */

import { encodeLatin1, latin1 } from "@httplib/bytes";
import { IncompleteRead } from "@httplib/errors";
import { describe, expect, test } from "vitest";
import { HeaderParser, parseHeaders } from "../src/index.ts";
import { cutsOf, observe, seeError } from "./every-cut.ts";

const BLOCK = encodeLatin1("Via: a\r\n b\r\nSet-Cookie: c=1\r\nX: \xe9\r\n\r\n");
const FIELDS = [
  ["Via", "a b"],
  ["Set-Cookie", "c=1"],
  ["X", "\xe9"],
];

function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

test("a message that is looked into late is what it was, whatever was parsed since", () => {
  const long = "x".repeat(3000);
  const wires = Array.from(
    { length: 200 },
    (_, at) => `N: ${at}\r\nV: ${at % 7 === 0 ? long : at}\r\n\r\n`,
  );
  const chunks = wires.map((wire, at) =>
    encodeLatin1(`${"before".repeat(at % 3)}${wire}${"behind".repeat(at % 40)}`),
  );
  const parsed = chunks.map((chunk, at) => {
    const parser = new HeaderParser();
    const start = 6 * (at % 3);
    expect(parser.push(chunk, start)).toBe(start + wires[at]!.length);
    chunk.fill(0xaa);
    return parser.finish();
  });
  expect(parsed.map(({ size }) => size)).toEqual(wires.map(() => 2));
  expect(parsed.map((message) => latin1(message.toBytes()))).toEqual(wires);
  expect(parsed.map((message) => message.get("n"))).toEqual(wires.map((_, at) => `${at}`));
});

test("a message that is changed before it is looked into keeps its other lines", () => {
  const { headers } = parseHeaders(encodeLatin1("A: 1\r\nB: 2\r\n\r\n"));
  headers.append("C", "3");
  expect(headers.toString()).toBe("A: 1\r\nB: 2\r\nC: 3\r\n\r\n");
  expect(latin1(headers.toBytes())).toBe(headers.toString());
});

describe("push()", () => {
  test("gives the index behind what it used: the end of the range, or of the block", () => {
    const parser = new HeaderParser();
    const chunk = encodeLatin1("xxA: b\r\n\r\nrest");
    expect(parser.push(chunk, 2, 5)).toBe(5);
    expect(parser.done).toBe(false);
    expect(parser.push(chunk, 5)).toBe(10);
    expect(parser.done).toBe(true);
  });

  test("uses nothing once the block is complete", () => {
    for (const block of [BLOCK, encodeLatin1("A: b\r\n\r\n")]) {
      const parser = new HeaderParser();
      expect(parser.push(block)).toBe(block.length);
      expect(parser.push(block, 3)).toBe(3);
      expect(parser.finish().size).toBeGreaterThan(0);
    }
  });

  test("uses nothing of an empty range, and looks at nothing behind the chunk", () => {
    const parser = new HeaderParser();
    expect(parser.push(new Uint8Array(0))).toBe(0);
    expect(parser.push(BLOCK, 7, 7)).toBe(7);
    expect(parser.push(BLOCK, 9, 4)).toBe(9);
    expect(parser.push(BLOCK, 0, 4)).toBe(4);
    expect(parser.push(BLOCK, 4, BLOCK.length + 100)).toBe(BLOCK.length);
    expect([...parser.finish()]).toEqual(FIELDS);
  });

  test("keeps no reference: the chunk may be used again, whole or in part", () => {
    for (const cuts of cutsOf(BLOCK.length)) {
      expect(observe(BLOCK, cuts).fields).toEqual(FIELDS); // observe() overwrites what it pushed
    }
  });

  test("never writes to the chunk", () => {
    const chunk = BLOCK.slice();
    const parser = new HeaderParser();
    for (let i = 0; i < chunk.length; i++) parser.push(chunk, i, i + 1);
    expect(chunk).toEqual(BLOCK);
  });

  test("a chunk that is no Uint8Array is a TypeError and leaves the parser as it was", () => {
    const parser = new HeaderParser();
    parser.push(BLOCK, 0, 5);
    expect(() => parser.push("abc" as unknown as Uint8Array)).toThrow(TypeError);
    parser.push(BLOCK, 5);
    expect([...parser.finish()]).toEqual(FIELDS);
  });
});

describe("finish()", () => {
  test("resets: one parser reads one block after the other, in any cut", () => {
    const parser = new HeaderParser();
    for (const cuts of cutsOf(BLOCK.length)) {
      expect(observe(BLOCK, cuts, undefined, parser)).toEqual(observe(BLOCK, []));
    }
  });

  test("gives messages that do not share anything", () => {
    const parser = new HeaderParser();
    parser.push(BLOCK);
    const first = parser.finish();
    parser.push(BLOCK);
    const second = parser.finish();
    first.set("Via", "changed");
    expect(second.get("Via")).toBe("a b");
  });

  test.each(Array.from({ length: BLOCK.length }, (_, length) => [length]))(
    "of %i bytes is IncompleteRead with all of them, in every cut",
    (length) => {
      const prefix = BLOCK.subarray(0, length);
      for (const cuts of length < 2 ? [[]] : cutsOf(length)) {
        expect(observe(prefix, cuts).error).toMatchObject({
          name: "IncompleteRead",
          code: "INCOMPLETE_HEAD",
          offset: length,
          partial: latin1(prefix),
          message: `IncompleteRead(${length} bytes read)`,
        });
      }
    },
  );
});

describe("an error", () => {
  test.each([
    ["of a rule", "A: b\nC: d", "BARE_LF"],
    ["of a bound", "A".repeat(65_537), "LINE_TOO_LONG"],
    ["of a count", "A: b\r\n".repeat(257), "LIMIT_EXCEEDED"],
  ])("%s is thrown by every later call until reset()", (_what, block, code) => {
    const parser = new HeaderParser();
    const error = thrown(() => parser.push(encodeLatin1(block)));
    expect(seeError(error).code).toBe(code);
    expect(parser.done).toBe(false);
    expect(thrown(() => parser.push(BLOCK))).toBe(error);
    expect(thrown(() => parser.push(new Uint8Array(0)))).toBe(error);
    expect(thrown(() => parser.finish())).toBe(error);
    expect(thrown(() => parser.finish())).toBe(error);
    parser.reset();
    parser.push(BLOCK);
    expect([...parser.finish()]).toEqual(FIELDS);
  });

  test("IncompleteRead of finish() stays too", () => {
    const parser = new HeaderParser();
    parser.push(BLOCK, 0, 5);
    const error = thrown(() => parser.finish());
    expect(error).toBeInstanceOf(IncompleteRead);
    expect(thrown(() => parser.push(BLOCK, 5))).toBe(error);
    expect(thrown(() => parser.finish())).toBe(error);
    parser.reset();
    expect(parser.push(BLOCK)).toBe(BLOCK.length);
  });

  test("reset() in the middle of a block forgets it", () => {
    const parser = new HeaderParser();
    parser.push(BLOCK, 0, 9);
    parser.reset();
    expect(parser.done).toBe(false);
    parser.push(BLOCK);
    parser.reset();
    expect(parser.done).toBe(false);
    expect(() => parser.finish()).toThrow("IncompleteRead(0 bytes read)");
  });
});

describe("parseHeaders()", () => {
  test("gives the fields and how much of the input they took", () => {
    const wire = encodeLatin1(`${latin1(BLOCK)}body\r\n\r\n`);
    const { headers, bytesRead } = parseHeaders(wire);
    expect([...headers]).toEqual(FIELDS);
    expect(bytesRead).toBe(BLOCK.length);
  });

  test("takes options as HeaderParser does", () => {
    const { headers } = parseHeaders(encodeLatin1("A: b\n\n"), { lenient: { bareLineFeed: true } });
    expect(headers.defects.map(({ code }) => code)).toEqual(["BARE_LF", "BARE_LF"]);
  });

  test("of a block that does not end is IncompleteRead with what there was", () => {
    const error = seeError(thrown(() => parseHeaders(encodeLatin1("A: b\r\nC"))));
    expect(error).toMatchObject({ code: "INCOMPLETE_HEAD", offset: 7, partial: "A: b\r\nC" });
    expect(seeError(thrown(() => parseHeaders(new Uint8Array(0)))).offset).toBe(0);
  });

  test("a Node Buffer is bytes like any other", () => {
    expect([...parseHeaders(Buffer.from(BLOCK)).headers]).toEqual(FIELDS);
  });
});
