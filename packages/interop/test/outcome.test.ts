import { expect, test } from "vitest";
import { judge, type Limit, type Outcome } from "../src/runtimes/outcome.ts";

const limit: Limit = {
  runtimes: ["moon"],
  suite: "smoke",
  names: ["a Unix socket: *"],
  shows: "no Unix sockets",
  reason: "there are none on the moon",
};

function outcome(name: string, error: string | null, runtime = "moon"): Outcome {
  return { runtime, suite: "smoke", name, error };
}

test.each([
  ["a test that passes", outcome("GET", null), "passed"],
  ["a test that fails", outcome("GET", "timed out"), "failed"],
  ["a limit that shows itself", outcome("a Unix socket: GET", "no Unix sockets here"), "limit"],
  ["a limit that is none any more", outcome("a Unix socket: GET", null), "failed"],
  ["a limit that fails in another way", outcome("a Unix socket: GET", "timed out"), "failed"],
])("%s", (_what, given, kind) => {
  const present = outcome("a Unix socket: POST", "no Unix sockets");
  expect(judge([given, present], [limit]).map((verdict) => verdict.kind)).toEqual([kind, "limit"]);
});

test.each([
  [null, "passed"],
  ["no Unix sockets here", "limit"],
  ["timed out", "failed"],
] as const)("where chance decides, %s is %s", (error, kind) => {
  const given = outcome("a Unix socket: GET", error);
  expect(judge([given], [{ ...limit, isByChance: true }])[0]?.kind).toBe(kind);
});

test("a limit without a test fails, in a runtime where its suite has run", () => {
  const elsewhere: Outcome = { ...outcome("GET", null), suite: "transport" };
  expect(judge([elsewhere], [limit]).map(({ kind }) => kind)).toEqual(["passed"]);
  const verdicts = judge([outcome("GET", null)], [limit]);
  expect(verdicts.map(({ kind }) => kind)).toEqual(["passed", "failed"]);
  expect(verdicts[1]?.text).toContain("no test has this name");
});

test("each name of a limit must be met", () => {
  const two: Limit = { ...limit, names: ["GET", "POST"] };
  const verdicts = judge([outcome("GET", "no Unix sockets")], [two]);
  expect(verdicts.map(({ kind }) => kind)).toEqual(["limit", "failed"]);
});

test("a limit of another runtime or suite covers nothing", () => {
  const elsewhere = outcome("a Unix socket: GET", "no Unix sockets", "earth");
  expect(judge([elsewhere], [limit]).map(({ kind }) => kind)).toEqual(["failed"]);
});
