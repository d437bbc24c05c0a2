/** One suite for every transport: the five rules at the top of `transport.ts`, and what each method promises. */
import { latin1 } from "@httplib/bytes";
import type { Transport } from "@httplib/transport";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { Recorder, turns, watched } from "./support/recorder.ts";
import { endTLSPeer } from "./support/tls-peer.ts";
import { closeAll, kinds, type Kind, type Peer } from "./support/wires.ts";

afterEach(closeAll);
afterAll(endTLSPeer);

interface Wire {
  readonly transport: Transport;
  readonly peer: Peer;
  readonly heard: Recorder;
}

async function open(kind: Kind): Promise<Wire> {
  const heard = new Recorder();
  const { transport, peer } = await kind.open(heard);
  return { transport: watched(transport, heard), peer, heard };
}

/** Waits, turn by turn, for what only the peer can tell; the test's time limit bounds it. */
async function eventually(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 10_000_000 && !holds(); i++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    await turns(1);
  }
  expect(holds()).toBe(true);
}

const block = new Uint8Array(16_384).fill(0x61);

describe.each(kinds)("$name", (kind) => {
  test("bytes that the peer sends at once are given after the promise has resolved", async () => {
    const heard = new Recorder();
    const { transport, peer } = await kind.open(heard);
    peer.send("hello");
    expect(heard.log).toEqual([]);
    await heard.has("data");
    expect(heard.text).toBe("hello");
    transport.destroy();
    await heard.has("close");
    expect(heard.faults).toEqual([]);
  });

  test("text is sent as ISO-8859-1 and bytes as they are, in order", async () => {
    const { transport, peer, heard } = await open(kind);
    transport.write("caf\u00e9");
    transport.write(Uint8Array.of(0, 255));
    transport.write("");
    transport.write(new Uint8Array(0));
    transport.write("\u0080\u00ff");
    await eventually(() => peer.received().length >= 8);
    expect(latin1(peer.received())).toBe("caf\u00e9\0\u00ff\u0080\u00ff");
    expect(heard.faults).toEqual([]);
  });

  test("text above U+00FF is refused whole: a narrowed U+010A would be a line end", async () => {
    const { transport, peer } = await open(kind);
    expect(() => transport.write("a\u010ab")).toThrow(RangeError);
    transport.write("next");
    await eventually(() => peer.received().length >= 4);
    expect(latin1(peer.received())).toBe("next");
  });

  test("a megabyte comes whole and in order, whatever its chunks", async () => {
    const { peer, heard } = await open(kind);
    let sum = 0;
    let expected = 0;
    heard.onChunk = (chunk) => {
      for (const byte of chunk) sum = (sum * 31 + byte) % 1_000_003;
    };
    for (let i = 0; i < 64; i++) {
      const part = new Uint8Array(16_384).map((_, index) => (index * 7 + i) & 0xff);
      for (const byte of part) expected = (expected * 31 + byte) % 1_000_003;
      peer.send(part);
    }
    await heard.until(() => heard.received >= 1_048_576);
    expect(sum).toBe(expected);
    expect(heard.faults).toEqual([]);
  });

  test("after write() has returned false there is exactly one onDrain, and nothing is lost", async () => {
    const { transport, peer, heard } = await open(kind);
    await peer.pause();
    let written = 0;
    const fill = async (): Promise<void> => {
      for (let i = 0; i < 10_000; i++) {
        written += block.length;
        if (!transport.write(block)) return;
        // oxlint-disable-next-line no-await-in-loop -- memory says no only when it is asked later
        await turns(1);
      }
    };
    await fill();
    expect(heard.count("drain")).toBe(0);
    peer.resume();
    await heard.has("drain");
    await eventually(() => peer.received().length === written);
    await turns(3);
    expect(heard.log).toEqual(["drain"]);
    await peer.pause();
    await fill();
    peer.resume();
    await heard.until(() => heard.count("drain") === 2);
    expect(heard.faults).toEqual([]);
  });

  test("a cork is let go by uncork(), and by itself at the end of the turn", async () => {
    const { transport, peer } = await open(kind);
    transport.cork?.();
    transport.write("a");
    transport.write("b");
    transport.uncork?.();
    await eventually(() => peer.received().length === 2);
    transport.cork?.();
    transport.write("c");
    await Promise.resolve();
    transport.write("d");
    await eventually(() => peer.received().length === 4);
    expect(latin1(peer.received())).toBe("abcd");
  });

  test("what was corked is sent before end()", async () => {
    const { transport, peer } = await open(kind);
    transport.cork?.();
    transport.write("last");
    transport.end();
    await eventually(() => peer.ended());
    expect(latin1(peer.received())).toBe("last");
  });

  test("pause() stops reading, and resume() gives everything in order", async () => {
    const { transport, peer, heard } = await open(kind);
    transport.pause();
    for (let sent = 0; sent < kind.flood; sent += 100_000) peer.send(new Uint8Array(100_000));
    peer.send("end");
    peer.end();
    await peer.waiting?.(); // all has been sent, as far as it goes
    await turns(50);
    expect(heard.log).toEqual([]);
    if (peer.waiting) expect(await peer.waiting()).toBeGreaterThan(0);
    transport.resume();
    await heard.has("end");
    expect(heard.received).toBe(kind.flood + 3);
    expect(heard.log).toEqual(["data", "end"]);
    expect(heard.faults).toEqual([]);
  });

  test("pause() inside onData holds: the next chunk comes after resume()", async () => {
    const { transport, peer, heard } = await open(kind);
    let asked = 0;
    heard.onChunk = () => {
      transport.pause();
      if (++asked < 20) setImmediate(() => transport.resume());
      else transport.resume();
    };
    peer.send(new Uint8Array(300_000));
    peer.end();
    await heard.has("end");
    expect(heard.received).toBe(300_000);
    expect(heard.faults).toEqual([]);
  });

  test("no chunk is given while paused, even those that have arrived in the same read", async () => {
    const { transport, peer, heard } = await open(kind);
    let early = 0;
    let paused = false;
    heard.onChunk = () => {
      if (paused) early++;
      paused = true;
      transport.pause();
    };
    for (let i = 0; i < 10; i++) peer.send(`${i}`.repeat(10_000));
    for (let i = 0; i < 1_000_000 && heard.received < 100_000; i++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await turns(3);
      paused = false;
      transport.resume();
    }
    await heard.until(() => heard.received === 100_000);
    expect(early).toBe(0);
    expect(heard.text).toBe("0123456789".replace(/./g, (digit) => digit.repeat(10_000)));
  });

  test("the peer's end does not end our half", async () => {
    const { transport, peer, heard } = await open(kind);
    peer.send("bye");
    peer.end();
    await heard.has("end");
    expect(transport.write("still here")).toBe(true);
    await eventually(() => latin1(peer.received()) === "still here");
    expect(heard.log).toEqual(["data", "end"]);
    transport.end();
    await heard.has("close");
    expect(heard.log).toEqual(["data", "end", "close"]);
    expect(heard.faults).toEqual([]);
  });

  test("our end does not end the peer's half", async () => {
    const { transport, peer, heard } = await open(kind);
    transport.write("question");
    transport.end();
    await eventually(() => peer.ended());
    expect(latin1(peer.received())).toBe("question");
    expect(transport.write("more")).toBe(false);
    transport.end();
    peer.send("answer");
    await heard.has("data");
    peer.end();
    await heard.has("close");
    expect(heard.text).toBe("answer");
    expect(heard.log).toEqual(["data", "end", "close"]);
    expect(heard.faults).toEqual([]);
  });

  test("destroy() gives onClose once and nothing else, and the peer sees it", async () => {
    const { transport, peer, heard } = await open(kind);
    peer.send("unread");
    transport.destroy();
    transport.destroy();
    transport.end();
    transport.resume();
    expect(transport.write("x")).toBe(false);
    await heard.has("close");
    await turns(5);
    expect(heard.log).toEqual(["close"]);
    if (kind.tellsDestroy) await eventually(() => peer.ended() || peer.closed());
    expect(heard.faults).toEqual([]);
  });

  test("destroy(error) tells the error before onClose", async () => {
    const { transport, heard } = await open(kind);
    transport.destroy(new Error("enough"));
    await heard.has("close");
    expect(heard.log).toEqual(["error enough", "close"]);
  });

  test("destroy() inside onData stops everything", async () => {
    const { transport, peer, heard } = await open(kind);
    heard.onChunk = () => transport.destroy();
    peer.send(new Uint8Array(200_000));
    peer.end();
    await heard.has("close");
    expect(heard.chunks.length).toBe(1);
    expect(heard.log).toEqual(["data", "close"]);
  });

  test("destroy() while paused gives onClose, and drops what was waiting", async () => {
    const { transport, peer, heard } = await open(kind);
    transport.pause();
    peer.send("waiting");
    await turns(5);
    transport.destroy();
    await heard.has("close");
    expect(heard.log).toEqual(["close"]);
  });

  test("the handler can be replaced at any time", async () => {
    const { transport, peer, heard } = await open(kind);
    const other = new Recorder();
    peer.send("one");
    await heard.has("data");
    transport.handler = other;
    peer.send("two");
    peer.end();
    await other.has("end");
    transport.destroy();
    await other.has("close");
    expect([heard.text, other.text]).toEqual(["one", "two"]);
    expect(heard.log).toEqual(["data"]);
  });

  test("both halves at once: an echo of everything", async () => {
    const { transport, peer, heard } = await open(kind);
    for (let i = 0; i < 20; i++) {
      transport.write(`line ${i}\n`);
      peer.send(`reply ${i}\n`);
    }
    await heard.until(() => heard.text.endsWith("reply 19\n"));
    await eventually(() => latin1(peer.received()).endsWith("line 19\n"));
    expect(heard.text.split("\n").length).toBe(21);
    expect(heard.faults).toEqual([]);
  });
});

test.each(kinds.filter((kind) => kind.resetCode !== ""))(
  "$name: a reset by the peer is an error and then the close",
  async (kind) => {
    const { peer, heard } = await open(kind);
    peer.send("before");
    await heard.has("data");
    peer.reset?.();
    await heard.has("close");
    expect(heard.log).toEqual(["data", `error ${kind.resetCode}`, "close"]);
    expect(heard.faults).toEqual([]);
  },
);
