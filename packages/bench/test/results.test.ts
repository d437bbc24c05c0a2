/** What becomes of samples: ratios, goals, the comparison with a baseline, the table and the page. */
import { describe, expect, test } from "vitest";
import { describeFallen, fallenRows } from "../src/check.ts";
import { choose, parseOptions } from "../src/options.ts";
import { drawPage } from "../src/page.ts";
import { linePlot } from "../src/plot.ts";
import { isMet, replaceMeasured, type Results, type Row, shareLeft } from "../src/results.ts";
import { compare, figures } from "../src/rows.ts";
import { median, ratio } from "../src/statistics.ts";
import { rowTable, short } from "../src/table.ts";
import type { Sample } from "../src/work.ts";

const sample = (count: number, elapsed: number, user: number): Sample => ({
  count,
  elapsed,
  user,
  system: 0,
});

const row = (value: number, is: "at least" | "at most", goal: number): Row => ({
  benchmark: "get-32",
  what: "rate",
  unit: "×",
  value,
  low: value,
  high: value,
  goal: { is, value: goal },
  isComparable: true,
});

const results = (rows: Row[]): Results => ({ setting: {}, rows, figures: [], curves: [] });

describe("statistics", () => {
  test("the median is the middle, or the mean of the two in the middle", () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([7])]).toEqual([2, 2.5, 7]);
  });

  test("a ratio is taken round by round, so that a slow round of both sides changes nothing", () => {
    expect(ratio([2, 20, 2], [1, 10, 1])).toEqual({ value: 2, low: 2, high: 2 });
  });
});

describe("rows", () => {
  const samples = new Map([
    ["httplib", [sample(100, 10, 500)]],
    ["undici request", [sample(50, 10, 1000)]],
  ] as const);

  test("a cost is our CPU over theirs, a gain theirs over ours, a rate our pieces a second over theirs", () => {
    const theirs = "undici request";
    const rows = compare("x", samples, [
      { of: "cost", theirs, goal: 1 },
      { of: "gain", theirs, goal: 4 },
      { of: "rate", theirs, goal: 3 },
    ]);
    expect(rows.map(({ value }) => value)).toEqual([0.25, 4, 2]);
    expect(rows.map(isMet)).toEqual([true, true, false]);
  });

  test("beside each ratio stands what the floor gives in our place, but for one to the floor", () => {
    const all = new Map([...samples, ["floor", [sample(200, 10, 400)]] as const]);
    const rows = compare("x", all, [
      { of: "rate", theirs: "undici request", goal: 3 },
      { of: "cost", theirs: "floor", goal: 3 },
    ]);
    expect(rows.map(({ value, floor }) => [value, floor])).toEqual([
      [2, 4],
      [2.5, undefined],
    ]);
    expect(rowTable(rows)).toContain("≥ 3 ×  MISSED  4.00 ×");
  });

  test("a peer that was not measured gives no row", () => {
    expect(compare("x", samples, [{ of: "cost", theirs: "floor", goal: 1 }])).toEqual([]);
  });

  test("figures are for one piece of work", () => {
    expect(figures("x", "request", samples)[0]).toMatchObject({ cpu: 5, rate: 10_000 });
  });
});

describe("the check", () => {
  test.each([
    ["a ratio that fell by a fifth", row(1.2, "at least", 1), row(1.5, "at least", 1), true],
    ["a ratio that fell by a tenth", row(1.35, "at least", 1), row(1.5, "at least", 1), false],
    ["a ratio that rose", row(2, "at least", 1), row(1.5, "at least", 1), false],
    ["a cost that rose by a quarter", row(1.5, "at most", 2), row(1.2, "at most", 2), true],
    ["a cost that fell", row(1, "at most", 2), row(1.2, "at most", 2), false],
  ])("%s", (_why, now, before, isNamed) => {
    expect(fallenRows([now], results([before])).length > 0).toBe(isNamed);
  });

  test("a value that means nothing on another machine is not compared", () => {
    const now = { ...row(9, "at most", 2), isComparable: false };
    expect(fallenRows([now], results([row(1, "at most", 2)]))).toEqual([]);
  });

  test("a fallen row is told with its two values", () => {
    const now = row(1.2, "at least", 1);
    const before = row(1.5, "at least", 1);
    expect(shareLeft(now, before)).toBeCloseTo(0.8);
    const named = fallenRows([now], results([before])).map(describeFallen);
    expect(named).toEqual(["get-32: rate: from 1.50 to 1.20 ×, 20 % worse"]);
  });

  test("what was measured again takes the place of what was known, the rest stays", () => {
    const other = { ...row(3, "at least", 1), what: "other" };
    const merged = replaceMeasured(
      results([row(1, "at least", 1), other]),
      results([row(2, "at least", 1)]),
    );
    expect(merged.rows.map(({ value }) => value)).toEqual([2, 3]);
  });
});

describe("the command line", () => {
  test("knows its options and refuses others", () => {
    expect(parseOptions(["--quick", "--only", "get", "--only", "tls", "--check"])).toEqual({
      isQuick: true,
      only: ["get", "tls"],
      checks: true,
      accepts: false,
      lists: false,
    });
    expect(() => parseOptions(["--fast"])).toThrow("--fast");
  });

  test("--only takes beginnings of names, and refuses one that nothing has", () => {
    const all = [{ name: "get-1" }, { name: "get-32" }, { name: "bundle" }];
    expect(choose(all, ["get"]).map(({ name }) => name)).toEqual(["get-1", "get-32"]);
    expect(choose(all, [])).toEqual(all);
    expect(() => choose(all, ["nothing"])).toThrow("get-1 get-32 bundle");
  });
});

describe("what is shown", () => {
  test("numbers have about three digits", () => {
    expect([short(1234.5), short(12.345), short(1.234), short(0)]).toEqual([
      "1235",
      "12.3",
      "1.23",
      "0",
    ]);
  });

  test("a table says which goals were missed", () => {
    const text = rowTable([row(1.2, "at least", 1.4), row(1.2, "at most", 1.3)]);
    expect(text.split("\n").map((line) => /MISSED|ok/.exec(line)?.[0])).toEqual([
      undefined,
      "MISSED",
      "ok",
    ]);
  });

  test("a plot has a line for each peer and a mark for each point, whatever the values", () => {
    const series = [
      {
        peer: "httplib",
        points: [
          [0, 5],
          [1024, 9],
          [1_048_576, 900],
        ] as [number, number][],
      },
      {
        peer: "a<b",
        points: [
          [0, 6],
          [1024, 10],
          [1_048_576, 950],
        ] as [number, number][],
      },
    ];
    const svg = linePlot({ name: "c", title: "by size", x: "bytes", y: "µs", series });
    expect(svg.match(/<polyline/g)?.length).toBe(2);
    expect(svg.match(/<circle/g)?.length).toBe(6);
    expect(svg).toContain("a&lt;b");
    expect(svg).not.toMatch(/NaN|Infinity|undefined/);
  });

  test("a page shows every row and curve", () => {
    const curve = { name: "c", title: "by size", x: "bytes", y: "µs", series: [] };
    const page = drawPage({ ...results([row(1, "at least", 2)]), curves: [curve] });
    expect(page).toContain("≥ 2 ×");
    expect(page).toContain("by size");
  });
});
