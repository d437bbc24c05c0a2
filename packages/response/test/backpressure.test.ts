// What an unread body holds, what the driver is told, and where bytes are copied to.

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { describe, expect, test, vi } from "vitest";
import { BodyPark } from "../src/body-park.ts";
import { BodyRuns } from "../src/body-runs.ts";
import { CHUNKED_HEAD, CLOSE_HEAD, Wire, bytes, chunk, lengthHead, text } from "./wire.ts";

const KIB = 1024;

/** The garbage collector of V8, or that of Bun. */
function collector(): () => void {
  const { Bun } = globalThis as { Bun?: { gc(now: boolean): void } };
  if (Bun !== undefined) return () => Bun.gc(true);
  setFlagsFromString("--expose-gc");
  return runInNewContext("gc") as () => void;
}

/** Parks so many bytes of a body of which nobody knows how long it is. */
function parkRun(park: BodyPark, run: Uint8Array): void {
  const runs = new BodyRuns();
  runs.load({
    dataRuns(list) {
      list.set([0, run.length]);
      return 1;
    },
  });
  park.add(run, runs, null);
}

describe("an unread body", () => {
  test.each([
    ["known length", lengthHead(1_000_000), "x".repeat(10_000)],
    ["chunks", CHUNKED_HEAD, chunk("x".repeat(90)).repeat(100)],
    ["until the close", CLOSE_HEAD, "x".repeat(10_000)],
  ])(
    "never holds more than the chunk that brought more than a read wanted: %s",
    async (_n, head, run) => {
      const wire = new Wire(head);
      wire.pieces = Array.from<string>({ length: 100 }).fill(run);
      for (let round = 0; round < 300; round++) {
        await wire.response.read(1 + ((round * 37) % 3000));
        expect(wire.body.parked).toBeLessThan(run.length);
      }
      expect(wire.mostParked).toBeLessThan(run.length);
      expect(wire.told.at(-1)).toBe("pauses");
    },
  );

  test("the driver is told on change only: no read, no word; each wait once, each pause once", async () => {
    const wire = new Wire(`${lengthHead(100)}ab`);
    expect(wire.told).toEqual([]);
    await wire.response.read(2);
    await wire.response.read(0);
    expect(wire.told).toEqual([]);
    const reading = wire.response.read(5);
    expect(wire.told).toEqual(["waits"]);
    wire.feed("c");
    wire.feed("d");
    await expect(wire.response.read(1)).rejects.toThrow("another read");
    expect(wire.told).toEqual(["waits"]);
    wire.feed("efghij");
    expect(wire.told).toEqual(["waits", "pauses"]);
    expect(text(await reading)).toBe("cdefg");
    wire.feed("k");
    await wire.response.read1();
    expect(wire.told).toEqual(["waits", "pauses"]);
  });

  test("no pause is told behind the end: the wire belongs to the next exchange", async () => {
    const wire = new Wire(lengthHead(2));
    const reading = wire.response.read();
    wire.feed("ab");
    await reading;
    expect(wire.told).toEqual(["waits", "end", "closed read"]);
  });

  test("nor behind a failure", async () => {
    const wire = new Wire(lengthHead(2));
    const reading = wire.response.read1();
    wire.body.fail(new Error("gone"));
    await expect(reading).rejects.toThrow("gone");
    expect(wire.told).toEqual(["waits", "closed unread"]);
  });

  test("the wire is free at the end of the message, the caller is done at the end of reading", async () => {
    const wire = new Wire(`${lengthHead(5)}hello`);
    expect(wire.told).toEqual(["end"]);
    expect(wire.body.ended).toBe(true);
    expect(wire.response.closed).toBe(false);
    // The protocol serves another exchange now; this body is not touched by it.
    wire.protocol.startNextCycle();
    expect(text(await wire.response.read())).toBe("hello");
    expect(wire.told).toEqual(["end", "closed read"]);
  });

  test("a driver that gives bytes at once when it is asked to is fine", async () => {
    const wire = new Wire(lengthHead(6));
    wire.setWaiting = (waiting) => {
      if (waiting) wire.feed("ab");
    };
    expect(text(await wire.response.read(1))).toBe("a");
    expect(text(await wire.response.read(3))).toBe("bab");
    wire.setWaiting = () => {};
    const rest = wire.response.read();
    wire.feed("yz");
    expect(text(await rest)).toBe("yz");
  });
});

describe("readInto", () => {
  const LARGE = 65_536;

  test.each([
    ["that waits: what it lacks", lengthHead(1e6), LARGE, [300], LARGE - 300],
    ["that waits, in a body without a length", CLOSE_HEAD, LARGE, [300, 7], LARGE - 307],
    ["of more than one read", lengthHead(1e6), 200_000, [LARGE, LARGE], 200_000 - 2 * LARGE],
    [
      "that is full: what is parked for the next one is taken off",
      lengthHead(1e6),
      LARGE,
      [LARGE + 10],
      LARGE - 10,
    ],
    ["that is full to the byte", lengthHead(1e6), LARGE, [LARGE], LARGE],
    [
      "that is small, where every second read would be a short one",
      lengthHead(1e6),
      LARGE - 1,
      [300],
      0,
    ],
    ["of a chunked body, whose framing lies between", CHUNKED_HEAD, LARGE, [], 0],
  ])("lacking tells of a target %s", (_n, head, size, runs, lacking) => {
    const wire = new Wire(head);
    expect(wire.body.lacking).toBe(0);
    void wire.response.readInto(new Uint8Array(size));
    for (const length of runs) wire.feed("x".repeat(length));
    expect(wire.body.lacking).toBe(lacking);
  });

  test("lacking is 0 for reads into no target, and for those that are content with what there is", () => {
    const wire = new Wire(lengthHead(1e6));
    void wire.response.readInto1(new Uint8Array(LARGE));
    expect(wire.body.lacking).toBe(0);
    wire.feed("x");
    void wire.response.readInto(new Uint8Array(LARGE));
    wire.feed("x".repeat(LARGE));
    void wire.response.read(LARGE);
    expect(wire.body.lacking).toBe(0);
  });

  test("copies straight into its target: nothing is parked, no memory is taken", async () => {
    const wire = new Wire(lengthHead(64 * KIB * 4));
    const run = new Uint8Array(64 * KIB).fill(120);
    const target = new Uint8Array(64 * KIB);
    const arrays = allocationsOf(() => {
      for (let round = 0; round < 3; round++) {
        void wire.response.readInto(target);
        wire.feed(run);
        expect(wire.body.parked).toBe(0);
        expect(wire.isWaiting).toBe(false);
      }
    });
    expect(arrays).toEqual([]);
    expect(wire.mostParked).toBe(0);
  });

  test.each([
    ["small runs, one a read", "ab", 50],
    ["small chunks", chunk("x".repeat(60)).repeat(3), 3 * 60],
  ])("leaves nothing parked while it waits for more: %s", async (_why, run, each) => {
    const head = run === "ab" ? lengthHead(1000) : CHUNKED_HEAD;
    const wire = new Wire(head);
    const reading = wire.response.readInto(new Uint8Array(each + 1));
    for (let fed = 0; fed < each; fed += run === "ab" ? 2 : each) {
      wire.feed(run);
      expect(wire.body.parked).toBe(0);
    }
    await wire.response.close();
    await expect(reading).rejects.toMatchObject({ code: "NOT_CONNECTED" });
  });
});

describe("memory", () => {
  const buffers = (): number => {
    const { arrayBuffers, external } = process.memoryUsage();
    return Math.max(arrayBuffers, external);
  };

  test.each([
    ["Content-Length 100000000000", lengthHead(100_000_000_000), "hello"],
    ["chunk size ffffffff", CHUNKED_HEAD, "ffffffff\r\nhello"],
  ])("%s and 5 bytes: nothing is taken for what was announced", async (_why, head, run) => {
    const before = buffers();
    const kept: Wire[] = [];
    for (let i = 0; i < 20; i++) {
      const wire = new Wire(head);
      kept.push(wire);
      const reading = i % 2 === 0 ? wire.response.read() : wire.response.read(50_000_000_000);
      wire.feed(run);
      wire.body.reset(new Error("reset"));
      if (i % 2 === 0) await expect(reading).rejects.toMatchObject({ partial: { length: 5 } });
      else expect(text(await reading)).toBe("hello");
    }
    expect(buffers() - before).toBeLessThan(KIB * KIB);
    expect(kept).toHaveLength(20);
  });

  test("it grows with what has come: a body in trickles takes at most twice its size and 8 KiB", () => {
    for (const size of [10, 1000, 3000, 20_000, 200_000]) {
      for (const each of [1, 10, 700]) {
        const park = new BodyPark();
        const run = new Uint8Array(each);
        for (let came = 0; came < size; came += each) parkRun(park, run);
        expect(park.take(1).buffer.byteLength).toBeLessThanOrEqual(2 * park.length + 8192);
      }
    }
  });

  test("it grows by doubling: 2,000 trickles take a dozen arrays at most", () => {
    const arrays = allocationsOf(() => {
      const park = new BodyPark();
      const run = new Uint8Array(100);
      for (let came = 0; came < 200_000; came += 100) parkRun(park, run);
      expect(park.length).toBe(200_000);
    });
    expect(arrays.length).toBeLessThanOrEqual(12);
  });

  test("a body of known length takes no more than its length, so that read() needs no second copy", async () => {
    const wire = new Wire(lengthHead(150_000));
    const reading = wire.response.read();
    for (let i = 0; i < 15; i++) wire.feed("x".repeat(10_000));
    const whole = await reading;
    expect(whole.byteLength).toBe(150_000);
    expect(whole.buffer.byteLength).toBe(150_000);
  });

  test("a small chunked body in front of a large source does not copy the source", async () => {
    const wire = new Wire(CHUNKED_HEAD);
    const reading = wire.response.read();
    wire.feed(`${chunk("ab")}${chunk("cd")}${chunk()}${"z".repeat(5_000_000)}`);
    const whole = await reading;
    expect(text(whole)).toBe("abcd");
    expect(whole.buffer.byteLength).toBeLessThanOrEqual(8192);
  });

  test("it is let go with the last byte, though the response is kept", async () => {
    const wire = new Wire(lengthHead(100_000));
    const readAll = async (): Promise<WeakRef<ArrayBufferLike>> => {
      wire.feed("x".repeat(60_000));
      wire.feed("x".repeat(40_000));
      return new WeakRef((await wire.response.read()).buffer);
    };
    const memory = await readAll();
    const collect = collector();
    // A WeakRef holds what it refers to until the turn is over.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    expect(memory.deref()).toBeUndefined();
    expect(wire.response.closed).toBe(true);
  });

  test("what is left over from target to target lies in one piece of memory for good", async () => {
    const wire = new Wire(lengthHead(10_000_000));
    const target = new Uint8Array(7000);
    const run = new Uint8Array(5000);
    const fill = (): void => {
      void wire.response.readInto(target);
      for (let fed = 0; wire.isWaiting && fed < 3; fed++) wire.feed(run);
      expect(wire.isWaiting).toBe(false);
    };
    for (let round = 0; round < 5; round++) fill();
    const arrays = allocationsOf(() => {
      for (let round = 0; round < 200; round++) fill();
    });
    expect(arrays).toEqual([]);
  });
});

/** What the typed arrays that the package makes are made of, mostly their sizes. */
function allocationsOf(work: () => void): unknown[] {
  const made: unknown[] = [];
  const construct = (type: typeof Uint8Array, args: [number]): object => {
    made.push(args[0]);
    return new type(...args);
  };
  const original = globalThis.Uint8Array;
  vi.stubGlobal("Uint8Array", new Proxy(original, { construct }));
  try {
    work();
  } finally {
    vi.unstubAllGlobals();
  }
  return made;
}

describe("views", () => {
  test("what was handed out is never written again, however responses and operations are mixed", async () => {
    const payload = (which: number, at: number, length: number): string =>
      Array.from({ length }, (_, i) =>
        String.fromCharCode(33 + ((which * 7 + (at + i) * 3) % 90)),
      ).join("");
    const wires = Array.from(
      { length: 12 },
      (_, i) => new Wire(i % 2 === 0 ? CHUNKED_HEAD : CLOSE_HEAD),
    );
    const at = wires.map(() => 0);
    const views: [Uint8Array, string][] = [];
    let random = 1;
    const next = (below: number): number => (random = (random * 48_271) % 2_147_483_647) % below;
    for (let round = 0; round < 3000; round++) {
      const which = next(wires.length);
      const wire = wires[which]!;
      const length = 1 + [next(20), next(300), next(2500), next(9000)][next(4)]!;
      const run = payload(which, at[which]!, length);
      at[which]! += length;
      const each = new RegExp(`[^]{1,${1 + next(200)}}`, "g");
      wire.feed(which % 2 === 0 ? run.match(each)!.map(chunk).join("") : run);
      const how = next(4);
      if (how === 0) continue;
      const parked = wire.body.parked;
      if (how === 1) {
        const view = await wire.response.read1();
        expect(view).toHaveLength(parked);
        views.push([view, text(view)]);
      } else if (how === 2) {
        const view = await wire.response.read(1 + next(parked));
        views.push([view, text(view)]);
      } else {
        await wire.response.readInto(new Uint8Array(1 + next(parked)));
      }
    }
    expect(views.length).toBeGreaterThan(1000);
    for (const [view, was] of views) expect(text(view)).toBe(was);
  });

  test("a chunk buffer that is filled anew for each read is read anew", async () => {
    const wire = new Wire(CHUNKED_HEAD);
    const buffer = new Uint8Array(40);
    let all = "";
    for (const letter of "abcdefgh") {
      buffer.set(bytes(chunk(letter.repeat(3)).repeat(5)));
      wire.protocol.feed(buffer);
      wire.body.receive();
      if (letter < "e") all += text(await wire.response.read1());
    }
    all += text(await wire.response.read1());
    expect(all).toBe("abcdefgh".replace(/./g, (letter) => letter.repeat(15)));
  });
});
