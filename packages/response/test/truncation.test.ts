// A body that ends short or breaks: nothing that came is lost, the end is never silent, and the error stays the same.

import { HTTPException, IncompleteRead, NotConnected, TimeoutError } from "@httplib/errors";
import { describe, expect, test } from "vitest";
import type { HTTPResponse } from "../src/index.ts";
import { CHUNKED_HEAD, CLOSE_HEAD, Wire, bytes, chunk, lengthHead, text } from "./wire.ts";

const CAME = "one\ntwo\nthr";

const reason = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => expect.unreachable(`resolved with ${String(value)}`),
    (error: unknown) => error,
  );

/** For toEqual(): toMatchObject() takes anything, and nothing, for an empty array. */
const partialOf = (error: unknown): unknown =>
  error instanceof HTTPException ? error.partial : expect.unreachable("no HTTPException");

/** How a body of which CAME has come can break, and what is known of the error. */
const BREAKS: [why: string, make: () => Wire, breakIt: (wire: Wire) => void, expected: object][] = [
  [
    "length, end of the connection",
    () => new Wire(lengthHead(20)),
    (wire) => wire.end(),
    { code: "INCOMPLETE_READ", expected: 9 },
  ],
  [
    "length, reset",
    () => new Wire(lengthHead(20)),
    (wire) => wire.body.reset(new Error("ECONNRESET")),
    { code: "INCOMPLETE_READ", expected: 9, cause: new Error("ECONNRESET") },
  ],
  [
    "chunks, end of the connection in a chunk",
    () => new Wire(`${CHUNKED_HEAD}ff\r\n`),
    (wire) => wire.end(),
    { code: "INCOMPLETE_READ", expected: 0xff - CAME.length },
  ],
  [
    "chunks, reset",
    () => new Wire(`${CHUNKED_HEAD}ff\r\n`),
    (wire) => wire.body.reset(new Error("ECONNRESET")),
    { code: "INCOMPLETE_READ", expected: undefined },
  ],
  [
    "until the close, reset",
    () => new Wire(CLOSE_HEAD),
    (wire) => wire.body.reset(new Error("ECONNRESET")),
    { code: "INCOMPLETE_READ", expected: undefined },
  ],
  [
    "chunks, bytes that are none",
    () => new Wire(`${CHUNKED_HEAD}b\r\n`),
    (wire) => wire.feed("no end of a chunk"),
    { code: "CHUNK_DATA_END" },
  ],
  [
    "a time limit",
    () => new Wire(lengthHead(20)),
    (wire) => wire.body.fail(new TimeoutError("body")),
    { code: "ETIMEDOUT", phase: "body" },
  ],
];

describe.each(BREAKS)("%s", (_why, make, breakIt, expected) => {
  const broken = (): Wire => {
    const wire = make();
    wire.feed(CAME);
    breakIt(wire);
    return wire;
  };
  const told = async (response: HTTPResponse): Promise<void> => {
    const first = await reason(response.read(1));
    expect(first).toBeInstanceOf(HTTPException);
    expect(first).toMatchObject(expected);
    expect(partialOf(first)).toEqual(new Uint8Array(0));
    const calls = [
      response.read(),
      response.read(1),
      response.read1(),
      response.readInto(new Uint8Array(1)),
      response.readInto1(new Uint8Array(1)),
      response.readLine(),
      response.readLines(),
      response.readLines(1),
      response.peek(),
      response.bytes(),
      response.text(),
      response.json(),
      response.arrayBuffer(),
      response[Symbol.asyncIterator]().next(),
      response.lines()[Symbol.asyncIterator]().next(),
    ];
    for (const call of calls) expect(await reason(call)).toBe(first);
    // Who asks for nothing gets it.
    expect(await response.read(0)).toHaveLength(0);
    expect(await response.readInto(new Uint8Array(0))).toBe(0);
    expect(response.closed).toBe(true);
    expect(response.willClose).toBe(true);
  };

  test("what reads everything throws at once, with everything in `partial`", async () => {
    const operations = [
      (response: HTTPResponse) => response.read(),
      (response: HTTPResponse) => response.readLines(),
      (response: HTTPResponse) => response.bytes(),
      (response: HTTPResponse) => response.arrayBuffer(),
      (response: HTTPResponse) => response.text(),
      (response: HTTPResponse) => response.json(),
    ];
    for (const operate of operations) {
      for (const when of ["before", "after"]) {
        const wire = when === "before" ? make() : broken();
        const reading = reason(operate(wire.response));
        if (when === "before") {
          wire.feed(CAME);
          breakIt(wire);
        }
        const error = await reading;
        expect(error).toBeInstanceOf(HTTPException);
        expect(error).toMatchObject(expected);
        expect(error).toMatchObject({ partial: bytes(CAME) });
        expect(await reason(wire.response.read())).toBe(error);
        expect(error).toMatchObject({ partial: bytes(CAME) });
      }
    }
  });

  test("what was handed out before is not in `partial`", async () => {
    const { response } = broken();
    await response.read(3);
    expect(await reason(response.read())).toMatchObject({ partial: bytes(CAME.slice(3)) });
  });

  test("read(n) gives what came, the next call throws", async () => {
    const { response } = broken();
    expect(text(await response.read(6))).toBe(CAME.slice(0, 6));
    expect(text(await response.read(100))).toBe(CAME.slice(6));
    expect(response.closed).toBe(false);
    await told(response);
  });

  test("a read(n) that waits gets what came", async () => {
    const wire = make();
    const reading = wire.response.read(19);
    wire.feed(CAME);
    breakIt(wire);
    expect(text(await reading)).toBe(CAME);
    await told(wire.response);
  });

  test("read1 and iteration give what came, the next call throws", async () => {
    const first = broken();
    expect(text(await first.response.read1())).toBe(CAME);
    await told(first.response);
    const second = broken();
    const runs: string[] = [];
    const error = await reason(
      (async () => {
        for await (const run of second.response) runs.push(text(run));
      })(),
    );
    expect(runs).toEqual([CAME]);
    expect(error).toMatchObject(expected);
    await told(second.response);
  });

  test("readInto and readInto1 give the count that came, the next call throws", async () => {
    for (const operation of ["readInto", "readInto1"] as const) {
      const wire = broken();
      const target = new Uint8Array(50);
      expect(await wire.response[operation](target)).toBe(CAME.length);
      expect(text(target.subarray(0, CAME.length))).toBe(CAME);
      await told(wire.response);
    }
    const waiting = make();
    const target = new Uint8Array(50);
    const reading = waiting.response.readInto(target);
    waiting.feed(CAME);
    breakIt(waiting);
    expect(await reading).toBe(CAME.length);
    await told(waiting.response);
  });

  test("readLine, lines() and readLines(n) give what came, the next call throws", async () => {
    const first = broken();
    const lines: string[] = [];
    for (let round = 0; round < 3; round++) lines.push(text(await first.response.readLine()));
    expect(lines).toEqual(["one\n", "two\n", "thr"]);
    await told(first.response);

    const second = broken();
    const given: string[] = [];
    await reason(
      (async () => {
        for await (const line of second.response.lines()) given.push(text(line));
      })(),
    );
    expect(given).toEqual(lines);
    await told(second.response);

    const third = broken();
    expect((await third.response.readLines(100)).map(text)).toEqual(lines);
    await told(third.response);
  });

  test("peek shows what came; with nothing left it throws", async () => {
    const { response } = broken();
    expect(text(await response.peek())).toBe(CAME);
    expect(text(await response.read(100))).toBe(CAME);
    await told(response);
  });

  test("the stream gives what came, then errors", async () => {
    const { response } = broken();
    const reader = response.body.getReader();
    expect(text((await reader.read()).value!)).toBe(CAME);
    expect(await reason(reader.read())).toMatchObject(expected);
    await told(response);
  });
});

describe("errors that are no HTTPException", () => {
  // An aborted signal may have any reason; null and undefined must not look like a clean end.
  test.each([[new DOMException("left", "AbortError")], [null], [undefined], ["text"], [0]])(
    "%s comes as it is; what is parked stays to be read",
    async (error) => {
      const wire = new Wire(lengthHead(20));
      wire.feed(CAME);
      wire.body.fail(error);
      expect(await reason(wire.response.read())).toBe(error);
      expect(text(await wire.response.read(3))).toBe("one");
      expect(await reason(wire.response.read())).toBe(error);
      expect(text(await wire.response.read1())).toBe("\ntwo\nthr");
      expect(await reason(wire.response.read1())).toBe(error);
      expect(wire.response.closed).toBe(true);
    },
  );
});

describe("a body that breaks the protocol with nothing parked", () => {
  test.each<[how: string, read: (response: HTTPResponse) => Promise<unknown>]>([
    ["read()", (response) => response.read()],
    ["read(n)", (response) => response.read(3)],
    ["read1()", (response) => response.read1()],
    ["readInto()", (response) => response.readInto(new Uint8Array(3))],
    ["readLine()", (response) => response.readLine()],
  ])("%s rejects with an empty `partial`, and so does the next read", async (_how, read) => {
    const wire = new Wire(CHUNKED_HEAD);
    const reading = reason(read(wire.response));
    wire.feed("zz\r\n");
    const error = await reading;
    expect(error).toMatchObject({ code: "CHUNK_SIZE" });
    expect(partialOf(error)).toEqual(new Uint8Array(0));
    expect(await reason(wire.response.read())).toBe(error);
  });
});

describe("an error met while runs are joined", () => {
  test("waits for the next call, so that the runs before it are not lost", async () => {
    const wire = new Wire(CHUNKED_HEAD);
    wire.pieces = [chunk("ab") + chunk("cd") + "zz"];
    expect(text(await wire.response.read1())).toBe("abcd");
    expect(wire.told).toContain("abandon");
    expect(wire.response.closed).toBe(false);
    await expect(wire.response.read1()).rejects.toMatchObject({ code: "CHUNK_SIZE" });
    expect(wire.response.closed).toBe(true);
  });

  test("the same for a target of which a part is filled", async () => {
    const wire = new Wire(CHUNKED_HEAD);
    wire.pieces = [chunk("ab") + chunk("x".repeat(600)) + chunk("cd") + "zz"];
    const target = new Uint8Array(1000);
    expect(await wire.response.readInto(target)).toBe(604);
    await expect(wire.response.readInto(target)).rejects.toMatchObject({ code: "CHUNK_SIZE" });
  });
});

describe("reset and fail", () => {
  test("reset with nothing parked: every read rejects with IncompleteRead and the cause", async () => {
    const wire = new Wire(lengthHead(5));
    const cause = new Error("socket hang up");
    const reading = reason(wire.response.read(2));
    wire.body.reset(cause);
    const error = await reading;
    expect(error).toBeInstanceOf(IncompleteRead);
    expect(error).toMatchObject({ cause, expected: 5 });
    expect(partialOf(error)).toEqual(new Uint8Array(0));
  });

  test("after the end they change nothing", async () => {
    const wire = new Wire(`${lengthHead(5)}hello`);
    wire.body.reset(new Error("late"));
    wire.body.fail(new NotConnected());
    wire.body.receive();
    expect(text(await wire.response.read())).toBe("hello");
    expect(await wire.response.read()).toHaveLength(0);
  });

  test("the first one counts", async () => {
    const wire = new Wire(lengthHead(5));
    const first = new TimeoutError("body");
    wire.body.fail(first);
    wire.body.fail(new NotConnected());
    wire.body.reset(new Error("late"));
    expect(await reason(wire.response.read())).toBe(first);
  });

  test("memory that the runtime does not give rejects the read, and does not fly out of the transport's callback", async () => {
    const wire = new Wire(lengthHead(5));
    const failing = new Error("Array buffer allocation failed");
    Object.defineProperty(wire.protocol, "dataSource", {
      get: () => {
        throw failing;
      },
    });
    const reading = reason(wire.response.read());
    wire.feed("hello");
    expect(await reading).toBe(failing);
    expect(wire.told).toContain("abandon");
  });
});
