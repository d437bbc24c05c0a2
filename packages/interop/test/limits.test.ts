import { expect, test } from "vitest";
import { LIMITS } from "../src/runtimes/limits.ts";
import { CODELESS, nodeLikes } from "../src/runtimes/node-likes.ts";

const runtimes = [...nodeLikes("."), CODELESS].map(({ name }) => name);

test("every limit names runtimes that exist, and its reason in a sentence", () => {
  const names = LIMITS.flatMap((limit) => limit.runtimes);
  expect(names.filter((name) => ![...runtimes, "workerd", "chromium"].includes(name))).toEqual([]);
  for (const { reason, shows, name } of LIMITS) {
    expect([name, reason.length > 20, shows.length > 0]).toEqual([name, true, true]);
  }
});

test("no test is listed twice", () => {
  const keys = LIMITS.flatMap(({ runtimes: own, suite, name }) =>
    own.map((runtime) => `${runtime} ${suite} ${name}`),
  );
  expect(keys.toSorted()).toEqual([...new Set(keys)].toSorted());
});
