/**
 * The streams: payload, backpressure, and how each side hears of the other's end, error, cancel and abort. Long, because
 * each of these can come while nobody writes, while a write waits, and in the middle of a line.
 */

import { once } from "node:events";
import { encodeLatin1, latin1 } from "@httplib/bytes";
import { HTTPException, ProtocolError } from "@httplib/errors";
import type { HTTPMessage, HeadersInput } from "@httplib/headers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { decodeChunked } from "../src/index.ts";
import { ChunkedDecoderStream, ChunkedEncoderStream } from "../src/stream.ts";
import { seeError } from "./every-cut.ts";

const WIRE = "5;a=b\r\nhello\r\n7\r\n, world\r\n0\r\nX-Sum: 12\r\n\r\n";

// A rejection nobody handles is a failure of these streams, whatever the test looked at.
const unhandled: unknown[] = [];
const keep = (reason: unknown): void => {
  unhandled.push(reason);
};
beforeAll(() => {
  process.on("unhandledRejection", keep);
});
afterAll(() => {
  process.off("unhandledRejection", keep);
});

function streamOf(pieces: readonly string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(encodeLatin1(piece));
      controller.close();
    },
  });
}

interface Seen {
  readonly body: string;
  readonly error: unknown;
}
async function drain(readable: ReadableStream<Uint8Array>): Promise<Seen> {
  const reader = readable.getReader();
  let body = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { body, error: null };
      body += latin1(value);
    }
  } catch (error) {
    return { body, error };
  }
}

const settled = async <T>(promise: Promise<T>): Promise<["fulfilled", T] | ["rejected", unknown]> =>
  promise.then(
    (value): ["fulfilled", T] => ["fulfilled", value],
    (reason: unknown): ["rejected", unknown] => ["rejected", reason],
  );
const lines = (trailers: HTTPMessage | null): [string, string][] | null =>
  trailers && [...trailers];

/** Long enough for every promise job of a stream; nothing here waits on purpose. */
async function turns(): Promise<void> {
  for (let i = 0; i < 50; i++) await Promise.resolve();
}

describe("ChunkedDecoderStream", () => {
  test("is a TransformStream", () => {
    const stream = new ChunkedDecoderStream();
    expect(stream).toBeInstanceOf(TransformStream);
    expect(stream.readable).toBeInstanceOf(ReadableStream);
    expect(stream.writable).toBeInstanceOf(WritableStream);
    expect(() => new ChunkedDecoderStream({ limits: { maxLineBytes: -1 } })).toThrow(RangeError);
  });

  test("gives payload and trailers, in every cut", async () => {
    for (let cut = 0; cut <= WIRE.length; cut++) {
      const stream = new ChunkedDecoderStream();
      const seen = await drain(streamOf([WIRE.slice(0, cut), WIRE.slice(cut)]).pipeThrough(stream));
      expect(seen, `cut at ${cut}`).toEqual({ body: "hello, world", error: null });
      expect(lines(await stream.trailers)).toEqual([["X-Sum", "12"]]);
    }
    const stream = new ChunkedDecoderStream();
    expect((await drain(streamOf(WIRE.split("")).pipeThrough(stream))).body).toBe("hello, world");
    expect(lines(await stream.trailers)).toEqual([["X-Sum", "12"]]);
  });

  test("gives null for trailers where there are none, and where the body ends with its last chunk line", async () => {
    for (const end of ["0\r\n\r\n", "0\r\n"]) {
      const stream = new ChunkedDecoderStream();
      expect(await drain(streamOf([`2\r\nhi\r\n${end}`]).pipeThrough(stream))).toEqual({
        body: "hi",
        error: null,
      });
      expect(await stream.trailers).toBeNull();
    }
  });

  test("gives views of what was written, never copies", async () => {
    const stream = new ChunkedDecoderStream();
    const bytes = encodeLatin1(WIRE);
    const writer = stream.writable.getWriter();
    const written = writer.write(bytes);
    const reader = stream.readable.getReader();
    const { value } = await reader.read();
    expect([value?.buffer, latin1(value!)]).toEqual([bytes.buffer, "hello"]);
    await reader.read();
    await written;
  });

  test("has its trailers as soon as their blank line was read, before the input is closed", async () => {
    const stream = new ChunkedDecoderStream();
    const writer = stream.writable.getWriter();
    const written = writer.write(encodeLatin1(WIRE));
    const reader = stream.readable.getReader();
    await reader.read();
    await reader.read();
    expect(lines(await stream.trailers)).toEqual([["X-Sum", "12"]]);
    await written;
    const end = reader.read();
    await writer.close();
    expect(await end).toEqual({ done: true, value: undefined });
  });

  test("takes options as ChunkedDecoder does", async () => {
    const lenient = { spaceAfterChunkSize: true };
    const stream = new ChunkedDecoderStream({ lenient });
    expect((await drain(streamOf(["2 \r\nhi\r\n0\r\n\r\n"]).pipeThrough(stream))).body).toBe("hi");
  });

  test.each<readonly [string, string, string, string, number]>([
    ["a broken line", "5\r\nhello\r\nx", "hello", "CHUNK_SIZE", 10],
    ["a missing line end", "5\r\nhello\r\n2\r\nhi!", "hellohi", "CHUNK_DATA_END", 15],
    ["a bound", `2\r\nhi\r\n1;${"e".repeat(20_000)}`, "hi", "LIMIT_EXCEEDED", 7 + 16_402],
    ["a broken trailer", "2\r\nhi\r\n0\r\nA\n", "hi", "BARE_LF", 11],
    ["an end inside the data", "5\r\nhello\r\n5\r\nwo", "hellowo", "INCOMPLETE_READ", 15],
    ["an end inside a line", "5\r\nhello\r\n5", "hello", "INCOMPLETE_READ", 11],
    ["an end inside the trailers", "5\r\nhello\r\n0\r\nA: b\r\n", "hello", "INCOMPLETE_READ", 19],
    ["an end before anything", "", "", "INCOMPLETE_READ", 0],
  ])(
    "errors behind all payload before %s, and its trailers with it",
    async (_what, wire, body, code, offset) => {
      for (const pieces of [
        [wire],
        [wire.slice(0, 4), wire.slice(4)],
        wire.split(/(?<=^.{0,40})/s),
      ]) {
        const stream = new ChunkedDecoderStream();
        const seen = await drain(streamOf(pieces).pipeThrough(stream));
        expect(seen.body).toBe(body);
        expect(seeError(seen.error)).toMatchObject({ code, offset, partial: "" });
        expect(await settled(stream.trailers)).toEqual(["rejected", seen.error]);
      }
    },
  );

  test.each([
    ["in the same piece", [`${WIRE}rest`]],
    ["in a piece of its own", [WIRE, "rest"]],
    ["byte by byte", WIRE.concat("rest").split("")],
    ["behind an empty piece", [WIRE, "", "rest"]],
  ])(
    "bytes behind the end error the readable side with UNEXPECTED_DATA: %s",
    async (_where, pieces) => {
      const stream = new ChunkedDecoderStream();
      const seen = await drain(streamOf(pieces).pipeThrough(stream));
      expect(seen.body).toBe("hello, world");
      expect(seen.error).toBeInstanceOf(ProtocolError);
      expect(seeError(seen.error)).toMatchObject({
        code: "UNEXPECTED_DATA",
        offset: WIRE.length,
        excerpt: "r",
      });
      expect(lines(await stream.trailers)).toEqual([["X-Sum", "12"]]);
    },
  );

  test("what is no Uint8Array errors both sides with a TypeError", async () => {
    for (const chunk of ["2\r\nhi\r\n", null, new Uint16Array(2)]) {
      const stream = new ChunkedDecoderStream();
      const writer = stream.writable.getWriter();
      const [, error] = await settled(writer.write(chunk as unknown as Uint8Array));
      expect(error).toBeInstanceOf(TypeError);
      expect(await settled(writer.closed)).toEqual(["rejected", error]);
      expect((await drain(stream.readable)).error).toBe(error);
      expect(await settled(stream.trailers)).toEqual(["rejected", error]);
    }
  });

  describe("backpressure", () => {
    test("nothing is decoded before it is asked for, and a write waits until its payload was read", async () => {
      const stream = new ChunkedDecoderStream();
      const writer = stream.writable.getWriter();
      const done: string[] = [];
      const first = writer
        .write(encodeLatin1("2\r\nhi\r\n1\r\n!\r\n"))
        .then(() => done.push("first"));
      expect(writer.desiredSize).toBe(0);
      await turns();
      expect(done).toEqual([]);
      const reader = stream.readable.getReader();
      expect(latin1((await reader.read()).value!)).toBe("hi");
      await turns();
      expect(done).toEqual([]);
      expect(latin1((await reader.read()).value!)).toBe("!");
      await first;
      expect(writer.desiredSize).toBe(1);
    });

    test("a piece without payload is used up at once", async () => {
      const stream = new ChunkedDecoderStream();
      const writer = stream.writable.getWriter();
      await writer.write(encodeLatin1("5;a"));
      await writer.write(new Uint8Array(0));
      await writer.write(encodeLatin1("=b\r\n"));
      expect(writer.desiredSize).toBe(1);
    });

    test("a source is asked for no more than one piece ahead", async () => {
      let pulled = 0;
      const source = new ReadableStream<Uint8Array>(
        {
          pull(controller) {
            pulled++;
            controller.enqueue(encodeLatin1("1\r\nx\r\n"));
          },
        },
        { highWaterMark: 0 },
      );
      const reader = source.pipeThrough(new ChunkedDecoderStream()).getReader();
      await reader.read();
      await turns();
      expect(pulled).toBeLessThanOrEqual(3);
      await reader.cancel();
    });

    test("several reads at once are answered in order", async () => {
      const stream = new ChunkedDecoderStream();
      const reader = stream.readable.getReader();
      const reads = [reader.read(), reader.read(), reader.read()];
      const writer = stream.writable.getWriter();
      const all = Promise.all([writer.write(encodeLatin1(WIRE)), writer.close()]);
      const values = (await Promise.all(reads)).map(({ value }) => value && latin1(value));
      expect(values).toEqual(["hello", ", world", undefined]);
      await all;
    });
  });

  describe("cancel() of the readable side", () => {
    test.each([
      ["while nobody writes", []],
      ["while a write waits", ["5\r\nhello\r\n"]],
      ["in the middle of a line", ["5;a="]],
    ])("rejects trailers with its reason and stops the writer: %s", async (_when, pieces) => {
      const stream = new ChunkedDecoderStream();
      const reason = new Error("enough");
      const writer = stream.writable.getWriter();
      const writes = pieces.map(async (piece) => settled(writer.write(encodeLatin1(piece))));
      await turns();
      await stream.readable.cancel(reason);
      expect(await settled(stream.trailers)).toEqual(["rejected", reason]);
      expect(await settled(writer.closed)).toEqual(["rejected", reason]);
      expect(await settled(writer.write(encodeLatin1("x")))).toEqual(["rejected", reason]);
      await Promise.all(writes);
    });

    test("without a reason is an AbortError for the trailers", async () => {
      const stream = new ChunkedDecoderStream();
      await stream.readable.cancel();
      const [, reason] = await settled(stream.trailers);
      expect(reason).toMatchObject({ name: "AbortError" });
    });

    test("behind the trailers changes nothing about them", async () => {
      const stream = new ChunkedDecoderStream();
      const writer = stream.writable.getWriter();
      const written = writer.write(encodeLatin1("0\r\nA: b\r\n\r\n"));
      await written;
      await stream.readable.cancel("late");
      expect(lines(await stream.trailers)).toEqual([["A", "b"]]);
    });

    test("reaches the source of a pipe", async () => {
      const reason = new Error("enough");
      let heard: unknown;
      const source = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(encodeLatin1(WIRE)),
        cancel(why) {
          heard = why;
        },
      });
      const reader = source.pipeThrough(new ChunkedDecoderStream()).getReader();
      await reader.read();
      await reader.cancel(reason);
      await turns();
      expect(heard).toBe(reason);
    });
  });

  describe("abort() of the writable side", () => {
    test.each([
      ["while nobody writes", []],
      ["while a write waits for the reader", ["5\r\nhello\r\n"]],
      ["in the middle of a line", ["5;a="]],
    ])("ends at once, errors the readable side and the trailers: %s", async (_when, pieces) => {
      const stream = new ChunkedDecoderStream();
      const reason = new Error("wire");
      const writer = stream.writable.getWriter();
      const writes = pieces.map(async (piece) => settled(writer.write(encodeLatin1(piece))));
      await turns();
      await writer.abort(reason);
      await Promise.all(writes);
      expect((await drain(stream.readable)).error).toBe(reason);
      expect(await settled(stream.trailers)).toEqual(["rejected", reason]);
      expect(await settled(writer.closed)).toEqual(["rejected", reason]);
    });

    test("without a reason is an AbortError", async () => {
      const stream = new ChunkedDecoderStream();
      await stream.writable.abort();
      const [, reason] = await settled(stream.trailers);
      expect(reason).toMatchObject({ name: "AbortError" });
    });

    test("an error of the source comes through a pipe", async () => {
      const error = new Error("wire");
      const source = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(encodeLatin1("5\r\nhel")),
        pull: (controller) => controller.error(error),
      });
      const stream = new ChunkedDecoderStream();
      const seen = await drain(source.pipeThrough(stream));
      expect(seen.error).toBe(error);
      expect(await settled(stream.trailers)).toEqual(["rejected", error]);
    });
  });

  test("a partial that an error has already is kept", async () => {
    const stream = new ChunkedDecoderStream();
    const error = new HTTPException({ partial: encodeLatin1("kept") });
    await stream.writable.abort(error);
    expect(latin1(error.partial!)).toBe("kept");
  });
});

describe("ChunkedEncoderStream", () => {
  const coded = async (
    pieces: readonly string[],
    trailers?: () => HeadersInput | Promise<HeadersInput>,
  ): Promise<Seen> => drain(streamOf(pieces).pipeThrough(new ChunkedEncoderStream({ trailers })));

  test("codes each piece as one chunk, none for an empty one, then the last chunk", async () => {
    expect(await coded(["hello", "", "!"])).toEqual({
      body: "5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n",
      error: null,
    });
    expect(await coded([])).toEqual({ body: "0\r\n\r\n", error: null });
    expect(new ChunkedEncoderStream()).toBeInstanceOf(TransformStream);
  });

  test("asks for the trailers once, behind the body", async () => {
    const calls: string[] = [];
    const stream = new ChunkedEncoderStream({
      trailers: async () => {
        calls.push("asked");
        await turns();
        return { "X-Sum": calls.length };
      },
    });
    const reader = stream.readable.getReader();
    const writer = stream.writable.getWriter();
    const written = writer.write(encodeLatin1("hi"));
    let text = "";
    for (let i = 0; i < 3; i++) text += latin1((await reader.read()).value!);
    await written;
    expect([text, calls]).toEqual(["2\r\nhi\r\n", []]);
    const closed = writer.close();
    expect(latin1((await reader.read()).value!)).toBe("0\r\nX-Sum: 1\r\n\r\n");
    await closed;
    expect(calls).toEqual(["asked"]);
  });

  test("passes data on uncopied, and holds up a writer that nobody reads from", async () => {
    const stream = new ChunkedEncoderStream();
    const writer = stream.writable.getWriter();
    const data = encodeLatin1("hi");
    let done = false;
    const written = writer.write(data).then(() => (done = true));
    await turns();
    expect(done).toBe(false);
    const reader = stream.readable.getReader();
    await reader.read();
    expect((await reader.read()).value).toBe(data);
    await reader.read();
    await written;
  });

  test.each<readonly [string, () => HeadersInput | Promise<HeadersInput>, string]>([
    ["cannot be sent", () => ({ "Content-Length": 5 }), "found Content-Length"],
    ["are rejected", () => Promise.reject(new Error("no sum")), "no sum"],
    [
      "throw",
      () => {
        throw new Error("no sum");
      },
      "no sum",
    ],
  ])("trailers that %s error both sides", async (_how, trailers, message) => {
    const stream = new ChunkedEncoderStream({ trailers });
    const writer = stream.writable.getWriter();
    const reading = drain(stream.readable);
    await writer.write(encodeLatin1("hi"));
    await expect(writer.close()).rejects.toThrow(message);
    const seen = await reading;
    expect(seen.body).toBe("2\r\nhi\r\n");
    expect(String(seen.error)).toContain(message);
  });

  test("what is no Uint8Array errors both sides with a TypeError", async () => {
    const stream = new ChunkedEncoderStream();
    const writer = stream.writable.getWriter();
    const reading = drain(stream.readable);
    await expect(writer.write("hi" as unknown as Uint8Array)).rejects.toThrow(TypeError);
    expect((await reading).error).toBeInstanceOf(TypeError);
  });

  test("a reader that cancels stops the writer, and the trailers are never asked for", async () => {
    let asked = false;
    const stream = new ChunkedEncoderStream({
      trailers: () => {
        asked = true;
        return {};
      },
    });
    const writer = stream.writable.getWriter();
    await stream.readable.cancel(new Error("enough"));
    expect(await settled(writer.write(encodeLatin1("hi")))).toMatchObject([
      "rejected",
      { message: "enough" },
    ]);
    expect(asked).toBe(false);
  });
});

describe("a pipeline", () => {
  test("of encoder and decoder gives what went in, in any sizes", async () => {
    const pieces = Array.from({ length: 300 }, (_, i) => "x".repeat((i * 37) % 1000));
    const decoder = new ChunkedDecoderStream();
    const piped = streamOf(pieces)
      .pipeThrough(new ChunkedEncoderStream({ trailers: () => ({ "X-Count": pieces.length }) }))
      .pipeThrough(decoder);
    expect(await drain(piped)).toEqual({ body: pieces.join(""), error: null });
    expect(lines(await decoder.trailers)).toEqual([["X-Count", "300"]]);
  });

  test("writes what decodeChunked reads, across a socket's stream of Node", async () => {
    const { PassThrough, Readable } = await import("node:stream");
    const pass = new PassThrough();
    const chunks: Buffer[] = [];
    pass.on("data", (chunk: Buffer) => chunks.push(chunk));
    const coded = streamOf(["hello", "!"]).pipeThrough(new ChunkedEncoderStream());
    Readable.fromWeb(coded as Parameters<typeof Readable.fromWeb>[0]).pipe(pass);
    await once(pass, "end");
    expect(latin1(decodeChunked(Buffer.concat(chunks)).body)).toBe("hello!");
  });
});

test("nothing here left a rejection that nobody handled, though nobody looked at the trailers", async () => {
  const broken = new ChunkedDecoderStream();
  await drain(streamOf(["x"]).pipeThrough(broken));
  await new ChunkedDecoderStream().readable.cancel(new Error("enough"));
  await new ChunkedDecoderStream().writable.abort(new Error("wire"));
  // Unhandled rejections are told behind the promise jobs of a turn.
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  expect(unhandled).toEqual([]);
});
