import { expect, test } from "vitest";
import { LIMITS } from "../src/runtimes/limits.ts";
import { CODELESS, nodeLikes } from "../src/runtimes/node-likes.ts";

const runtimes = [...nodeLikes("."), CODELESS].map(({ name }) => name);

test("every limit names runtimes that exist, and its reason in a sentence", () => {
  const names = LIMITS.flatMap((limit) => limit.runtimes);
  expect(names.filter((name) => ![...runtimes, "workerd", "chromium"].includes(name))).toEqual([]);
  for (const { reason, shows, names: tests } of LIMITS) {
    expect([tests, reason.length > 20, shows.length > 0]).toEqual([tests, true, true]);
  }
});

test("no test is listed twice", () => {
  const keys = LIMITS.flatMap(({ runtimes: own, suite, names }) =>
    own.flatMap((runtime) => names.map((name) => `${runtime} ${suite} ${name}`)),
  );
  expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
});
