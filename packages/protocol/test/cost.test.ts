/**
 * What a byte costs: however the input is cut, each is looked at a bounded number of times. Counted, not timed: a
 * stand-in for the fed chunk counts every index that is read and every byte of a range that is taken from it.
 */
import { describe, expect, test } from "vitest";
import { ReadEvent } from "../src/index.ts";
import type { Lenient } from "../src/index.ts";
import { asking, bytes, cutsOf } from "./exchanges.ts";

/**
 * How often a byte is looked at, at most: every fourth one by the search for the end; where the quick way gives up only
 * at the last byte, once for its text and once as a name; then by a machine, and by the copy that the machine keeps.
 */
const LOOKS = 4.25;

const STRICT: Lenient = {};
const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

class Counter {
  looks = 0;

  /** Bytes that count how often they are looked at. */
  watch(octets: Uint8Array): Uint8Array {
    return new Proxy(octets, {
      get: (target, key) => {
        if (key === "length") return target.length;
        if (key === Symbol.toStringTag) return "Uint8Array";
        if (key === "subarray" || key === "slice") {
          return (start = 0, end = target.length): Uint8Array => {
            this.looks += end - start;
            return key === "slice" ? target.slice(start, end) : target.subarray(start, end);
          };
        }
        const index = Number(key);
        if (!Number.isInteger(index)) throw new Error(`${String(key)} of a chunk was used`);
        this.looks++;
        return target[index];
      },
    });
  }
}

interface Cost {
  readonly looks: number;
  readonly body: number;
  readonly events: number;
  readonly ended: boolean;
  readonly code: unknown;
}

function costOf(wire: string, cuts: readonly number[], lenient: Lenient = {}): Cost {
  const protocol = asking({ lenient });
  const counter = new Counter();
  let body = 0;
  let events = 0;
  let ended = false;
  let code: unknown;
  const octets = bytes(wire);
  let start = 0;
  try {
    for (const end of [...cuts, wire.length]) {
      protocol.feed(counter.watch(octets.subarray(start, end)));
      for (let event = protocol.next(); event !== ReadEvent.NEED_DATA; event = protocol.next()) {
        events++;
        if (event === ReadEvent.DATA) body += protocol.dataEnd - protocol.dataStart;
        if (event === ReadEvent.END) ended = true;
      }
      start = end;
    }
  } catch (error) {
    code = Reflect.get(error as object, "code");
  }
  return { looks: counter.looks, body, events, ended, code };
}

/** In one piece, in pieces of some sizes, and byte by byte. */
function piecesOf(length: number): number[][] {
  return [length, 65_536, 1460, 64, 7, 1].map((size) =>
    Array.from({ length: Math.ceil(length / size) - 1 }, (_, i) => (i + 1) * size),
  );
}

const fold = (size: number): string => ` ${"f".repeat(size - 3)}\r\n`;

describe("each byte is looked at a bounded number of times", () => {
  test.each<readonly [why: string, lenient: Lenient, wire: string]>([
    [
      "a plain head and a body",
      STRICT,
      `HTTP/1.1 200 OK\r\n${"Name: value\r\n".repeat(60)}Content-Length: 5\r\n\r\nhello`,
    ],
    [
      "a head of the longest line",
      STRICT,
      `HTTP/1.1 200 OK\r\nA: ${"x".repeat(65_000)}\r\nContent-Length: 1\r\n\r\n.`,
    ],
    [
      "a hundred folds of 600 bytes",
      STRICT,
      `HTTP/1.1 200 OK\r\nA: b\r\n${fold(600).repeat(100)}Content-Length: 1\r\n\r\n.`,
    ],
    [
      "a hundred interim heads",
      STRICT,
      `${"HTTP/1.1 103 H\r\nA: b\r\n\r\n".repeat(100)}HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n.`,
    ],
    [
      "a large body behind a small head",
      STRICT,
      `HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n${"x".repeat(100_000)}`,
    ],
    ["many small chunks", STRICT, `${CHUNKED}${"1\r\nx\r\n".repeat(5000)}0\r\n\r\n.`],
    [
      "many chunks with extensions",
      STRICT,
      `${CHUNKED}${"a;name=value\r\n0123456789\r\n".repeat(2000)}0\r\n\r\n.`,
    ],
    ["long trailers", STRICT, `${CHUNKED}0\r\n${"Name: value\r\n".repeat(200)}\r\n.`],
    // What ends a head here is LF LF: a search for CRLF CRLF would run into the body, once for each head.
    [
      "a hundred interim heads of bare LF before a large body",
      { bareLineFeed: true },
      `${"HTTP/1.1 103 H\n\n".repeat(100)}HTTP/1.1 200 OK\nContent-Length: 100000\n\n${"x".repeat(100_000)}`,
    ],
    [
      "many lines that are dropped",
      { skipInvalidFields: true },
      `HTTP/1.1 200 OK\r\n${"no colon here\r\n".repeat(200)}Content-Length: 1\r\n\r\n.`,
    ],
  ])("%s", (_why, lenient, wire) => {
    for (const cuts of piecesOf(wire.length)) {
      const cost = costOf(wire, cuts, lenient);
      expect(cost, `${cuts.length + 1} pieces`).toMatchObject({ ended: true, code: undefined });
      expect(cost.looks / wire.length, `${cuts.length + 1} pieces`).toBeLessThanOrEqual(LOOKS);
    }
  });

  test("at every two-way cut of a small exchange too", () => {
    const wire =
      "HTTP/1.1 103 H\r\nA: b\r\n c\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n.";
    for (const cuts of cutsOf(wire.length)) {
      expect(costOf(wire, cuts).looks / wire.length, cuts.join()).toBeLessThanOrEqual(LOOKS);
    }
  });

  test.each<readonly [why: string, wire: string, code: string]>([
    ["a head that never ends", `HTTP/1.1 200 OK\r\nA: ${"x".repeat(400_000)}`, "LINE_TOO_LONG"],
    ["a status line that never ends", `HTTP/1.1 200 ${"x".repeat(400_000)}`, "LINE_TOO_LONG"],
    ["something else that never ends", "x".repeat(400_000), "NOT_HTTP"],
    ["lines that never end", `HTTP/1.1 200 OK\r\n${"A: b\r\n".repeat(60_000)}`, "LIMIT_EXCEEDED"],
    ["interim heads that never end", "HTTP/1.1 102 P\r\n\r\n".repeat(20_000), "LIMIT_EXCEEDED"],
    ["a chunk line that never ends", `${CHUNKED}1;${"x".repeat(400_000)}`, "LIMIT_EXCEEDED"],
  ])("and behind the limit not at all: %s", (_why, wire, code) => {
    for (const cuts of piecesOf(wire.length).slice(0, 5)) {
      const cost = costOf(wire, cuts);
      expect(cost.code).toBe(code);
      // The longest line, and a copy of it.
      expect(cost.looks, `${cuts.length + 1} pieces`).toBeLessThanOrEqual(LOOKS * 65_540);
    }
  });
});

describe("small pieces", () => {
  test.each([1, 5, 64, 600_000])("100,000 chunks of one byte, fed %i bytes at a time", (size) => {
    const wire = bytes(`${CHUNKED}${"1\r\nx\r\n".repeat(100_000)}0\r\n\r\n`);
    const protocol = asking();
    let body = 0;
    let events = 0;
    for (let start = 0; start < wire.length; start += size) {
      protocol.feed(wire, start, Math.min(start + size, wire.length));
      for (let event = protocol.next(); event !== ReadEvent.NEED_DATA; event = protocol.next()) {
        if (event === ReadEvent.DATA) body += protocol.dataEnd - protocol.dataStart;
        events++;
      }
    }
    expect(body).toBe(100_000);
    // One event a chunk, HEAD and END: none is empty and none is given twice.
    expect(events).toBe(100_002);
    expect(protocol.isReusable).toBe(true);
  });

  test("every bent chunk line is recorded, at the same price as the first", () => {
    const protocol = asking({ lenient: { spaceAfterChunkSize: true } });
    protocol.feed(bytes(`${CHUNKED}${"1 \r\nx\r\n".repeat(50_000)}0\r\n\r\n`));
    let events = 0;
    while (protocol.next() !== ReadEvent.NEED_DATA) events++;
    expect(events).toBe(50_002);
    expect(protocol.head?.headers.defects.length).toBeGreaterThan(0);
    expect(protocol.willClose).toBe(true);
  });
});
