/** The language of scripts. */
import { encodeLatin1, latin1 } from "@httplib/bytes";
import { NotConnected, TimeoutError } from "@httplib/errors";
import {
  connectMemory,
  type MemoryConnect,
  type MemoryScript,
  type MemoryStep,
  type Transport,
} from "@httplib/transport";
import { describe, expect, test } from "vitest";
import { Recorder, turns } from "./support/recorder.ts";

const target = { host: "localhost", port: 80 };
const GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";

async function open(
  script: MemoryScript | readonly MemoryScript[],
): Promise<{ transport: Transport; heard: Recorder; connect: MemoryConnect }> {
  const connect = connectMemory(script);
  const heard = new Recorder();
  return { transport: await connect(target, heard), heard, connect };
}

describe("a reply", () => {
  test.each<[string, string[]]>([
    ["a head alone", [GET]],
    ["a head in pieces", ["GET / HTTP/1.1\r\nHo", "st: localhost\r", "\n\r\n"]],
    ["a body by length", ["POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", "he", "llo"]],
    ["a body in the same write", ["POST / HTTP/1.1\r\ncontent-length:5\r\n\r\nhello"]],
    [
      "a chunked body",
      ["POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "0\r\n", "\r\n"],
    ],
    [
      "chunks with CRLF CRLF in them",
      ["POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\r\n\r\n\r\n", "0\r\n\r\n"],
    ],
    ["trailers", ["POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n", "\r\n"]],
  ])("waits for the whole request: %s", async (_what, writes) => {
    const { transport, heard } = await open("reply");
    for (const [i, write] of writes.entries()) {
      expect(heard.log).toEqual([]);
      transport.write(write);
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      if (i < writes.length - 1) await turns(5);
    }
    await heard.has("data");
    expect(heard.text).toBe("reply");
  });

  test("is given for each request in turn", async () => {
    const { transport, heard } = await open(["one", "two", "three"]);
    transport.write(GET);
    await heard.until(() => heard.text === "one");
    await turns(5);
    expect(heard.text).toBe("one");
    transport.write(GET + GET);
    await heard.until(() => heard.text === "onetwothree");
    expect(heard.chunks).toEqual([3, 3, 5]);
  });

  test("is followed by the peer's end where a script has nothing but replies", async () => {
    const replies = await open(["one", "two"]);
    replies.transport.write(GET + GET);
    await replies.heard.has("end");
    expect(replies.heard.text).toBe("onetwo");
    const steps = await open(["one", { turns: 1 }]);
    steps.transport.write(GET);
    await steps.heard.has("data");
    await turns(10);
    expect(steps.heard.log).not.toContain("end");
    const silent = await open([]);
    silent.transport.write(GET);
    await turns(10);
    expect(silent.heard.log).toEqual([]);
  });

  test("never comes in the turn of the request", async () => {
    const { transport, heard } = await open("reply");
    await turns(5);
    transport.write(GET);
    for (let i = 0; i < 100; i++) {
      // oxlint-disable-next-line no-await-in-loop -- promise jobs, no turn
      await Promise.resolve();
    }
    expect(heard.log).toEqual([]);
    await heard.has("data");
  });

  test("is overwritten when onData has returned: it was only lent", async () => {
    const { transport, heard } = await open(encodeLatin1("reply"));
    let kept = new Uint8Array();
    heard.onChunk = (chunk) => (kept = chunk as Uint8Array<ArrayBuffer>);
    transport.write(GET);
    await heard.has("data");
    expect(heard.text).toBe("reply");
    expect(kept).toEqual(new Uint8Array(5).fill(0xaa));
  });
});

describe("steps", () => {
  test("early: the reply comes after the head, and the next one after the body of the same request", async () => {
    const { transport, heard } = await open([{ early: "100" }, "200"]);
    transport.write("POST / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    await heard.until(() => heard.text === "100");
    await turns(5);
    transport.write("hi");
    await heard.until(() => heard.text === "100200");
    expect(heard.chunks).toEqual([3, 3]);
  });

  /** What ran between two chunks: promise jobs, turns. */
  async function between(step: MemoryStep | MemoryStep[]): Promise<string[]> {
    const { transport, heard } = await open([step].flat());
    const log: string[] = [];
    heard.onChunk = (chunk) => {
      log.push(`chunk ${latin1(chunk)} ${transport.undrained ? "undrained" : "drained"}`);
      void Promise.resolve()
        .then(() => {})
        .then(() => log.push("jobs"));
      setImmediate(() => log.push("turn"));
    };
    await heard.until(() => heard.text === "ab");
    await turns(2);
    return log;
  }

  test("data: chunks come back to back, not even promise jobs between them", async () => {
    expect(await between({ data: ["a", "b"] })).toEqual([
      "chunk a undrained",
      "chunk b drained",
      "jobs",
      "jobs",
      "turn",
      "turn",
    ]);
  });

  test("poll: promise jobs run between the chunks, and no turn passes", async () => {
    expect(await between({ poll: ["a", "b"] })).toEqual([
      "chunk a undrained",
      "jobs",
      "chunk b drained",
      "jobs",
      "turn",
      "turn",
    ]);
  });

  test("steps of their own: a turn passes", async () => {
    expect(await between([{ data: "a" }, { data: "b" }])).toEqual([
      "chunk a drained",
      "jobs",
      "turn",
      "chunk b drained",
      "jobs",
      "turn",
    ]);
  });

  test("turns: so many pass", async () => {
    const { heard } = await open([{ data: "a" }, { turns: 20 }, { data: "b" }]);
    await heard.has("data");
    await turns(10);
    expect(heard.text).toBe("a");
    await heard.until(() => heard.text === "ab");
  });

  test.each<[string, MemoryStep, string, string]>([
    ["a number of bytes", { wait: 5 }, "1234", "5"],
    ["a text", { wait: "done" }, "not do", "ne"],
    ["what a function wants to see", { wait: (peer) => peer.writes.length === 2 }, "a", "b"],
  ])("wait: for %s", async (_what, step, before, after) => {
    const { transport, heard } = await open([step, { data: "now" }]);
    transport.write(before);
    await turns(5);
    expect(heard.log).toEqual([]);
    transport.write(after);
    await heard.has("data");
    expect(heard.text).toBe("now");
  });

  test("wait: for the client's end", async () => {
    const { transport, heard } = await open([{ wait: (peer) => peer.ended }, { end: true }]);
    transport.end();
    await heard.has("close");
    expect(heard.log).toEqual(["end", "close"]);
  });

  test.each<[string, MemoryStep, string[]]>([
    ["end", { end: true }, ["data", "end"]],
    ["reset", { reset: true }, ["data", "error ECONNRESET", "close"]],
    [
      "reset with an error of the test's",
      { reset: new Error("mine") },
      ["data", "error mine", "close"],
    ],
    ["close", { close: true }, ["data", "close"]],
  ])("%s", async (_what, step, log) => {
    const { heard } = await open([{ data: "a" }, step]);
    await heard.until(() => heard.log.length === log.length);
    await turns(5);
    expect(heard.log).toEqual(log);
  });

  test("failWrites: writes fail while reading goes on", async () => {
    const { transport, heard, connect } = await open([
      { failWrites: new Error("no more") },
      { turns: 3 },
      { data: "answer" },
      { end: true },
    ]);
    await turns(2);
    expect(transport.write("lost")).toBe(false);
    await heard.has("close");
    expect(heard.log).toEqual(["error no more", "data", "end", "close"]);
    expect(connect.written.length).toBe(0);
  });

  test("full: write() says no, and onDrain follows when there is room", async () => {
    const { transport, heard } = await open([{ full: true }, { wait: 1 }, { full: false }]);
    await turns(2);
    expect(transport.write("x")).toBe(false);
    await heard.has("drain");
    expect(transport.write("y")).toBe(true);
    await turns(5);
    expect(heard.log).toEqual(["drain"]);
  });

  test("refuse: the connection is refused with that error", async () => {
    const error = Object.assign(new Error("no"), { code: "ECONNREFUSED" });
    await expect(open([{ refuse: error }])).rejects.toBe(error);
  });

  test("hang: the connection is never established, so the limits count", async () => {
    const connect = connectMemory([{ hang: true }]);
    await expect(connect({ ...target, timeout: 10 }, new Recorder())).rejects.toThrow(TimeoutError);
    const abort = new AbortController();
    const dialled = connect({ ...target, signal: abort.signal }, new Recorder());
    abort.abort("reason");
    await expect(dialled).rejects.toBe("reason");
  });

  test("an abort before the wire is open leaves no wire", async () => {
    const connect = connectMemory("reply");
    const abort = new AbortController();
    const heard = new Recorder();
    const dialled = connect({ ...target, signal: abort.signal }, heard);
    abort.abort("reason");
    await expect(dialled).rejects.toBe("reason");
    await turns(5);
    expect(heard.log).toEqual([]);
  });

  test.each([
    ["a step that does not exist", [{ sleep: 5 }]],
    ["refuse behind another step", ["reply", { refuse: new Error("no") }]],
    ["hang behind another step", ["reply", { hang: true }]],
  ])("%s is a TypeError", (_what, script) => {
    expect(() => connectMemory(script as MemoryStep[])).toThrow(TypeError);
  });
});

describe("what was written", () => {
  test("is kept whole, connection by connection, packet by packet", async () => {
    const connect = connectMemory([[], []]);
    const first = await connect(target, new Recorder());
    const second = await connect({ ...target, host: "other" }, new Recorder());
    second.write("two");
    first.write("one ");
    first.cork?.();
    first.write("head ");
    first.write(encodeLatin1("body "));
    first.uncork?.();
    expect(latin1(connect.written)).toBe("one head body two");
    expect(connect.connections.map((peer) => peer.target.host)).toEqual(["localhost", "other"]);
    expect(connect.connections[0]?.writes.map((write) => latin1(write))).toEqual([
      "one ",
      "head body ",
    ]);
  });

  test("is a copy: the caller's array may change", async () => {
    const { transport, connect } = await open([]);
    const bytes = encodeLatin1("abc");
    transport.write(bytes);
    bytes.fill(0);
    expect(latin1(connect.written)).toBe("abc");
  });

  test("a cork is let go behind all promise jobs of the turn, before anything is read", async () => {
    const { transport, connect } = await open([]);
    transport.cork?.();
    transport.write("a");
    for (let i = 0; i < 50; i++) {
      // oxlint-disable-next-line no-await-in-loop -- promise jobs, no turn
      await Promise.resolve();
    }
    transport.write("b");
    expect(connect.written.length).toBe(0);
    await turns(1);
    expect(connect.connections[0]?.writes.map((write) => latin1(write))).toEqual(["ab"]);
  });

  test("megabytes are no trouble", async () => {
    const { transport, heard, connect } = await open("done");
    transport.write("POST / HTTP/1.1\r\nContent-Length: 8388608\r\n\r\n");
    for (let i = 0; i < 128; i++) transport.write(new Uint8Array(65_536));
    await heard.has("data");
    expect(connect.written.length).toBe(8_388_608 + 44);
  });
});

describe("several connections", () => {
  test("one script is played on each", async () => {
    const connect = connectMemory("reply");
    for (let i = 0; i < 3; i++) {
      const heard = new Recorder();
      // oxlint-disable no-await-in-loop -- one after the other is the point
      const transport = await connect(target, heard);
      transport.write(GET);
      await heard.has("data");
      // oxlint-enable no-await-in-loop
    }
    expect(connect.connections.length).toBe(3);
  });

  test("a list of scripts is played one after the other, and one connection more is refused", async () => {
    const connect = connectMemory([
      ["one"],
      [{ refuse: new Error("no") }],
      (peer) => peer.send("three"),
    ]);
    const heard = new Recorder();
    (await connect(target, heard)).write(GET);
    await heard.has("data");
    await expect(connect(target, heard)).rejects.toThrow("no");
    const third = new Recorder();
    await connect(target, third);
    await third.has("data");
    expect([heard.text, third.text]).toEqual(["one", "three"]);
    await expect(connect(target, heard)).rejects.toThrow(NotConnected);
  });
});

describe("a function as script", () => {
  test("drives the peer", async () => {
    const { transport, heard, connect } = await open(async (peer) => {
      await peer.head();
      peer.send("100");
      await peer.request();
      await peer.turn(3);
      await peer.poll("200", " OK");
      peer.end();
      await peer.until(({ ended }) => ended);
      peer.close();
    });
    transport.write("POST / HTTP/1.1\r\nContent-Length: 1\r\n\r\n");
    await heard.has("data");
    transport.write("x");
    await heard.has("end");
    transport.end();
    await heard.has("close");
    expect(heard.text).toBe("100200 OK");
    expect(connect.connections[0]?.closed).toBe(true);
  });

  test("an error in it breaks the wire, so that the test sees it", async () => {
    const { heard } = await open(() => {
      throw new Error("in the script");
    });
    await heard.has("close");
    expect(heard.log).toEqual(["error in the script", "close"]);
  });

  test("one that loops comes to rest when the wire is gone", async () => {
    let rounds = 0;
    const { transport, heard } = await open(async (peer) => {
      for (;;) {
        rounds++;
        peer.send("x");
        // oxlint-disable-next-line no-await-in-loop -- a loop that ends with the wire
        await peer.turn();
      }
    });
    await turns(5);
    transport.destroy();
    await heard.has("close");
    const before = rounds;
    await turns(20);
    expect(before).toBeGreaterThan(1);
    expect(rounds - before).toBeLessThanOrEqual(1);
  });
});

test("fake timers do not stop the wire: it has no clock", async () => {
  const { vi } = await import("vitest");
  vi.useFakeTimers();
  try {
    const { transport, heard } = await open([{ turns: 2 }, "reply", { end: true }]);
    transport.write(GET);
    await heard.has("end");
    expect(heard.text).toBe("reply");
  } finally {
    vi.useRealTimers();
  }
});
