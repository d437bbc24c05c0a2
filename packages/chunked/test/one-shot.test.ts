/** decodeChunked: a whole body at once, and what its errors hold. */

import { encodeLatin1, latin1 } from "@httplib/bytes";
import { HTTPException } from "@httplib/errors";
import { describe, expect, test } from "vitest";
import { decodeChunked } from "../src/index.ts";
import { seeError } from "./every-cut.ts";

describe("decodeChunked()", () => {
  test("gives payload, trailers and how much of the input they took", () => {
    const { body, trailers, bytesRead } = decodeChunked(
      encodeLatin1("2\r\nhe\r\n3\r\nllo\r\n0\r\nA: b\r\n\r\nrest"),
    );
    expect([latin1(body), [...trailers!], bytesRead]).toEqual(["hello", [["A", "b"]], 26]);
  });

  test("gives payload in memory of its own", () => {
    const wire = encodeLatin1("2\r\nhi\r\n0\r\n\r\n");
    const { body } = decodeChunked(wire);
    wire.fill(0);
    expect([latin1(body), body.buffer.byteLength]).toEqual(["hi", 2]);
  });

  test("of an empty body gives none, and no trailers", () => {
    expect(decodeChunked(encodeLatin1("0\r\n\r\n"))).toEqual({
      body: new Uint8Array(0),
      trailers: null,
      bytesRead: 5,
    });
  });

  test("takes options as ChunkedDecoder does", () => {
    const wire = encodeLatin1("2 \r\nhi\r\n0\r\n\r\n");
    expect(latin1(decodeChunked(wire, { lenient: { spaceAfterChunkSize: true } }).body)).toBe("hi");
    expect(() => decodeChunked(wire)).toThrow(HTTPException);
  });

  test.each([
    ["a broken line", "2\r\nhe\r\n3\r\nllo\r\nx", "CHUNK_SIZE", "hello"],
    ["a missing line end", "2\r\nhe\r\n3\r\nllo!", "CHUNK_DATA_END", "hello"],
    ["a cut chunk", "2\r\nhe\r\n3\r\nl", "INCOMPLETE_READ", "hel"],
    ["a broken trailer", "2\r\nhe\r\n0\r\nA\n", "BARE_LF", "he"],
    ["a bound", `2\r\nhe\r\n1;${"e".repeat(20_000)}`, "LIMIT_EXCEEDED", "he"],
    ["nothing at all", "", "INCOMPLETE_READ", ""],
  ])("puts all that was decoded before %s into the error", (_what, wire, code, partial) => {
    expect.assertions(1);
    try {
      decodeChunked(encodeLatin1(wire));
    } catch (error) {
      expect(seeError(error)).toMatchObject({ code, partial });
    }
  });

  test("makes no room for what is only declared", () => {
    const before = process.memoryUsage().arrayBuffers;
    expect(() => decodeChunked(encodeLatin1("1FFFFFFFFFFFFF\r\nab"))).toThrow(
      "IncompleteRead(2 bytes read, 9007199254740989 more expected)",
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });
});
