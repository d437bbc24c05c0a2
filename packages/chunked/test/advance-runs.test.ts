// Runs told together are the runs told one by one, wherever the input is cut and however little room there is for them.

import { latin1 } from "@httplib/bytes";
import { expect, test } from "vitest";
import { ChunkedDecoder } from "../src/index.ts";

const encoder = new TextEncoder();

interface Seen {
  payload: string;
  state: unknown;
  error: unknown;
}

/** Everything that can be seen of a decoder that is fed these pieces; `room` is how many runs are asked for at once, 0 for none. */
function decode(pieces: readonly string[], room: number): Seen {
  const decoder = new ChunkedDecoder();
  const runs = new Float64Array(2 * room);
  let payload = "";
  let error: unknown = null;
  try {
    for (const piece of pieces) {
      const input = encoder.encode(piece);
      decoder.push(input);
      while (decoder.advance() === 1) {
        payload += latin1(input.subarray(decoder.start, decoder.runEnd));
        const length = decoder.advanceRuns(runs);
        for (let at = 0; at < length; at += 2) {
          payload += latin1(input.subarray(runs[at], runs[at + 1]));
        }
        if (length > 0) {
          expect([decoder.start, decoder.runEnd]).toEqual([runs[length - 2], runs[length - 1]]);
          expect(decoder.chunkSize).toBe(decoder.runEnd - decoder.start);
          expect(decoder.chunkExtensions).toBe("");
        }
      }
    }
  } catch (thrown) {
    const { code, offset } = thrown as { code: string; offset: number };
    error = { code, offset };
  }
  const { done, position, chunkSize, chunkExtensions, trailers } = decoder;
  const state = [done, position, chunkSize, chunkExtensions, trailers && [...trailers]];
  return { payload, state, error };
}

test.each([
  ["plain chunks", "3\r\nabc\r\n1\r\nd\r\nA\r\n0123456789\r\n0\r\n\r\n"],
  ["bytes behind the end", "1\r\na\r\n1\r\nb\r\n0\r\n\r\n1\r\nc\r\n"],
  ["trailers", "1\r\na\r\n2\r\nbc\r\n0\r\nA: b\r\n\r\n"],
  [
    "extensions and zeros among them",
    "1;x\r\na\r\n1\r\nb\r\n00001\r\nc\r\n1\r\nd\r\n1;y=z\r\ne\r\n",
  ],
  ["a line of 14 digits", "1\r\na\r\n00000000000001\r\nb\r\n1\r\nc\r\n"],
  ["data that look like lines", "9\r\n1\r\nx\r\n1\r\n\r\n4\r\n\r\n0\r\r\n0\r\n\r\n"],
  ["a wrong byte behind the data", "1\r\na\r\n1\r\nb\r\n2\r\ncde\r\n1\r\nf\r\n"],
  ["a CR without LF behind the data", "1\r\na\r\n2\r\nbc\r\r1\r\nf\r\n"],
  ["a line without digits", "1\r\na\r\n1\r\nb\r\n\r\n1\r\nc\r\n"],
  ["a size beyond every number", "1\r\na\r\n1\r\nb\r\nfffffffffffffffffffff\r\nc"],
  ["a bare LF", "1\r\na\r\n1\nb\r\n"],
])("%s", (_what, wire) => {
  for (let cut = 0; cut <= wire.length; cut++) {
    const pieces = [wire.slice(0, cut), wire.slice(cut)];
    const expected = decode(pieces, 0);
    for (const room of [1, 2, 100]) expect(decode(pieces, room)).toEqual(expected);
  }
});

test("plain chunks pay back what a line has wasted, told together or one by one", () => {
  const wasteful = `5;${"e".repeat(10_000)}\r\nhello\r\n`;
  const plain = `64\r\n${"d".repeat(100)}\r\n`.repeat(60);
  const wire = `${wasteful}${plain}${wasteful}0\r\n\r\n`;
  for (const room of [0, 1, 2, 100]) {
    const { payload, error } = decode([wire], room);
    expect(error).toBeNull();
    expect(payload).toBe(`hello${"d".repeat(6000)}hello`);
  }
});

test("nothing is told in front of the first run, inside a chunk, at the end and behind an error", () => {
  const runs = new Float64Array(10);
  const decoder = new ChunkedDecoder();
  expect(decoder.advanceRuns(runs, 4)).toBe(4);
  decoder.push(encoder.encode("3\r\nab"));
  expect(decoder.advanceRuns(runs)).toBe(0);
  expect(decoder.advance()).toBe(1);
  expect(decoder.advanceRuns(runs)).toBe(0);
  expect(decoder.advance()).toBe(0);
  decoder.push(encoder.encode("c\r\n0\r\n\r\n"));
  expect(decoder.advance()).toBe(1);
  expect(decoder.advanceRuns(runs)).toBe(0);
  expect(decoder.advance()).toBe(2);
  expect(decoder.advanceRuns(runs)).toBe(0);
  decoder.reset();
  decoder.push(encoder.encode("x"));
  expect(() => decoder.advance()).toThrow("chunk");
  expect(decoder.advanceRuns(runs)).toBe(0);
});

test("large chunks are told like short ones, or left to advance()", () => {
  const sizes = [0xffff, 0x1_0000, 3, 0xf_ffff, 0x10_0000, 2, 0x100_0000, 1];
  const wire = sizes.map((size) => `${size.toString(16)}\r\n${"d".repeat(size)}\r\n`).join("");
  const expected = decode([`${wire}0\r\n\r\n`], 0);
  expect(expected.payload.length).toBe(sizes.reduce((sum, size) => sum + size));
  expect(decode([`${wire}0\r\n\r\n`], 100)).toEqual(expected);
});
