/** What a field section must not hold, each row in every cut: the rule, the byte that breaks it, and what an error shows. */

import { describe, expect, test } from "vitest";
import { seeEveryCut } from "./every-cut.ts";

const rows: readonly (readonly [why: string, block: string, code: string, offset: number])[] = [
  ["a line feed without carriage return ends a field", "A: b\nC: d\r\n\r\n", "BARE_LF", 4],
  ["… or ends an empty value", "A:\n\r\n", "BARE_LF", 2],
  ["… or is the blank line", "A: b\r\n\nx", "BARE_LF", 6],
  ["… or is all there is", "\n", "BARE_LF", 0],
  ["… or ends a line without colon", "A\n\r\n", "BARE_LF", 1],
  ["… or ends a fold", "A: b\r\n c\n\r\n", "BARE_LF", 8],
  ["… or ends a blank fold", "A: b\r\n \n\r\n", "BARE_LF", 7],
  ["a carriage return inside a value", "A: b\rc\r\n\r\n", "BARE_CR", 5],
  ["… doubled before the line feed", "A: b\r\r\n\r\n", "BARE_CR", 5],
  ["… inside a name", "A\rB: c\r\n\r\n", "BARE_CR", 2],
  ["… inside a fold", "A: b\r\n \rc\r\n\r\n", "BARE_CR", 8],
  ["… where the blank line should be", "A: b\r\n\rX\r\n", "BARE_CR", 7],
  ["… before anything else", "\rA: b\r\n\r\n", "BARE_CR", 1],
  ["a NUL in a value", "A: b\0c\r\n\r\n", "NUL", 4],
  ["… in an empty value", "A:\0\r\n\r\n", "NUL", 2],
  ["… in a fold", "A: b\r\n \0\r\n\r\n", "NUL", 7],
  ["… in a name", "A\0: b\r\n\r\n", "INVALID_FIELD_NAME", 1],
  ["a line without colon", "A: b\r\nabc\r\n\r\n", "INVALID_FIELD_NAME", 10],
  ["an empty name", ": b\r\n\r\n", "INVALID_FIELD_NAME", 0],
  ["a blank before the colon", "A : b\r\n\r\n", "INVALID_FIELD_NAME", 1],
  ["a tab before the colon", "A\t: b\r\n\r\n", "INVALID_FIELD_NAME", 1],
  ["a blank inside a name", "A B: c\r\n\r\n", "INVALID_FIELD_NAME", 1],
  ["brackets in a name", "X(y): z\r\n\r\n", "INVALID_FIELD_NAME", 1],
  ["obs-text in a name", "\xc4: b\r\n\r\n", "INVALID_FIELD_NAME", 0],
  ["a control character in a name", "A\x7f: b\r\n\r\n", "INVALID_FIELD_NAME", 1],
  ["white space before the first field", " A: b\r\n\r\n", "LEADING_WHITESPACE", 0],
  ["a tab before the first field", "\tA: b\r\n\r\n", "LEADING_WHITESPACE", 0],
  ["a first line of blanks", "  \r\n\r\n", "LEADING_WHITESPACE", 0],
  ["a continuation line of blanks only", "A: b\r\n  \r\n\r\n", "BLANK_FOLD", 9],
  ["… which would end the section for some", "A: b\r\n\t\r\nB: c\r\n\r\n", "BLANK_FOLD", 8],
  ["a folded Content-Length", "Content-Length: 1\r\n 0\r\n\r\n", "FOLDED_FRAMING_FIELD", 19],
  [
    "a folded Content-Length in other case, its first line empty",
    "content-LENGTH:\r\n\t10\r\n\r\n",
    "FOLDED_FRAMING_FIELD",
    17,
  ],
  [
    "a folded Transfer-Encoding",
    "A: b\r\nTransfer-Encoding: a,\r\n chunked\r\n\r\n",
    "FOLDED_FRAMING_FIELD",
    29,
  ],
];

describe("a field section is refused for", () => {
  test.each(rows)("%s", (_why, block, code, offset) => {
    const { error } = seeEveryCut(block);
    expect(error).toMatchObject({ name: "ProtocolError", code, offset });
    expect(error?.excerpt).toBe(block.slice(Math.max(0, offset - 39), offset + 1));
    expect(error?.message).toMatch(
      /^Cannot read a header line: found "[ -~]+" \(\w+\), expected [^.]+$/,
    );
    expect(error?.message).toContain(`(${code})`);
  });

  // Behind a field, a line that begins with a blank is a fold.
  const anywhere = rows.filter(([, , code]) => code !== "LEADING_WHITESPACE");
  test.each(anywhere)("… whatever stands before it: %s", (_why, block, code, offset) => {
    const before = `X-Long: ${"v".repeat(300)}\r\nCafe: \xe9\r\n`;
    const { error } = seeEveryCut(before + block);
    expect(error).toMatchObject({ code, offset: before.length + offset });
    expect(error?.excerpt).toBe((before + block).slice(0, before.length + offset + 1).slice(-40));
  });
});
