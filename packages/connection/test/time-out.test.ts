/** Every wait ends within its limit, whatever does not answer. */
import { HTTPConnection, setDefaultTimeout } from "@httplib/connection";
import { TimeoutError } from "@httplib/errors";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { fakeConnect } from "./support/fake-transport.ts";
import { failure, ok, open, turns } from "./support/open.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});

afterEach(() => {
  vi.useRealTimers();
  setDefaultTimeout(null);
});

/** Lets everything happen that needs no time, then so many milliseconds pass. */
async function pass(milliseconds: number): Promise<void> {
  await turns(8);
  await vi.advanceTimersByTimeAsync(milliseconds);
}

/**
 * What a promise is rejected with once the limit of 5 ms is over, and not before.
 *
 * @param spare - Milliseconds that may pass before the wait begins, where the turns before a request are timers.
 */
async function late(promise: Promise<unknown>, spare = 0): Promise<unknown> {
  let isSettled = false;
  const error = failure(promise).finally(() => {
    isSettled = true;
  });
  await pass(4);
  expect(isSettled).toBe(false);
  await pass(1 + spare);
  return error;
}

function limit(phase: string): unknown {
  return expect.objectContaining({ name: "TimeoutError", code: "ETIMEDOUT", phase });
}

describe("connect", () => {
  test("ends a dial that hangs, and both promises", async () => {
    const { connection } = open([{ hang: true }], { timeout: { connect: 5 } });
    const request = connection.request("GET", "/");
    const response = connection.getResponse();
    const error = await late(request);
    expect(error).toEqual(limit("connect"));
    expect(error).toMatchObject({ exchange: { phase: "connect", bytesSent: 0 } });
    expect(await failure(response)).toBe(error);
  });

  test("ends a Connect that ignores its limit and its signal, and destroys what comes too late", async () => {
    const { connect, transports } = fakeConnect();
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen: unknown[] = [];
    const connection = new HTTPConnection("h", null, {
      timeout: { connect: 5 },
      connect: async (target, handler) => {
        seen.push(target.timeout, target.signal?.aborted);
        await gate;
        seen.push(target.signal?.aborted);
        return connect(target, handler);
      },
    });
    const error = await late(connection.connect());
    expect(error).toEqual(limit("connect"));
    release();
    await turns(2);
    expect(seen).toEqual([5, false, true]);
    expect(transports[0]?.calls).toEqual(["destroy"]);
  });

  test("holds for a proxy that does not answer", async () => {
    const { connection, wire } = open([{ wait: "never" }], { timeout: { connect: 5 } });
    connection.setTunnel("dest.example", 443);
    expect(await late(connection.request("GET", "/"))).toEqual(limit("connect"));
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("does not run on when the connection is there", async () => {
    const { connection } = open([{ turns: 20 }, ok("hi")], { timeout: { connect: 10 } });
    await connection.connect();
    await pass(15);
    const request = connection.request("GET", "/");
    await pass(1); // the turns before an older connection is used may be timers
    await request;
    expect((await connection.getResponse()).status).toBe(200);
  });
});

describe("head", () => {
  test("ends the wait for a response, and the connection", async () => {
    const { connection, wire } = open([[{ wait: "never" }], [ok("next")]], {
      timeout: { head: 5 },
    });
    await connection.request("GET", "/");
    const error = await late(connection.getResponse());
    expect(error).toEqual(limit("head"));
    expect(error).toMatchObject({ exchange: { phase: "head", bytesReceived: 0 } });
    expect(wire.connections[0]?.closed).toBe(true);
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("next");
  });

  test("counts to the end of the head, not to its first byte", async () => {
    const { connection } = open([{ early: "HTTP/1.1 200 OK\r\n" }], { timeout: { head: 5 } });
    await connection.request("GET", "/");
    expect(await late(connection.getResponse())).toEqual(limit("head"));
  });

  test("begins anew with each whole interim response", async () => {
    const { connect, transports } = fakeConnect();
    const connection = new HTTPConnection("h", null, { connect, timeout: { head: 60 } });
    await connection.request("GET", "/");
    const response = connection.getResponse();
    for (let i = 0; i < 4; i++) {
      await pass(30);
      transports[0]?.receive("HTTP/1.1 102 Processing\r\n\r\n");
    }
    transports[0]?.receive(ok());
    expect((await response).informational).toHaveLength(4);
  });

  test("begins when sending has stopped because the wire broke", async () => {
    const { connect, transports } = fakeConnect();
    const connection = new HTTPConnection("h", null, { connect, timeout: { head: 5 } });
    const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const request = connection.request("POST", "/", never);
    const response = connection.getResponse();
    await turns(2);
    transports[0]?.handler.onError(new Error("write EPIPE"));
    await request;
    expect(await late(response)).toEqual(limit("head"));
  });

  test("does not run while the body is being sent", async () => {
    const { connection } = open([ok("hi")], { timeout: { head: 20 } });
    const body = (async function* () {
      yield "a";
      await new Promise((resolve) => {
        setTimeout(resolve, 40);
      });
      yield "b";
    })();
    const request = connection.request("POST", "/", body);
    await pass(45);
    await request;
    expect((await connection.getResponse()).status).toBe(200);
  });
});

describe("body", () => {
  const begun = ok("0123456789").slice(0, -5);

  test("ends a read that waits", async () => {
    const { connection, wire } = open([{ early: begun }], { timeout: { body: 5 } });
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    const error = await late(response.read());
    expect(error).toEqual(limit("body"));
    expect(error).toMatchObject({ exchange: { phase: "body" } });
    expect((error as TimeoutError).partial).toHaveLength(5);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("does not run while nobody reads", async () => {
    const { connect, transports } = fakeConnect();
    const connection = new HTTPConnection("h", null, { connect, timeout: { body: 5 } });
    await connection.request("GET", "/");
    const got = connection.getResponse();
    transports[0]?.receive(begun);
    const response = await got;
    await pass(20);
    const read = response.read();
    transports[0]?.receive("56789");
    expect(await read).toHaveLength(10);
  });

  test("counts from one arrival to the next", async () => {
    const { connect, transports } = fakeConnect();
    const connection = new HTTPConnection("h", null, { connect, timeout: { body: 60 } });
    await connection.request("GET", "/");
    const got = connection.getResponse();
    transports[0]?.receive(begun);
    const read = (await got).read();
    for (const byte of "56789") {
      await pass(30);
      transports[0]?.receive(byte);
    }
    expect(await read).toHaveLength(10);
  });
});

describe("send", () => {
  test("ends the wait for room, and both promises", async () => {
    const { connection, wire } = open([{ full: true }], { timeout: { send: 5 } });
    await connection.connect();
    await turns(3);
    const request = connection.request("POST", "/", "x".repeat(1000));
    const response = connection.getResponse();
    const error = await late(request, 2);
    expect(error).toEqual(limit("send"));
    expect(error).toMatchObject({ exchange: { phase: "send" } });
    expect(await failure(response)).toBe(error);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("does not run while a source is slow", async () => {
    const { connection } = open([ok("hi")], { timeout: { send: 5 } });
    const body = (async function* () {
      yield "a";
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
      yield "b";
    })();
    const request = connection.request("POST", "/", body);
    await pass(45);
    await request;
    expect((await connection.getResponse()).status).toBe(200);
  });
});

describe("total", () => {
  test.each([
    ["a dial that hangs", [{ hang: true }], null],
    ["a server that is silent", [{ wait: "never" }], null],
    [
      "a source that never goes on",
      [{ wait: "never" }],
      { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) },
    ],
  ] as const)("ends %s", async (_why, script, body) => {
    const { connection } = open([...script], { timeout: { total: 5 } });
    const request = connection.request("POST", "/", body);
    const response = connection.getResponse();
    const pending = Promise.all([request.catch((error: unknown) => error), failure(response)]);
    await pass(5);
    const errors = await pending;
    expect(errors[1]).toEqual(limit("total"));
    // The silent server had its request: only the response is missing.
    if (errors[0] !== undefined) expect(errors[0]).toBe(errors[1]);
  });

  test("ends a body, though each of its reads is in time", async () => {
    const { connect, transports } = fakeConnect();
    const connection = new HTTPConnection("h", null, {
      connect,
      timeout: { body: 1000, total: 50 },
    });
    await connection.request("GET", "/");
    const got = connection.getResponse();
    transports[0]?.receive(ok("0123456789").slice(0, -5));
    const response = await got;
    const error = failure(response.read());
    await pass(50);
    expect(await error).toEqual(limit("total"));
    expect(transports[0]?.calls).toContain("destroy");
  });

  test("runs for a request that is held back", async () => {
    const { connection } = open([{ early: ok("0123456789").slice(0, -5) }]);
    await connection.request("GET", "/1");
    const first = await connection.getResponse();
    connection.timeout = { total: 5 };
    await connection.request("GET", "/2");
    await pass(15);
    expect(await failure(connection.getResponse())).toEqual(limit("total"));
    expect(first.closed).toBe(false);
  });

  test("leaves no timer behind when a request that is held back is given up", async () => {
    const { connection } = open([{ early: ok("0123456789").slice(0, -5) }]);
    await connection.request("GET", "/1");
    await connection.getResponse();
    connection.timeout = { total: 60_000 };
    const abort = new AbortController();
    await connection.request("GET", "/2", null, {}, { signal: abort.signal });
    expect(vi.getTimerCount()).toBe(1);
    abort.abort();
    expect(await failure(connection.getResponse())).toBe(abort.signal.reason);
    expect(vi.getTimerCount()).toBe(0);
  });
});

test("a number bounds each wait", async () => {
  const { connection } = open([{ wait: "never" }], { timeout: 5 });
  await connection.request("GET", "/");
  expect(await late(connection.getResponse())).toBeInstanceOf(TimeoutError);
});

test("the default timeout counts for connections that name none, and not for null", async () => {
  setDefaultTimeout(5);
  const without = open([{ wait: "never" }]);
  await without.connection.request("GET", "/");
  expect(await late(without.connection.getResponse())).toEqual(limit("head"));
  const none = open([{ turns: 1 }, ok("hi")], { timeout: null });
  await none.connection.request("GET", "/");
  expect((await none.connection.getResponse()).status).toBe(200);
});
