// Leaving a response before its end: close() gives up, `await using` reads a small rest.

import { NotConnected } from "@httplib/errors";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { CHUNKED_HEAD, CLOSE_HEAD, Wire, bytes, chunk, lengthHead, text } from "./wire.ts";

const reason = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable("resolved"),
    (error: unknown) => error,
  );

describe("close", () => {
  test("a body that is half read: the wire is given up at once (RFC 9112 §9.3)", async () => {
    const wire = new Wire(`${lengthHead(10)}hello`);
    await wire.response.read(2);
    await wire.response.close();
    expect(wire.told).toEqual(["abandon", "closed unread"]);
    expect(wire.response.closed).toBe(true);
    expect(wire.response.willClose).toBe(true);
  });

  test("a body that is all in hand and not all read: the driver is told that it was not", async () => {
    const wire = new Wire(`${lengthHead(5)}hello`);
    await wire.response.read(2);
    await wire.response.close();
    expect(wire.told).toEqual(["end", "closed unread"]);
  });

  test("a body that was read: nothing more is said, however often it is closed", async () => {
    const wire = new Wire(`${lengthHead(5)}hello`);
    await wire.response.read();
    await wire.response.close();
    await wire.response.close();
    await wire.response[Symbol.asyncDispose]();
    expect(wire.told).toEqual(["end", "closed read"]);
  });

  test("reads after it give nothing, never an error", async () => {
    const wire = new Wire(`${lengthHead(10)}he\nl`);
    await wire.response.close();
    const { response } = wire;
    expect(await response.read()).toHaveLength(0);
    expect(await response.read(5)).toHaveLength(0);
    expect(await response.read1()).toHaveLength(0);
    expect(await response.readInto(new Uint8Array(3))).toBe(0);
    expect(await response.readLine()).toHaveLength(0);
    expect(await response.readLines()).toEqual([]);
    expect(await response.peek()).toHaveLength(0);
    for await (const run of response) expect.unreachable(text(run));
    expect(response.length).toBe(0);
  });

  test("bytes that come after it are nobody's", async () => {
    const wire = new Wire(`${lengthHead(10)}hello`);
    await wire.response.close();
    wire.feed("world");
    expect(await wire.response.read()).toHaveLength(0);
    expect(wire.told).toEqual(["abandon", "closed unread"]);
  });

  test("a read that waits rejects with NotConnected and has what it gathered in `partial`", async () => {
    const one = new Wire(lengthHead(10));
    const reading = reason(one.response.read(8));
    one.feed("hello");
    await one.response.close();
    const error = await reading;
    expect(error).toBeInstanceOf(NotConnected);
    expect(error).toMatchObject({ partial: bytes("hello") });
    expect(await one.response.read()).toHaveLength(0);

    const two = new Wire(lengthHead(10));
    const memory = Buffer.alloc(8);
    const filling = reason(two.response.readInto(memory));
    two.feed("hello");
    await two.response.close();
    memory.fill(0);
    expect(await filling).toMatchObject({ code: "NOT_CONNECTED", partial: bytes("hello") });
    expect(two.told).toEqual(["waits", "abandon", "closed unread"]);

    const three = new Wire(lengthHead(10));
    const target = new Uint8Array(8);
    const moved = reason(three.response.readInto(target));
    structuredClone(target.buffer, { transfer: [target.buffer] });
    await three.response.close();
    expect(await moved).toBeInstanceOf(NotConnected);
  });

  test("of a body that broke, before anybody was told: nothing comes, and no error", async () => {
    const wire = new Wire(`${lengthHead(10)}hello`);
    wire.end();
    await wire.response.close();
    expect(await wire.response.read()).toHaveLength(0);
    expect(await wire.response.read(1)).toHaveLength(0);
    expect(wire.told).toEqual(["abandon", "closed unread"]);
  });

  test("of a body whose error was told: every later read tells it again", async () => {
    const wire = new Wire(`${lengthHead(10)}hello`);
    wire.end();
    const error = await reason(wire.response.read());
    await wire.response.close();
    expect(await reason(wire.response.read(1))).toBe(error);
    expect(wire.told).toEqual(["abandon", "closed unread"]);
  });

  test("a protocol error tells the driver once that the bytes broke, and once that the caller knows", async () => {
    const wire = new Wire(`${CHUNKED_HEAD}${chunk("ab")}zz`);
    expect(wire.told).toEqual(["abandon"]);
    expect(text(await wire.response.read(5))).toBe("ab");
    await reason(wire.response.read(5));
    await reason(wire.response.read(5));
    expect(wire.told).toEqual(["abandon", "closed unread"]);
  });
});

describe("leaving an `await using` block", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const leave = (wire: Wire): Promise<void> => wire.response[Symbol.asyncDispose]();

  test.each([
    ["known length", lengthHead(1024), ["x".repeat(500), "x".repeat(524)]],
    ["chunks", CHUNKED_HEAD, [chunk("x".repeat(500)), chunk("x".repeat(500)), chunk()]],
    ["64 KiB", lengthHead(65_536), ["x".repeat(65_536)]],
  ])("a small rest is read and the wire lives: %s", async (_why, head, pieces) => {
    const wire = new Wire(head);
    wire.pieces = pieces;
    await leave(wire);
    expect(wire.told.filter((what) => what !== "pauses")).toEqual(["waits", "end", "closed read"]);
    expect(wire.response.closed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    expect(await wire.response.read()).toHaveLength(0);
  });

  test("a rest that is all in hand is dropped without a timer", async () => {
    const wire = new Wire(`${lengthHead(5)}hello`);
    const leaving = leave(wire);
    expect(vi.getTimerCount()).toBe(0);
    await leaving;
    expect(wire.told).toEqual(["end", "closed read"]);
  });

  test("a rest known to be larger than 64 KiB is given up without a wait", async () => {
    const wire = new Wire(lengthHead(65_537));
    await leave(wire);
    expect(wire.told).toEqual(["abandon", "closed unread"]);
    const large = new Wire(`${lengthHead(10_485_760)}x`);
    await leave(large);
    expect(large.told).toEqual(["abandon", "closed unread"]);
  });

  test("chunks without end are given up behind 64 KiB", async () => {
    const wire = new Wire(CHUNKED_HEAD);
    wire.pieces = Array.from<string>({ length: 50 }).fill(chunk("x".repeat(4000)));
    await leave(wire);
    expect(wire.told).toEqual(["waits", "pauses", "abandon", "closed unread"]);
    expect(wire.pieces.length).toBe(50 - Math.ceil(65_537 / 4000));
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a rest that stalls is given up after 100 ms", async () => {
    const wire = new Wire(lengthHead(1000));
    const leaving = leave(wire);
    wire.feed("some");
    await vi.advanceTimersByTimeAsync(99);
    expect(wire.told).toEqual(["waits"]);
    await vi.advanceTimersByTimeAsync(1);
    await leaving;
    expect(wire.told).toEqual(["waits", "abandon", "closed unread"]);
    expect(wire.response.closed).toBe(true);
  });

  test("a rest that trickles is given up after 100 ms, too", async () => {
    const wire = new Wire(CLOSE_HEAD.replace("\r\n\r\n", "\r\nTransfer-Encoding: chunked\r\n\r\n"));
    const leaving = leave(wire);
    for (let ms = 0; ms < 100; ms += 10) {
      wire.feed(chunk("x"));
      await vi.advanceTimersByTimeAsync(10);
    }
    await leaving;
    expect(wire.told).toEqual(["waits", "abandon", "closed unread"]);
  });

  test("a response that will close is given up at once: there is nothing to keep", async () => {
    const wire = new Wire(`${CLOSE_HEAD}x`);
    await leave(wire);
    expect(wire.told).toEqual(["abandon", "closed unread"]);
  });

  test("a wire that breaks meanwhile is nobody's business any more", async () => {
    const wire = new Wire(lengthHead(1000));
    const leaving = leave(wire);
    wire.body.reset(new Error("reset"));
    await leaving;
    expect(wire.response.closed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("close() while it drains ends it", async () => {
    const wire = new Wire(lengthHead(1000));
    const leaving = leave(wire);
    await wire.response.close();
    await leaving;
    expect(wire.told).toEqual(["waits", "abandon", "closed unread"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("with a read that waits it is close()", async () => {
    const wire = new Wire(lengthHead(10));
    const reading = reason(wire.response.read());
    await leave(wire);
    expect(await reading).toBeInstanceOf(NotConnected);
    expect(wire.told).toEqual(["waits", "abandon", "closed unread"]);
  });

  test("when all was read, and when it was closed before, nothing happens", async () => {
    const wire = new Wire(lengthHead(0));
    await leave(wire);
    await leave(wire);
    expect(wire.told).toEqual(["end", "closed read"]);
  });
});
