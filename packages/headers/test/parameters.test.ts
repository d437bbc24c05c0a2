/** parseParameters and formatParameters (RFC 9110 §5.6.6, RFC 8187). */

import { InvalidRequest } from "@httplib/errors";
import { describe, expect, test } from "vitest";
import { formatParameters, parseParameters } from "../src/index.ts";

const read = (text: string): [string, Record<string, string>] => {
  const { value, parameters } = parseParameters(text);
  return [value, Object.fromEntries(parameters)];
};

describe("parseParameters()", () => {
  test.each<readonly [string, string, Record<string, string>]>([
    ["text/html", "text/html", {}],
    ["", "", {}],
    [";", "", {}],
    ["text/html;charset=utf-8", "text/html", { charset: "utf-8" }],
    [" text/html \t; Charset = utf-8 ; q=1", "text/html", { charset: "utf-8", q: "1" }],
    [
      'form-data; name="a b"; filename="c;d=\\"e\\".txt"',
      "form-data",
      { name: "a b", filename: 'c;d="e".txt' },
    ],
    ['a; b="\\\\"; c=d', "a", { b: "\\", c: "d" }],
    ['a; b=""; c', "a", { b: "", c: "" }],
    ["a; b=c; B=d; b=e", "a", { b: "c" }],
    ["a;; ;b=c;", "a", { b: "c" }],
    ["a; =b; c=d", "a", { c: "d" }],
    ["a; b=c=d", "a", { b: "c=d" }],
    ["a; b= c d ", "a", { b: "c d" }],
    // A quote counts only behind "=": elsewhere it is one more character, and hides no ";".
    ['a; b=c"d; e=f', "a", { b: 'c"d', e: "f" }],
    ['a"b; c=d', 'a"b', { c: "d" }],
    // What follows a closing quote belongs to nothing; without one the string runs to the end.
    ['a; b="c"d; e=f', "a", { b: "c", e: "f" }],
    ['a; b="c; d=e', "a", { b: "c; d=e" }],
    ['a; b="c\\', "a", { b: "c" }],
    ["a; __proto__=b; constructor=c", "a", { ["__proto__"]: "b", constructor: "c" }],
    ["a; \u212a=b; \xe9=c", "a", { "\u212a": "b", "\xe9": "c" }],
  ])("%j", (text, value, parameters) => {
    const found = parseParameters(text);
    expect(found.value).toBe(value);
    expect([...found.parameters]).toEqual(Object.entries(parameters));
  });

  test.each<readonly [string, Record<string, string>]>([
    ["filename*=UTF-8''%e2%82%ac%20rates", { filename: "\u20ac rates" }],
    ["filename*=utf-8'en'a-b!#$&+.^_`|~", { filename: "a-b!#$&+.^_`|~" }],
    ["filename*=iso-8859-1'en'%A3%20rates", { filename: "\xa3 rates" }],
    ["FileName*=UTF-8''a", { filename: "a" }],
    ["filename=plain; filename*=UTF-8''better", { filename: "better" }],
    ["filename*=UTF-8''better; filename=plain", { filename: "better" }],
    ["filename*=UTF-8''first; filename*=UTF-8''second", { filename: "first" }],
    ["filename*=\"UTF-8''quoted\"", { filename: "quoted" }],
    // What does not decode is left out in favour of the plain one.
    ["filename=plain; filename*=UTF-8''%ff", { filename: "plain" }],
    ["filename=plain; filename*=UTF-8''%e2%82", { filename: "plain" }],
    ["filename=plain; filename*=UTF-8''%zz", { filename: "plain" }],
    ["filename=plain; filename*=koi8-r''%c0", { filename: "plain" }],
    ["filename=plain; filename*=UTF-8'%61", { filename: "plain" }],
    ["filename=plain; filename*=UTF-8''it's", { filename: "plain" }],
    ["filename=plain; filename*=", { filename: "plain" }],
    ["filename*", {}],
    ["*=UTF-8''a", {}],
    // Continuations (RFC 2231) are no part of HTTP.
    ["filename*0=a; filename*1=b", { "filename*0": "a", "filename*1": "b" }],
  ])("%j (RFC 8187)", (text, parameters) => {
    expect(read(`attachment; ${text}`)).toEqual(["attachment", parameters]);
  });

  test("long values cost one look each: no part is searched to the end of the text", () => {
    // Each of these took seconds where a part was searched for "=" or a quote behind its own end.
    expect(parseParameters(";a".repeat(200_000)).parameters.size).toBe(1);
    expect(parseParameters(`a; b="${"\\".repeat(200_000)}`).parameters.get("b")).toHaveLength(
      100_000,
    );
    expect(parseParameters(`a; b=${" ".repeat(200_000)}x`).parameters.get("b")).toBe("x");
    expect(parseParameters(`a; b="${"c".repeat(200_000)}`).parameters.get("b")).toHaveLength(
      200_000,
    );
    expect(parseParameters(`a; b*=${"'".repeat(200_000)}`).parameters.size).toBe(0);
  });
});

test("a quoted string may be as long as a text can be", () => {
  const long = "b".repeat(20_000_000);
  expect(read(`a; x="${long}"`)).toEqual(["a", { x: long }]);
});

describe("formatParameters()", () => {
  test.each<readonly [string, [string, string][], string]>([
    ["text/html", [], "text/html"],
    ["text/html", [["charset", "utf-8"]], "text/html; charset=utf-8"],
    [
      "form-data",
      [
        ["name", ""],
        ["x", "a b"],
        ["y", 'q"\\'],
      ],
      'form-data; name=""; x="a b"; y="q\\"\\\\"',
    ],
    ["a", [["b", "\t;=,"]], 'a; b="\t;=,"'],
    ["a", [["b", "\xe9"]], "a; b*=UTF-8''%C3%A9"],
    ["a", [["b", "\u20ac '()*"]], "a; b*=UTF-8''%E2%82%AC%20%27%28%29%2A"],
    ["a", [["b", "\u{1f600}"]], "a; b*=UTF-8''%F0%9F%98%80"],
    [
      "a",
      [
        ["b", "x"],
        ["b", "\u20ac"],
      ],
      "a; b=x; b*=UTF-8''%E2%82%AC",
    ],
    ["", [["b", "c"]], "; b=c"],
  ])("%j with %j", (value, parameters, text) => {
    expect(formatParameters(value, parameters)).toBe(text);
    expect(formatParameters(value, new Map(parameters).entries())).toContain(value);
    expect(read(text)).toEqual([value, Object.fromEntries(parameters)]);
  });

  test.each<readonly [string, string, [string, string][], string]>([
    ["a name with a blank", "a", [["b c", "d"]], "INVALID_FIELD_NAME"],
    ["an empty name", "a", [["", "d"]], "INVALID_FIELD_NAME"],
    ["a name that ends in a star", "a", [["b*", "d"]], "INVALID_FIELD_NAME"],
    ["a line end", "a", [["b", "c\r\nd"]], "INVALID_FIELD_VALUE"],
    ["a NUL", "a", [["b", "\0"]], "INVALID_FIELD_VALUE"],
    ["DEL beside a letter that is coded", "a", [["b", "\u20ac\x7f"]], "INVALID_FIELD_VALUE"],
    ["a lone surrogate", "a", [["b", "\ud800"]], "INVALID_FIELD_VALUE"],
    ["another lone surrogate", "a", [["b", "x\udc00y"]], "INVALID_FIELD_VALUE"],
    ["a value with a line end", "a\r\nb", [], "INVALID_FIELD_VALUE"],
    ["a value that would come back as a parameter", "a;b=c", [], "INVALID_FIELD_VALUE"],
    ["a value that would come back without its blanks", " a", [], "INVALID_FIELD_VALUE"],
    ["what is no text", "a", [["b", undefined as never]], "INVALID_FIELD_VALUE"],
    [
      "a name that comes twice in the same form, of which one would come back",
      "a",
      [
        ["b", "c"],
        ["B", "d"],
      ],
      "INVALID_FIELD_NAME",
    ],
  ])("refuses %s", (_why, value, parameters, code) => {
    expect.assertions(2);
    try {
      formatParameters(value, parameters);
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidRequest);
      expect((error as InvalidRequest).code).toBe(code);
    }
  });
});
