import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeText } from "../src/index.ts";

describe("escapeText", () => {
  test.each([
    ["keeps printable ASCII", "GET / HTTP/1.1 ~", "GET / HTTP/1.1 ~"],
    [
      "shows controls as two hex digits",
      "\0\t\r\n\u001b[31m\u007f",
      "\\x00\\x09\\x0d\\x0a\\x1b[31m\\x7f",
    ],
    ["shows bytes above ASCII", "\u0080\u00e9\u00ff", "\\x80\\xe9\\xff"],
    ["shows characters above U+00FF as four hex digits", "\u0100\u20ac", "\\u0100\\u20ac"],
    ["escapes the backslash itself", "\\x00", "\\x5cx00"],
    ["keeps quotes", `'"`, `'"`],
    ["gives nothing for nothing", "", ""],
    ["keeps forty characters", "x".repeat(40), "x".repeat(40)],
    ["drops the forty-first", `${"x".repeat(39)}\0y`, `${"x".repeat(39)}\\x00`],
  ])("%s", (_rule, text, shown) => {
    expect(escapeText(text)).toBe(shown);
  });

  test("whatever comes in, short printable ASCII comes out that can be read back", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        const shown = escapeText(text);
        expect(shown).toMatch(/^[ -~]{0,240}$/);
        const back = shown.replace(
          /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4}))/g,
          (_all, two?: string, four?: string) =>
            String.fromCharCode(Number.parseInt(two ?? four ?? "", 16)),
        );
        expect(back).toBe(text.slice(0, 40));
      }),
      { seed: 20, numRuns: 300 },
    );
  });
});
