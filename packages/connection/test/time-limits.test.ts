import { getDefaultTimeout, HTTPConnection, setDefaultTimeout } from "@httplib/connection";
import { afterEach, describe, expect, test } from "vitest";
import { resolveTimeLimits } from "../src/time-limits.ts";

const NONE = { connect: Infinity, head: Infinity, body: Infinity, send: Infinity, total: Infinity };

afterEach(() => setDefaultTimeout(null));

describe("the timeout option", () => {
  test("a number bounds each wait, and never their sum", () => {
    expect(resolveTimeLimits(5)).toEqual({
      connect: 5,
      head: 5,
      body: 5,
      send: 5,
      total: Infinity,
    });
  });

  test("an object bounds what it names", () => {
    expect(resolveTimeLimits({ head: 1, total: 2 })).toEqual({ ...NONE, head: 1, total: 2 });
  });

  test("null means none", () => {
    expect(resolveTimeLimits(null)).toEqual(NONE);
  });

  test.each([
    ["0", 0],
    ["a negative number", -1],
    ["NaN", Number.NaN],
    ["0 for one wait", { head: 0 }],
    ["a negative number for the whole", { total: -1 }],
    ["a text", "5" as never],
  ])("%s is a RangeError in the constructor and on the property", (_why, timeout) => {
    expect(() => new HTTPConnection("h", null, { timeout })).toThrow(RangeError);
    const connection = new HTTPConnection("h");
    expect(() => {
      connection.timeout = timeout;
    }).toThrow(RangeError);
    expect(connection.timeout).toBeUndefined();
  });

  test("the property gives what was set", () => {
    const connection = new HTTPConnection("h", null, { timeout: 30_000 });
    expect(connection.timeout).toBe(30_000);
    connection.timeout = null;
    expect(connection.timeout).toBeNull();
  });
});

describe("the default timeout", () => {
  test("there is none at first", () => {
    expect(getDefaultTimeout()).toBeNull();
    expect(resolveTimeLimits(undefined)).toEqual(NONE);
  });

  test("it counts where no timeout is given, and not for null", () => {
    setDefaultTimeout(7);
    expect(getDefaultTimeout()).toBe(7);
    expect(resolveTimeLimits(undefined).head).toBe(7);
    expect(resolveTimeLimits(null)).toEqual(NONE);
  });

  test.each([0, -1, Number.NaN])("%s is a RangeError and changes nothing", (timeout) => {
    setDefaultTimeout(7);
    expect(() => setDefaultTimeout(timeout)).toThrow(RangeError);
    expect(getDefaultTimeout()).toBe(7);
  });
});
