import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { interleave, mostTelling, race, type LookupAddress } from "../src/race.ts";

const v4 = (address: string): LookupAddress => ({ address, family: 4 });
const v6 = (address: string): LookupAddress => ({ address, family: 6 });
const failure = (code: string): Error => Object.assign(new Error(code), { code });

describe("the order of addresses (RFC 8305, Section 4)", () => {
  test.each([
    [
      "families alternate, beginning with the resolver's first",
      [v6("a"), v6("b"), v4("c"), v4("d")],
      "acbd",
    ],
    ["the first family may be the shorter one", [v4("a"), v6("b"), v6("c"), v6("d")], "abcd"],
    ["one family keeps its order", [v4("a"), v4("b"), v4("c")], "abc"],
    ["nothing stays nothing", [], ""],
  ])("%s", (_rule, addresses, expected) => {
    expect(
      interleave(addresses)
        .map(({ address }) => address)
        .join(""),
    ).toBe(expected);
  });
});

describe("the error when all attempts have failed", () => {
  test.each([
    ["a single error is given as it is", ["ECONNREFUSED"], 0],
    ["the first of several", ["ECONNREFUSED", "ETIMEDOUT"], 0],
    [
      "one that speaks of the peer before one that speaks of this machine's routes",
      ["ENETUNREACH", "ECONNREFUSED"],
      1,
    ],
    ["the first, when none speaks of the peer", ["ENETUNREACH", "EADDRNOTAVAIL"], 0],
  ])("%s", (_rule, codes, expected) => {
    const errors = codes.map(failure);
    expect(mostTelling(errors)).toBe(errors[expected]);
  });
});

describe("the race", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** Attempts that settle by plan: `name: [after ms, error code or ""]`; absent: never. */
  function run(plan: Record<string, [number, string]>, names: string, headStart = 250) {
    const log: string[] = [];
    const stop = race<string>(
      Array.from(names, v4),
      headStart,
      ({ address }, succeed, fail) => {
        log.push(`${Math.round(performance.now())} ${address}`);
        const [after, code] = plan[address] ?? [Infinity, ""];
        const timer = setTimeout(
          () => (code === "" ? succeed(address) : fail(failure(code))),
          after,
        );
        if (after === Infinity) clearTimeout(timer);
        return () => {
          clearTimeout(timer);
          log.push(`given up ${address}`);
        };
      },
      (winner) => log.push(`${Math.round(performance.now())} won ${winner}`),
      (error) => log.push(`${Math.round(performance.now())} ${error.message}`),
    );
    return { log, stop };
  }

  test("an attempt that is slow is not killed when the next one starts: it may still win", () => {
    vi.setSystemTime(0);
    const start = performance.now();
    const { log } = run({ a: [400, ""] }, "ab");
    vi.advanceTimersByTime(10_000);
    expect(
      log.map((line) => line.replace(/^\d+/, (ms) => `${Number(ms) - Math.round(start)}`)),
    ).toEqual(["0 a", "250 b", "given up b", "400 won a"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a failure lets the next attempt start at once", () => {
    const { log } = run({ a: [10, "ECONNREFUSED"], b: [10, ""] }, "abc");
    vi.advanceTimersByTime(10_000);
    expect(log.map((line) => line.replace(/^\d+ /, ""))).toEqual(["a", "b", "won b"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("when all have failed the error is told once, after the last", () => {
    const { log } = run({ a: [400, "ETIMEDOUT"], b: [10, "ENETUNREACH"] }, "ab");
    vi.advanceTimersByTime(10_000);
    expect(log.map((line) => line.replace(/^\d+ /, ""))).toEqual(["a", "b", "ETIMEDOUT"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("without a head start the attempts go one after the other", () => {
    const { log } = run({ a: [5000, "ETIMEDOUT"], b: [10, ""] }, "ab", Infinity);
    vi.advanceTimersByTime(4999);
    expect(log.map((line) => line.replace(/^\d+ /, ""))).toEqual(["a"]);
    vi.advanceTimersByTime(100);
    expect(log.map((line) => line.replace(/^\d+ /, ""))).toEqual(["a", "b", "won b"]);
  });

  test("stopping gives up every attempt under way and starts no more", () => {
    const { log, stop } = run({}, "abc");
    vi.advanceTimersByTime(300);
    stop();
    vi.advanceTimersByTime(10_000);
    expect(log.map((line) => line.replace(/^\d+ /, ""))).toEqual([
      "a",
      "b",
      "given up a",
      "given up b",
    ]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
