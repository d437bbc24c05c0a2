/** Cost, counted and not timed: how often a byte is looked at, how many are copied, how many calls a chunk takes. */

import { encodeLatin1 } from "@httplib/bytes";
import { afterEach, describe, expect, test, vi } from "vitest";
import { ChunkedDecoder } from "../src/index.ts";

interface Counted {
  readonly bytes: Uint8Array;
  /** Looks since it was last asked. */
  readonly looks: () => number;
}

/** An object that looks like a Uint8Array to the decoder and counts each look. */
function counted(text: string): Counted {
  const bytes = encodeLatin1(text);
  let looks = 0;
  const look = (i: number): PropertyDescriptor => ({
    get: () => {
      looks++;
      return bytes[i];
    },
  });
  const input: object = {
    [Symbol.toStringTag]: "Uint8Array",
    length: bytes.length,
    subarray: bytes.subarray.bind(bytes),
  };
  for (let i = 0; i < bytes.length; i++) Object.defineProperty(input, i, look(i));
  const ask = (): number => {
    const since = looks;
    looks = 0;
    return since;
  };
  return { bytes: input as Uint8Array, looks: ask };
}

/** Feeds the input in steps and counts the calls of advance(). */
function drain(decoder: ChunkedDecoder, bytes: Uint8Array, step: number): number {
  let calls = 0;
  for (let i = 0; i < bytes.length && !decoder.done; i += step) {
    decoder.push(bytes, i, Math.min(i + step, bytes.length));
    do calls++;
    while (decoder.advance() === 1);
  }
  return calls;
}

afterEach(() => {
  vi.restoreAllMocks();
});

const END = "0\r\n\r\n";
const steps = [1, 7, 1000, 1_000_000];

describe("a body", () => {
  test.each<readonly [what: string, wire: string, framing: number]>([
    ["5,000 chunks of one byte", `1\r\nx\r\n`.repeat(5000) + END, 5 * 5000 + 5],
    [
      "500 chunks of 64 bytes with extensions",
      `40;a=b\r\n${"x".repeat(64)}\r\n`.repeat(500) + END,
      10 * 500 + 5,
    ],
    ["one extension of 16 kB", `1;${"e".repeat(16_000)}\r\nx\r\n${END}`, 16_000 + 12],
    ["a trailer of 20 kB", `1\r\nx\r\n0\r\nA: ${"t".repeat(20_000)}\r\n\r\n`, 20_000 + 15],
    ["200 trailers", `1\r\nx\r\n0\r\n${"Name: value\r\n".repeat(200)}\r\n`, 13 * 200 + 10],
  ])("is looked at twice at most, its payload never: %s", (_what, wire, framing) => {
    const { bytes, looks } = counted(wire);
    for (const step of steps) {
      const { mock } = vi.spyOn(Uint8Array.prototype, "set");
      const decoder = new ChunkedDecoder();
      drain(decoder, bytes, step);
      expect(decoder.done).toBe(true);
      expect(looks(), `steps of ${step}`).toBeLessThanOrEqual(2 * framing);
      const copied = mock.calls.reduce((sum, [source]) => sum + source.length, 0);
      expect(copied, `steps of ${step}`).toBeLessThanOrEqual(3 * framing);
      vi.restoreAllMocks();
    }
  });

  test("of 16 MB in one chunk costs the look at its lines", () => {
    const head = encodeLatin1("1000000\r\n");
    const wire = new Uint8Array(head.length + 0x1000000 + 7);
    wire.set(head);
    wire.set(encodeLatin1(`\r\n${END}`), head.length + 0x1000000);
    const { mock } = vi.spyOn(Uint8Array.prototype, "set");
    const decoder = new ChunkedDecoder();
    expect(drain(decoder, wire, 65_536)).toBe(2 * 257);
    expect(decoder.done).toBe(true);
    expect(mock.calls.reduce((sum, [source]) => sum + source.length, 0)).toBeLessThan(64);
  });

  test("of 100,000 chunks of one byte takes one call a chunk, or one a byte where it comes in bytes", () => {
    const bytes = encodeLatin1("1\r\nx\r\n".repeat(100_000) + END);
    const decoder = new ChunkedDecoder();
    expect(drain(decoder, bytes, bytes.length)).toBe(100_001);
    decoder.reset();
    expect(drain(decoder, bytes, 1)).toBe(bytes.length + 100_000);
    expect(decoder.done).toBe(true);
  });

  test("whose line never ends is held to its bound and no further", () => {
    const { mock } = vi.spyOn(Uint8Array.prototype, "set");
    for (const [start, piece] of [
      ["5;", "e"],
      ['5;a="', '\\"'],
      ["0\r\n", "a"],
      ["0\r\n", "A: b\r\n"],
    ] as const) {
      const decoder = new ChunkedDecoder();
      decoder.push(encodeLatin1(start));
      decoder.pull();
      const chunk = encodeLatin1(piece.repeat(500));
      let pushes = 0;
      expect(() => {
        for (; pushes < 100_000; pushes++) {
          decoder.push(chunk);
          decoder.pull();
        }
      }).toThrow(/maxChunkOverhead|got more than 65536 bytes|maxHeaderFields/);
      expect(pushes * chunk.length).toBeLessThanOrEqual(65_536);
    }
    const held = mock.contexts.map((memory) => (memory as Uint8Array).length);
    expect(Math.max(...held)).toBeLessThanOrEqual(2 * 65_537);
  });
});
