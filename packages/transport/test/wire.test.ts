/** The half that breaks, the grace, and a walk through every order of events. */
import { connectMemory, type MemoryPeer, type Transport } from "@httplib/transport";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Recorder, turns, watched } from "./support/recorder.ts";

interface Open {
  readonly transport: Transport;
  readonly peer: MemoryPeer;
  readonly heard: Recorder;
}

async function open(): Promise<Open> {
  const heard = new Recorder();
  let peer: MemoryPeer | undefined;
  const dial = connectMemory((one) => void (peer = one));
  const transport = await dial({ host: "localhost", port: 80 }, heard);
  await turns(2);
  return { transport: watched(transport, heard), peer: peer!, heard };
}

describe("a failed write ends the writing half only", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
  afterEach(() => void vi.useRealTimers());

  test("what has arrived is read to its end; then the wire closes", async () => {
    const { transport, peer, heard } = await open();
    peer.failWrites();
    expect(transport.write("lost")).toBe(false);
    await turns(1);
    peer.send("413");
    peer.end();
    await turns(5);
    expect(heard.log).toEqual(["error EPIPE", "data", "end", "close"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("nothing more is sent, and no onDrain comes for it", async () => {
    const { transport, peer, heard } = await open();
    peer.full = true;
    expect(transport.write("a")).toBe(false);
    peer.failWrites();
    transport.write("b");
    expect(transport.write("c")).toBe(false);
    await turns(1);
    peer.full = false;
    await turns(5);
    expect(heard.log).toEqual(["error EPIPE"]);
    expect(peer.written).toEqual(new TextEncoder().encode("a"));
  });

  test("silence ends the wire after a grace of one second, counted from the last chunk", async () => {
    const { transport, peer, heard } = await open();
    peer.failWrites();
    transport.write("lost");
    await turns(1);
    vi.advanceTimersByTime(999);
    peer.send("still talking");
    vi.advanceTimersByTime(999);
    await turns(5);
    expect(heard.log).toEqual(["error EPIPE", "data"]);
    vi.advanceTimersByTime(1);
    await turns(5);
    expect(heard.log).toEqual(["error EPIPE", "data", "close"]);
  });

  test("the grace does not run while reading is paused: what the kernel holds is not lost", async () => {
    const { transport, peer, heard } = await open();
    peer.failWrites();
    transport.write("lost");
    transport.pause();
    await turns(1);
    vi.advanceTimersByTime(60_000);
    await turns(5);
    expect(heard.log).toEqual(["error EPIPE"]);
    transport.resume();
    peer.send("late");
    vi.advanceTimersByTime(1000);
    await turns(5);
    expect(heard.log).toEqual(["error EPIPE", "data", "close"]);
  });

  test("when the peer had ended already the wire closes at once", async () => {
    const { transport, peer, heard } = await open();
    peer.end();
    peer.failWrites();
    await turns(1);
    transport.write("lost");
    await turns(5);
    expect(heard.log).toEqual(["end", "error EPIPE", "close"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("destroy() ends the grace", async () => {
    const { transport, peer, heard } = await open();
    peer.failWrites();
    transport.write("lost");
    await turns(1);
    transport.destroy();
    await turns(5);
    expect(heard.log).toEqual(["error EPIPE", "close"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("waiting events", () => {
  test("an error behind bytes that wait is told after them", async () => {
    const { transport, peer, heard } = await open();
    transport.pause();
    peer.send("first");
    peer.reset();
    await turns(5);
    expect(heard.log).toEqual([]);
    transport.resume();
    await turns(5);
    expect(heard.log).toEqual(["data", "error ECONNRESET", "close"]);
  });

  test("an error with nothing in front of it is told although reading is paused", async () => {
    const { transport, peer, heard } = await open();
    transport.pause();
    peer.reset();
    await turns(5);
    expect(heard.log).toEqual(["error ECONNRESET", "close"]);
  });

  test("destroy() after the wire has closed behind waiting bytes still gives onClose", async () => {
    const { transport, peer, heard } = await open();
    transport.pause();
    peer.send("never read");
    peer.close();
    await turns(5);
    transport.destroy();
    await turns(5);
    expect(heard.log).toEqual(["close"]);
  });

  test("a handler that throws does not stop what follows", async () => {
    const { transport, peer, heard } = await open();
    const thrown: unknown[] = [];
    const listener = (error: unknown): void => void thrown.push(error);
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", listener);
    try {
      transport.pause();
      peer.send("a");
      peer.send("b");
      heard.onChunk = () => {
        heard.onChunk = () => {};
        throw new Error("of the handler");
      };
      transport.resume();
      await turns(3);
      peer.send("c");
      await turns(3);
    } finally {
      process.removeListener("uncaughtException", listener);
      for (const other of others) process.on("uncaughtException", other);
    }
    expect(thrown).toMatchObject([{ message: "of the handler" }]);
    expect(heard.text).toBe("abc");
  });
});

describe("any order of calls and events", () => {
  const actions = [
    "write",
    "pause",
    "resume",
    "end",
    "destroy",
    "cork",
    "uncork",
    "send",
    "peer ends",
    "peer resets",
    "peer closes",
    "writes fail",
    "full",
    "room",
    "turn",
    "turn",
    "turn",
  ] as const;

  test("keeps the rules: no call inside a call, bytes in order and without a gap, onEnd once, onClose once and last", async () => {
    let runs = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...actions), { maxLength: 25 }), async (plan) => {
        const { transport, peer, heard } = await open();
        let sent = "";
        let ended = false;
        for (const action of plan) {
          if (action === "write") transport.write("w");
          else if (action === "send" && !ended) {
            const chunk = String(sent.length % 10);
            sent += chunk;
            peer.send(chunk);
          } else if (action === "peer ends") {
            ended = true;
            peer.end();
          } else if (action === "peer resets") peer.reset();
          else if (action === "peer closes") peer.close();
          else if (action === "writes fail") peer.failWrites();
          else if (action === "full") peer.full = true;
          else if (action === "room") peer.full = false;
          // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
          else if (action === "turn") await turns(1);
          else if (action !== "send") transport[action]?.();
        }
        transport.destroy();
        await heard.has("close");
        await turns(2);
        expect(heard.faults).toEqual([]);
        expect(sent.startsWith(heard.text)).toBe(true);
        expect(heard.count("close")).toBe(1);
        expect(heard.count("end")).toBeLessThanOrEqual(1);
        runs++;
      }),
      { seed: 20_261, numRuns: 400 },
    );
    expect(runs).toBe(400);
  });
});
