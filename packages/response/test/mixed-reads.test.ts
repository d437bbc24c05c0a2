// Every operation in random order against a body that is known: whatever is mixed, split and framed how, the parts are one read().

import { HTTPException } from "@httplib/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { HTTPResponse } from "../src/index.ts";
import { CHUNKED_HEAD, CLOSE_HEAD, Wire, bytes, lengthHead, text } from "./wire.ts";

const RUNS = { seed: 20_231, numRuns: 400 };

type Framing = "length" | "chunked" | "close";

interface Coded {
  readonly head: string;
  readonly wire: string;
  /** payloadAt[i]: how many payload bytes lie in the first i bytes of the wire. */
  readonly payloadAt: readonly number[];
}

function code(payload: string, framing: Framing, sizes: readonly number[]): Coded {
  const payloadAt: number[] = [];
  let wire = "";
  let given = 0;
  const add = (run: string, isPayload: boolean): void => {
    for (let i = 0; i < run.length; i++) payloadAt.push(isPayload ? given++ : given);
    wire += run;
  };
  if (framing === "chunked") {
    for (let at = 0, turn = 0; at < payload.length; turn++) {
      const size = Math.min(sizes[turn % sizes.length]!, payload.length - at);
      add(`${size.toString(16)}\r\n`, false);
      add(payload.slice(at, at + size), true);
      add("\r\n", false);
      at += size;
    }
    add("0\r\nX-Sum: 1\r\n\r\n", false);
  } else {
    add(payload, true);
  }
  payloadAt.push(given);
  const head = { length: lengthHead(payload.length), chunked: CHUNKED_HEAD, close: CLOSE_HEAD };
  return { head: head[framing], wire, payloadAt };
}

function cut(wire: string, sizes: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, turn = 0; at < wire.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    pieces.push(wire.slice(at, at + size));
    at += size;
  }
  return pieces;
}

type Operation = readonly [
  name:
    | "read"
    | "read1"
    | "readInto"
    | "readInto1"
    | "readLine"
    | "readLines"
    | "peek"
    | "next"
    | "line"
    | "rest",
  size: number,
];

async function firstOf(runs: AsyncIterable<Uint8Array>): Promise<Uint8Array | null> {
  for await (const run of runs) return run;
  return null;
}

/** Does one operation; gives what it took, and checks what it must be as far as the rest of the payload says. */
async function operate(
  response: HTTPResponse,
  [name, size]: Operation,
  rest: string,
  views: [Uint8Array, string][],
): Promise<string> {
  const keep = (view: Uint8Array): string => {
    views.push([view, text(view)]);
    return text(view);
  };
  const someOf = (found: string, most: number): string => {
    expect(rest.startsWith(found)).toBe(true);
    expect(found.length).toBeLessThanOrEqual(most);
    if (most > 0 && rest !== "") expect(found).not.toBe("");
    return found;
  };
  const through = rest.indexOf("\n") + 1 || rest.length;
  switch (name) {
    case "read": {
      const found = keep(await response.read(size));
      expect(found).toBe(rest.slice(0, size));
      return found;
    }
    case "read1":
      return someOf(keep(await response.read1(size)), size);
    case "readInto": {
      const target = new Uint8Array(size + 3).fill(1);
      const count = await response.readInto(target.subarray(0, size));
      expect(count).toBe(Math.min(size, rest.length));
      expect([...target.subarray(count)].every((octet) => octet === 1)).toBe(true);
      return text(target.subarray(0, count));
    }
    case "readInto1": {
      const target = new Uint8Array(size);
      return someOf(text(target.subarray(0, await response.readInto1(target))), size);
    }
    case "readLine": {
      const found = keep(await response.readLine(size));
      expect(found).toBe(rest.slice(0, Math.min(size, through)));
      return found;
    }
    case "readLines": {
      const lines = (await response.readLines(size + 1)).map(keep);
      const all = rest.match(/[^\n]*\n|[^\n]+$/g) ?? [];
      const enough: string[] = [];
      for (let sum = 0; sum <= size + 1 && enough.length < all.length;) {
        const line = all[enough.length]!;
        enough.push(line);
        sum += line.length;
      }
      expect(lines).toEqual(enough);
      return lines.join("");
    }
    case "peek":
      someOf(keep(await response.peek(size + 1)), size + 1);
      return "";
    case "next": {
      const run = await firstOf(response);
      expect(run === null).toBe(rest === "");
      return run === null ? "" : someOf(keep(run), rest.length);
    }
    case "line": {
      const line = await firstOf(response.lines());
      const found = line === null ? "" : keep(line);
      expect(found).toBe(rest.slice(0, through));
      return found;
    }
    default: {
      const found = keep(await response.read());
      expect(found).toBe(rest);
      return found;
    }
  }
}

const sizes = fc.array(
  fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 3000 })),
  {
    minLength: 1,
    maxLength: 6,
  },
);
const payloads = fc
  .array(
    fc.oneof(
      fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r", "0", "\u00ff"), maxLength: 30 }),
      fc.integer({ min: 1, max: 5000 }).map((length) => "x".repeat(length)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));
const operations = fc.array(
  fc.tuple(
    fc.constantFrom(
      "read",
      "read1",
      "readInto",
      "readInto1",
      "readLine",
      "readLines",
      "peek",
      "next",
      "line",
    ),
    fc.oneof(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 4000 })),
  ),
  { maxLength: 30 },
);

describe.each(["length", "chunked", "close"] as const)("framing: %s", (framing) => {
  test("any operations in any order, then read(): joined they are the body", async () => {
    await fc.assert(
      fc.asyncProperty(payloads, sizes, sizes, operations, async (payload, chunks, cuts, plan) => {
        const coded = code(payload, framing, chunks);
        const behind = framing === "close" ? "" : "HTTP/1.1 200 OK\r\n";
        const pieces = cut(coded.head + coded.wire + behind, [coded.head.length, ...cuts]);
        const wire = new Wire(pieces[0]!);
        wire.pieces = pieces.slice(1);
        if (framing === "close") wire.pieces.push(() => wire.end());
        const { response } = wire;
        const views: [Uint8Array, string][] = [];
        let taken = "";
        for (const operation of plan) {
          taken += await operate(response, operation, payload.slice(taken.length), views);
          if (framing === "length") expect(response.length).toBe(payload.length - taken.length);
        }
        taken += await operate(response, ["rest", 0], payload.slice(taken.length), views);
        expect(taken).toBe(payload);
        expect(response.closed).toBe(true);
        expect(response.length).toBe(0);
        expect(response.trailers?.get("x-sum")).toBe(framing === "chunked" ? "1" : undefined);
        expect(await response.read()).toHaveLength(0);
        for (const [view, was] of views) expect(text(view)).toBe(was);
      }),
      RUNS,
    );
  });

  test("cut off anywhere: what came is given to the last byte, then one error for ever", async () => {
    await fc.assert(
      fc.asyncProperty(
        payloads,
        sizes,
        sizes,
        operations,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.boolean(),
        async (payload, chunks, cuts, plan, where, resets) => {
          const coded = code(payload, framing, chunks);
          const length = Math.floor(coded.wire.length * where);
          const isComplete =
            (framing === "length" && payload === "") ||
            // The end right behind the last chunk line is one (RFC 9112 §8).
            (framing === "chunked" && coded.wire.slice(0, length).endsWith("\r\n0\r\n")) ||
            (framing === "chunked" && coded.wire.slice(0, length) === "0\r\n");
          fc.pre(!isComplete);
          const came = payload.slice(0, coded.payloadAt[length]);
          const wire = new Wire(coded.head);
          wire.pieces = cut(coded.wire.slice(0, length), cuts);
          if (resets || framing === "close")
            wire.pieces.push(() => wire.body.reset(new Error("reset")));
          else wire.pieces.push(() => wire.end());

          let taken = "";
          let error: unknown;
          const views: [Uint8Array, string][] = [];
          const cautious = plan.filter(([name]) => name !== "readLines" && name !== "line");
          for (const operation of [...cautious, ["rest", 0] as const]) {
            const wants = operation[1] > 0 || ["peek", "next", "rest"].includes(operation[0]);
            const isAtEnd = wants && taken.length === came.length;
            try {
              if (operation[0] === "rest") taken += text(await wire.response.read());
              else
                taken += await operate(wire.response, operation, came.slice(taken.length), views);
            } catch (reason) {
              if (!(reason instanceof HTTPException)) throw reason;
              error ??= reason;
              expect(reason).toBe(error);
              continue;
            }
            // With nothing left the error is due: an empty result would look like the end.
            expect(isAtEnd).toBe(false);
          }
          expect(error).toBeInstanceOf(HTTPException);
          expect(taken + text((error as HTTPException).partial!)).toBe(came);
          await expect(wire.response.read(1)).rejects.toBe(error);
          for (const [view, was] of views) expect(text(view)).toBe(was);
        },
      ),
      RUNS,
    );
  });
});

test("read(n), read(n), read() for n from 1 to 12, cut everywhere, in every framing", async () => {
  const payload = "hello\nworld, this is\n\nall";
  for (const framing of ["length", "chunked", "close"] as const) {
    const coded = code(payload, framing, [3, 7, 1]);
    const whole = coded.head + coded.wire;
    for (let n = 1; n <= 12; n++) {
      for (let at = coded.head.length; at < whole.length; at++) {
        const wire = new Wire(whole.slice(0, at));
        wire.pieces = [whole.slice(at), () => framing === "close" && wire.end()];
        const { response } = wire;
        const parts = [await response.read(n), await response.read(n), await response.read()];
        expect(parts.map(text).join("")).toBe(payload);
      }
    }
  }
});

test("bytes are bytes: all 256 of them in chunks of all sizes up to 40", async () => {
  const payload = text(Uint8Array.from({ length: 820 }, (_, i) => i % 256));
  const coded = code(
    payload,
    "chunked",
    Array.from({ length: 40 }, (_, i) => i + 1),
  );
  const wire = new Wire(coded.head);
  wire.feed(coded.wire);
  expect([...(await wire.response.read())]).toEqual([...bytes(payload)]);
});
