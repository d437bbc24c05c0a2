/** When small writes are held to the end of a turn, and what becomes of them. The suite of all transports has a socket that holds. */
import { latin1 } from "@httplib/bytes";
import { connect, type Transport } from "@httplib/transport";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { WriteBatch, writeBatch } from "../src/write-batch.ts";
import { Recorder, turns } from "./support/recorder.ts";
import { endTLSPeer } from "./support/tls-peer.ts";
import { closeAll, kinds, listen } from "./support/wires.ts";

afterAll(endTLSPeer);
afterEach(() => {
  vi.restoreAllMocks();
  closeAll();
});

/** What a process begins with, and a clock that a test moves. */
function fresh(): {
  hold: (name: string) => boolean;
  flushed: string[];
  clock: { now: number };
} {
  const clock = { now: 1000 };
  vi.spyOn(performance, "now").mockImplementation(() => clock.now);
  const batch = new WriteBatch();
  const flushed: string[] = [];
  const named = (name: string): boolean => batch.hold({ flush: () => void flushed.push(name) });
  return { hold: named, flushed, clock };
}

/** Tries so many writes in one turn; gives how many of them were held. */
function write(hold: (name: string) => boolean, count: number): number {
  let held = 0;
  for (let i = 0; i < count; i++) if (hold(String(i))) held++;
  return held;
}

describe("hold", () => {
  test("a lone write in every turn is never held", async () => {
    const { hold, flushed } = fresh();
    for (let i = 0; i < 100; i++) {
      expect(hold("a")).toBe(false);
      // oxlint-disable-next-line no-await-in-loop -- turns pass one after the other
      await turns(1);
    }
    expect(flushed).toEqual([]);
  });

  test("several in a turn are held in the next ones, and flushed in order when each of these ends", async () => {
    const { hold, flushed } = fresh();
    expect(write(hold, 20)).toBe(0);
    await turns(1);
    expect([hold("a"), hold("b"), hold("c"), hold("d")]).toEqual([true, true, true, true]);
    await Promise.resolve();
    expect(flushed).toEqual([]);
    await turns(1);
    expect(flushed).toEqual(["a", "b", "c", "d"]);
    expect(hold("e")).toBe(true);
    await turns(1);
    expect(flushed).toEqual(["a", "b", "c", "d", "e"]);
    // That was one only.
    expect(hold("f")).toBe(false);
  });

  test("nothing is held where long work lies between the writes, from the end of the first such turn on", async () => {
    const { hold, clock } = fresh();
    const slow = (): number => {
      let held = 0;
      for (let i = 0; i < 20; i++) {
        clock.now += 1;
        if (hold("a")) held++;
      }
      return held;
    };
    for (let turn = 0; turn < 5; turn++) {
      expect(slow()).toBe(0);
      // oxlint-disable-next-line no-await-in-loop -- turns pass one after the other
      await turns(1);
    }
    write(hold, 20);
    await turns(1);
    expect(slow()).toBe(20);
    await turns(1);
    expect(slow()).toBe(0);
  });

  test("no more than 32 are held at once", async () => {
    const { hold, flushed } = fresh();
    write(hold, 20);
    await turns(1);
    expect(write(hold, 32)).toBe(32);
    expect(flushed).toEqual([]);
    expect(hold("next")).toBe(true);
    expect(flushed).toHaveLength(32);
    await turns(1);
    expect(flushed).toHaveLength(33);
  });

  test("a process that exits writes what it holds", async () => {
    const { hold, flushed } = fresh();
    const listeners: (() => void)[] = [];
    vi.spyOn(process, "once").mockImplementation((event, listener) => {
      if (event === "exit") listeners.push(listener as () => void);
      return process;
    });
    for (let turn = 0; turn < 5; turn++) {
      write(hold, 20);
      // oxlint-disable-next-line no-await-in-loop -- turns pass one after the other
      await turns(1);
    }
    flushed.length = 0;
    expect(hold("a")).toBe(true);
    expect(listeners).toHaveLength(1);
    listeners[0]!();
    expect(flushed).toEqual(["a"]);
  });
});

test.each<readonly [what: string, kind: string, data: string, isAsked: boolean]>([
  ["a small one", "TCP", "x".repeat(16_384), true],
  ["a larger one goes at once", "TCP", "x".repeat(16_385), false],
  ["over TLS each goes at once", "TLS", "x", false],
  ["on TLS that was started later, too", "TLS started later", "x", false],
])("which writes may wait: %s", async (_what, name, data, isAsked) => {
  const kind = kinds.find((one) => one.name === name)!;
  const { transport } = await kind.open(new Recorder());
  const asked = vi.spyOn(WriteBatch.prototype, "hold");
  transport.write(data);
  expect(asked).toHaveBeenCalledTimes(isAsked && writeBatch !== null ? 1 : 0);
  transport.destroy();
});

test("forty sockets that write in the same turns: every byte arrives, in order, however a wire is used", async () => {
  const received: string[] = [];
  const { port, server } = await listen({ port: 0, host: "127.0.0.1" });
  server.removeAllListeners("connection");
  const ended = new Promise<void>((resolve) => {
    let open = 40;
    server.on("connection", (socket) => {
      let text = "";
      socket.on("data", (chunk: Uint8Array) => (text += latin1(chunk)));
      socket.on("end", () => {
        received.push(text);
        socket.end();
        if (--open === 0) resolve();
      });
    });
  });
  const wires: Transport[] = [];
  for (let i = 0; i < 40; i++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    wires.push(await connect({ host: "127.0.0.1", port }, new Recorder()));
  }
  const sent = wires.map((_, index) => `${index}:`);
  wires.forEach((wire, index) => wire.write(sent[index]!));
  for (let turn = 0; turn < 50; turn++) {
    // oxlint-disable-next-line no-await-in-loop -- turns pass one after the other
    await turns(1);
    wires.forEach((wire, index) => {
      const step = (turn * 7 + index * 3) % 11;
      const put = (text: string): void => {
        sent[index] += text;
        wire.write(step % 2 === 0 ? text : Uint8Array.from(text, (one) => one.charCodeAt(0)));
      };
      put(`a${turn} `);
      if (step === 1) put("b".repeat(20_000));
      if (step === 2) {
        wire.cork?.();
        put("c");
        put("d");
        wire.uncork?.();
      }
      if (step === 3) wire.cork?.();
      if (step >= 3 && step < 6) put("e");
      if (step === 6) {
        wire.pause();
        put("f");
        wire.resume();
      }
    });
  }
  for (const wire of wires) {
    wire.write("last");
    wire.end();
  }
  await ended;
  expect(received.toSorted()).toEqual(sent.map((text) => `${text}last`).toSorted());
  for (const wire of wires) wire.destroy();
});

test("what was written before destroy() is sent", async () => {
  const { port, accept } = await listen({ port: 0, host: "127.0.0.1" });
  for (let round = 0; round < 30; round++) {
    // oxlint-disable no-await-in-loop -- one after the other
    const transport = await connect({ host: "127.0.0.1", port }, new Recorder());
    const socket = await accept();
    let text = "";
    socket.on("data", (chunk: Uint8Array) => (text += latin1(chunk)));
    const ended = new Promise((resolve) => {
      socket.on("end", resolve);
    });
    await turns(1);
    for (let i = 0; i < 20; i++) transport.write("x");
    await turns(1);
    transport.write("last");
    transport.destroy();
    await ended;
    // oxlint-enable no-await-in-loop
    expect(text).toBe(`${"x".repeat(20)}last`);
  }
});
