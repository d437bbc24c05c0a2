import { describe, expect, test } from "vitest";
import { examplesInMarkdown, examplesInSource } from "../src/extract-examples.ts";

const join = (...lines: string[]): string => lines.join("\n");

describe("examplesInMarkdown", () => {
  test("finds each ts block with the line of its first line of code", () => {
    const text = join("# Title", "", "```ts", "one;", "two;", "```", "", "```ts", "three;", "```");
    expect(examplesInMarkdown("README.md", text)).toEqual([
      { file: "README.md", line: 4, code: "one;\ntwo;" },
      { file: "README.md", line: 9, code: "three;" },
    ]);
  });

  test.each([
    ["another language", ["```sh", "npm install", "```"]],
    ["no language", ["```", "text", "```"]],
    ["a ts fence inside a longer one", ["````md", "```ts", "no;", "```", "````"]],
    ["a block without an end", ["```ts", "cut off"]],
    ["a language that only begins with ts", ["```tsx", "<a />", "```"]],
  ])("leaves %s alone", (_what, lines) => {
    expect(examplesInMarkdown("README.md", join(...lines))).toEqual([]);
  });

  test("takes the indent of a fence in a list off its lines, and no more", () => {
    const text = join("- item", "", "  ```ts", "  if (a) {", "    b;", "  }", "  ```");
    expect(examplesInMarkdown("README.md", text)[0]?.code).toBe("if (a) {\n  b;\n}");
  });

  test("reads CRLF files", () => {
    expect(examplesInMarkdown("README.md", "```ts\r\none;\r\n```\r\n")[0]).toMatchObject({
      code: "one;",
      line: 2,
    });
  });
});

describe("examplesInSource", () => {
  test("finds the blocks behind @example, with their lines in the file", () => {
    const text = join(
      "import x from 'y';",
      "",
      "/**",
      " * Does it.",
      " *",
      " * @example",
      " * ```ts",
      " * doIt();",
      " *   indented();",
      " * ```",
      " */",
      "export function doIt() {}",
    );
    expect(examplesInSource("src/do-it.ts", text)).toEqual({
      examples: [{ file: "src/do-it.ts", line: 8, code: "doIt();\n  indented();" }],
      missing: [],
    });
  });

  test("finds several in one comment, and in an indented comment", () => {
    const text = join(
      "class A {",
      "  /**",
      "   * @example One",
      "   * ```ts",
      "   * one();",
      "   * ```",
      "   * @example",
      "   * ```ts",
      "   * @decorated",
      "   * class Two {}",
      "   * ```",
      "   * @see elsewhere",
      "   */",
      "}",
    );
    expect(examplesInSource("a.ts", text).examples).toEqual([
      { file: "a.ts", line: 5, code: "one();" },
      { file: "a.ts", line: 9, code: "@decorated\nclass Two {}" },
    ]);
  });

  test("reports an @example with nothing to run", () => {
    const text = join("/**", " * @example", " * doIt();", " */", "/** @example */");
    expect(examplesInSource("a.ts", text)).toEqual({
      examples: [],
      missing: [
        { file: "a.ts", line: 2 },
        { file: "a.ts", line: 5 },
      ],
    });
  });

  test("reads no block outside an @example, and no comment inside a string", () => {
    const text = join(
      "/**",
      " * ```ts",
      " * notAnExample();",
      " * ```",
      " */",
      'const glob = "src/**/*.ts"; /* @example */',
      "// @example",
    );
    expect(examplesInSource("a.ts", text)).toEqual({ examples: [], missing: [] });
  });
});
