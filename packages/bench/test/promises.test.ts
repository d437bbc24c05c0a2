/** What a request costs in promises, over a real socket: counted, not timed. */
import { HTTPConnection } from "@httplib/client";
import { createHook } from "node:async_hooks";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type OriginServer, startOrigin } from "../src/origin-server.ts";

let origin: OriginServer;
beforeAll(async () => {
  origin = await startOrigin(null);
});
afterAll(() => origin.close());

const REQUESTS = 50;

/** A file of a published package; a promise belongs to the first function on the stack that lies in the workspace. */
const OURS = /packages\/(?:bytes|headers|chunked|protocol|transport|response|connection)\//;

/** The promises that our sources make while `work` runs, each with where it was made. */
async function promisesOf(work: () => Promise<void>): Promise<string[]> {
  const found: string[] = [];
  const hook = createHook({
    init(_id, type) {
      if (type !== "PROMISE") return;
      const stack = new Error("where").stack ?? "";
      const makers = stack.split("\n").filter((line) => line.includes("/packages/"));
      const maker = makers.find((line) => !line.includes("AsyncHook.init"));
      if (maker !== undefined && OURS.test(maker)) found.push(maker.trim());
    },
  });
  hook.enable();
  try {
    await work();
  } finally {
    hook.disable();
  }
  return found;
}

async function get(connection: HTTPConnection, path: string): Promise<number> {
  await connection.request("GET", path);
  const response = await connection.getResponse();
  return (await response.read()).length;
}

test.each([
  ["by length", "/100/0/4"],
  ["in one chunk", "/100/100/4"],
])("a small GET on an open connection makes at most two promises of ours, %s", async (_, path) => {
  // The clock hardly goes on: after a pause of 1 ms a request waits for turns of the event loop, which is a promise more; so it does
  // where the clock stands still.
  let now = 1000;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 0.001));
  const connection = new HTTPConnection("127.0.0.1", origin.port);
  for (let i = 0; i < 5; i++) expect(await get(connection, path)).toBe(100);
  const made = await promisesOf(async () => {
    for (let i = 0; i < REQUESTS; i++) await get(connection, path);
  });
  clock.mockRestore();
  // Zero would mean that nothing was counted.
  expect(made.length).toBeGreaterThan(0);
  expect(made.length / REQUESTS, made.slice(0, 8).join("\n")).toBeLessThanOrEqual(2);
  await connection.close();
});

test("a body is read into memory of the caller at one promise for each call, however many chunks it has", async () => {
  const connection = new HTTPConnection("127.0.0.1", origin.port);
  const buffer = new Uint8Array(65_536);
  const bytes = 4 * buffer.length;
  let calls = 0;
  const made = await promisesOf(async () => {
    await connection.request("GET", `/${bytes}/64/4`);
    const response = await connection.getResponse();

    for (let filled = -1; filled !== 0; calls++) filled = await response.readInto(buffer);
  });
  const reads = made.filter((maker) => maker.includes("/response/"));
  expect(reads.length).toBeLessThanOrEqual(calls);
  await connection.close();
});
