import { describe, expect, test } from "vitest";
import { expectSame, expectStatus } from "../src/check.ts";
import { errorLine, printable } from "../src/one-line.ts";
import { pythonRepr } from "../src/python-repr.ts";

describe("pythonRepr writes bytes as Python does", () => {
  test.each([
    ["", "b''"],
    ["spam", "b'spam'"],
    ["it's", 'b"it\'s"'],
    ['it\'s "so"', "b'it\\'s \"so\"'"],
    ["\t\r\n\\", "b'\\t\\r\\n\\\\'"],
    ["\0\x7f\x80\xff", "b'\\x00\\x7f\\x80\\xff'"],
  ])("%j as %s", (text, repr) => {
    expect(pythonRepr(Buffer.from(text, "latin1"))).toBe(repr);
  });
});

describe("what a server sends cannot steer the terminal", () => {
  test.each([
    ["\x1b[2J", "\\x1b[2J"],
    ["a\x85b\x9bc", "a\\x85b\\x9bc"],
    ["\u202e\u{1f600}", "\\u{202e}\\u{1f600}"],
    ["café", "café"],
  ])("%j is printed as %s", (text, line) => {
    expect(printable(text)).toBe(line);
  });
});

describe("an error is one line", () => {
  test.each([
    [new TypeError("a\nb"), "TypeError: a"],
    [
      Object.assign(new AggregateError([], "none"), { message: "", code: "ECONNREFUSED" }),
      "AggregateError: ECONNREFUSED",
    ],
    ["thrown text", "thrown text"],
  ])("%s", (error, line) => {
    expect(errorLine(error)).toBe(line);
  });
});

describe("a check", () => {
  test("says what was found and what was expected", () => {
    expect(() => expectSame("size", 1, 2)).toThrow("size: got 1, expected 2");
    expect(() => expectSame("size", 2, 2)).not.toThrow();
  });

  test("gives the status as it is printed", () => {
    expect(expectStatus({ status: 200, reason: "OK" }, 200, "OK")).toBe("200 OK");
    expect(() => expectStatus({ status: 404, reason: "Not Found" }, 200, "OK")).toThrow(
      'status: got "404 Not Found", expected "200 OK"',
    );
  });
});
