/** What a small request costs: promises, calls of the transport, timers. Counted, not timed. */
import { HTTPConnection, type HTTPConnectionOptions } from "@httplib/connection";
import { createHook } from "node:async_hooks";
import { expect, test, vi } from "vitest";
import { type FakeTransport, fakeConnect } from "./support/fake-transport.ts";
import { failure, head, ok, turns } from "./support/open.ts";

async function opened(
  options: HTTPConnectionOptions = {},
): Promise<{ connection: HTTPConnection; transport: FakeTransport }> {
  const { connect, transports } = fakeConnect();
  const connection = new HTTPConnection("example.com", null, { connect, ...options });
  await connection.request("GET", "/");
  const [transport] = transports;
  if (transport === undefined) return expect.fail("no transport");
  const response = connection.getResponse();
  transport.receive(ok("one"));
  await (await response).read();
  return { connection, transport };
}

/** Promises made while `work` runs, on this stack. */
function promisesOf(work: () => void): number {
  let count = 0;
  const hook = createHook({ init: (_id, type) => void (type === "PROMISE" && count++) });
  hook.enable();
  work();
  hook.disable();
  return count;
}

/** A clock that hardly goes on: what was read was read just now, so that no turn has to pass. */
function slowClock(): { mockRestore(): void } {
  let now = 1000;
  return vi.spyOn(performance, "now").mockImplementation(() => (now += 0.001));
}

test("a GET on an open connection makes two promises: the response's and the read's", async () => {
  const clock = slowClock();
  const { connection, transport } = await opened();
  const response: Promise<unknown>[] = [];
  const counts = [
    promisesOf(() => void connection.request("GET", "/")),
    promisesOf(() => void response.push(connection.getResponse())),
    promisesOf(() => transport.receive(ok("two"))),
  ];
  expect(counts).toEqual([0, 1, 0]);
  const got = (await response[0]) as Awaited<ReturnType<HTTPConnection["getResponse"]>>;
  expect(promisesOf(() => void got.read())).toBe(1);
  clock.mockRestore();
});

test("a GET is one write, and pauses, resumes and corks nothing", async () => {
  const clock = slowClock();
  const { connection, transport } = await opened();
  transport.calls.length = 0;
  void connection.request("GET", "/");
  const response = connection.getResponse();
  transport.receive(ok("two"));
  await (await response).read();
  clock.mockRestore();
  expect(transport.calls).toEqual(["ref", `write ${JSON.stringify(head("GET /"))}`, "unref"]);
});

test("time limits make one timer for many requests", async () => {
  const clock = slowClock(); // a turn may be a timer as well
  const created = vi.spyOn(globalThis, "setTimeout");
  const { connection, transport } = await opened({ timeout: 60_000 });
  const before = created.mock.calls.length;
  for (let i = 0; i < 10; i++) {
    await connection.request("GET", "/");
    const response = connection.getResponse();
    transport.receive(ok("two"));
    await (await response).read();
  }
  expect(created.mock.calls.length).toBe(before);
  created.mockRestore();
  clock.mockRestore();
  await connection.close();
});

test("an idle connection keeps no process alive, one with an exchange does", async () => {
  const { connection, transport } = await opened();
  expect(transport.calls.at(-1)).toBe("unref");
  await connection.request("GET", "/");
  expect(transport.calls.findLast((call) => call.endsWith("ref"))).toBe("ref");
});

test("a request that is given up while it waits for its turns leaves the connection idle", async () => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(1000); // stands still: two turns have to pass
  const { connection, transport } = await opened();
  transport.calls.length = 0;
  const controller = new AbortController();
  const { signal } = controller;
  const request = connection.request("GET", "/", null, {}, { signal });
  expect(transport.calls).toEqual(["ref"]);
  controller.abort(new Error("no more"));
  expect(await failure(request)).toMatchObject({ message: "no more" });
  await turns(4);
  expect(transport.calls).toEqual(["ref", "unref"]);
  clock.mockRestore();
});

test("a body that nobody reads stops the transport when more of it comes, and reading starts it again", async () => {
  const { connection, transport } = await opened();
  await connection.request("GET", "/");
  const got = connection.getResponse();
  transport.receive(ok("0123456789").slice(0, -5));
  const response = await got;
  transport.calls.length = 0;
  transport.receive("5");
  expect(transport.calls).toEqual(["pause"]);
  const rest = response.read();
  expect(transport.calls).toEqual(["pause", "resume"]);
  transport.receive("6789");
  expect((await rest).length).toBe(10);
  expect(transport.calls).toEqual(["pause", "resume", "unref"]);
});

test("large targets: the reads are made to begin where the targets do, and are not stopped in between", async () => {
  const target = new Uint8Array(65_536);
  const { connection, transport } = await opened();
  await connection.request("GET", "/");
  const got = connection.getResponse();
  const reads = [65_430, 65_536, 106, 65_536, 65_536, 1000];
  const length = reads.reduce((sum, read) => sum + read, 0);
  transport.receive(`HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n${"a".repeat(reads[0]!)}`);
  const response = await got;
  transport.calls.length = 0;
  const counts: number[] = [];
  for (const read of reads.slice(1)) {
    const filling = response.readInto(target);
    transport.receive("b".repeat(read));
    // oxlint-disable-next-line no-await-in-loop -- one read at a time
    counts.push(await filling);
  }
  expect(counts).toEqual([65_536, 65_536, 65_536, 65_536, 1000]);
  const whole = "limitNextRead 65536";
  expect(transport.calls).toEqual([
    "pause",
    "limitNextRead 106",
    "resume",
    whole,
    whole,
    whole,
    "unref",
  ]);
});

test.each([
  ["a quick wire: slices grow to 1 MiB", 49, [256, 512, 1024, 1024, 256]],
  [
    "a slow one: slices stay small, so that a time limit sees progress",
    50,
    Array<number>(12).fill(256),
  ],
])("a large body on %s", async (_why, milliseconds, expected) => {
  let now = 1000;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => now);
  const { connection, transport } = await opened();
  const slices: number[] = [];
  transport.write = (data) => {
    if (typeof data === "string") return true;
    slices.push(data.length / 1024);
    queueMicrotask(() => {
      now += milliseconds;
      transport.handler.onDrain();
    });
    return false;
  };
  await connection.request("POST", "/", new Uint8Array(3 * 1024 * 1024));
  expect(slices).toEqual(expected);
  clock.mockRestore();
  await connection.close();
});
