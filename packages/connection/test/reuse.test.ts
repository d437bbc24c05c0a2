import { afterEach, expect, test, vi } from "vitest";
import { afterTurns, keepAliveTime, turnsBeforeReuse } from "../src/reuse.ts";
import { nextTurn } from "./support/open.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

test.each([
  ["just read, all of it", 0.5, false, false, 0],
  ["just read, perhaps not all of it", 0.5, true, false, 1],
  ["just read over TLS", 0.5, false, true, 1],
  ["just read, by a clock that stands still", 0, false, false, 2],
  ["quiet for a while", 1, false, false, 2],
  ["quiet for a while after a read that filled its buffer", 5, true, false, 2],
  ["quiet for a while over TLS", 5, false, true, 2],
] as const)("%s: so many turns pass", (_why, quiet, isUndrained, isSecure, turns) => {
  expect(turnsBeforeReuse(quiet, isUndrained, isSecure)).toBe(turns);
});

test("no turn means at once, and so many turns mean so many", async () => {
  const seen: string[] = [];
  afterTurns(0, () => seen.push("0"));
  seen.push("call");
  await new Promise<void>((resolve) => {
    nextTurn(() => seen.push("turn 1"));
    afterTurns(2, () => {
      seen.push("2");
      resolve();
    });
    nextTurn(() => nextTurn(() => seen.push("turn 2")));
  });
  expect(seen).toEqual(["0", "call", "turn 1", "2"]);
});

test.each([
  ["without setImmediate", "setImmediate", undefined],
  ["whose setImmediate polls no socket", "Deno", {}],
])("a runtime %s has turns too: a timer of 0 ms each", async (_why, name, value) => {
  const immediate = vi.fn<(done: () => void) => unknown>(setImmediate);
  vi.stubGlobal("setImmediate", immediate);
  vi.stubGlobal(name, value);
  await expect(
    new Promise<string>((resolve) => {
      afterTurns(2, () => resolve("done"));
    }),
  ).resolves.toBe("done");
  expect(immediate).not.toHaveBeenCalled();
});

test.each([
  ["no field", undefined, null],
  ["no timeout in it", "max=100", null],
  ["a timeout", "timeout=5, max=100", 4000],
  ["a timeout behind something else", "max=100, Timeout = 5", 4000],
  ["one second", "timeout=1", 500],
  ["none at all", "timeout=0", 0],
  ["a name that ends alike", "xtimeout=5", null],
  ["no number", "timeout=x", null],
])("Keep-Alive with %s", (_why, field, time) => {
  expect(keepAliveTime(field)).toBe(time);
});
