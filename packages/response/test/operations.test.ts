// Every reading operation, where the two suites ported from Python do not reach.

import { ImproperConnectionState } from "@httplib/errors";
import { describe, expect, test, vi } from "vitest";
import type { HTTPResponse } from "../src/index.ts";
import { CHUNKED_HEAD, Wire, bytes, chunk, fromSource, lengthHead, text } from "./wire.ts";

const NEXT = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";

describe("how many bytes", () => {
  test.each([[undefined], [null], [-1], [-5], [Number.POSITIVE_INFINITY]])(
    "%s means all, for every operation",
    async (all) => {
      const wire = `${lengthHead(7)}ab\ncd\ne`;
      expect(text(await (await fromSource(wire)).read(all))).toBe("ab\ncd\ne");
      expect(text(await (await fromSource(wire)).read1(all))).toBe("ab\ncd\ne");
      expect(text(await (await fromSource(wire)).peek(all))).toBe("ab\ncd\ne");
      expect(text(await (await fromSource(wire)).readLine(all))).toBe("ab\n");
      expect(await (await fromSource(wire)).readLines(all)).toHaveLength(3);
    },
  );

  test.each([[1.5], [Number.NaN]])(
    "%d is none: the promise rejects, nothing is read",
    async (bad) => {
      const response = await fromSource(`${lengthHead(5)}hello`);
      const calls = [
        () => response.read(bad),
        () => response.read1(bad),
        () => response.readLine(bad),
        () => response.readLines(bad),
        () => response.peek(bad),
      ];
      for (const call of calls) await expect(call()).rejects.toBeInstanceOf(RangeError);
      expect(text(await response.read())).toBe("hello");
    },
  );

  test("no bytes at all can be asked for at any time, and leave everything in place", async () => {
    const response = await fromSource(`${lengthHead(5)}hello`);
    expect(await response.read(0)).toHaveLength(0);
    expect(await response.read1(0)).toHaveLength(0);
    expect(await response.readLine(0)).toHaveLength(0);
    expect(await response.readInto(new Uint8Array(0))).toBe(0);
    expect(await response.readInto1(new Uint8Array(0))).toBe(0);
    expect(response.closed).toBe(false);
    expect(text(await response.read())).toBe("hello");
  });
});

describe("read", () => {
  test("read(n) waits for n bytes over pieces, and read1(n) for the first ones only", async () => {
    const wire = new Wire(lengthHead(9));
    wire.pieces = ["abc", "def", "ghi"];
    expect(text(await wire.response.read(5))).toBe("abcde");
    expect(text(await wire.response.read1(5))).toBe("f");
    expect(text(await wire.response.read1(2))).toBe("gh");
    expect(text(await wire.response.read1())).toBe("i");
    expect(wire.response.closed).toBe(true);
  });

  test("read1() joins the small runs of one read", async () => {
    const wire = new Wire(CHUNKED_HEAD);
    wire.pieces = [chunk("a") + chunk("bc") + chunk("def"), chunk("g") + chunk()];
    expect(text(await wire.response.read1())).toBe("abcdef");
    expect(text(await wire.response.read1())).toBe("g");
    expect(text(await wire.response.read1())).toBe("");
  });

  test("every operation gives nothing at the end, again and again, and never an error", async () => {
    const response = await fromSource(`${lengthHead(2)}hi${NEXT}`);
    await response.read();
    for (let round = 0; round < 2; round++) {
      expect(await response.read()).toHaveLength(0);
      expect(await response.read(5)).toHaveLength(0);
      expect(await response.read1()).toHaveLength(0);
      expect(await response.readInto(new Uint8Array(5))).toBe(0);
      expect(await response.readInto1(new Uint8Array(5))).toBe(0);
      expect(await response.readLine()).toHaveLength(0);
      expect(await response.readLines()).toEqual([]);
      expect(await response.readLines(5)).toEqual([]);
      expect(await response.peek()).toHaveLength(0);
      expect(await response.bytes()).toHaveLength(0);
      expect(await response.text()).toBe("");
      for await (const run of response) expect.unreachable(text(run));
      for await (const line of response.lines()) expect.unreachable(text(line));
    }
    expect(response.closed).toBe(true);
  });
});

describe("readInto", () => {
  test("fills the target over pieces; readInto1 returns with the first bytes", async () => {
    const wire = new Wire(lengthHead(12));
    wire.pieces = ["abc", "def", "ghi", "jkl"];
    const target = new Uint8Array(5);
    expect(await wire.response.readInto(target)).toBe(5);
    expect(text(target)).toBe("abcde");
    expect(await wire.response.readInto1(target)).toBe(1);
    expect(text(target)).toBe("fbcde");
    expect(await wire.response.readInto1(target)).toBe(3);
    expect(text(target)).toBe("ghide");
    expect(await wire.response.readInto(target)).toBe(3);
    expect(text(target)).toBe("jklde");
    expect(wire.response.closed).toBe(true);
  });

  test.each([3, 20, 70, 600, 5000])(
    "chunks of %i bytes come in order, and none behind the count is touched",
    async (size) => {
      const payload = Array.from({ length: 12 }, (_, i) => String(i % 10).repeat(size));
      const wire = new Wire(CHUNKED_HEAD);
      wire.pieces = [payload.map(chunk).join("") + chunk()];
      const target = new Uint8Array(12 * size + 40).fill(1);
      expect(await wire.response.readInto(target)).toBe(12 * size);
      expect(text(target.subarray(0, 12 * size))).toBe(payload.join(""));
      expect(target.subarray(12 * size).every((octet) => octet === 1)).toBe(true);
    },
  );

  test("short and long chunks mixed keep their order, whatever fits of them", async () => {
    const payload = ["ab", "x".repeat(700), "cd", "ef", "y".repeat(600), "gh", "z".repeat(2000)];
    for (const room of [1, 2, 3, 100, 701, 702, 703, 1300, 1308, 5000]) {
      const wire = new Wire(CHUNKED_HEAD);
      wire.pieces = [payload.map(chunk).join("") + chunk()];
      const target = new Uint8Array(room);
      let all = "";
      for (let count = -1, rounds = 0; count !== 0 && rounds < 4000; rounds++) {
        count = await wire.response.readInto(target);
        all += text(target.subarray(0, count));
      }
      expect(all).toBe(payload.join(""));
    }
  });

  test("a target that is transferred away while it is waited for is an error, not a wait without end", async () => {
    const wire = new Wire(lengthHead(10));
    const target = new Uint8Array(4);
    const reading = wire.response.readInto(target);
    structuredClone(target.buffer, { transfer: [target.buffer] });
    wire.feed("ab");
    await expect(reading).rejects.toBeInstanceOf(TypeError);
    expect(text(await wire.response.read(2))).toBe("ab");
  });

  test("a target must have one byte an element: others would be filled wrongly", async () => {
    const response = await fromSource(`${lengthHead(4)}abcd`);
    // @ts-expect-error -- what a caller without types can do
    await expect(response.readInto(new Uint16Array(4))).rejects.toBeInstanceOf(TypeError);
    // @ts-expect-error -- likewise
    await expect(response.readInto1(new ArrayBuffer(4))).rejects.toBeInstanceOf(TypeError);
    expect(text(await response.read())).toBe("abcd");
  });
});

describe("lines", () => {
  test("readLine() goes over pieces and chunks, and ends at the body's end", async () => {
    const wire = new Wire(CHUNKED_HEAD);
    wire.pieces = [chunk("one"), chunk("\n"), chunk("tw") + chunk("o\nth"), chunk("ree") + chunk()];
    const lines: string[] = [];
    for (let round = 0; round < 4; round++) lines.push(text(await wire.response.readLine()));
    expect(lines).toEqual(["one\n", "two\n", "three", ""]);
  });

  test("readLine(limit) counts the LF, and returns at the limit without waiting for more", async () => {
    const wire = new Wire(`${lengthHead(8)}abc`);
    expect(text(await wire.response.readLine(2))).toBe("ab");
    const reading = wire.response.readLine(3);
    wire.feed("d\n");
    expect(text(await reading)).toBe("cd\n");
    wire.feed("e\nf");
    expect(text(await wire.response.readLine(2))).toBe("e\n");
    expect(text(await wire.response.readLine(2))).toBe("f");
  });

  test("CR alone ends no line", async () => {
    const response = await fromSource(`${lengthHead(7)}a\rb\r\nc\r`);
    expect((await response.readLines()).map(text)).toEqual(["a\rb\r\n", "c\r"]);
  });

  test.each([
    [1, ["ab\n"]],
    [2, ["ab\n"]],
    [3, ["ab\n", "cde\n"]],
    [6, ["ab\n", "cde\n"]],
    [7, ["ab\n", "cde\n", "f"]],
    [8, ["ab\n", "cde\n", "f"]],
    [1000, ["ab\n", "cde\n", "f"]],
    [0, ["ab\n", "cde\n", "f"]],
  ])("readLines(%i) stops behind the line that goes beyond it", async (hint, expected) => {
    const wire = new Wire(lengthHead(8));
    wire.pieces = ["ab", "\ncd", "e\n", "f"];
    const lines = (await wire.response.readLines(hint)).map(text);
    expect(lines).toEqual(expected);
    expect(lines.join("") + text(await wire.response.read())).toBe("ab\ncde\nf");
  });

  test("lines() gives them one by one, and can be left and taken up again", async () => {
    const response = await fromSource(`${lengthHead(9)}a\nb\nc\nd\ne`);
    const found: string[] = [];
    for await (const line of response.lines()) {
      found.push(text(line));
      if (found.length === 2) break;
    }
    for await (const line of response.lines()) found.push(text(line));
    expect(found).toEqual(["a\n", "b\n", "c\n", "d\n", "e"]);
  });

  test("a line of many pieces is looked through once", async () => {
    const wire = new Wire("HTTP/1.1 200 OK\r\n\r\n");
    const pieces = Array.from<string>({ length: 2000 }).fill("0123456789");
    wire.pieces = [...pieces, "\n", () => wire.end()];
    let looked = 0;
    const spy = vi.spyOn(Object.getPrototypeOf(Uint8Array.prototype) as Uint8Array, "indexOf");
    spy.mockImplementation(function (this: Uint8Array, octet, from = 0) {
      looked += this.length - from;
      for (let at = from; at < this.length; at++) if (this[at] === octet) return at;
      return -1;
    });
    const line = await wire.response.readLine();
    spy.mockRestore();
    expect(line).toHaveLength(20_001);
    expect(looked).toBe(20_001);
  });

  test("readLine(limit) looks no further than its limit: 60,000 bytes without LF, 5 by 5", async () => {
    const wire = new Wire(lengthHead(60_000));
    wire.feed("x".repeat(60_000));
    let bytesRead = 0;
    for (let round = 0; round < 12_000; round++)
      bytesRead += (await wire.response.readLine(5)).length;
    expect(bytesRead).toBe(60_000);
    expect(wire.response.closed).toBe(true);
  });
});

describe("peek", () => {
  test("shows at most n bytes of what is at hand, and waits for the first one only", async () => {
    const wire = new Wire(lengthHead(6));
    const peeking = wire.response.peek(4);
    wire.feed("ab");
    expect(text(await peeking)).toBe("ab");
    wire.feed("cdef");
    expect(text(await wire.response.peek(4))).toBe("abcd");
    expect(text(await wire.response.peek())).toBe("abcdef");
    expect(wire.response.closed).toBe(false);
    expect(text(await wire.response.read())).toBe("abcdef");
  });

  test.each([
    ["known length", `${lengthHead(4)}Text${NEXT}`],
    ["chunks", `${CHUNKED_HEAD}${chunk("Te")}${chunk("xt")}${chunk()}${NEXT}`],
  ])(
    "never shows a byte behind a body of %s, though the next response lies there",
    async (_n, wire) => {
      const response = await fromSource(wire);
      expect(text(await response.peek())).toBe("Text");
      expect(text(await response.peek(1000))).toBe("Text");
      expect(text(await response.read())).toBe("Text");
      expect(text(await response.peek())).toBe("");
    },
  );

  test("what it shows is a copy: writing to it changes nothing that is read later", async () => {
    const response = await fromSource(`${lengthHead(4)}Text`);
    (await response.peek()).fill(0);
    expect(text(await response.bytes())).toBe("Text");
  });
});

describe("iteration", () => {
  test("gives runs as they come, each read joined to one", async () => {
    const wire = new Wire(CHUNKED_HEAD);
    wire.pieces = [chunk("ab") + chunk("cd"), chunk("e\nf"), chunk()];
    const runs: string[] = [];
    for await (const run of wire.response) runs.push(text(run));
    expect(runs).toEqual(["abcd", "e\nf"]);
  });

  test("leaving it early leaves the rest to be read", async () => {
    const wire = new Wire(lengthHead(6));
    wire.pieces = ["ab", "cd", "ef"];
    for await (const run of wire.response) {
      expect(text(run)).toBe("ab");
      break;
    }
    expect(wire.response.closed).toBe(false);
    expect(text(await wire.response.read())).toBe("cdef");
  });

  test("an iterator that is done stays done", async () => {
    const response = await fromSource(`${lengthHead(2)}ab`);
    const iterator = response[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toHaveLength(2);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    const left = (await fromSource(`${lengthHead(2)}ab`))[Symbol.asyncIterator]();
    expect(await left.return!()).toEqual({ done: true, value: undefined });
    expect(await left.next()).toEqual({ done: true, value: undefined });
  });
});

describe("two reads at once", () => {
  const operations: [string, (response: HTTPResponse) => Promise<unknown>][] = [
    ["read", (response) => response.read()],
    ["read(n)", (response) => response.read(3)],
    ["read1", (response) => response.read1()],
    ["readInto", (response) => response.readInto(new Uint8Array(3))],
    ["readInto1", (response) => response.readInto1(new Uint8Array(3))],
    ["readLine", (response) => response.readLine()],
    ["readLines", (response) => response.readLines()],
    ["readLines(n)", (response) => response.readLines(2)],
    ["peek", (response) => response.peek()],
    ["text", (response) => response.text()],
    ["iteration", (response) => response[Symbol.asyncIterator]().next()],
  ];

  test.each(operations)("%s: the second one rejects, the first goes on", async (_name, operate) => {
    const wire = new Wire(lengthHead(4));
    const first = operate(wire.response);
    for (const [, other] of operations) {
      await expect(other(wire.response)).rejects.toBeInstanceOf(ImproperConnectionState);
    }
    wire.feed("ab\nc");
    await first;
    expect(text(await wire.response.read())).toBe(
      ["peek"].includes(_name)
        ? "ab\nc"
        : ({ "read(n)": "c", readInto: "c", readInto1: "c", readLine: "c", "readLines(n)": "c" }[
            _name
          ] ?? ""),
    );
  });

  test("a read begun while a line is waited for takes none of its bytes", async () => {
    const wire = new Wire(lengthHead(6));
    const line = wire.response.readLine();
    wire.feed("ab");
    await Promise.resolve();
    await expect(wire.response.read(1)).rejects.toBeInstanceOf(ImproperConnectionState);
    wire.feed("c\nde");
    expect(text(await line)).toBe("abc\n");
    expect(text(await wire.response.read())).toBe("de");
  });
});

describe("length and closed", () => {
  test("the length counts down with every operation", async () => {
    const wire = new Wire(`${lengthHead(20)}abc`);
    const { response } = wire;
    expect(response.length).toBe(20);
    wire.pieces = ["defgh", "ij\nkl", "mnopq\n", "r"];
    await response.peek();
    expect(response.length).toBe(20);
    await response.read(2);
    expect(response.length).toBe(18);
    await response.read1();
    expect(response.length).toBe(17);
    await response.readInto(new Uint8Array(4));
    expect(response.length).toBe(13);
    await response.readLine();
    expect(response.length).toBe(9);
    await response.read();
    expect(response.length).toBe(0);
  });

  test("of chunks and of a body until the close it is null, and 0 once all is read", async () => {
    const chunked = await fromSource(`${CHUNKED_HEAD}${chunk("abc")}${chunk()}`);
    expect(chunked.length).toBeNull();
    await chunked.read();
    expect(chunked.length).toBe(0);
    const until = await fromSource("HTTP/1.1 200 OK\r\n\r\nabc");
    expect(until.length).toBeNull();
    await until.read();
    expect(until.length).toBe(0);
  });

  test.each([
    ["length 0", lengthHead(0), "GET"],
    ["HEAD", lengthHead(9), "HEAD"],
    ["204", "HTTP/1.1 204 No Content\r\nContent-Length: 9\r\n\r\n", "GET"],
    ["304", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", "GET"],
    ["2xx to CONNECT", "HTTP/1.1 200 OK\r\n\r\n", "CONNECT"],
    ["no chunks", CHUNKED_HEAD + chunk(), "GET"],
  ])("closed from the start: %s", (_why, head, method) => {
    const wire = new Wire(head, { method });
    expect(wire.response.closed).toBe(true);
    expect(wire.response.length).toBe(0);
    expect(wire.told).toEqual(["end", "closed read"]);
  });

  test("a chunked body is closed once its end is in hand, whichever comes last, bytes or end", async () => {
    const wire = new Wire(CHUNKED_HEAD + chunk("ab"));
    expect(text(await wire.response.read(2))).toBe("ab");
    expect(wire.response.closed).toBe(false);
    wire.feed("0\r\n");
    expect(wire.response.closed).toBe(false);
    wire.feed("\r\n");
    expect(wire.response.closed).toBe(true);
    expect(wire.told).toEqual(["end", "closed read"]);
  });

  test("trailers are null until the end is in hand", async () => {
    const wire = new Wire(CHUNKED_HEAD + chunk("ab"));
    expect(wire.response.trailers).toBeNull();
    wire.feed("0\r\nX-Sum: 1\r\n\r\n");
    expect(wire.response.trailers?.get("x-sum")).toBe("1");
    await wire.response.read();
    expect(wire.response.trailers?.get("x-sum")).toBe("1");
  });

  test("an empty trailer section is null", async () => {
    const response = await fromSource(`${CHUNKED_HEAD}${chunk("ab")}${chunk()}`);
    await response.read();
    expect(response.trailers).toBeNull();
  });

  test.each([
    ["HTTP/1.1", lengthHead(1), false],
    [
      "Connection: close",
      "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\n",
      true,
    ],
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", true],
    [
      "HTTP/1.0, keep-alive",
      "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\n\r\n",
      false,
    ],
    ["no length", "HTTP/1.1 200 OK\r\n\r\n", true],
  ])("willClose: %s", async (_why, head, expected) => {
    const response = await fromSource(`${head}x`);
    expect(response.willClose).toBe(expected);
    await response.read();
    expect(response.willClose).toBe(expected);
  });
});

test("a piece of a body may be any bytes", async () => {
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  const wire = new Wire(lengthHead(256));
  wire.feed(all);
  expect([...(await wire.response.read())]).toEqual([...all]);
  expect(bytes("\u00ff")[0]).toBe(255);
});
