/** An exchange that ends before its time: whoever waits for any part of it is told, and so is whoever gives its body. */
import { AsyncLocalStorage } from "node:async_hooks";
import diagnostics from "node:diagnostics_channel";
import { once } from "node:events";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { NotConnected, ResponseNotReady, TimeoutError } from "@httplib/errors";
import { HTTPConnection } from "@httplib/connection";
import { connectMemory } from "@httplib/transport";
import { describe, expect, test, vi } from "vitest";
import { bytes, failure, head, ok, open, turns } from "./support/open.ts";

/** How an upload under way is ended, and what getResponse() then says. */
const ENDS: [how: string, end: (connection: HTTPConnection, abort: AbortController) => unknown][] =
  [
    ["close()", (connection) => connection.close()],
    ["the signal", (_connection, abort) => abort.abort()],
  ];

/** An iterator that never answers, and counts how often it is told to stop. */
function stuck(): { iterable: AsyncIterable<Uint8Array>; returned: () => number } {
  let returned = 0;
  const iterator: AsyncIterator<Uint8Array> = {
    next: () => new Promise(() => {}),
    return: async () => {
      returned++;
      return { done: true, value: undefined };
    },
  };
  return { iterable: { [Symbol.asyncIterator]: () => iterator }, returned: () => returned };
}

describe.each(ENDS)("a body that is stuck when %s ends the exchange", (_how, end) => {
  async function upload(body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>) {
    const { connection } = open([{ turns: 1000 }]);
    const abort = new AbortController();
    const sent = connection.request("PUT", "/", body, null, { signal: abort.signal });
    const asked = connection.getResponse();
    await turns(2);
    end(connection, abort);
    await failure(sent);
    await failure(asked);
    await turns(2);
  }

  test("a ReadableStream is cancelled", async () => {
    let cancelled = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull: () => new Promise(() => {}),
      cancel: () => void cancelled++,
    });
    await upload(stream);
    expect(cancelled).toBe(1);
  });

  test("a Readable of Node is destroyed", async () => {
    const readable = new Readable({ read() {} });
    await upload(readable);
    expect(readable.destroyed).toBe(true);
  });

  test("an iterator is told once", async () => {
    const { iterable, returned } = stuck();
    await upload(iterable);
    expect(returned()).toBe(1);
  });
});

describe("send()", () => {
  function uploading(length: number): HTTPConnection {
    const { connection } = open([{ full: true }, { turns: 1000 }]);
    connection.putRequest("PUT", "/");
    connection.putHeader("Content-Length", length);
    void connection.endHeaders();
    return connection;
  }

  test("of a source that is stuck rejects when the connection is closed", async () => {
    const connection = uploading(10);
    await turns(3);
    const { iterable, returned } = stuck();
    const sent = connection.send(iterable);
    void connection.getResponse();
    await turns(2);
    await connection.close();
    expect(await failure(sent)).toBeInstanceOf(NotConnected);
    expect(returned()).toBe(1);
  });

  test("that waits for room rejects when the connection is closed, and so does the one behind it", async () => {
    const connection = uploading(8);
    await turns(3);
    const both = [connection.send(bytes("abcd")), connection.send(bytes("efgh"))];
    await turns(2);
    await connection.close();
    for (const sent of both) expect(await failure(sent)).toBeInstanceOf(NotConnected);
  });

  test("rejects with the system's error where nothing could be dialled, however many wait", async () => {
    const refused = Object.assign(new Error("refused"), { code: "ECONNREFUSED" });
    const { connection } = open([{ refuse: refused }]);
    connection.putRequest("PUT", "/");
    connection.putHeader("Content-Length", 4);
    const ended = connection.endHeaders();
    const all = [connection.send(bytes("ab")), connection.send(bytes("cd")), ended];
    for (const sent of all) expect(await failure(sent)).toBe(refused);
  });

  test("resolves when an early response stops it, though its source is stuck", async () => {
    const { connection } = open([{ early: ok("no") }, { turns: 1000 }]);
    connection.putRequest("PUT", "/");
    connection.putHeader("Content-Length", 10);
    await connection.endHeaders();
    const { iterable, returned } = stuck();
    const sent = connection.send(iterable);
    await sent;
    expect(returned()).toBe(1);
  });
});

const EARLY = [
  { wait: "\r\n\r\n" },
  { data: "HTTP/1.1 413 X\r\nContent-Length: 6\r\n\r\nabc" },
  { turns: 12 },
  { data: "def" },
];

describe("a response that comes before the request is sent is read to its end, whatever the source says of being stopped", () => {
  const readable = (): Readable => {
    const source = new Readable({ read() {} });
    source.push("x");
    return source;
  };
  async function* late(): AsyncGenerator<Uint8Array> {
    yield bytes("x");
    await turns(6);
    throw new Error("too late");
  }

  test.each([
    ["a Readable of Node", readable],
    ["a generator that fails", late],
  ])("%s", async (_what, make) => {
    const { connection } = open(EARLY);
    const sent = connection.request("PUT", "/", make());
    const response = await connection.getResponse();
    expect(await response.text()).toBe("abcdef");
    await sent;
  });

  test.each([
    ["a Readable of Node", readable, true],
    ["a generator", late, true],
    ["a generator, its length not enforced", late, false],
  ])("given to send(): %s", async (_what, make, strictContentLength) => {
    const { connection } = open(EARLY, { strictContentLength });
    connection.putRequest("PUT", "/");
    connection.putHeader("Content-Length", 10);
    await connection.endHeaders();
    const sent = connection.send(make());
    const response = await connection.getResponse();
    expect(await response.text()).toBe("abcdef");
    await sent;
  });
});

test("send() settles at once when sending has stopped, though a part before it hangs", async () => {
  const { connection } = open(EARLY);
  connection.putRequest("PUT", "/");
  connection.putHeader("Content-Length", 10);
  await connection.endHeaders();
  await connection.send(stuck().iterable);
  await connection.send(bytes("more"));
  expect(await (await connection.getResponse()).text()).toBe("abcdef");
});

test("a Readable that fails while the connection is dialled is the request's error, and no exception of the process", async () => {
  const missing = createReadStream("/nowhere/at/all");
  const failed = once(missing, "close").catch(() => {});
  let dialled: () => void = () => {};
  const wire = connectMemory([]);
  const connect: typeof wire = Object.assign(
    async (...target: Parameters<typeof wire>) => {
      await new Promise<void>((resolve) => {
        dialled = resolve;
      });
      return wire(...target);
    },
    { written: wire.written, connections: wire.connections },
  );
  const connection = new HTTPConnection("example.com", null, { connect });
  const sent = connection.request("PUT", "/", missing);
  await failed;
  dialled();
  expect(await failure(sent)).toMatchObject({ code: "ENOENT" });
});

describe("close()", () => {
  test("by who is told of the dial leaves nothing behind", async () => {
    const { connection, wire } = open([ok()]);
    const close = (): void => void connection.close();
    diagnostics.subscribe("http.client.connect", close);
    try {
      expect(await failure(connection.request("GET", "/"))).toBeInstanceOf(NotConnected);
      expect(await failure(connection.connect())).toBeInstanceOf(NotConnected);
    } finally {
      diagnostics.unsubscribe("http.client.connect", close);
    }
    await turns(2);
    expect(wire.connections).toHaveLength(0);
  });

  test("ends a request that waits some turns for a kept connection: nothing of it is sent", async () => {
    const { connection, written, wire } = open([ok("one"), ok("two")]);
    await connection.request("GET", "/1");
    await (await connection.getResponse()).read();
    // By this clock the connection has been quiet for so long that turns must pass before the next write.
    const clock = vi.spyOn(performance, "now").mockReturnValue(performance.now() + 1000);
    const sent = connection.request("POST", "/2", "x");
    clock.mockRestore();
    const asked = connection.getResponse();
    await connection.close();
    expect(await failure(asked)).toBeInstanceOf(NotConnected);
    expect(await failure(sent)).toBeInstanceOf(NotConnected);
    await turns(4);
    expect(written()).toBe(head("GET /1"));
    expect(wire.connections).toHaveLength(1);
  });

  test("gives each exchange an error with its own facts", async () => {
    const { connection } = open([{ early: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc" }]);
    await connection.request("GET", "/1");
    const response = await connection.getResponse();
    await connection.request("GET", "/2");
    const reading = response.read();
    await connection.close();
    const error = await failure(reading);
    expect(error).toMatchObject({ exchange: { phase: "body", bytesReceived: 41 } });
    expect(error).toBeInstanceOf(NotConnected);
  });
});

test("a Connect that gives no transport rejects both promises", async () => {
  const connect = (async () => undefined) as never;
  const connection = new HTTPConnection("example.com", null, { connect });
  const error = await failure(connection.request("GET", "/"));
  expect(error).toBeInstanceOf(TypeError);
  expect(await failure(connection.getResponse())).toBe(error);
});

test("a response is not there yet while its request waits for an unread one, and the error says so", async () => {
  const { connection } = open([{ early: "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc" }]);
  await connection.request("GET", "/1");
  await connection.getResponse();
  await connection.request("GET", "/2");
  const error = await failure(connection.getResponse());
  expect(error).toBeInstanceOf(ResponseNotReady);
  expect(String(error)).toContain("waits for an unread response");
  await connection.close();
});

test("a request that was held is announced in the async context of its caller", async () => {
  const caller = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const { connection } = open([ok("one"), ok("two")], {
    debugLog: (line) => {
      if (line.startsWith("send:")) seen.push(caller.getStore());
    },
  });
  connection.setDebugLevel(1);
  await caller.run("first", () => connection.request("GET", "/1"));
  const response = await connection.getResponse();
  const read = response.read.bind(response);
  await caller.run("second", () => connection.request("GET", "/2"));
  await caller.run("reader", () => read());
  await turns(3);
  expect(seen).toEqual(["first", "second"]);
  await connection.close();
});

test("a wait for 100 Continue may be longer than a timer", async () => {
  const { connection, written } = open([{ turns: 1000 }], { expectTimeout: 3e9 });
  const headers = { Expect: "100-continue" };
  const created = vi.spyOn(globalThis, "setTimeout");
  const sent = connection.request("PUT", "/", "body", headers);
  await turns(3);
  const delays = created.mock.calls.map(([, delay]) => delay ?? 0);
  created.mockRestore();
  expect(Math.max(...delays)).toBe(2_147_483_647); // a longer one would be over at once
  expect(written()).not.toContain("body");
  await connection.close();
  await failure(sent);
});

test.each([0, -1, 1.5, Number.NaN])("%d is no block size, whenever it is set", async (size) => {
  const { connection } = open([]);
  connection.blockSize = size;
  expect(await failure(connection.request("PUT", "/", { read: () => null }))).toBeInstanceOf(
    RangeError,
  );
});

test("a time limit ends a source that is stuck, and tells it", async () => {
  const { connection } = open([{ turns: 1000 }], { timeout: { total: 20 } });
  const { iterable, returned } = stuck();
  const sent = connection.request("PUT", "/", iterable);
  expect(await failure(sent)).toBeInstanceOf(TimeoutError);
  expect(returned()).toBe(1);
});

test("trailers that can be read once are announced and sent", async () => {
  const { connection, written } = open([ok()]);
  const trailers = new Map([["X-A", "1"]]).entries();
  await connection.request("PUT", "/", "abc", null, { trailers });
  expect(written()).toBe(
    `${head("PUT /", "Transfer-Encoding: chunked", "Trailer: X-A")}3\r\nabc\r\n0\r\nX-A: 1\r\n\r\n`,
  );
});
