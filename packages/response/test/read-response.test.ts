// Reading a response from anything that gives bytes: what comes out, and where the source is left.

import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BadStatusLine, RemoteDisconnected } from "@httplib/errors";
import { type ByteSource, byteSource } from "@httplib/headers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ReadResponseOptions, readResponse } from "../src/index.ts";
import { CHUNKED_HEAD, CLOSE_HEAD, bytes, chunk, lengthHead, text } from "./wire.ts";

const BODY = "hello\nworld";
const MESSAGES: [why: string, wire: string, options?: ReadResponseOptions][] = [
  ["known length", `${lengthHead(BODY.length)}${BODY}`],
  ["chunks and trailers", `${CHUNKED_HEAD}${chunk("hello")}${chunk("\nworld")}0\r\nA: b\r\n\r\n`],
  ["no body", "HTTP/1.1 204 No Content\r\n\r\n"],
  ["HEAD", lengthHead(500), { method: "HEAD" }],
  ["CONNECT", CLOSE_HEAD, { method: "CONNECT" }],
  ["an upgrade", "HTTP/1.1 101 X\r\nUpgrade: x\r\n\r\n", { upgradeRequested: true }],
  ["interim heads", `HTTP/1.1 100 Continue\r\n\r\n${lengthHead(BODY.length)}${BODY}`],
];
const BEHIND = "HTTP/1.1 200 OK\r\n";

async function drain(source: ByteSource): Promise<string> {
  let rest = "";
  for (let run = await source.read(); run !== null; run = await source.read()) rest += text(run);
  return rest;
}

function cut(wire: Uint8Array, size: number): Uint8Array[] {
  const runs: Uint8Array[] = [];
  for (let at = 0; at < wire.length; at += size) runs.push(wire.slice(at, at + size));
  return runs;
}

describe("the source", () => {
  let folder = "";
  const handles: FileHandle[] = [];
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "response-"));
  });
  afterAll(async () => {
    for (const handle of handles) await handle.close();
    rmSync(folder, { recursive: true });
  });

  const kinds: [string, (wire: Uint8Array, size: number) => ByteSource | Promise<ByteSource>][] = [
    ["an array", (wire) => byteSource(wire)],
    ["an iterable", (wire, size) => byteSource(cut(wire, size))],
    [
      "an async iterable",
      (wire, size) =>
        byteSource(
          (async function* () {
            for (const run of cut(wire, size)) yield run;
          })(),
        ),
    ],
    [
      "a web stream",
      (wire, size) =>
        byteSource(new Blob(cut(wire, size).map((run) => new Uint8Array(run))).stream()),
    ],
    [
      "a stream of node:fs",
      (wire, size) => {
        const path = join(folder, `stream-${size}`);
        writeFileSync(path, wire);
        return byteSource(createReadStream(path, { highWaterMark: size }));
      },
    ],
    [
      "the web stream of a file handle",
      async (wire) => {
        const path = join(folder, "handle");
        writeFileSync(path, wire);
        const handle = await open(path);
        handles.push(handle);
        return byteSource(
          handle.readableWebStream({ type: "bytes" } as object) as ReadableStream<Uint8Array>,
        );
      },
    ],
  ];

  test.each(kinds)("%s is left just behind the message", async (_kind, make) => {
    for (const [why, wire, options] of MESSAGES) {
      for (const size of [1, 7, 64, 4096]) {
        const source = await make(bytes(wire + BEHIND), size);
        const response = await readResponse(source, options);
        const body = text(await response.read());
        expect([why, body]).toEqual([
          why,
          wire.endsWith("world") || wire.includes("\nworld\r\n") ? BODY : "",
        ]);
        expect(response.closed).toBe(true);
        expect([why, size, await drain(source)]).toEqual([why, size, BEHIND]);
      }
    }
  });

  test.each(kinds)(
    "%s of several messages gives one after the other, then RemoteDisconnected",
    async (_kind, make) => {
      const wire = [1, 2, 3]
        .map((i) => `${lengthHead(2)}#${i}${CHUNKED_HEAD}${chunk(`c${i}`)}${chunk()}`)
        .join("");
      const source = await make(bytes(wire), 10);
      const found: string[] = [];
      for (let i = 0; i < 6; i++) found.push(text(await (await readResponse(source)).read()));
      expect(found).toEqual(["#1", "c1", "#2", "c2", "#3", "c3"]);
      await expect(readResponse(source)).rejects.toBeInstanceOf(RemoteDisconnected);
    },
  );

  test.each(kinds)("%s is read to its end by a body until the close", async (_kind, make) => {
    const source = await make(bytes(CLOSE_HEAD + BODY), 3);
    const response = await readResponse(source);
    expect(text(await response.read())).toBe(BODY);
    expect(await source.read()).toBeNull();
  });
});

/** A source that writes down what is done to it. */
class Told implements ByteSource {
  readonly told: string[] = [];
  readonly #runs: (string | Error)[];
  constructor(...runs: (string | Error)[]) {
    this.#runs = runs;
  }
  async read(): Promise<Uint8Array | null> {
    this.told.push("read");
    const run = this.#runs.shift();
    if (run instanceof Error) throw run;
    return run === undefined ? null : bytes(run);
  }
  unread(rest: Uint8Array): void {
    this.told.push(`unread ${text(rest)}`);
  }
  async cancel(): Promise<void> {
    this.told.push("cancel");
  }
}

describe("what is done to a source", () => {
  test("it is read only while somebody waits", async () => {
    const source = new Told(`${lengthHead(10)}ab`, "cd", "efgh", "ij");
    const response = await readResponse(source);
    expect(text(await response.read(2))).toBe("ab");
    expect(source.told).toEqual(["read"]);
    expect(text(await response.read(3))).toBe("cde");
    expect(source.told).toEqual(["read", "read", "read"]);
    expect(text(await response.read())).toBe("fghij");
    expect(source.told).toEqual(["read", "read", "read", "read"]);
  });

  test("only what lies behind the message goes back, as soon as its end is seen", async () => {
    const source = new Told(`${lengthHead(5)}helloBEHIND`);
    const response = await readResponse(source);
    expect(source.told).toEqual(["read", "unread BEHIND"]);
    expect(text(await response.read())).toBe("hello");
    await response.close();
    expect(source.told).toEqual(["read", "unread BEHIND"]);
  });

  test("a response that is closed before its end cancels it", async () => {
    const source = new Told(lengthHead(10), "ab");
    const response = await readResponse(source);
    await response.read(2);
    await response.close();
    expect(source.told).toEqual(["read", "read", "cancel"]);
  });

  test("leaving a response reads a small rest instead", async () => {
    const source = new Told(lengthHead(10), "ab", "cdefghijBEHIND");
    const response = await readResponse(source);
    await response.read(2);
    await response[Symbol.asyncDispose]();
    expect(source.told).toEqual(["read", "read", "read", "unread BEHIND"]);
  });

  test("closing while it is read", async () => {
    let give: (run: Uint8Array) => void = () => {};
    const source = new Told(lengthHead(10));
    const response = await readResponse(source);
    source.read = () => new Promise((resolve) => (give = resolve));
    const reading = response.read();
    await response.close();
    await expect(reading).rejects.toMatchObject({ code: "NOT_CONNECTED" });
    give(bytes("late"));
    await new Promise((resolve) => setImmediate(resolve));
    expect(await response.read()).toHaveLength(0);
    expect(source.told).toEqual(["read", "cancel"]);
  });

  test.each([
    ["in the head", "HTTP/1.1 2x0 OK\r\n"],
    ["behind an interim head", "HTTP/1.1 100 Continue\r\n\r\nFTP\r\n"],
  ])("bytes that are no HTTP cancel it: %s", async (_where, wire) => {
    const source = new Told(wire);
    await expect(readResponse(source)).rejects.toBeInstanceOf(BadStatusLine);
    expect(source.told).toEqual(["read", "cancel"]);
  });

  test("so they do in a body", async () => {
    const source = new Told(`${CHUNKED_HEAD}${chunk("ab")}`, "zz");
    const response = await readResponse(source);
    await expect(response.read()).rejects.toMatchObject({
      code: "CHUNK_SIZE",
      partial: bytes("ab"),
    });
    expect(source.told).toEqual(["read", "read", "cancel"]);
  });

  test.each([
    ["rejects", () => Promise.reject(new Error("no"))],
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
  ])("a cancel() that %s is nobody's business", async (_how, cancel) => {
    const source = Object.assign(new Told(lengthHead(10)), { cancel });
    const response = await readResponse(source);
    await response.close();
    expect(response.closed).toBe(true);
  });

  test("a source without cancel() is fine", async () => {
    const runs = [bytes(`${lengthHead(10)}hello`)];
    const source: ByteSource = { read: async () => runs.shift() ?? null, unread: () => {} };
    const response = await readResponse(source);
    await response.close();
    expect(await response.read()).toHaveLength(0);
  });
});

describe("a source that fails", () => {
  const failure = new Error("disk on fire");

  test("before or inside the head: its own error", async () => {
    await expect(readResponse(new Told(failure))).rejects.toBe(failure);
    await expect(readResponse(new Told("HTTP/1.1 20", failure))).rejects.toBe(failure);
  });

  test("inside the body: what came can be read, then comes its own error, for good", async () => {
    const response = await readResponse(new Told(`${lengthHead(10)}he`, "llo", failure));
    expect(text(await response.read(2))).toBe("he");
    expect(text(await response.read(100))).toBe("llo");
    await expect(response.read(1)).rejects.toBe(failure);
    await expect(response.text()).rejects.toBe(failure);
    const other = await readResponse(new Told(`${lengthHead(10)}he`, "llo", failure));
    await expect(other.read()).rejects.toBe(failure);
    expect(text(await other.read1())).toBe("hello");
  });

  test("by giving something that is no bytes: TypeError", async () => {
    // @ts-expect-error -- what a caller without types can do
    await expect(readResponse(byteSource(["text"]))).rejects.toBeInstanceOf(TypeError);
  });
});

describe("options", () => {
  test("limits and leniencies are the protocol's", async () => {
    const wire = "HTTP/1.1 200 OK\nContent-Length: 2\n\nhi";
    await expect(readResponse(byteSource(bytes(wire)))).rejects.toMatchObject({
      code: "STATUS_LINE_BARE_LF",
    });
    const response = await readResponse(byteSource(bytes(wire)), {
      lenient: { bareLineFeed: true },
    });
    expect(await response.text()).toBe("hi");
    expect(response.willClose).toBe(true);
    await expect(
      readResponse(byteSource(bytes(lengthHead(2))), { limits: { maxHeaderFields: 0 } }),
    ).rejects.toMatchObject({ limit: "maxHeaderFields" });
  });

  test("a method that is no token is the caller's fault, and nothing is read", async () => {
    const source = new Told(lengthHead(0));
    await expect(readResponse(source, { method: "GET /" })).rejects.toMatchObject({
      code: "INVALID_METHOD",
    });
    expect(source.told).toEqual([]);
  });

  test("101 without upgradeRequested is an error", async () => {
    await expect(readResponse(byteSource(bytes("HTTP/1.1 101 X\r\n\r\n")))).rejects.toMatchObject({
      code: "UNEXPECTED_SWITCH",
    });
  });
});
