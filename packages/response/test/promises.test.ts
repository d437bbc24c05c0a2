// What a read costs in promises: one, at hand or waited for, however many pieces it is made of.

import { createHook } from "node:async_hooks";
import { expect, test } from "vitest";
import type { HTTPResponse } from "../src/index.ts";
import { CHUNKED_HEAD, Wire, chunk } from "./wire.ts";

/** Counts the promises that are made while `work` runs; it must not await. */
function promisesOf(work: () => void): number {
  let count = 0;
  const hook = createHook({
    init(_id, type) {
      if (type === "PROMISE") count++;
    },
  });
  hook.enable();
  work();
  hook.disable();
  return count;
}

const OPERATIONS: [string, (response: HTTPResponse) => Promise<unknown>][] = [
  ["read", (response) => response.read()],
  ["read(n)", (response) => response.read(100)],
  ["read1", (response) => response.read1()],
  ["readInto", (response) => response.readInto(new Uint8Array(100))],
  ["readInto1", (response) => response.readInto1(new Uint8Array(100))],
  ["readLine", (response) => response.readLine()],
  ["readLines", (response) => response.readLines()],
  ["readLines(n)", (response) => response.readLines(100)],
  ["peek", (response) => response.peek()],
];

test.each(OPERATIONS)("%s is one promise, also over fifty pieces", async (_name, operate) => {
  const wire = new Wire(CHUNKED_HEAD);
  let waiting: Promise<unknown> | undefined;
  const waited = promisesOf(() => {
    waiting = operate(wire.response);
    for (let piece = 0; piece < 50; piece++) wire.feed(chunk("abc") + chunk("def"));
    wire.feed(chunk("\n") + chunk());
  });
  expect(waited).toBe(1);
  await waiting;

  const other = new Wire(CHUNKED_HEAD + chunk("a".repeat(200)) + chunk("\n") + chunk());
  let reading: Promise<unknown> | undefined;
  const atHand = promisesOf(() => {
    reading = operate(other.response);
  });
  expect(atHand).toBe(1);
  await reading;
});

test("bytes that nobody waits for cost none", () => {
  const wire = new Wire(CHUNKED_HEAD);
  const count = promisesOf(() => {
    for (let piece = 0; piece < 50; piece++) wire.feed(chunk("abc"));
  });
  expect(count).toBe(0);
});
