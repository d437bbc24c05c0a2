/** Ten inputs, each of which at least one other header parser was measured to get wrong. */

import { describe, expect, test } from "vitest";
import { seeEveryCut } from "./every-cut.ts";

type Right = readonly (readonly [string, string])[] | string;

const inputs: readonly (readonly [what: string, lines: string, right: Right])[] = [
  [
    "a folded field, cut in two or read as a name of its own",
    "X-Long: one\r\n two\r\n",
    [["X-Long", "one two"]],
  ],
  [
    "a line without colon, made a field with itself as value",
    "garbage\r\nA: b\r\n",
    "INVALID_FIELD_NAME",
  ],
  [
    "`__proto__`, lost",
    "__proto__: evil\r\nA: b\r\n",
    [
      ["__proto__", "evil"],
      ["A", "b"],
    ],
  ],
  ["a name with a blank at its end, kept as `a `", "a : b\r\n", "INVALID_FIELD_NAME"],
  [
    "two Set-Cookie, the first lost",
    "Set-Cookie: a=1\r\nSet-Cookie: b=2\r\n",
    [
      ["Set-Cookie", "a=1"],
      ["Set-Cookie", "b=2"],
    ],
  ],
  [
    "a value of digits, made a number",
    "Content-Length: 2\r\nX: 007\r\n",
    [
      ["Content-Length", "2"],
      ["X", "007"],
    ],
  ],
  [
    "an octet above 0x7F, decoded as another letter",
    "X-Name: caf\xe9\r\n",
    [["X-Name", "caf\xe9"]],
  ],
  [
    "a field with a blank before its colon, dropped without a word",
    "A: b\r\nTransfer-Encoding : chunked\r\n",
    "INVALID_FIELD_NAME",
  ],
  [
    "a repeated field, the first or the last lost",
    "Via: a\r\nX: y\r\nvia: b\r\n",
    [
      ["Via", "a"],
      ["X", "y"],
      ["via", "b"],
    ],
  ],
  [
    "a value with a colon, cut at it",
    "Location: http://a:80/b\r\n",
    [["Location", "http://a:80/b"]],
  ],
];

describe("right is", () => {
  test.each(inputs)("%s", (_what, lines, right) => {
    const seen = seeEveryCut(`${lines}\r\n`);
    if (typeof right === "string") expect(seen.error?.code).toBe(right);
    else expect(seen).toMatchObject({ fields: right, wire: `${lines}\r\n` });
  });

  test("ten of ten", () => {
    expect(inputs).toHaveLength(10);
  });

  test("with skipInvalidFields the refused ones are left out, and said so", () => {
    for (const [what, lines, right] of inputs) {
      const seen = seeEveryCut(`${lines}\r\n`, { lenient: { skipInvalidFields: true } });
      const codes = seen.defects?.map(({ code }) => code);
      expect(codes, what).toEqual(typeof right === "string" ? [right] : []);
    }
  });
});
