/** Every prefix of a body is IncompleteRead with all bytes decoded before, never success, in every cut. */

import { encodeLatin1, latin1 } from "@httplib/bytes";
import { IncompleteRead } from "@httplib/errors";
import { describe, expect, test } from "vitest";
import { decodeChunked } from "../src/index.ts";
import { cutsOf, observe, seeError } from "./every-cut.ts";

const WIRE = '3;a="b"\r\nabc\r\n00A\r\n0123456789\r\n0;x\r\nX-Sum: 1\r\n 2\r\n\r\n';
/** Where the line of the last chunk ends: the one place where the body may end early. */
const LAST_LINE = WIRE.indexOf("X-Sum");

/** The payload among the first `length` bytes. */
function bodyOf(length: number): string {
  const first = WIRE.slice(9, Math.min(length, 12));
  return length <= 19 ? first : first + WIRE.slice(19, Math.min(length, 29));
}
/** The bytes of the chunk that are still to come, where that is known. */
function expectedOf(length: number): number | undefined {
  if (length >= 9 && length < 12) return 12 - length;
  return length >= 19 && length < 29 ? 29 - length : undefined;
}

const lengths = Array.from({ length: WIRE.length }, (_, length) => length).filter(
  (length) => length !== LAST_LINE,
);

describe("a body cut behind", () => {
  test.each(lengths)("%i bytes", (length) => {
    const prefix = encodeLatin1(WIRE.slice(0, length));
    for (const cuts of cutsOf(length)) {
      const seen = observe(prefix, cuts);
      expect(seen).toMatchObject({ body: bodyOf(length), trailers: null, used: null });
      expect(seen.error).toMatchObject({
        name: "IncompleteRead",
        code: "INCOMPLETE_READ",
        offset: length,
        partial: "",
      });
    }
    expect.assertions(2 * cutsOf(length).length + 3);
    try {
      decodeChunked(prefix);
    } catch (error) {
      expect(error).toBeInstanceOf(IncompleteRead);
      expect((error as IncompleteRead).expected).toBe(expectedOf(length));
      expect(seeError(error)).toMatchObject({
        partial: bodyOf(length),
        message: expect.stringContaining(
          `IncompleteRead(${bodyOf(length).length} bytes read`,
        ) as string,
      });
    }
  });

  test("its last chunk line is whole", () => {
    const { body, trailers, bytesRead } = decodeChunked(encodeLatin1(WIRE.slice(0, LAST_LINE)));
    expect([latin1(body), trailers, bytesRead]).toEqual(["abc0123456789", null, LAST_LINE]);
  });
});
