/** Each limit at its border: n is taken, n + 1 refused at the byte that is over it. */
import { describe, expect, test } from "vitest";
import { ClientProtocol, parseResponse } from "../src/index.ts";
import type { Limits } from "../src/index.ts";
import { answer, asking, bytes, everySplit, thrownBy } from "./exchanges.ts";

const STATUS = "HTTP/1.1 200 OK\r\n";
const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const END = "Content-Length: 0\r\n\r\n";

describe("maxLineBytes", () => {
  test.each([
    ["the status line", `HTTP/1.1 200 ${"x".repeat(25)}\r\n`, END, "status line", 0],
    ["a field line", `A: ${"x".repeat(35)}\r\n`, END, "header line", STATUS.length],
    ["a line without a colon", "x".repeat(41), "", "header line", STATUS.length],
    [
      "a continuation line",
      ` ${"x".repeat(37)}\r\n`,
      END,
      "header line",
      `${STATUS}A: b\r\n`.length,
    ],
    ["a trailer", `A: ${"x".repeat(35)}\r\n`, "\r\n", "trailer line", `${CHUNKED}0\r\n`.length],
  ])("%s of 40 bytes with its CRLF, and of 41", (_why, line, behind, lineType, start) => {
    const before = (lineType === "trailer line" ? `${CHUNKED}0\r\n` : `${STATUS}A: b\r\n`).slice(
      0,
      start,
    );
    const limits = { maxLineBytes: 40 };
    if (line.length === 40) {
      expect(everySplit(before + line + behind, { limits })).toMatchObject({
        error: null,
        ended: true,
      });
    }
    const longer = `${before}${line.replace(/x/, "xx")}${behind}`;
    expect(everySplit(longer, { limits }).error).toMatchObject({
      class: "LineTooLong",
      code: "LINE_TOO_LONG",
      lineType,
      max: 40,
      offset: start + 40,
    });
  });

  test("counts each physical line of a folded field by itself", () => {
    const wire = `${STATUS}A: ${"x".repeat(35)}\r\n ${"y".repeat(37)}\r\n ${"z".repeat(37)}\r\n${END}`;
    expect(everySplit(wire, { limits: { maxLineBytes: 40 } }).error).toBeNull();
  });

  test("is 65536 where none is given", () => {
    const line = (length: number): string => `${STATUS}A: ${"x".repeat(length - 5)}\r\n${END}`;
    expect(answer(asking(), line(65_536)).error).toBeNull();
    expect(answer(asking(), line(65_537)).error).toMatchObject({
      lineType: "header line",
      offset: STATUS.length + 65_536,
    });
  });
});

describe("maxHeadBytes", () => {
  const head = `${STATUS}A: b\r\n${END}`;

  test("takes a head of n bytes and refuses n + 1 at its last byte, wherever that is", () => {
    expect(everySplit(head, { limits: { maxHeadBytes: head.length } })).toMatchObject({
      error: null,
      ended: true,
    });
    for (let max = 1; max < head.length; max++) {
      expect(everySplit(head, { limits: { maxHeadBytes: max } }).error).toMatchObject({
        class: "LimitExceeded",
        limit: "maxHeadBytes",
        max,
        offset: max,
      });
    }
  });

  test("counts the status line, and each head anew", () => {
    const limits = { maxHeadBytes: head.length };
    const interim = head.replace("200 OK", "103 OK");
    expect(everySplit(interim + interim + head, { limits }).error).toBeNull();
  });

  test("holds for a trailer section by itself", () => {
    const trailers = "A: b\r\nC: d\r\n\r\n";
    const limits = { maxHeadBytes: CHUNKED.length };
    const fill = "x".repeat(CHUNKED.length - trailers.length);
    const wire = (more: string): string => `${CHUNKED}0\r\nA: b${more}\r\nC: d\r\n\r\n`;
    expect(everySplit(wire(fill), { limits })).toMatchObject({ error: null, ended: true });
    expect(everySplit(wire(`${fill}x`), { limits }).error).toMatchObject({
      limit: "maxHeadBytes",
      offset: CHUNKED.length + 3 + CHUNKED.length,
    });
  });
});

describe("maxHeaderFields", () => {
  const fields = (count: number): string => "A: b\r\n".repeat(count);

  test.each([0, 1, 2, 256])("%i lines are taken, one more is refused at its first byte", (max) => {
    const limits = max === 256 ? undefined : { maxHeaderFields: max };
    expect(answer(asking({ limits }), `${STATUS}${fields(max)}\r\n`).error).toBeNull();
    const refused =
      max > 2
        ? answer(asking({ limits }), `${STATUS}${fields(max + 1)}\r\n`)
        : everySplit(`${STATUS}${fields(max + 1)}\r\n`, { limits });
    expect(refused.error).toMatchObject({
      class: "LimitExceeded",
      limit: "maxHeaderFields",
      max,
      offset: STATUS.length + 6 * max,
    });
  });

  test("counts folds, and lines that are dropped", () => {
    const limits = { maxHeaderFields: 3 };
    expect(everySplit(`${STATUS}A: b\r\n c\r\n d\r\n\r\n`, { limits }).error).toBeNull();
    expect(everySplit(`${STATUS}A: b\r\n c\r\n d\r\n e\r\n\r\n`, { limits }).error).toMatchObject({
      limit: "maxHeaderFields",
      offset: `${STATUS}A: b\r\n c\r\n d\r\n`.length,
    });
    const lenient = { skipInvalidFields: true };
    expect(
      everySplit(`${STATUS}A\r\nB\r\nC\r\nD\r\n\r\n`, { limits, lenient }).error,
    ).toMatchObject({
      limit: "maxHeaderFields",
      offset: `${STATUS}A\r\nB\r\nC\r\n`.length,
    });
  });

  test("holds for trailers too", () => {
    const limits = { maxHeaderFields: 2 };
    expect(everySplit(`${CHUNKED}0\r\n${fields(2)}\r\n`, { limits }).error).toBeNull();
    expect(everySplit(`${CHUNKED}0\r\n${fields(3)}\r\n`, { limits }).error).toMatchObject({
      limit: "maxHeaderFields",
      offset: `${CHUNKED}0\r\n${fields(2)}`.length,
    });
  });
});

describe("maxChunkOverhead", () => {
  test("a chunk line may be n + 18 bytes long, whatever its size says", () => {
    const limits = { maxChunkOverhead: 20 };
    const line = (length: number): string => `1;${"x".repeat(length - 4)}\r\n`;
    expect(everySplit(`${CHUNKED}${line(38)}a\r\n0\r\n\r\n`, { limits })).toMatchObject({
      error: null,
      body: "a",
    });
    expect(everySplit(`${CHUNKED}${line(39)}a\r\n0\r\n\r\n`, { limits }).error).toMatchObject({
      class: "LimitExceeded",
      limit: "maxChunkOverhead",
      max: 20,
      offset: CHUNKED.length + 38,
    });
  });

  test("what lines waste adds up, and data pays it back", () => {
    const limits = { maxChunkOverhead: 20 };
    const chunk = `1;${"x".repeat(24)}\r\na\r\n`; // 28 bytes of line, 18 of them free
    expect(everySplit(`${CHUNKED}${chunk.repeat(2)}0\r\n\r\n`, { limits }).error).toBeNull();
    expect(everySplit(`${CHUNKED}${chunk.repeat(3)}0\r\n\r\n`, { limits }).error).toMatchObject({
      limit: "maxChunkOverhead",
    });
    const paid = `a\r\n${"b".repeat(10)}\r\n`;
    expect(
      everySplit(`${CHUNKED}${chunk.repeat(2)}${paid}${chunk}0\r\n\r\n`, { limits }).error,
    ).toBeNull();
  });
});

describe("limits", () => {
  test.each<keyof Limits>([
    "maxLineBytes",
    "maxHeadBytes",
    "maxHeaderFields",
    "maxInformational",
    "maxChunkOverhead",
  ])("%s must be an integer from 0 to 2^53 - 1", (name) => {
    for (const odd of [
      -1,
      1.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 53,
      "5" as unknown as number,
    ]) {
      expect(() => new ClientProtocol({ limits: { [name]: odd } })).toThrow(RangeError);
    }
    expect(() => new ClientProtocol({ limits: { [name]: 0 } })).not.toThrow();
    expect(() => new ClientProtocol({ limits: { [name]: Number.MAX_SAFE_INTEGER } })).not.toThrow();
  });

  test("an undefined limit is the default", () => {
    const limits: Partial<Limits> = {};
    Reflect.set(limits, "maxHeadBytes", undefined);
    expect(parseResponse(bytes(STATUS + END), { limits }).head.status).toBe(200);
  });

  test("a limit that is raised lets more through", () => {
    const wire = `${STATUS}${"A: b\r\n".repeat(1000)}B: ${"x".repeat(300_000)}\r\n${END}`;
    const limits = { maxHeaderFields: 2000, maxLineBytes: 400_000, maxHeadBytes: 400_000 };
    expect(parseResponse(bytes(wire), { limits }).head.headers.size).toBe(1002);
    expect(thrownBy(() => parseResponse(bytes(wire))).code).toBe("LIMIT_EXCEEDED");
  });
});
