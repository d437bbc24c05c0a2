/** What a field section may hold (RFC 9112 §5, RFC 9110 §5), each row in every cut. */

import { describe, expect, test } from "vitest";
import { seeEveryCut } from "./every-cut.ts";

const everyTchar = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const everyValueOctet = Array.from({ length: 256 }, (_, octet) => String.fromCharCode(octet))
  .filter((character) => !"\0\r\n".includes(character))
  .join("");

const rows: readonly (readonly [
  why: string,
  block: string,
  fields: readonly [string, string][],
])[] = [
  ["no field at all", "\r\n", []],
  ["one field", "A: b\r\n\r\n", [["A", "b"]]],
  [
    "order and case are kept",
    "b: 1\r\nA: 2\r\nB: 3\r\n\r\n",
    [
      ["b", "1"],
      ["A", "2"],
      ["B", "3"],
    ],
  ],
  ["a name of one octet, a value of none", "a:\r\n\r\n", [["a", ""]]],
  [
    "a value of blanks only is empty",
    "A: \t \r\nB:\t\r\n\r\n",
    [
      ["A", ""],
      ["B", ""],
    ],
  ],
  ["blanks around a value are no part of it", "A:\t b c \t\r\n\r\n", [["A", "b c"]]],
  ["blanks inside a value are", "A: b  \t c\r\n\r\n", [["A", "b  \t c"]]],
  ["no blank is needed behind the colon", "A:b\r\n\r\n", [["A", "b"]]],
  [
    "a colon may be part of a value",
    "A: b:c::\r\nB::\r\n\r\n",
    [
      ["A", "b:c::"],
      ["B", ":"],
    ],
  ],
  ["every tchar may be in a name", `${everyTchar}: b\r\n\r\n`, [[everyTchar, "b"]]],
  [
    "every octet but NUL, CR and LF may be in a value",
    `A: x${everyValueOctet}x\r\n\r\n`,
    [["A", `x${everyValueOctet}x`]],
  ],
  [
    "only SP and HTAB are trimmed",
    "A: \u00a0\x0b\x0cb\x85\u00a0\r\n\r\n",
    [["A", "\u00a0\x0b\x0cb\x85\u00a0"]],
  ],
  ["a fold becomes one space", "A: b\r\n c\r\n\r\n", [["A", "b c"]]],
  ["blanks on both sides of a fold go", "A: b \t\r\n\t  c\r\n\r\n", [["A", "b c"]]],
  ["a fold behind an empty first line adds nothing", "A:\r\n b\r\n\r\n", [["A", "b"]]],
  [
    "several folds",
    "A: b\r\n c\r\n\td\r\nB: e\r\n f\r\n\r\n",
    [
      ["A", "b c d"],
      ["B", "e f"],
    ],
  ],
  ["a fold may look like a field", "A: b\r\n C: d\r\n\r\n", [["A", "b C: d"]]],
  [
    "a framing field that is not folded, and neighbours that are",
    "X: 1\r\n 2\r\nContent-Length: 5\r\nContent-Lengths: 1\r\n 2\r\n\r\n",
    [
      ["X", "1 2"],
      ["Content-Length", "5"],
      ["Content-Lengths", "1 2"],
    ],
  ],
  [
    "names of prototypes are names",
    "__proto__: a\r\nconstructor: b\r\ntoString: c\r\n\r\n",
    [
      ["__proto__", "a"],
      ["constructor", "b"],
      ["toString", "c"],
    ],
  ],
  [
    "control characters stay (RFC 9110 §5.5)",
    "A: \x01\x7f\x1b[31m\r\n\r\n",
    [["A", "\x01\x7f\x1b[31m"]],
  ],
  [
    "what is UTF-8 stays one character an octet",
    "A: \xe2\x82\xac\r\n\r\n",
    [["A", "\xe2\x82\xac"]],
  ],
];

describe("a field section", () => {
  test.each(rows)("%s", (_why, block, fields) => {
    expect(seeEveryCut(block)).toEqual({ fields, defects: [], wire: block, used: block.length });
  });

  test.each(rows)("what stands behind it is left alone: %s", (_why, block, fields) => {
    const seen = seeEveryCut(`${block}A: rest\r\n\r\n`);
    expect(seen.fields).toEqual(fields);
    expect(seen.used).toBe(block.length);
  });
});
