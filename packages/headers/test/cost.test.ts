/**
 * Cost, counted and not timed: how often a byte of the input is looked at, and how many bytes are copied.
 *
 * The input is an object that looks like a Uint8Array to the parser and counts each look; copies are counted where
 * they are made, in Uint8Array.prototype.set.
 */

import { encodeLatin1 } from "@httplib/bytes";
import { afterEach, describe, expect, test, vi } from "vitest";
import { HeaderParser, parseHeaders } from "../src/index.ts";
import { FieldMachine, DEFAULT_LIMITS } from "../src/machine.ts";

interface Counted {
  readonly bytes: Uint8Array;
  /** Looks since it was last asked. */
  readonly looks: () => number;
}

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

/** Counts the bytes that are copied from here on. */
function countCopies(): () => number {
  const { mock } = vi.spyOn(Uint8Array.prototype, "set");
  return () => mock.calls.reduce((sum, [source]) => sum + source.length, 0);
}

afterEach(() => {
  vi.restoreAllMocks();
});

const blocks: readonly (readonly [what: string, block: string])[] = [
  ["a field of 65 kB", `A: ${"b".repeat(65_000)}\r\n\r\n`],
  ["a field of 20 kB of blanks", `A: ${" ".repeat(20_000)}b\r\n\r\n`],
  ["a name of 20 kB", `${"A".repeat(20_000)}: b\r\n\r\n`],
  ["100 folds of 600 bytes", `A: b\r\n${` ${"c".repeat(597)}\r\n`.repeat(100)}\r\n`],
  ["256 fields", `${"Name: value\r\n".repeat(256)}\r\n`],
];

const steps = [1, 1000, 100_000];

describe("the machine", () => {
  test.each(blocks)(
    "looks at each byte once and copies each at most three times: %s",
    (_what, block) => {
      for (const step of steps) {
        const { bytes, looks } = counted(block);
        const copies = countCopies();
        const machine = new FieldMachine(DEFAULT_LIMITS, {}, "header line");
        for (let i = 0; i < bytes.length; i += step) {
          machine.push(bytes, i, Math.min(i + step, bytes.length));
        }
        expect(machine.done).toBe(true);
        expect(looks(), `steps of ${step}`).toBe(bytes.length);
        // Once into the section, and at most twice more while that grows by doubling.
        expect(copies(), `steps of ${step}`).toBeLessThanOrEqual(3 * bytes.length);
        vi.restoreAllMocks();
      }
    },
  );

  test("256 dropped lines cost no more than good ones", () => {
    const { bytes, looks } = counted(`${`A B: ${"c".repeat(200)}\r\n`.repeat(256)}\r\n`);
    const copies = countCopies();
    const machine = new FieldMachine(DEFAULT_LIMITS, { skipInvalidFields: true }, "header line");
    machine.push(bytes, 0, bytes.length);
    expect(machine.take().defects).toHaveLength(256);
    expect(looks()).toBe(bytes.length);
    expect(copies()).toBeLessThanOrEqual(3 * bytes.length);
  });
});

describe("the parser", () => {
  test.each(blocks)("looks at each byte at most three times: %s", (_what, block) => {
    const { bytes, looks } = counted(`${block}${"rest".repeat(1000)}`);
    for (const step of steps) {
      const parser = new HeaderParser();
      for (let i = 0; !parser.done; i += step)
        parser.push(bytes, i, Math.min(i + step, bytes.length));
      expect(looks(), `steps of ${step}`).toBeLessThanOrEqual(3 * block.length + 1);
    }
  });

  test("does not look behind its bounds for the end of a block that has none", () => {
    const { bytes, looks } = counted("x".repeat(70_000));
    expect(() => parseHeaders(bytes)).toThrow("got more than 65536 bytes");
    expect(looks()).toBeLessThanOrEqual(2 * 65_537);
  });

  test("does not copy what stands behind a block", () => {
    const wire = encodeLatin1(`A: b\r\n c\r\n\r\n${"body".repeat(50_000)}`);
    const copies = countCopies();
    expect(parseHeaders(wire).bytesRead).toBe(12);
    expect(copies()).toBeLessThanOrEqual(3 * 12);
  });

  test("stops at its bounds however much it is fed: what it holds is bounded", () => {
    const { mock } = vi.spyOn(Uint8Array.prototype, "set");
    for (const piece of ["b".repeat(1000), "b: c\r\n".repeat(100), "b:\r\n c\r\n"]) {
      const parser = new HeaderParser({ limits: { maxHeaderFields: 1_000_000 } });
      const chunk = encodeLatin1(piece);
      let pushes = 0;
      expect(() => {
        for (; pushes < 1_000_000; pushes++) parser.push(chunk);
      }).toThrow(/got more than 65536 bytes|maxHeadBytes/);
      expect(pushes * chunk.length).toBeLessThanOrEqual(262_144);
    }
    const held = mock.contexts.map((memory) => (memory as Uint8Array).length);
    expect(Math.max(...held)).toBeLessThanOrEqual(2 * 262_145);
  });
});
