import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Deadline } from "../src/deadline.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

function watched(): { deadline: Deadline; expired: string[] } {
  const expired: string[] = [];
  return { deadline: new Deadline({ expired: (phase) => void expired.push(phase) }), expired };
}

describe("a deadline", () => {
  test("tells once which wait ran out", () => {
    const { deadline, expired } = watched();
    deadline.startWait("head", 100);
    vi.advanceTimersByTime(99);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(["head"]);
    vi.advanceTimersByTime(1000);
    expect(expired).toEqual(["head"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a wait that ends in time is forgotten", () => {
    const { deadline, expired } = watched();
    deadline.startWait("head", 100);
    deadline.stopWait();
    vi.advanceTimersByTime(1000);
    expect(expired).toEqual([]);
  });

  test("a wait that begins anew counts from there", () => {
    const { deadline, expired } = watched();
    for (let i = 0; i < 10; i++) {
      deadline.startWait("body", 100);
      vi.advanceTimersByTime(90);
    }
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(10);
    expect(expired).toEqual(["body"]);
  });

  test("the whole runs out beside the waits, and ends them", () => {
    const { deadline, expired } = watched();
    deadline.startTotal(performance.now() + 250);
    for (let i = 0; i < 3; i++) {
      deadline.startWait("body", 100);
      vi.advanceTimersByTime(90);
    }
    expect(expired).toEqual(["total"]);
    vi.advanceTimersByTime(1000);
    expect(expired).toEqual(["total"]);
  });

  test("a shorter wait behind a longer one is kept", () => {
    const { deadline, expired } = watched();
    deadline.startWait("connect", 1000);
    deadline.startWait("head", 10);
    vi.advanceTimersByTime(10);
    expect(expired).toEqual(["head"]);
  });

  test("a thousand waits in turn make one timer at a time and few in all", () => {
    const { deadline } = watched();
    const created = vi.spyOn(globalThis, "setTimeout");
    for (let i = 0; i < 1000; i++) {
      deadline.startWait("head", 10_000);
      deadline.stopWait();
      expect(vi.getTimerCount()).toBe(1);
    }
    expect(created).toHaveBeenCalledTimes(1);
    created.mockRestore();
  });

  test("a limit beyond what a timer can count is kept all the same", () => {
    const { deadline, expired } = watched();
    deadline.startWait("head", 2 ** 31 + 5);
    vi.advanceTimersByTime(2 ** 31 + 4);
    expect(expired).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(expired).toEqual(["head"]);
  });

  test("a timer is never asked for more than the runtimes count: they would take it for no time at all", () => {
    const { deadline } = watched();
    const created = vi.spyOn(globalThis, "setTimeout");
    deadline.startWait("head", 3e9);
    vi.advanceTimersByTime(2_147_483_647);
    const delays = created.mock.calls.map(([, delay]) => delay);
    created.mockRestore();
    expect(delays).toEqual([2_147_483_647, 852_516_353]);
  });

  test("a released one has no timer left", () => {
    const { deadline, expired } = watched();
    deadline.startWait("head", 100);
    deadline.release();
    expect(vi.getTimerCount()).toBe(0);
    vi.advanceTimersByTime(1000);
    expect(expired).toEqual([]);
  });
});

test("a timer keeps the process alive only while something is under way", () => {
  vi.useRealTimers();
  const created = vi.spyOn(globalThis, "setTimeout");
  const deadline = new Deadline({ expired() {} });
  deadline.startWait("head", 60_000);
  const timer = created.mock.results[0]?.value as NodeJS.Timeout;
  expect(timer.hasRef()).toBe(true);
  deadline.keepAlive(false);
  expect(timer.hasRef()).toBe(false);
  deadline.keepAlive(true);
  expect(timer.hasRef()).toBe(true);
  deadline.release();
  created.mockRestore();
});
