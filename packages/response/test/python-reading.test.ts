// What CPython's own suite says about reading a response, as rules. The bytes are ours. Where we differ on purpose the title says so
// and the test shows what happens here.

import { IncompleteRead, ProtocolError } from "@httplib/errors";
import { byteSource } from "@httplib/headers";
import { describe, expect, test } from "vitest";
import { readResponse } from "../src/index.ts";
import { CHUNKED_HEAD, CLOSE_HEAD, bytes, chunk, fromSource, lengthHead, text } from "./wire.ts";

const SENTENCE = "the quick brown fox, jumping over one more lazy dog";
const CHUNKS = ["the quick ", "bro", "wn fox, ", "jumping over one more lazy dog"];
const CHUNKED = CHUNKED_HEAD + CHUNKS.map(chunk).join("");
const LAST = "0\r\n";

describe("a body of known length", () => {
  test("read(0) takes nothing, and read() everything", async () => {
    const response = await fromSource("HTTP/1.1 200 Ok\r\n\r\nText");
    expect(text(await response.read(0))).toBe("");
    expect(response.isClosed()).toBe(false);
    expect(text(await response.read())).toBe("Text");
    expect(response.isClosed()).toBe(true);
  });

  test("read(n) in parts: closed with the last byte, not before; there `closed` says what isclosed() says", async () => {
    const response = await fromSource(`${lengthHead(4)}Text`);
    expect(text(await response.read(2))).toBe("Te");
    expect(response.isClosed()).toBe(false);
    expect(text(await response.read(2))).toBe("xt");
    // CPython: isclosed() is true and `closed` false until close(). The documents' `while not r1.closed` needs it true.
    expect(response.isClosed()).toBe(true);
    expect(response.closed).toBe(true);
    await response.close();
    expect(response.closed).toBe(true);
  });

  test("readLine() and read() after it: the length left is right in between", async () => {
    const response = await fromSource(`${lengthHead(13)}Text\r\n\r\nmore!`);
    expect(text(await response.readLine())).toBe("Text\r\n");
    expect(response.length).toBe(7);
    expect(text(await response.read())).toBe("\r\nmore!");
    expect(response.length).toBe(0);
    expect(response.closed).toBe(true);
  });

  test("readInto() in parts: closed with the last byte", async () => {
    const response = await fromSource(`${lengthHead(4)}Text`);
    const target = new Uint8Array(2);
    expect(await response.readInto(target)).toBe(2);
    expect(text(target)).toBe("Te");
    expect(response.isClosed()).toBe(false);
    expect(await response.readInto(target)).toBe(2);
    expect(text(target)).toBe("xt");
    expect(response.isClosed()).toBe(true);
  });

  test("read(n) with more than is left gives what is left and closes", async () => {
    const response = await fromSource(`${lengthHead(4)}TextBEHIND`);
    expect(text(await response.read(10))).toBe("Text");
    expect(response.isClosed()).toBe(true);
  });

  test("readInto() with more room than is left fills what is left and touches nothing behind it", async () => {
    const response = await fromSource(`${lengthHead(4)}TextBEHIND`);
    const target = new Uint8Array(10).fill(1);
    expect(await response.readInto(target)).toBe(4);
    expect([...target]).toEqual([...bytes("Text"), 1, 1, 1, 1, 1, 1]);
    expect(response.isClosed()).toBe(true);
  });

  test("short, by read(n): CPython gives an empty read, here it is an error", async () => {
    const response = await fromSource(`${lengthHead(10)}Text`);
    expect(text(await response.read(2))).toBe("Te");
    expect(text(await response.read(2))).toBe("xt");
    expect(response.isClosed()).toBe(false);
    await expect(response.read(1)).rejects.toMatchObject({ name: "IncompleteRead", expected: 6 });
    expect(response.isClosed()).toBe(true);
  });

  test("short, by readInto(): CPython gives 0, here it is an error", async () => {
    const response = await fromSource(`${lengthHead(10)}Text`);
    const target = new Uint8Array(2);
    expect(await response.readInto(target)).toBe(2);
    expect(await response.readInto(target)).toBe(2);
    await expect(response.readInto(target)).rejects.toBeInstanceOf(IncompleteRead);
    expect(response.isClosed()).toBe(true);
  });

  test("short, by read(): IncompleteRead with what came and how many are missing", async () => {
    const response = await fromSource(`${lengthHead(10)}Hello\r\n`);
    const error: unknown = await response.read().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(IncompleteRead);
    expect(error).toMatchObject({ partial: bytes("Hello\r\n"), expected: 3 });
    expect(String(error)).toBe("IncompleteRead: IncompleteRead(7 bytes read, 3 more expected)");
    expect(response.isClosed()).toBe(true);
  });

  test("negative: CPython reads to the close, here it is an error (RFC 9112 §6.3)", async () => {
    await expect(
      fromSource("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nHello\r\n"),
    ).rejects.toMatchObject({ code: "INVALID_CONTENT_LENGTH" });
  });

  test("nothing reads past the length, whichever operation reads", async () => {
    const wire = `${lengthHead(10)}a\nb\nc\nd\ne\nBEHIND`;
    let response = await fromSource(wire);
    expect((await response.readLines()).map(text)).toEqual(["a\n", "b\n", "c\n", "d\n", "e\n"]);
    response = await fromSource(wire);
    expect(text(await response.read1())).toBe("a\nb\nc\nd\ne\n");
    response = await fromSource(wire);
    expect(text(await response.readLine(10))).toBe("a\n");
    expect(text(await response.readLine(1))).toBe("b");
    expect(text(await response.read())).toBe("\nc\nd\ne\n");
    response = await fromSource(wire);
    expect(text(await response.read1(100))).toBe("a\nb\nc\nd\ne\n");
    expect(response.closed).toBe(true);
  });

  test("the bytes behind stay with the source", async () => {
    const source = byteSource(bytes(`${lengthHead(5)}helloextra`));
    const response = await readResponse(source);
    expect(text(await response.read())).toBe("hello");
    expect(text((await source.read())!)).toBe("extra");
  });
});

describe("a body that ends with the connection", () => {
  test("read(n): an empty one closes it", async () => {
    const response = await fromSource(`${CLOSE_HEAD}Text`);
    expect(text(await response.read(2))).toBe("Te");
    expect(response.isClosed()).toBe(false);
    expect(text(await response.read(2))).toBe("xt");
    expect(text(await response.read(1))).toBe("");
    expect(response.isClosed()).toBe(true);
  });

  test("readInto(): a 0 closes it", async () => {
    const response = await fromSource(`${CLOSE_HEAD}Text`);
    const target = new Uint8Array(2);
    expect(await response.readInto(target)).toBe(2);
    expect(await response.readInto(target)).toBe(2);
    expect(text(target)).toBe("xt");
    expect(await response.readInto(target)).toBe(0);
    expect(response.isClosed()).toBe(true);
  });
});

describe("a chunked body", () => {
  test("read() gives all chunks as one", async () => {
    const response = await fromSource(`${CHUNKED}${LAST}\r\n`);
    expect(text(await response.read())).toBe(SENTENCE);
    expect(response.closed).toBe(true);
  });

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])(
    "read(%i) twice and read() are the whole",
    async (n) => {
      const response = await fromSource(`${CHUNKED}${LAST}\r\n`);
      const parts = [await response.read(n), await response.read(n), await response.read()];
      expect(parts.map(text).join("")).toBe(SENTENCE);
      expect(parts[0]).toHaveLength(n);
    },
  );

  test.each([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])(
    "readInto() of %i twice and of the rest are the whole",
    async (n) => {
      const response = await fromSource(`${CHUNKED}${LAST}\r\n`);
      const target = new Uint8Array(SENTENCE.length);
      const first = await response.readInto(target.subarray(0, n));
      const second = await response.readInto(target.subarray(n, 2 * n));
      const third = await response.readInto(target.subarray(2 * n));
      expect([first, second, third]).toEqual([n, n, SENTENCE.length - 2 * n]);
      expect(text(target)).toBe(SENTENCE);
    },
  );

  test("without its last chunk: IncompleteRead with every byte, those of the broken chunk too", async () => {
    const response = await fromSource(`${CHUNKED}5\r\nand`);
    const error: unknown = await response.read().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "IncompleteRead", partial: bytes(`${SENTENCE}and`) });
    expect(response.isClosed()).toBe(true);
    const other = await fromSource(CHUNKED);
    await expect(other.read()).rejects.toMatchObject({
      message: `IncompleteRead(${SENTENCE.length} bytes read)`,
      expected: undefined,
      partial: bytes(SENTENCE),
    });
  });

  test("with 'foo' for a size: CPython says IncompleteRead, here it is a ProtocolError with the same partial", async () => {
    const response = await fromSource(`${CHUNKED}foo\r\n`);
    const error: unknown = await response.read().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ partial: bytes(SENTENCE) });
    expect(response.isClosed()).toBe(true);
  });

  test("chunk extensions are passed over", async () => {
    const wire = `${CHUNKED_HEAD}3;foo=bar\r\nabc\r\n0;foo=bar\r\n\r\n`;
    expect(text(await (await fromSource(wire)).read())).toBe("abc");
  });

  test("the end of the connection right behind the last chunk line is its end", async () => {
    const response = await fromSource(`${CHUNKED}${LAST}`);
    expect(text(await response.read())).toBe(SENTENCE);
    expect(response.closed).toBe(true);
  });

  test("trailers are read, and given where CPython drops them", async () => {
    const source = byteSource(bytes(`${CHUNKED}${LAST}X-Dummy: foo\r\nX-Dumm2: bar\r\n\r\n`));
    const response = await readResponse(source);
    expect(text(await response.read())).toBe(SENTENCE);
    expect([...response.trailers!]).toEqual([
      ["X-Dummy", "foo"],
      ["X-Dumm2", "bar"],
    ]);
    expect(await source.read()).toBeNull();
  });

  test("the bytes behind stay with the source", async () => {
    const source = byteSource(bytes(`${CHUNKED}${LAST}X: 1\r\n\r\nextra`));
    const response = await readResponse(source);
    expect(text(await response.read())).toBe(SENTENCE);
    expect(text((await source.read())!)).toBe("extra");
  });
});

describe("the answer to HEAD", () => {
  test.each([
    ["a length", lengthHead(14432)],
    ["chunks", CHUNKED_HEAD],
    ["neither", CLOSE_HEAD],
  ])("has no body, whatever the head says: %s", async (_why, head) => {
    const source = byteSource(bytes(`${head}behind`));
    const response = await readResponse(source, { method: "HEAD" });
    expect(response.isClosed()).toBe(true);
    expect(text(await response.read())).toBe("");
    const target = new Uint8Array(5);
    expect(await response.readInto(target)).toBe(0);
    expect([...target]).toEqual([0, 0, 0, 0, 0]);
    expect(text((await source.read())!)).toBe("behind");
  });
});

// CPython runs these on a body of known length and on the same one in chunks.
describe.each([
  ["of known length", (lines: string) => lengthHead(lines.length) + lines],
  [
    "in chunks",
    (lines: string) =>
      CHUNKED_HEAD + (lines.match(/[^]{1,9}/g) ?? []).map(chunk).join("") + chunk(),
  ],
])("the extended readers on a body %s", (_name, wireOf) => {
  const LINES = "hello world!\nand now\n\nfor something completely different\nno line end here";
  const open = () => fromSource(wireOf(LINES));

  test("peek(n), peek() and read agree, and nothing is lost by peeking", async () => {
    const response = await open();
    let all = "";
    for (let round = 0; round < LINES.length; round++) {
      const small = text(await response.peek(2));
      const large = text(await response.peek());
      expect(small.length).toBeLessThanOrEqual(2);
      expect(large.startsWith(small)).toBe(true);
      const taken = text(await response.read(large.length));
      expect(taken).toBe(large);
      all += taken;
      if (taken === "") break;
    }
    expect(all).toBe(LINES);
  });

  test("readLine(5) cuts a line, readLine() ends at its LF", async () => {
    const response = await open();
    const found: string[] = [];
    for (let line = "x"; line !== "" && found.length < 100; found.push(line)) {
      line = text(await response.readLine(5));
      expect(line.length).toBeLessThanOrEqual(5);
      if (line.slice(0, -1).includes("\n")) throw new Error("an LF inside a line");
    }
    expect(found.join("")).toBe(LINES);
    const whole = await open();
    const lines: string[] = [];
    for (let line = "x"; line !== ""; lines.push(line)) line = text(await whole.readLine());
    expect(lines).toEqual([
      "hello world!\n",
      "and now\n",
      "\n",
      "for something completely different\n",
      "no line end here",
      "",
    ]);
  });

  test("read1(4) gives at most 4 and nothing only at the end", async () => {
    const response = await open();
    const found: string[] = [];
    for (let run = "x"; run !== "" && found.length < 100; found.push(run)) {
      run = text(await response.read1(4));
      expect(run.length).toBeLessThanOrEqual(4);
    }
    expect(found.join("")).toBe(LINES);
  });

  test("read1() without a bound comes to the whole", async () => {
    const response = await open();
    const found: string[] = [];
    for (let run = "x"; run !== "" && found.length < 100; found.push(run))
      run = text(await response.read1());
    expect(found.join("")).toBe(LINES);
  });

  test("read1(10) comes to the whole", async () => {
    const response = await open();
    const found: string[] = [];
    for (let run = "x"; run !== "" && found.length < 100; found.push(run)) {
      run = text(await response.read1(10));
      expect(run.length).toBeLessThanOrEqual(10);
    }
    expect(found.join("")).toBe(LINES);
  });

  test("read1(0) gives nothing and takes nothing", async () => {
    const response = await open();
    expect(await response.read1(0)).toHaveLength(0);
    expect(text(await response.read())).toBe(LINES);
  });

  test("peek(0) shows what is at hand", async () => {
    const response = await open();
    const shown = text(await response.peek(0));
    expect(LINES.startsWith(shown)).toBe(true);
    expect(shown.length).toBeGreaterThan(0);
    expect(text(await response.read())).toBe(LINES);
  });
});
