// That an example which is wrong does fail, and that the failure says where.

import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { checkResults } from "../src/check-results.ts";
import { runExample } from "../src/run-example.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const run = (code: string, limit?: number): Promise<string | null> =>
  runExample(root, { file: "packages/docs-tests/README.md", line: 7, code }, limit);

describe("an example passes", () => {
  test.concurrent.each([
    ["that does nothing", ""],
    [
      "that imports a package of this repository",
      'import { OK } from "@httplib/status"; if (OK !== 200) throw 0;',
    ],
    ["that imports Node", 'import { ok } from "node:assert"; ok(true);'],
    ["that waits", "await new Promise((resolve) => setTimeout(resolve, 1));"],
    ["with types", "const one: number = 1; one satisfies number; // => 1"],
    ["that shows results", 'const a = 1; // => 1\na + 1; // => 2\nconsole.log("x"); // => "x"'],
    ["that shows what is printed", "console.log(new Map([[\"a\", 1]])); // => Map(1) { 'a' => 1 }"],
    ["that shows text as it is", 'console.log("a b"); // => a b'],
    ["that shows a result behind several lines", '[\n  1,\n  2,\n]\n  .join(); // => "1,2"'],
    ["that shows an awaited result", "await Promise.resolve(3); // => 3"],
    ["that shows bytes", "Uint8Array.of(1, 2); // => Uint8Array.of(1, 2)"],
  ])("%s", async (_what, code) => {
    expect(await run(code)).toBeNull();
  });
});

describe("an example fails", () => {
  test.concurrent.each([
    ["that throws", 'throw new Error("no");', /Error: no/],
    ["that does not compile", "const = 1;", /packages\/docs-tests\/README\.md:7:6/],
    ["that imports what is not exported", 'import { NOPE } from "@httplib/status"; NOPE;', /NOPE/],
    ["that imports an entry that is not there", 'import "@httplib/status/nope";', /no such export/],
    ["that imports a package that is not there", 'import "@httplib/nope";', /no such export/],
    ["that leaves a rejection unhandled", 'void Promise.reject(new Error("no"));', /Error: no/],
    ["that waits for ever", "await new Promise(() => {});", /still waited/],
    ["that shows a wrong result", "1 + 1; // => 3", /AssertionError/],
    ["that shows a wrong type", '1 + 1; // => "2"', /AssertionError/],
    ["that shows a wrong text", 'console.log("a"); // => a b', /AssertionError/],
    ["that shows text for nothing", "undefined; // => a b", /AssertionError/],
    ["that shows a wrong result of a declaration", "const a = 1; // => 2", /AssertionError/],
    ["that shows a result of nothing", "if (true) { // => 1\n}", /Cannot check/],
  ])("%s", async (_what, code, reason) => {
    expect(await run(code)).toMatch(reason);
  });

  test("that runs too long, and is stopped", async () => {
    expect(await run("for (;;);", 500)).toMatch(/did not end within 500 ms/);
  });

  test("at the line where it stands in its file", async () => {
    expect(await run("\n\nthrow new Error();")).toContain("packages/docs-tests/README.md:9");
    expect(await run("1; // => 1\n\n\nthrow new Error();")).toContain(
      "packages/docs-tests/README.md:10",
    );
  });
});

test("an example stands for itself, not for the source it stands in", async () => {
  const file = "packages/status/src/predicates.ts";
  const code = 'import { isSuccess } from "@httplib/status"; if (!isSuccess(200)) throw 0;';
  expect(await runExample(root, { file, line: 1, code })).toBeNull();
});

describe("checkResults", () => {
  test("gives null where nothing is shown", () => {
    expect(checkResults("a;\nb; // a remark")).toBeNull();
  });

  test("keeps the number of lines", () => {
    const code = "const a = f(\n  1,\n); // => 2\n\nb(\n  a,\n); // => 3\nc;";
    expect(checkResults(code)?.split("\n")).toHaveLength(code.split("\n").length);
  });
});
