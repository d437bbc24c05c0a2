import { InvalidRequest } from "@httplib/errors";
import { latin1 } from "@httplib/bytes";
import { mkdtemp, open as openFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { PieceSource } from "../src/body-source.ts";
import { classifyBody, classifySent } from "../src/request-body.ts";
import { bytes } from "./support/open.ts";

const lines: string[] = [];
const debug = (line: string): void => void lines.push(line);

/** The pieces of a body as text. */
async function pieces(body: unknown, blockSize = 4): Promise<string[]> {
  return drain(classifyBody(body).open(blockSize, debug));
}

async function drain(source: PieceSource): Promise<string[]> {
  const all: string[] = [];
  for (let i = 0; i < 100; i++) {
    const piece = await source.next();
    if (piece === null) return all;
    all.push(latin1(piece));
  }
  return expect.fail("the source has no end");
}

function file(...blocks: (string | Uint8Array | null | undefined)[]): {
  read(size: number): unknown;
} {
  return { read: () => blocks.shift() };
}

async function* later(...items: unknown[]): AsyncGenerator {
  yield* items;
}

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "httplib-"));
});
afterAll(() => rm(folder, { recursive: true }));

describe("a body at hand", () => {
  test.each([
    ["a string", "caf\u00e9", "caf\u00e9"],
    ["an empty string", "", ""],
    ["bytes", bytes("ab"), "ab"],
    ["part of a buffer", bytes("xaby").subarray(1, 3), "ab"],
    ["wide elements, by their bytes", new Uint16Array(bytes("abcd").buffer), "abcd"],
    ["a DataView", new DataView(bytes("xab").buffer, 1), "ab"],
    ["an ArrayBuffer", bytes("ab").buffer, "ab"],
    ["a Buffer of Node", Buffer.from("ab"), "ab"],
    [
      "URLSearchParams",
      new URLSearchParams({ "@number": "12524", a: "b c" }),
      "%40number=12524&a=b+c",
    ],
  ])("%s has its length, and can be sent twice", (_why, body, text) => {
    const { bytes: content, size, isReplayable } = classifyBody(body);
    expect(latin1(content ?? expect.fail("not at hand"))).toBe(text);
    expect([size, isReplayable]).toEqual([text.length, true]);
  });

  test("a string above U+00FF is refused, and the message says what to do", () => {
    expect(() => classifyBody("ab\u2603")).toThrow(InvalidRequest);
    expect(() => classifyBody("ab\u2603")).toThrow(
      "found U+2603 at index 2, expected U+0000 to U+00FF; pass new TextEncoder().encode(text)",
    );
  });

  test("it is cut into runs, which together are the body", async () => {
    expect(await pieces("abcdefghi")).toEqual(["abcd", "efgh", "i"]);
    expect(await pieces("")).toEqual([]);
  });
});

describe("a body that is read", () => {
  test("a Blob has its size and can be read twice", async () => {
    const body = classifyBody(new Blob(["hel", "lo"]));
    expect([body.bytes, body.size, body.isReplayable]).toEqual([null, 5, true]);
    expect((await drain(body.open(4, debug))).join("")).toBe("hello");
    expect((await drain(body.open(4, debug))).join("")).toBe("hello");
  });

  test("a File is a Blob", () => {
    expect(classifyBody(new File(["abc"], "n")).size).toBe(3);
  });

  test.each([
    ["a list", () => ["a", bytes("b"), ""], ["a", "b", ""]],
    ["a set", () => new Set(["a", "b"]), ["a", "b"]],
    [
      "a generator",
      () =>
        (function* () {
          yield "a";
          yield bytes("b");
        })(),
      ["a", "b"],
    ],
    ["an async generator", () => later("a", bytes("b")), ["a", "b"]],
    ["a Readable of Node", () => Readable.from([bytes("a"), bytes("b")]), ["a", "b"]],
    ["a Readable of Node with text", () => Readable.from(["a", "b"]), ["a", "b"]],
    ["a ReadableStream", () => new Blob(["ab"]).stream(), ["ab"]],
    ["a buffer as item", () => [bytes("ab").buffer], ["ab"]],
  ])("%s gives its items, with no length", async (_why, make, expected) => {
    expect(classifyBody(make()).size).toBeUndefined();
    expect(await pieces(make())).toEqual(expected);
  });

  test("only a list can be sent twice among the iterables", () => {
    expect(classifyBody(["a"]).isReplayable).toBe(true);
    expect(classifyBody(new Set(["a"])).isReplayable).toBe(false);
    expect(classifyBody(later("a")).isReplayable).toBe(false);
    expect(classifyBody(file("a")).isReplayable).toBe(false);
  });

  test("a ReadableStream without an async iterator is read by its reader", async () => {
    const stream = new Blob(["ab"]).stream();
    Object.defineProperty(stream, Symbol.asyncIterator, { value: undefined });
    expect(await pieces(stream)).toEqual(["ab"]);
  });

  test("a locked ReadableStream is refused before anything is sent", () => {
    const stream = new Blob(["ab"]).stream();
    stream.getReader();
    expect(() => classifyBody(stream).open(4, debug)).toThrow(TypeError);
  });
});

describe("a file-like body", () => {
  test("is asked for blocks of the block size", async () => {
    const asked: number[] = [];
    const blocks = [bytes("abcd"), bytes("e")];
    const body = {
      read(size: number) {
        asked.push(size);
        return blocks.shift() ?? null;
      },
    };
    expect(await pieces(body, 4)).toEqual(["abcd", "e"]);
    expect(asked).toEqual([4, 4, 4]);
  });

  test.each([
    ["null", null],
    ["undefined", undefined],
    ["an empty string", ""],
    ["no bytes", new Uint8Array(0)],
  ])("ends with %s", async (_why, end) => {
    expect(await pieces(file("a", end, "b"))).toEqual(["a"]);
  });

  test("may answer later", async () => {
    const blocks = ["a", "b", ""];
    expect(await pieces({ read: async () => blocks.shift() })).toEqual(["a", "b"]);
  });

  test("in text mode is ISO-8859-1, and says so once", async () => {
    lines.length = 0;
    expect(await pieces(file("caf\u00e9", "x", ""))).toEqual(["caf\u00e9", "x"]);
    expect(lines).toEqual(["reading a readable", "encoding file using iso-8859-1"]);
  });

  test("a FileHandle is read from its position and stays open", async () => {
    const path = join(folder, "body");
    await writeFile(path, "0123456789");
    const handle = await openFile(path);
    await handle.read(new Uint8Array(1), 0, 1, null);
    lines.length = 0;
    expect(await pieces(handle)).toEqual(["1234", "5678", "9"]);
    expect(lines).toEqual(["reading a readable"]);
    expect((await handle.stat()).size).toBe(10);
    await handle.close();
  });
});

describe("the order of the tests", () => {
  test("a FileHandle comes before read()", async () => {
    const handle = {
      createReadStream() {},
      read: async (target: Uint8Array) => ({ bytesRead: target.length === 4 ? 0 : 1 }),
    };
    expect(await pieces(handle)).toEqual([]);
  });

  test("an async iterator comes before read()", async () => {
    const both = { [Symbol.asyncIterator]: () => later("iterated"), read: () => "read" };
    expect(await pieces(both)).toEqual(["iterated"]);
  });

  test("read() comes before an iterator", async () => {
    const blocks = ["read", ""];
    const both = {
      [Symbol.iterator]: () => ["iterated"][Symbol.iterator](),
      read: () => blocks.shift(),
    };
    expect(await pieces(both)).toEqual(["read"]);
  });
});

describe("what is no body", () => {
  test.each([
    ["a number", 5, "a number"],
    ["true", true, "a boolean"],
    ["a symbol", Symbol("s"), "a symbol"],
    ["a function", () => {}, "a function"],
    ["an object", {}, "JSON.stringify"],
    ["a Map", new Map([["a", "b"]]), "URLSearchParams"],
    ["a FormData", new FormData(), "new Response(form)"],
    ["Headers", new Headers(), "an object (Headers)"],
    ["a promise", Promise.resolve("x"), "await it first"],
    ["a Fetch Response", new Response("x"), "response.body"],
    ["a URL", new URL("http://h/"), "an object (URL)"],
    ["a Date", new Date(0), "an object (Date)"],
    ["a list of numbers", [1, 2], "Uint8Array.from"],
    ["a list with an object in it", ["a", {}], "found an object (Object)"],
  ])("%s is a TypeError with advice", (_why, body, advice) => {
    expect(() => classifyBody(body)).toThrow(TypeError);
    expect(() => classifyBody(body)).toThrow(advice);
  });

  test.each([
    [
      "a generator",
      function* () {
        yield 1;
      },
    ],
    ["an async generator", () => later(1)],
  ])("an item of %s that is no bytes is a TypeError when it comes", async (_why, make) => {
    await expect(pieces(make())).rejects.toThrow(TypeError);
  });

  test("send() takes everything but a string", () => {
    expect(() => classifySent("x")).toThrow(TypeError);
    expect(classifySent(bytes("x")).size).toBe(1);
  });
});

describe("a source that is stopped", () => {
  test.each([
    [
      "a generator",
      () => {
        const state = { stopped: false };
        const body = (function* () {
          try {
            for (;;) yield "a";
          } finally {
            state.stopped = true;
          }
        })();
        return { state, body };
      },
    ],
    [
      "an async generator",
      () => {
        const state = { stopped: false };
        const body = (async function* () {
          try {
            for (;;) yield "a";
          } finally {
            state.stopped = true;
          }
        })();
        return { state, body };
      },
    ],
    [
      "a ReadableStream",
      () => {
        const state = { stopped: false };
        const body = new ReadableStream({
          pull: (controller) => controller.enqueue(bytes("a")),
          cancel: () => {
            state.stopped = true;
          },
        });
        return { state, body };
      },
    ],
  ])("%s is told", async (_why, make) => {
    const { state, body } = make();
    const source = classifyBody(body).open(4, debug);
    expect(latin1((await source.next()) ?? expect.fail("no piece"))).toBe("a");
    source.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(state.stopped).toBe(true);
  });

  test("a Readable of Node is destroyed, even one that was never read", async () => {
    const body = Readable.from(["a"]);
    classifyBody(body).open(4, debug).stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect(body.destroyed).toBe(true);
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("return");
      },
    ],
    ["rejects", () => Promise.reject(new Error("return"))],
  ])("what a source %s then is its own affair", async (_why, answer) => {
    const body = {
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false, value: "a" }),
        return: answer,
      }),
    };
    const source = classifyBody(body).open(4, debug);
    await source.next();
    expect(() => source.stop()).not.toThrow();
    await new Promise((resolve) => setImmediate(resolve));
  });
});
