/** byteSource and readHeaders: every kind of input, what is given back, and how an input ends, fails and is cancelled. */

import { encodeLatin1, latin1 } from "@httplib/bytes";
import { describe, expect, test, vi } from "vitest";
import { byteSource, readHeaders } from "../src/index.ts";
import type { ByteInput, ByteSource } from "../src/index.ts";
import { seeError } from "./every-cut.ts";

const PIECES = ["A: b\r", "", "\n c\r\n", "\r\nbo", "dy"];
const runs = (): Uint8Array[] => PIECES.map((piece) => encodeLatin1(piece));

async function* asynchronous(): AsyncGenerator<Uint8Array> {
  yield* runs();
}
function stream(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const run of runs()) controller.enqueue(run);
      controller.close();
    },
  });
}

const inputs: readonly (readonly [string, () => ByteInput])[] = [
  ["bytes", () => encodeLatin1(PIECES.join(""))],
  ["an array", runs],
  ["a Set", () => new Set(runs())],
  [
    "a generator",
    function* () {
      yield* runs();
    },
  ],
  ["an async generator", asynchronous],
  ["a web stream", stream],
];

async function drain(source: ByteSource): Promise<string> {
  let text = "";
  for (let run = await source.read(); run !== null; run = await source.read()) text += latin1(run);
  return text;
}

describe.each(inputs)("of %s", (_kind, input) => {
  test("byteSource() gives its bytes in order, no empty run, then null for ever", async () => {
    const source = byteSource(input());
    let text = "";
    for (let run = await source.read(); run !== null; run = await source.read()) {
      expect(run.length).toBeGreaterThan(0);
      text += latin1(run);
    }
    expect(text).toBe(PIECES.join(""));
    expect([await source.read(), await source.read()]).toEqual([null, null]);
  });

  test("readHeaders() leaves the source at the body", async () => {
    const source = byteSource(input());
    expect([...(await readHeaders(source))]).toEqual([["A", "b c"]]);
    expect(await drain(source)).toBe("body");
  });
});

describe("unread()", () => {
  test("is last in, first out, before what is still to come, and after the end too", async () => {
    const source = byteSource([Uint8Array.of(1)]);
    source.unread(Uint8Array.of(3));
    source.unread(Uint8Array.of(2));
    source.unread(new Uint8Array(0));
    expect([
      await source.read(),
      await source.read(),
      await source.read(),
      await source.read(),
    ]).toEqual([Uint8Array.of(2), Uint8Array.of(3), Uint8Array.of(1), null]);
    source.unread(Uint8Array.of(4));
    expect([await source.read(), await source.read()]).toEqual([Uint8Array.of(4), null]);
  });
});

describe("an input that is no bytes", () => {
  test.each<readonly [string, unknown]>([
    ["null", null],
    ["string", "A: b\r\n\r\n"],
    ["number", 5],
    ["undefined", undefined],
    ["object", {}],
    ["object", new ArrayBuffer(2)],
  ])("is refused at once: %s", (kind, input) => {
    expect(() => byteSource(input as ByteInput)).toThrow(TypeError);
    expect(() => byteSource(input as ByteInput)).toThrow(
      `Cannot read bytes: found ${kind}, expected`,
    );
  });

  test("a run that is none is an error, the input is told to stop, and the error stays", async () => {
    const stopped = vi.fn<() => void>();
    const source = byteSource(
      (function* () {
        try {
          yield Uint8Array.of(1);
          yield "text" as unknown as Uint8Array;
          yield Uint8Array.of(2);
        } finally {
          stopped();
        }
      })(),
    );
    expect(await source.read()).toEqual(Uint8Array.of(1));
    await expect(source.read()).rejects.toThrow("Cannot read bytes: found string, expected");
    await expect(source.read()).rejects.toThrow(TypeError);
    expect(stopped).toHaveBeenCalledTimes(1);
  });

  test("null and undefined are no end: a stream that holds them is broken", async () => {
    for (const hole of [null, undefined]) {
      const source = byteSource(
        new ReadableStream<Uint8Array>({
          start: (controller) => controller.enqueue(hole as unknown as Uint8Array),
        }),
      );
      await expect(source.read()).rejects.toThrow(TypeError);
    }
  });
});

describe("an input that fails", () => {
  const failing: readonly (readonly [string, (error: Error) => ByteInput])[] = [
    [
      "a generator",
      function* (error) {
        yield Uint8Array.of(1);
        throw error;
      },
    ],
    [
      "an async generator",
      async function* (error) {
        yield Uint8Array.of(1);
        throw error;
      },
    ],
    [
      "a web stream",
      (error) =>
        new ReadableStream<Uint8Array>({
          pull(controller) {
            if (failed) controller.error(error);
            else controller.enqueue(Uint8Array.of(1));
            failed = true;
          },
        }),
    ],
  ];
  let failed = false;

  test.each(failing)(
    "%s: its own error comes out, and never an end behind it",
    async (_kind, make) => {
      failed = false;
      const error = new Error("wire");
      const source = byteSource(make(error));
      expect(await source.read()).toEqual(Uint8Array.of(1));
      await expect(source.read()).rejects.toBe(error);
      await expect(source.read()).rejects.toBe(error);
      source.unread(Uint8Array.of(1));
      expect(await source.read()).toEqual(Uint8Array.of(1));
      await expect(source.read()).rejects.toBe(error);
    },
  );
});

describe("cancel()", () => {
  test("lets an iterator go, a stream with the reason, and ends the source", async () => {
    const returned = vi.fn<() => void>();
    const source = byteSource(
      (function* () {
        try {
          yield* runs();
        } finally {
          returned();
        }
      })(),
    );
    await source.read();
    source.unread(Uint8Array.of(9));
    await source.cancel?.();
    expect(returned).toHaveBeenCalledTimes(1);
    expect(await source.read()).toBeNull();

    const cancelled = vi.fn<(reason: unknown) => void>();
    const other = byteSource(new ReadableStream<Uint8Array>({ cancel: cancelled }));
    await other.cancel?.("why");
    expect(cancelled).toHaveBeenCalledWith("why");
    expect(await other.read()).toBeNull();
  });

  test("of an input that failed or ended is no error either", async () => {
    const source = byteSource(
      new ReadableStream<Uint8Array>({
        start: (controller) => controller.error(new Error("wire")),
      }),
    );
    await expect(source.read()).rejects.toThrow("wire");
    await expect(source.cancel?.()).resolves.toBeUndefined();
    expect(await source.read()).toBeNull();
  });

  test("of an input without a way to stop is no error", async () => {
    const source = byteSource([Uint8Array.of(1)]);
    await expect(source.cancel?.()).resolves.toBeUndefined();
    expect(await source.read()).toBeNull();
  });
});

describe("readHeaders()", () => {
  test("of a source that ends is IncompleteRead with what there was", async () => {
    const error: unknown = await readHeaders(byteSource(encodeLatin1("A: b\r\n"))).catch(
      (reason: unknown) => reason,
    );
    expect(seeError(error)).toMatchObject({
      code: "INCOMPLETE_HEAD",
      partial: "A: b\r\n",
      offset: 6,
    });
  });

  test("passes options on, and the parser's error out", async () => {
    const lenient = { skipInvalidFields: true };
    const block = encodeLatin1("A\r\nB: c\r\n\r\n");
    expect([...(await readHeaders(byteSource(block), { lenient }))]).toEqual([["B", "c"]]);
    const error: unknown = await readHeaders(byteSource(block)).catch((reason: unknown) => reason);
    expect(seeError(error)).toMatchObject({ code: "INVALID_FIELD_NAME", offset: 2 });
  });

  test("reads block after block from one source", async () => {
    const source = byteSource(encodeLatin1("A: 1\r\n\r\nA: 2\r\n\r\n\r\nrest"));
    const sizes = [
      await readHeaders(source),
      await readHeaders(source),
      await readHeaders(source),
    ].map((headers) => headers.get("a"));
    expect(sizes).toEqual(["1", "2", undefined]);
    expect(await drain(source)).toBe("rest");
  });

  test("the source's own error comes through", async () => {
    const error = new Error("wire");
    const source: ByteSource = { read: () => Promise.reject(error), unread: () => {} };
    await expect(readHeaders(source)).rejects.toBe(error);
  });

  test("takes any object with read() and unread()", async () => {
    const pieces = runs();
    const given: Uint8Array[] = [];
    const source: ByteSource = {
      read: async () => pieces.shift() ?? null,
      unread: (rest) => given.push(rest),
    };
    expect((await readHeaders(source)).get("a")).toBe("b c");
    expect(given.map((run) => latin1(run))).toEqual(["bo"]);
  });
});
