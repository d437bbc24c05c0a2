/** The calls of ChunkedDecoder: lending, views, places, the two meanings of `end`, and what a failed decoder does. */

import { encodeLatin1, latin1 } from "@httplib/bytes";
import { HTTPException, ImproperConnectionState, IncompleteRead } from "@httplib/errors";
import { describe, expect, test, vi } from "vitest";
import { ChunkedDecoder } from "../src/index.ts";
import { cutsOf, observe, seeError } from "./every-cut.ts";

const WIRE = encodeLatin1('5;a="b"\r\nhello\r\n6\r\n world\r\n0\r\nX-Sum: 11\r\n\r\nrest');
const USED = WIRE.length - 4;

function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("pull()", () => {
  test("gives views of the input, never copies", () => {
    const decoder = new ChunkedDecoder();
    const copies = vi.spyOn(Uint8Array.prototype, "set");
    decoder.push(WIRE);
    const run = decoder.pull();
    expect([run?.buffer, run?.byteOffset, run?.length]).toEqual([WIRE.buffer, 9, 5]);
    // The one copy is of the chunk line, which has an extension.
    expect(Math.max(...copies.mock.calls.map(([source]) => source.length))).toBeLessThan(10);
    vi.restoreAllMocks();
  });

  test("gives null when more is needed, and for ever once done", () => {
    const decoder = new ChunkedDecoder();
    expect(decoder.pull()).toBeNull();
    decoder.push(WIRE, 0, 11);
    expect(latin1(decoder.pull()!)).toBe("he");
    expect([decoder.pull(), decoder.pull(), decoder.done]).toEqual([null, null, false]);
    decoder.push(WIRE, 11);
    expect([latin1(decoder.pull()!), latin1(decoder.pull()!)]).toEqual(["llo", " world"]);
    expect([decoder.pull(), decoder.pull(), decoder.done]).toEqual([null, null, true]);
  });

  test("a part of a larger array and a Node Buffer are bytes like any other", () => {
    const part = Buffer.concat([Buffer.from("xx"), WIRE]).subarray(2);
    expect(observe(part, [])).toEqual(observe(WIRE, []));
  });

  test("never writes to the input", () => {
    const input = WIRE.slice();
    const decoder = new ChunkedDecoder();
    decoder.push(input);
    while (decoder.pull() !== null);
    expect(input).toEqual(WIRE);
  });
});

describe("advance()", () => {
  test("is pull() without the view: 1 with the place of a run, 0 push more, 2 done", () => {
    for (const cuts of cutsOf(WIRE.length)) {
      const decoder = new ChunkedDecoder();
      let body = "";
      let start = 0;
      let last: 0 | 1 | 2 = 0;
      for (const end of [...cuts, WIRE.length]) {
        decoder.push(WIRE, start, end);
        while ((last = decoder.advance()) === 1) {
          expect(decoder.start).toBeLessThan(decoder.runEnd);
          body += latin1(WIRE, decoder.start, decoder.runEnd);
        }
        if (last === 2) break;
        start = end;
      }
      expect([body, last, decoder.advance(), decoder.position]).toEqual([
        "hello world",
        2,
        2,
        USED,
      ]);
    }
  });
});

describe("end", () => {
  test("is a number where one is asked for: the index behind the last run", () => {
    const decoder = new ChunkedDecoder();
    expect(Number(decoder.end)).toBe(0);
    decoder.push(WIRE);
    decoder.advance();
    expect([Number(decoder.end), decoder.runEnd, decoder.end - decoder.start]).toEqual([14, 14, 5]);
    expect(latin1(WIRE.subarray(decoder.start, decoder.end))).toBe("hello");
    expect(latin1(WIRE.slice(decoder.start, decoder.end))).toBe("hello");
    expect(decoder.start < decoder.end).toBe(true);
    decoder.advance();
    expect(Number(decoder.end)).toBe(WIRE.indexOf(0x64) + 1);
  });

  test("is a function that says the input is over: nothing happens behind a whole body", () => {
    const decoder = new ChunkedDecoder();
    decoder.push(WIRE);
    while (decoder.pull() !== null);
    decoder.end();
    decoder.end();
    expect([decoder.done, decoder.position]).toEqual([true, USED]);
  });

  test("can be called without its object", () => {
    const { end } = new ChunkedDecoder();
    expect(() => end()).toThrow(IncompleteRead);
  });
});

describe("push()", () => {
  test("before pull() gave null is refused, and nothing is lost", () => {
    const decoder = new ChunkedDecoder();
    decoder.push(WIRE, 0, 12);
    expect(() => decoder.push(WIRE, 12)).toThrow(ImproperConnectionState);
    expect(latin1(decoder.pull()!)).toBe("hel");
    // All of the input is used up by then, but the view is still in use.
    expect(() => decoder.push(WIRE, 12)).toThrow("Cannot push: found input in use, expected none");
    expect(decoder.pull()).toBeNull();
    decoder.push(WIRE, 12);
    expect(latin1(decoder.pull()!)).toBe("lo");
  });

  test("once done is ignored", () => {
    const decoder = new ChunkedDecoder();
    decoder.push(WIRE);
    while (decoder.pull() !== null);
    decoder.push(WIRE);
    decoder.push(WIRE);
    expect([decoder.pull(), decoder.position, decoder.done]).toEqual([null, USED, true]);
  });

  test("of nothing asks for more, and looks at nothing behind the input", () => {
    const decoder = new ChunkedDecoder();
    decoder.push(new Uint8Array(0));
    expect(decoder.pull()).toBeNull();
    for (const [start, end] of [
      [3, 3],
      [5, 2],
      [WIRE.length + 1, undefined],
      [9, 0],
    ]) {
      decoder.push(WIRE, start, end);
      expect(decoder.pull()).toBeNull();
    }
    decoder.push(WIRE, 0, 12);
    expect(decoder.pull()).toHaveLength(3);
    expect(decoder.pull()).toBeNull();
    decoder.push(WIRE.subarray(12, 13), 0, 100);
    expect(decoder.pull()).toHaveLength(1);
    expect(decoder.pull()).toBeNull();
  });

  test("lets the input go when it is used up", () => {
    const decoder = new ChunkedDecoder();
    const buffer = WIRE.slice();
    decoder.push(buffer, 0, 12);
    decoder.pull();
    decoder.pull();
    buffer.fill(0xaa);
    decoder.push(WIRE, 12);
    expect(latin1(decoder.pull()!)).toBe("lo");
  });
});

describe("what the decoder tells", () => {
  test("position is behind what was used, at the end just behind the body, however it was cut", () => {
    for (const cuts of cutsOf(WIRE.length)) expect(observe(WIRE, cuts).used).toBe(USED);
    const decoder = new ChunkedDecoder();
    decoder.push(WIRE, 0, 12);
    decoder.pull();
    expect(decoder.position).toBe(12);
  });

  test("chunkSize and chunkExtensions are of the chunk the run is from, and stay behind the last chunk", () => {
    const decoder = new ChunkedDecoder();
    expect([decoder.chunkSize, decoder.chunkExtensions, decoder.trailers]).toEqual([0, "", null]);
    decoder.push(WIRE, 0, 12);
    decoder.pull();
    expect([decoder.chunkSize, decoder.chunkExtensions]).toEqual([5, ';a="b"']);
    decoder.pull();
    decoder.push(WIRE, 12);
    decoder.pull();
    expect([decoder.chunkSize, decoder.chunkExtensions]).toEqual([5, ';a="b"']);
    decoder.pull();
    expect([decoder.chunkSize, decoder.chunkExtensions, decoder.trailers]).toEqual([6, "", null]);
    decoder.pull();
    expect([decoder.chunkSize, decoder.chunkExtensions]).toEqual([6, ""]);
    expect([...decoder.trailers!]).toEqual([["X-Sum", "11"]]);
  });

  test("sizes up to 2^53 - 1 are exact, and no room is made for them", () => {
    const decoder = new ChunkedDecoder();
    decoder.push(encodeLatin1("1FFFFFFFFFFFFF\r\nab"));
    expect([latin1(decoder.pull()!), decoder.chunkSize]).toEqual(["ab", Number.MAX_SAFE_INTEGER]);
    expect(decoder.pull()).toBeNull();
    const error = thrown(() => decoder.end());
    expect([(error as IncompleteRead).expected, seeError(error).offset]).toEqual([
      Number.MAX_SAFE_INTEGER - 2,
      18,
    ]);
  });

  test("sizes above 32 bits are counted, not wrapped", () => {
    const decoder = new ChunkedDecoder();
    decoder.push(encodeLatin1("100000005\r\nhello\r\n"));
    expect([decoder.pull()?.length, decoder.chunkSize]).toEqual([7, 2 ** 32 + 5]);
  });
});

describe("an error", () => {
  const broken: readonly (readonly [string, string, string])[] = [
    ["in a line", "5\r\nhello\r\nx", "CHUNK_SIZE"],
    ["in what a line wastes", `5;${"e".repeat(20_000)}`, "LIMIT_EXCEEDED"],
    ["in a size", "0".repeat(17), "LINE_TOO_LONG"],
    ["behind the data", "5\r\nhello!", "CHUNK_DATA_END"],
    ["in a trailer", "0\r\nA\n", "BARE_LF"],
    ["of the end of input", "5\r\nhel", "INCOMPLETE_READ"],
  ];
  test.each(broken)("%s is thrown by every later call until reset()", (_where, wire, code) => {
    const decoder = new ChunkedDecoder();
    decoder.push(encodeLatin1(wire));
    const error = thrown(() => {
      while (decoder.pull() !== null);
      decoder.end();
    });
    expect(seeError(error).code).toBe(code);
    expect(thrown(() => decoder.push(WIRE))).toBe(error);
    expect(thrown(() => decoder.pull())).toBe(error);
    expect(thrown(() => decoder.advance())).toBe(error);
    expect(thrown(() => decoder.end())).toBe(error);
    expect([decoder.done, decoder.trailers]).toEqual([false, null]);
    decoder.reset();
    expect(observe(WIRE, [], undefined, true, decoder)).toEqual(observe(WIRE, []));
  });

  test("ImproperConnectionState is the caller's and stays with nobody", () => {
    const decoder = new ChunkedDecoder();
    decoder.push(WIRE);
    expect(thrown(() => decoder.push(WIRE))).toBeInstanceOf(ImproperConnectionState);
    expect(decoder.pull()).toHaveLength(5);
  });

  test("an input that is no Uint8Array is a TypeError, not an answer", () => {
    for (const input of ["5\r\nhello", new ArrayBuffer(4), null]) {
      const decoder = new ChunkedDecoder();
      const error = thrown(() => {
        decoder.push(input as unknown as Uint8Array);
        decoder.pull();
      });
      expect(error).toBeInstanceOf(TypeError);
      expect(error).not.toBeInstanceOf(HTTPException);
    }
  });
});

describe("reset()", () => {
  test("makes ready for another body, from any state", () => {
    const decoder = new ChunkedDecoder();
    for (let end = 0; end <= WIRE.length; end++) {
      decoder.push(WIRE, 0, end);
      decoder.advance();
      decoder.reset();
      expect([
        decoder.done,
        decoder.position,
        decoder.start,
        Number(decoder.end),
        decoder.chunkSize,
      ]).toEqual([false, 0, 0, 0, 0]);
      expect([decoder.chunkExtensions, decoder.trailers, decoder.defects]).toEqual(["", null, []]);
      expect(observe(WIRE, [], undefined, true, decoder)).toEqual(observe(WIRE, []));
      decoder.reset();
    }
  });

  test("takes the offset that errors count from", () => {
    const decoder = new ChunkedDecoder();
    decoder.reset(1000);
    decoder.push(encodeLatin1("xx5\r\nhello!"), 2);
    decoder.pull();
    expect(seeError(thrown(() => decoder.pull())).offset).toBe(1008);
  });
});
