/**
 * HTTPMessage: order, case, repeated names, look-up, change, and the way back to bytes. Long, because each method has
 * its own describe and most rows are tables.
 */

import { inspect } from "node:util";
import { encodeLatin1, latin1 } from "@httplib/bytes";
import { InvalidRequest } from "@httplib/errors";
import { describe, expect, test } from "vitest";
import { HTTPMessage, isFieldName, isFieldValue, parseHeaders } from "../src/index.ts";
import type { HeaderValue, HeadersInput } from "../src/index.ts";

const sample = (): HTTPMessage =>
  new HTTPMessage([
    ["Server", "x"],
    ["Set-Cookie", "a=1"],
    ["SET-COOKIE", "b=2, c"],
    ["ETag", '"y"'],
  ]);

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof InvalidRequest) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

describe("look-up", () => {
  test("get() gives the first value, whatever the case of the name", () => {
    expect(sample().get("set-cookie")).toBe("a=1");
    expect(sample().get("ETAG")).toBe('"y"');
  });

  test("get() gives undefined or the fallback where there is none", () => {
    expect(sample().get("age")).toBeUndefined();
    const fallback: string | null = sample().get("age", null);
    expect(fallback).toBeNull();
    expect(sample().get("server", null)).toBe("x");
    expect(new HTTPMessage([["A", ""]]).get("a", "z")).toBe("");
  });

  test("getAll(), getJoined() and getSetCookie() give every value in order", () => {
    expect(sample().getAll("Set-cookie")).toEqual(["a=1", "b=2, c"]);
    expect(sample().getSetCookie()).toEqual(["a=1", "b=2, c"]);
    expect(sample().getJoined("set-cookie")).toBe("a=1, b=2, c");
    expect(sample().getAll("age")).toEqual([]);
    expect(sample().getSetCookie()).toHaveLength(2);
    expect(sample().getJoined("age")).toBeUndefined();
    expect(new HTTPMessage([["A", ""]]).getJoined("a")).toBe("");
  });

  test("has() and size count lines, not names", () => {
    expect([sample().has("etag"), sample().has("age"), sample().size]).toEqual([true, false, 4]);
    expect(new HTTPMessage().size).toBe(0);
  });

  test("nameAt() and valueAt() give a line as it was written", () => {
    expect([sample().nameAt(2), sample().valueAt(2)]).toEqual(["SET-COOKIE", "b=2, c"]);
    expect([sample().nameAt(4), sample().valueAt(-1)]).toEqual([undefined, undefined]);
  });

  test("only ASCII letters lose their case: KELVIN SIGN is no k", () => {
    const headers = new HTTPMessage([["k", "1"]]);
    expect([headers.has("K"), headers.has("\u212a")]).toEqual([true, false]);
  });

  test("a thousand lines are found like eight", () => {
    const headers = new HTTPMessage(
      Array.from({ length: 1000 }, (_, i) => [`X-${i}`, `${i}`] as const),
    );
    expect([headers.get("x-999"), headers.get("X-0"), headers.has("x-1000")]).toEqual([
      "999",
      "0",
      false,
    ]);
  });
});

describe("iteration", () => {
  test("gives pairs, names and values in order, with their case, repeated ones too", () => {
    const pairs = [
      ["Server", "x"],
      ["Set-Cookie", "a=1"],
      ["SET-COOKIE", "b=2, c"],
      ["ETag", '"y"'],
    ];
    expect([...sample()]).toEqual(pairs);
    expect([...sample().entries()]).toEqual(pairs);
    expect([...sample().keys()]).toEqual(pairs.map(([name]) => name));
    expect([...sample().values()]).toEqual(pairs.map(([, value]) => value));
  });

  test("forEach() calls with value, name and message, as Map and Fetch Headers do", () => {
    const headers = sample();
    const calls: unknown[] = [];
    headers.forEach((value, name, message) => calls.push([value, name, message === headers]));
    expect(calls[0]).toEqual(["x", "Server", true]);
    expect(calls).toHaveLength(4);
  });

  test("a pair that is changed changes nothing", () => {
    const headers = sample();
    for (const pair of headers) pair[1] = "changed";
    expect(headers.get("server")).toBe("x");
  });
});

describe("change", () => {
  test("append() adds a line at the end", () => {
    const headers = sample();
    headers.append("set-cookie", "d");
    expect([headers.size, headers.nameAt(4), headers.getSetCookie()]).toEqual([
      5,
      "set-cookie",
      ["a=1", "b=2, c", "d"],
    ]);
  });

  test("set() gives the first line the value, in place and with its case, and drops the others", () => {
    const headers = sample();
    headers.set("set-cookie", "z");
    expect([...headers]).toEqual([
      ["Server", "x"],
      ["Set-Cookie", "z"],
      ["ETag", '"y"'],
    ]);
  });

  test("set() of a new name adds a line", () => {
    const headers = sample();
    headers.set("Age", 5);
    expect([headers.nameAt(4), headers.valueAt(4)]).toEqual(["Age", "5"]);
  });

  test("delete() removes every line of a name and tells whether there was one", () => {
    const headers = sample();
    expect([
      headers.delete("SET-cookie"),
      headers.delete("set-cookie"),
      headers.delete("age"),
    ]).toEqual([true, false, false]);
    expect([...headers.keys()]).toEqual(["Server", "ETag"]);
  });

  test.each<readonly [HeaderValue, string]>([
    ["text", "text"],
    ["", ""],
    [" kept as given ", " kept as given "],
    ["\t\x01\x7f\xff", "\t\x01\x7f\xff"],
    [0, "0"],
    [-1, "-1"],
    [Number.MAX_SAFE_INTEGER, "9007199254740991"],
    [Uint8Array.of(0x63, 0xe9), "c\xe9"],
    [Buffer.from("b"), "b"],
  ])("the value %o is stored as %j", (value, text) => {
    const headers = new HTTPMessage();
    headers.append("A", value);
    headers.set("B", value);
    headers.set("B", value);
    expect([...headers]).toEqual([
      ["A", text],
      ["B", text],
    ]);
  });

  test.each([
    "a\r\nb",
    "a\nb",
    "a\rb",
    "a\0b",
    "a\u0100",
    "\u010a",
    "\u{1f600}",
    Number.NaN,
    1.5,
    2 ** 53,
    Infinity,
    Uint8Array.of(0x0a),
    null,
    undefined,
    true,
    {},
    [],
    ["a"],
    new Date(0),
    Symbol("s"),
    1n,
    () => "x",
  ])("the value %o is refused and nothing is changed", (value) => {
    const headers = sample();
    const bad = value as HeaderValue;
    expect(codeOf(() => headers.append("A", bad))).toBe("INVALID_FIELD_VALUE");
    expect(codeOf(() => headers.set("A", bad))).toBe("INVALID_FIELD_VALUE");
    expect(codeOf(() => headers.set("Set-Cookie", bad))).toBe("INVALID_FIELD_VALUE");
    expect([...headers]).toEqual([...sample()]);
  });

  test.each(["", " ", "a b", "a:", "a\r\n", "\xe9", "\u212a", "(a)", 5, null, undefined])(
    "the name %j is refused and nothing is changed",
    (name) => {
      const headers = sample();
      expect(codeOf(() => headers.append(name as string, "v"))).toBe("INVALID_FIELD_NAME");
      expect([...headers]).toEqual([...sample()]);
    },
  );

  test("set() refuses a name that cannot be sent", () => {
    expect(codeOf(() => sample().set("a b", "v"))).toBe("INVALID_FIELD_NAME");
  });

  test("a refusal says what was found, escaped and cut to 40 characters", () => {
    expect(() => sample().append("A", `\n${"x".repeat(80)}`)).toThrow(
      `Cannot use a field value: found "\\x0a${"x".repeat(39)}", expected text of one line up to \\u{ff}, a safe integer or bytes`,
    );
    expect(() => sample().append("a b", "v")).toThrow(
      'Cannot use a field name: found "a b", expected a token',
    );
    expect(() => sample().append("A", null as unknown as string)).toThrow("found null, expected");
  });
});

describe("the constructor", () => {
  const pairs = [
    ["A", "1"],
    ["b", "2"],
    ["A", "3"],
  ] as const;
  test.each<readonly [string, HeadersInput]>([
    ["an array of pairs", pairs],
    [
      "a generator",
      (function* () {
        yield* pairs;
      })(),
    ],
    ["another message", new HTTPMessage(pairs)],
  ])("takes %s", (_what, input) => {
    expect([...new HTTPMessage(input)]).toEqual(pairs);
  });

  test("takes a Map and a record; a list in a record repeats the field", () => {
    expect([
      ...new HTTPMessage(
        new Map([
          ["A", 1],
          ["b", 2],
        ]),
      ),
    ]).toEqual([
      ["A", "1"],
      ["b", "2"],
    ]);
    const record = { "Set-Cookie": ["a", "b"], Age: 5, Empty: [], X: Uint8Array.of(0x79) };
    expect([...new HTTPMessage(record)]).toEqual([
      ["Set-Cookie", "a"],
      ["Set-Cookie", "b"],
      ["Age", "5"],
      ["X", "y"],
    ]);
  });

  test("takes nothing", () => {
    expect([...new HTTPMessage()]).toEqual([]);
    expect([...new HTTPMessage(undefined)]).toEqual([]);
    expect([...new HTTPMessage({})]).toEqual([]);
  });

  test("copies: the two messages have nothing in common", () => {
    const first = sample();
    const second = new HTTPMessage(first);
    second.delete("server");
    expect([first.size, second.size]).toEqual([4, 3]);
  });

  test("reads own keys of a record only: a polluted prototype adds no field", () => {
    const polluted = Object.create({ Inherited: "x" }) as Record<string, string>;
    polluted["Own"] = "y";
    expect([...new HTTPMessage(polluted)]).toEqual([["Own", "y"]]);
    const bare = Object.assign(Object.create(null) as Record<string, string>, { A: "b" });
    expect([...new HTTPMessage(bare)]).toEqual([["A", "b"]]);
  });

  test("`__proto__` as a key is a name like any other", () => {
    const record = JSON.parse('{"__proto__": "a", "constructor": "b"}') as Record<string, string>;
    const headers = new HTTPMessage(record);
    expect([...headers]).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
    expect(headers.get("__PROTO__")).toBe("a");
    expect([headers.has("toString"), headers.get("valueOf")]).toEqual([false, undefined]);
  });

  test.each<readonly [string, unknown]>([
    ["a string", "A: b"],
    ["null", null],
    ["a number", 5],
    ["bytes", new Uint8Array(2)],
    ["a function", () => []],
    ["a flat list", ["Host", "a"]],
    ["a pair of three", [["A", "b", "c"]]],
    ["a pair of one", [["A"]]],
    ["an entry that is no list", [{ 0: "A", 1: "b", length: 2 }]],
    ["a list of values in a pair: that means continuation lines", [["A", ["b", "c"]]]],
    ["undefined as a value of a record", { A: undefined }],
    ["a Set", new Set(["ab"])],
  ])("refuses %s", (_what, input) => {
    expect(codeOf(() => new HTTPMessage(input as HeadersInput))).toBe("INVALID_FIELD_VALUE");
  });
});

describe("the wire form", () => {
  test("is one line a field and a blank line", () => {
    expect(sample().toString()).toBe(
      'Server: x\r\nSet-Cookie: a=1\r\nSET-COOKIE: b=2, c\r\nETag: "y"\r\n\r\n',
    );
    expect(latin1(sample().toBytes())).toBe(sample().toString());
    expect(new HTTPMessage().toString()).toBe("\r\n");
    expect([...new HTTPMessage().toBytes()]).toEqual([13, 10]);
    expect([...new HTTPMessage([["A", "\xe9"]]).toBytes()].slice(3, 4)).toEqual([0xe9]);
  });

  const odd = "a:b\r\nFold: 1 \r\n\t 2\r\nx:\t\xe9 \r\nempty:\r\n\r\n";
  test("of a parsed message is its bytes as they came, folds and blanks too", () => {
    const { headers } = parseHeaders(encodeLatin1(`${odd}body`));
    expect(latin1(headers.toBytes())).toBe(odd);
    expect(headers.toString()).toBe("a: b\r\nFold: 1 2\r\nx: \xe9\r\nempty: \r\n\r\n");
  });

  test.each<readonly [string, (headers: HTTPMessage) => void]>([
    ["append()", (headers) => headers.append("z", "1")],
    ["set()", (headers) => headers.set("a", "1")],
    ["delete()", (headers) => headers.delete("a")],
  ])("is written anew after %s", (_what, change) => {
    const { headers } = parseHeaders(encodeLatin1(odd));
    change(headers);
    expect(latin1(headers.toBytes())).toBe(headers.toString());
  });

  test("stays as it came after a change that was refused, or of nothing", () => {
    const { headers } = parseHeaders(encodeLatin1(odd));
    expect(codeOf(() => headers.append("z", "\n"))).toBe("INVALID_FIELD_VALUE");
    expect(codeOf(() => headers.set("a", "\n"))).toBe("INVALID_FIELD_VALUE");
    headers.delete("z");
    expect(latin1(headers.toBytes())).toBe(odd);
  });

  test("parses to the same fields again", () => {
    expect([...parseHeaders(sample().toBytes()).headers]).toEqual([...sample()]);
  });
});

describe("console.log", () => {
  test("shows the lines, with control characters escaped", () => {
    const headers = new HTTPMessage([
      ["Server", "x"],
      ["Set-Cookie", "a\x1b[31m"],
    ]);
    // Node writes \x1B, Deno \x1b.
    expect(inspect(headers)).toMatch(/^\[ 'Server: x', 'Set-Cookie: a\\x1B\[31m' \]$/i);
    expect(inspect({ status: 200, headers })).toMatch(
      /^\{ status: 200, headers: \[ 'Server: x', 'Set-Cookie: a\\x1B\[31m' \] \}$/i,
    );
    expect(inspect(new HTTPMessage())).toBe("[]");
  });
});

describe("isFieldName() and isFieldValue()", () => {
  test.each([
    ["a", true],
    ["X-Y_z!", true],
    ["", false],
    ["a b", false],
    ["a:", false],
    ["\xe9", false],
    [5, false],
    [undefined, false],
  ])("%j as a name is %s", (text, is) => {
    expect(isFieldName(text as string)).toBe(is);
  });
  test.each([
    ["", true],
    ["a\tb c", true],
    ["\xe9", true],
    ["a\r\nb", false],
    ["\0", false],
    ["\x7f", false],
    ["\u0100", false],
    [5, false],
    [null, false],
  ])("%j as a value is %s", (text, is) => {
    expect(isFieldValue(text as string)).toBe(is);
  });
});
