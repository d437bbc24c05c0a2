/** What each leniency lets through, what it records, and what it still refuses; each row in every cut. */

import { describe, expect, test } from "vitest";
import type { Defect } from "../src/index.ts";
import { seeEveryCut } from "./every-cut.ts";

type Fields = readonly (readonly [string, string])[];
type Row = readonly [
  why: string,
  block: string,
  fields: Fields,
  defects: readonly (readonly [string, number])[],
];

/** A defect points where the strict error points, and shows the same bytes. */
function defectsOf(block: string, defects: readonly (readonly [string, number])[]): Defect[] {
  return defects.map(([code, offset]) => ({
    code: code as Defect["code"],
    offset,
    excerpt: block.slice(Math.max(0, offset - 39), offset + 1),
  }));
}

const bareLineFeed: readonly Row[] = [
  ["nothing unusual", "A: b\r\n\r\n", [["A", "b"]], []],
  [
    "behind a value",
    "A: b\nC: d\r\n\r\n",
    [
      ["A", "b"],
      ["C", "d"],
    ],
    [["BARE_LF", 4]],
  ],
  [
    "behind an empty value",
    "A:\nC: d \n\r\n",
    [
      ["A", ""],
      ["C", "d"],
    ],
    [
      ["BARE_LF", 2],
      ["BARE_LF", 8],
    ],
  ],
  ["as the blank line", "A: b\r\n\n", [["A", "b"]], [["BARE_LF", 6]]],
  [
    "everywhere",
    "A: b\n c\n\n",
    [["A", "b c"]],
    [
      ["BARE_LF", 4],
      ["BARE_LF", 7],
      ["BARE_LF", 8],
    ],
  ],
  ["as all there is", "\n", [], [["BARE_LF", 0]]],
  ["before a fold", "A: b\n c\r\n\r\n", [["A", "b c"]], [["BARE_LF", 4]]],
  [
    "with a value that ends in a blank before it",
    "A: b \n\t c\r\n\r\n",
    [["A", "b c"]],
    [["BARE_LF", 5]],
  ],
];

const skipInvalidFields: readonly Row[] = [
  ["nothing unusual", "A: b\r\n\r\n", [["A", "b"]], []],
  [
    "a line without colon",
    "A: b\r\nabc\r\nC: d\r\n\r\n",
    [
      ["A", "b"],
      ["C", "d"],
    ],
    [["INVALID_FIELD_NAME", 10]],
  ],
  ["an empty name", ": b\r\nC: d\r\n\r\n", [["C", "d"]], [["INVALID_FIELD_NAME", 0]]],
  ["a blank before the colon", "A : b\r\nC: d\r\n\r\n", [["C", "d"]], [["INVALID_FIELD_NAME", 1]]],
  [
    "… and its folds with it",
    "A : b\r\n x\r\n\ty\r\nC: d\r\n\r\n",
    [["C", "d"]],
    [["INVALID_FIELD_NAME", 1]],
  ],
  [
    "a folded line without colon",
    "abc\r\n d: e\r\nC: d\r\n\r\n",
    [["C", "d"]],
    [["INVALID_FIELD_NAME", 4]],
  ],
  ["a name with brackets", "X(y): z\r\n\r\n", [], [["INVALID_FIELD_NAME", 1]]],
  [
    "two bad octets in one line are one defect",
    "X(y): \0\r\n\r\n",
    [],
    [["INVALID_FIELD_NAME", 1]],
  ],
  ["NUL in a value", "A: b\0c\r\nC: d\r\n\r\n", [["C", "d"]], [["NUL", 4]]],
  [
    "NUL in a fold takes the whole field",
    "A: b\r\n c\0\r\n d\r\nC: d\r\n\r\n",
    [["C", "d"]],
    [["NUL", 8]],
  ],
  [
    "white space before the first field",
    " A: b\r\n c\r\nC: d\r\n\r\n",
    [["C", "d"]],
    [["LEADING_WHITESPACE", 0]],
  ],
  [
    "a blank fold: the field above it stays",
    "A: b\r\n \r\nC: d\r\n\r\n",
    [
      ["A", "b"],
      ["C", "d"],
    ],
    [["BLANK_FOLD", 8]],
  ],
  [
    "… with the folds before it, not those behind",
    "A: b\r\n c\r\n \r\n d\r\n\r\n",
    [["A", "b c"]],
    [["BLANK_FOLD", 12]],
  ],
  [
    "a folded framing field",
    "Content-Length: 1\r\n 0\r\nC: d\r\n\r\n",
    [["C", "d"]],
    [["FOLDED_FRAMING_FIELD", 19]],
  ],
  [
    "every line",
    "\0\r\n:\r\nx\r\n\r\n",
    [],
    [
      ["INVALID_FIELD_NAME", 0],
      ["INVALID_FIELD_NAME", 3],
      ["INVALID_FIELD_NAME", 8],
    ],
  ],
];

const both: readonly Row[] = [
  [
    "a line that ends in LF and has no colon",
    "A\nC: d\r\n\r\n",
    [["C", "d"]],
    [
      ["BARE_LF", 1],
      ["INVALID_FIELD_NAME", 1],
    ],
  ],
  [
    "a blank fold that ends in LF",
    "A: b\r\n \nC: d\r\n\r\n",
    [
      ["A", "b"],
      ["C", "d"],
    ],
    [
      ["BARE_LF", 7],
      ["BLANK_FOLD", 7],
    ],
  ],
  [
    "a dropped line that ends in LF",
    "A : b\nC: d\n\n",
    [["C", "d"]],
    [
      ["INVALID_FIELD_NAME", 1],
      ["BARE_LF", 5],
      ["BARE_LF", 10],
      ["BARE_LF", 11],
    ],
  ],
];

describe.each([
  ["bareLineFeed", { bareLineFeed: true }, bareLineFeed],
  ["skipInvalidFields", { skipInvalidFields: true }, skipInvalidFields],
  ["both", { bareLineFeed: true, skipInvalidFields: true }, both],
] as const)("%s", (_name, lenient, rows) => {
  test.each(rows)("%s", (_why, block, fields, defects) => {
    const seen = seeEveryCut(`${block}rest`, { lenient });
    expect(seen).toMatchObject({ fields, defects: defectsOf(block, defects), used: block.length });
    if (defects.length > 0) {
      // What was bent is not passed on: the wire form is what was understood.
      expect(seen.wire).toBe(
        `${fields.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`,
      );
      const [[code, offset]] = defects as [[string, number]];
      expect(seeEveryCut(block).error).toMatchObject({ code, offset });
    } else expect(seen.wire).toBe(block);
  });

  test.each([
    ["a carriage return alone", "A: b\rc\r\n\r\n", 5],
    ["… as the blank line", "A: b\r\n\rx", 7],
  ])("has no word on %s", (_why, block, offset) => {
    expect(seeEveryCut(block, { lenient }).error).toMatchObject({ code: "BARE_CR", offset });
  });
});

describe("a leniency", () => {
  test("drops no line that holds a carriage return", () => {
    const lenient = { skipInvalidFields: true };
    const { error } = seeEveryCut("A B\rc\r\n\r\n", { lenient });
    expect(error).toMatchObject({ code: "BARE_CR", offset: 4 });
  });

  test.each([
    ["bareLineFeed", "A B: c\r\n\r\n", "INVALID_FIELD_NAME"],
    ["bareLineFeed", "A: b\r\n \n\r\n", "BLANK_FOLD"],
    ["skipInvalidFields", "A: b\nC: d\r\n\r\n", "BARE_LF"],
    ["skipInvalidFields", "A B: c\n\r\n", "BARE_LF"],
  ])("%s does not imply the other", (name, block, code) => {
    expect(seeEveryCut(block, { lenient: { [name]: true } }).error).toMatchObject({ code });
  });

  test("is off when it is false or undefined", () => {
    const lenient = { bareLineFeed: false, skipInvalidFields: false };
    expect(seeEveryCut("A: b\n\n", { lenient }).error).toMatchObject({ code: "BARE_LF" });
    expect(seeEveryCut("A\r\n\r\n", { lenient: {} }).error).toMatchObject({
      code: "INVALID_FIELD_NAME",
    });
  });
});
