/** What is particular to streams that somebody else has opened: their one use, their errors, their shapes. */
import { NotConnected, TimeoutError } from "@httplib/errors";
import {
  connectDuplex,
  connectStreams,
  type NodeDuplex,
  type TLSOptions,
} from "@httplib/transport";
import { connect as connectNet, createServer, type AddressInfo, type Socket } from "node:net";
import { Duplex, duplexPair, PassThrough } from "node:stream";
import type { ConnectionOptions, SecureContext, TLSSocket } from "node:tls";
import { afterEach, describe, expect, expectTypeOf, test } from "vitest";
import { Recorder, turns } from "./support/recorder.ts";
import { closeAll, listen } from "./support/wires.ts";

afterEach(closeAll);
const target = { host: "localhost", port: 80 };

describe("types", () => {
  test("streams and options of Node fit without a cast", () => {
    expectTypeOf<Socket>().toExtend<NodeDuplex>();
    expectTypeOf<TLSSocket>().toExtend<NodeDuplex>();
    expectTypeOf<Duplex>().toExtend<NodeDuplex>();
    expectTypeOf<PassThrough>().toExtend<NodeDuplex>();
    expectTypeOf<ConnectionOptions>().toExtend<TLSOptions>();
    expectTypeOf<SecureContext>().toExtend<TLSOptions>();
    expect(new PassThrough()).toHaveProperty("write");
  });
});

describe("connectDuplex", () => {
  test("a stream is used once", async () => {
    const dial = connectDuplex(new PassThrough());
    await dial(target, new Recorder());
    await expect(dial(target, new Recorder())).rejects.toBeInstanceOf(NotConnected);
  });

  test("a destroyed stream is refused", async () => {
    const stream = new PassThrough();
    stream.destroy();
    await expect(connectDuplex(stream)(target, new Recorder())).rejects.toThrow(/it is destroyed/);
  });

  test("a stream whose end was read is refused: nobody would ever be told of it", async () => {
    const stream = new PassThrough();
    stream.resume().end();
    await new Promise((resolve) => stream.once("end", resolve));
    const dialled = connectDuplex(stream)(target, new Recorder());
    await expect(dialled).rejects.toThrow(/its end was read|it is destroyed/);
  });

  test("a socket that is still connecting is waited for", async () => {
    const { port, accept } = await listen({ port: 0, host: "127.0.0.1" });
    const heard = new Recorder();
    const dialled = connectDuplex(connectNet({ port, host: "127.0.0.1" }))(target, heard);
    const socket = await accept();
    const transport = await dialled;
    socket.write("hello");
    await heard.has("data");
    transport.destroy();
    await heard.has("close");
    expect(heard.text).toBe("hello");
  });

  test("a socket that fails to connect rejects with its own error", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const dialled = connectDuplex(connectNet({ port, host: "127.0.0.1" }))(target, new Recorder());
    await expect(dialled).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("the time limit and the signal bound TLS over it, and destroy the stream", async () => {
    const [one, other] = [duplexPair()[0], duplexPair()[0]];
    const timed = connectDuplex(one)({ ...target, tls: {}, timeout: 20 }, new Recorder());
    await expect(timed).rejects.toThrow(TimeoutError);
    expect(one.destroyed).toBe(true);
    const abort = new AbortController();
    const aborted = connectDuplex(other)(
      { ...target, tls: {}, signal: abort.signal },
      new Recorder(),
    );
    abort.abort("reason");
    await expect(aborted).rejects.toBe("reason");
    expect(other.destroyed).toBe(true);
  });

  test("an error of the stream is told, and then the close", async () => {
    const heard = new Recorder();
    const stream = new PassThrough();
    await connectDuplex(stream)(target, heard);
    await turns(1);
    stream.destroy(new Error("cable cut"));
    await heard.has("close");
    expect(heard.log).toEqual(["error cable cut", "close"]);
  });

  test("a stream that gives text is a TypeError that says so", async () => {
    const heard = new Recorder();
    const stream = new PassThrough();
    stream.setEncoding("utf8");
    await connectDuplex(stream)(target, heard);
    stream.write("text");
    await heard.has("close");
    expect(heard.log[0]).toMatch(/^error Cannot read the stream: it gives text/);
  });

  test("a stream that never says 'close' is closed all the same", async () => {
    const stream = new Duplex({ emitClose: false, autoDestroy: false, read() {}, write() {} });
    const heard = new Recorder();
    const transport = await connectDuplex(stream)(target, heard);
    transport.destroy();
    await heard.has("close");
    expect(heard.log).toEqual(["close"]);
  });

  test("a stream that answers inside write() is heard after it", async () => {
    const heard = new Recorder();
    const transport = await connectDuplex(new PassThrough())(target, heard);
    await turns(2);
    let inside = true;
    const order: string[] = [];
    heard.onChunk = () => order.push(inside ? "inside" : "after");
    transport.write("echo");
    inside = false;
    await heard.has("data");
    expect(order).toEqual(["after"]);
  });

  test("ref() and unref() are passed on where the stream has them", async () => {
    const calls: string[] = [];
    const stream = Object.assign(new PassThrough(), {
      ref: () => calls.push("ref"),
      unref: () => calls.push("unref"),
    });
    const transport = await connectDuplex(stream)(target, new Recorder());
    transport.unref?.();
    transport.ref?.();
    (await connectDuplex(new PassThrough())(target, new Recorder())).unref?.();
    expect(calls).toEqual(["unref", "ref"]);
  });
});

describe("connectStreams", () => {
  const quiet = { readable: (): ReadableStream<Uint8Array> => new ReadableStream() };

  test("a pair is used once, and a locked stream is refused", async () => {
    const pair = new TransformStream<Uint8Array, Uint8Array>();
    const dial = connectStreams(pair);
    await dial(target, new Recorder());
    await expect(dial(target, new Recorder())).rejects.toThrow(NotConnected);
  });

  test("destroy(error) cancels one stream and aborts the other with that error", async () => {
    const told: unknown[] = [];
    const pair = {
      readable: new ReadableStream<Uint8Array>({
        cancel: (reason) => void told.push("cancel", reason),
      }),
      writable: new WritableStream<Uint8Array>({
        abort: (reason) => void told.push("abort", reason),
      }),
    };
    const heard = new Recorder();
    const transport = await connectStreams(pair)(target, heard);
    const error = new Error("enough");
    transport.destroy(error);
    await heard.has("close");
    expect(told).toEqual(["cancel", error, "abort", error]);
    expect(heard.log).toEqual(["error enough", "close"]);
  });

  describe("a cork hides no lack of room", () => {
    /** A writable with room for so many bytes, which takes a write when it is told to. */
    function slow(highWaterMark: number): {
      writable: WritableStream<Uint8Array>;
      take: () => void;
    } {
      let take = (): void => {};
      const write = (): Promise<void> =>
        new Promise((resolve) => {
          take = resolve;
        });
      const size = (chunk: Uint8Array): number => chunk.length;
      const writable = new WritableStream<Uint8Array>({ write }, { highWaterMark, size });
      return { writable, take: () => take() };
    }

    test("write() says no when the writable is full, and onDrain follows once", async () => {
      const { writable, take } = slow(10);
      const heard = new Recorder();
      const pair = { readable: quiet.readable(), writable };
      const transport = await connectStreams(pair)(target, heard);
      await turns(1);
      transport.cork?.();
      expect(transport.write("12345")).toBe(true);
      expect(transport.write("1234567")).toBe(true);
      transport.uncork?.();
      transport.cork?.();
      expect(transport.write("1")).toBe(false);
      expect(transport.write("2")).toBe(false);
      transport.uncork?.();
      await turns(2);
      expect(heard.count("drain")).toBe(0);
      take();
      await turns(2);
      expect(heard.count("drain")).toBe(1);
      transport.destroy();
    });

    test("write() says no when much is held back, though the writable would take all of it", async () => {
      const { writable } = slow(1_000_000);
      const heard = new Recorder();
      const pair = { readable: quiet.readable(), writable };
      const transport = await connectStreams(pair)(target, heard);
      await turns(1);
      transport.cork?.();
      let held = 0;
      while (transport.write(new Uint8Array(4096)) && held < 1_000_000) held += 4096;
      expect(held).toBeLessThan(65_536);
      expect(heard.count("drain")).toBe(0);
      await turns(2);
      expect(heard.count("drain")).toBe(1);
      transport.destroy();
    });
  });

  test("end() closes the writable", async () => {
    let closed = false;
    const pair = {
      readable: quiet.readable(),
      writable: new WritableStream<Uint8Array>({ close: () => void (closed = true) }),
    };
    const transport = await connectStreams(pair)(target, new Recorder());
    transport.end();
    await turns(2);
    expect(closed).toBe(true);
  });

  test("a failed write ends our half; reading goes on to its end", async () => {
    let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
    const pair = {
      readable: new ReadableStream<Uint8Array>({ start: (one) => void (controller = one) }),
      writable: new WritableStream<Uint8Array>({
        write: () => {
          throw new Error("peer does not listen");
        },
      }),
    };
    const heard = new Recorder();
    const transport = await connectStreams(pair)(target, heard);
    transport.write("lost");
    await heard.has("error peer does not listen");
    expect(transport.write("more")).toBe(false);
    controller?.enqueue(Uint8Array.of(0x34, 0x31, 0x33));
    controller?.close();
    await heard.has("close");
    expect(heard.log).toEqual(["error peer does not listen", "data", "end", "close"]);
    expect(heard.text).toBe("413");
  });

  test("corked writes are one chunk", async () => {
    const chunks: number[] = [];
    const pair = {
      readable: quiet.readable(),
      writable: new WritableStream<Uint8Array>({
        write: (chunk) => void chunks.push(chunk.length),
      }),
    };
    const transport = await connectStreams(pair)(target, new Recorder());
    transport.cork?.();
    transport.write("head");
    transport.write(new Uint8Array(100));
    await turns(3);
    expect(chunks).toEqual([104]);
  });

  test.each<[string, unknown, RegExp]>([
    ["text", "text", /gives string, expected bytes/],
    ["an ArrayBuffer", new ArrayBuffer(2), /gives object, expected bytes/],
  ])("a stream that gives %s is a TypeError that says so", async (_what, chunk, message) => {
    const pair = {
      readable: new ReadableStream({ start: (one) => one.enqueue(chunk) }),
      writable: new WritableStream<Uint8Array>(),
    };
    const heard = new Recorder();
    await connectStreams(pair)(target, heard);
    await heard.has("close");
    expect(heard.log[0]).toMatch(message);
  });

  test("a reason that is no Error is wrapped in one", async () => {
    const pair = {
      readable: new ReadableStream<Uint8Array>({ start: (one) => one.error("a text") }),
      writable: new WritableStream<Uint8Array>(),
    };
    const heard = new Recorder();
    await connectStreams(pair)(target, heard);
    await heard.has("close");
    expect(heard.log).toEqual([
      "error Cannot go on: found a text thrown, expected an Error",
      "close",
    ]);
  });

  test("a readable is asked for a chunk only while somebody reads", async () => {
    let asked = 0;
    const pair = {
      readable: new ReadableStream<Uint8Array>(
        { pull: (one) => one.enqueue(Uint8Array.of(++asked)) },
        { highWaterMark: 0 },
      ),
      writable: new WritableStream<Uint8Array>(),
    };
    const heard = new Recorder();
    const transport = await connectStreams(pair)(target, heard);
    heard.onChunk = () => transport.pause();
    await heard.has("data");
    await turns(5);
    const before = asked;
    await turns(5);
    expect(asked).toBe(before);
    expect(before).toBeLessThanOrEqual(2);
    transport.destroy();
    await heard.has("close");
  });
});
