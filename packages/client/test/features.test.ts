/** FEATURES.md is whole, names tests that exist, and is what its tables say. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parseRow, readTables, tableFaults } from "../scripts/feature-rows.mjs";
import { featuresPage } from "../scripts/features-page.mjs";

const folder = new URL("..", import.meta.url);
const root = new URL("../..", folder);
const tables = readTables(folder);
const [first, ...others] = tables.features;
if (first === undefined) throw new Error("no features");

describe("the features of the documents", () => {
  test("each has a row, and each row a test that exists or a reason", () => {
    expect(tableFaults(tables, root)).toEqual([]);
  });

  test("the page is what the tables say (else run scripts/make-features.mjs)", () => {
    expect(readFileSync(new URL("FEATURES.md", folder), "utf8")).toBe(featuresPage(tables));
  });

  test("no row says the same as another", () => {
    const said = tables.features.map(({ where, what }) => `${where}: ${what}`);
    expect(new Set(said).size).toBe(said.length);
  });
});

describe("the judge of the tables finds", () => {
  const rowOf = (fields: object) => parseRow(JSON.stringify({ ...first, tests: [], ...fields }));
  const NOWHERE = "no".repeat(9);
  const test1 = "packages/client/test/features.test.ts";

  test.each([
    ["a row that is missing", { features: others }, "F001: is missing"],
    [
      "rows in another order",
      { features: [...others, first] },
      "features: the rows are not F001 to F268",
    ],
    [
      "a row twice",
      { features: [first, first, ...others] },
      "features: the rows are not F001 to F268",
    ],
    [
      "neither test nor reason",
      { features: [rowOf({ divergence: "" }), ...others] },
      "F001: has neither test nor divergence",
    ],
    [
      "a test file that does not exist",
      { features: [rowOf({ tests: ["packages/client/test/none.test.ts › x"] }), ...others] },
      "F001: there is no packages/client/test/none.test.ts",
    ],
    [
      "a file that is no test",
      { features: [rowOf({ tests: ["packages/client/package.json › name"] }), ...others] },
      "F001: there is no packages/client/package.json",
    ],
    [
      "a title that stands nowhere",
      { features: [rowOf({ tests: [`${test1} › ${NOWHERE}`] }), ...others] },
      `F001: ${test1} has no "${NOWHERE}"`,
    ],
    [
      "a version that is no document",
      { features: [rowOf({ divergence: "x", versions: ["3.14"] }), ...others] },
      "F001: 3.14 is no document",
    ],
    ["a conflict that is missing", { conflicts: tables.conflicts.slice(1) }, "C01: is missing"],
    ["a fault that is missing", { faults: tables.faults.slice(0, -1) }, "N9: is missing"],
    [
      "a method of CPython's suite that is missing",
      { cpython: tables.cpython.slice(1) },
      "cpython: 109 methods, expected 110",
    ],
  ])("%s", (_why, change, fault) => {
    expect(tableFaults({ ...tables, ...change }, root)).toContain(fault);
  });

  test("nothing wrong with a title that is there", () => {
    const row = rowOf({ tests: [`${test1} › nothing wrong with a title that is there`] });
    expect(tableFaults({ ...tables, features: [row, ...others] }, root)).toEqual([]);
  });

  test.each([
    ["a reference without a title", { id: "x", tests: ["packages/client/test/a.test.ts"] }],
    ["a text of two lines", { id: "x", what: "a\nb" }],
    ["tests that are no list", { id: "x", tests: "a › b" }],
  ])("%s is refused when it is read", (_why, row) => {
    expect(() => parseRow(JSON.stringify(row))).toThrow(TypeError);
  });
});
