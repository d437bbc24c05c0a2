/** Every split of the input gives the same events, the same error at the same byte, and the same body before it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answer, asking, everySplit } from "./exchanges.ts";
import type { Given } from "./exchanges.ts";

const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
const INTERIM = "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\nA: b\r\n c\r\n\r\n";

interface Refusal {
  readonly code: string;
  readonly offset: number;
  readonly body: string;
}

/** A refusal whose offset is that of the last byte of `upTo`. */
const REFUSALS: readonly (readonly [
  why: string,
  upTo: string,
  behind: string,
  code: string,
  body: string,
])[] = [
  ["not HTTP", "X", "HTTP/1.1 200 OK\r\n\r\n", "NOT_HTTP", ""],
  ["a version", "HTTP/1.1\x07", " 200 OK\r\n\r\n", "BAD_VERSION", ""],
  ["a status code", "HTTP/1.1 20x", " OK\r\n\r\n", "BAD_STATUS_CODE", ""],
  ["a bare LF in the status line", "HTTP/1.1 200 OK\n", "\n", "STATUS_LINE_BARE_LF", ""],
  ["a bare CR in the status line", "HTTP/1.1 200 OK\rX", "\r\n\r\n", "STATUS_LINE_BARE_CR", ""],
  ["NUL in the status line", "HTTP/1.1 200 O\0", "K\r\n\r\n", "STATUS_LINE_NUL", ""],
  [
    "a blank before the first field",
    "HTTP/1.1 200 OK\r\n ",
    "A: b\r\n\r\n",
    "LEADING_WHITESPACE",
    "",
  ],
  ["a blank before the colon", "HTTP/1.1 200 OK\r\nA ", ": b\r\n\r\n", "INVALID_FIELD_NAME", ""],
  ["no colon", "HTTP/1.1 200 OK\r\nA\r\n", "\r\n", "INVALID_FIELD_NAME", ""],
  ["a bare LF behind a field", "HTTP/1.1 200 OK\r\nA: b\n", "\r\n", "BARE_LF", ""],
  ["a bare CR in a field", "HTTP/1.1 200 OK\r\nA: b\rc", "\r\n\r\n", "BARE_CR", ""],
  [
    "CR and no LF at the end of the head",
    "HTTP/1.1 200 OK\r\nA: b\r\n\rX",
    "\r\n\r\n",
    "BARE_CR",
    "",
  ],
  ["NUL in a field", "HTTP/1.1 200 OK\r\nA: \0", "\r\n\r\n", "NUL", ""],
  ["a blank continuation", "HTTP/1.1 200 OK\r\nA: b\r\n \r\n", "\r\n", "BLANK_FOLD", ""],
  [
    "a folded length",
    "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n ",
    "0\r\n\r\n",
    "FOLDED_FRAMING_FIELD",
    "",
  ],
  [
    "a broken length",
    "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
    "body",
    "INVALID_CONTENT_LENGTH",
    "",
  ],
  [
    "another coding",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: x\r\n\r\n",
    "body",
    "UNKNOWN_TRANSFER_ENCODING",
    "",
  ],
  ["a 101", "HTTP/1.1 101 Go\r\n\r\n", "more", "UNEXPECTED_SWITCH", ""],
  ["no chunk size", `${CHUNKED}\r`, "\n0\r\n\r\n", "CHUNK_SIZE", ""],
  ["a second chunk size", `${CHUNKED}2\r\nhi\r\nx`, "\r\n0\r\n\r\n", "CHUNK_SIZE", "hi"],
  ["a bare LF in a chunk line", `${CHUNKED}2\r\nhi\r\n1\n`, "x\r\n0\r\n\r\n", "BARE_LF", "hi"],
  [
    "a control in a chunk line",
    `${CHUNKED}2\r\nhi\r\n1;a\x01`,
    "\r\nx\r\n0\r\n\r\n",
    "CHUNK_LINE_CONTROL",
    "hi",
  ],
  ["a broken extension", `${CHUNKED}2\r\nhi\r\n1;=`, "\r\nx\r\n0\r\n\r\n", "CHUNK_EXTENSION", "hi"],
  [
    "17 digits",
    `${CHUNKED}2\r\nhi\r\n00000000000000000`,
    "1\r\nx\r\n0\r\n\r\n",
    "LINE_TOO_LONG",
    "hi",
  ],
  ["a chunk of 2^53", `${CHUNKED}2\r\nhi\r\n20000000000000\r`, "\n", "CHUNK_SIZE_TOO_LARGE", "hi"],
  ["no CR behind chunk data", `${CHUNKED}2\r\nhix`, "0\r\n\r\n", "CHUNK_DATA_END", "hi"],
  ["no LF behind chunk data", `${CHUNKED}2\r\nhi\rx`, "0\r\n\r\n", "CHUNK_DATA_END", "hi"],
  ["a broken trailer", `${CHUNKED}2\r\nhi\r\n0\r\nA `, ": b\r\n\r\n", "INVALID_FIELD_NAME", "hi"],
  [
    "a folded length in a trailer",
    `${CHUNKED}2\r\nhi\r\n0\r\nContent-Length: 1\r\n\t`,
    "1\r\n\r\n",
    "FOLDED_FRAMING_FIELD",
    "hi",
  ],
];

describe.each([
  ["at once", "", undefined],
  ["behind interim heads", INTERIM, undefined],
  ["with bytes before the range", "", 5],
])("a refusal %s is the same in every split", (_where, before, margin) => {
  test.each(REFUSALS)("%s", (_why, upTo, behind, code, body) => {
    const wire = before + upTo + behind;
    const expected: Refusal = { code, offset: before.length + upTo.length - 1, body };
    const { error, ...seen } = everySplit(wire);
    expect(error).toMatchObject({ code: expected.code, offset: expected.offset });
    expect(seen.body).toBe(expected.body);
    // The last byte of an excerpt is the offending one, unless the head as a whole is judged.
    const excerpt = String(error?.["excerpt"]);
    expect(excerpt.length).toBeLessThanOrEqual(40);
    if (!upTo.endsWith("\r\n\r\n"))
      expect(wire.slice(0, expected.offset + 1).endsWith(excerpt)).toBe(true);
    // What was cut off behind the offending byte changes nothing: the error does not wait for it.
    expect(answer(asking(), wire.slice(0, expected.offset + 1)).error).toEqual(error);
    expect(answer(asking(), wire.slice(0, expected.offset)).error).toBeNull();
    if (margin !== undefined) {
      const protocol = asking();
      const chunk = Uint8Array.from(`junk!${wire}junk!`, (character) => character.charCodeAt(0));
      protocol.feed(chunk, margin, chunk.length - margin);
      const next = (): void => {
        for (let left = wire.length + 8; left > 0 && protocol.next() !== 0; left--);
      };
      expect(next).toThrow(
        expect.objectContaining({ code: expected.code, offset: expected.offset }) as Error,
      );
    }
  });
});

describe("a message is the same in every split", () => {
  test.each<readonly [why: string, wire: string, given: Given]>([
    ["interim heads and chunks", `${INTERIM}${CHUNKED}5\r\nhello\r\n0\r\nX: y\r\n z\r\n\r\n`, {}],
    ["extensions", `${CHUNKED}5;a;b=c;d="e\\"f"\r\nhello\r\n000;x\r\n\r\nrest`, {}],
    [
      "folds and blanks",
      "HTTP/1.1 200  O K \r\nA:\tb \r\n\t c\t\r\n  d\r\nContent-Length:0\r\n\r\n",
      {},
    ],
    ["until close", "HTTP/1.0 200 OK\r\nA: \xff\xfe\r\n\r\n\0\r\n\xff", { eof: true }],
    [
      "every leniency",
      "HTTP/1.0 200 OK\nX y\r\nTransfer-Encoding: chunked\nContent-Length: 1\r\n\n1 \r\na\r\n0\t\r\n\r\n",
      {
        lenient: {
          bareLineFeed: true,
          skipInvalidFields: true,
          chunkedInHTTP10: true,
          lengthWithTransferEncoding: true,
          spaceAfterChunkSize: true,
        },
      },
    ],
  ])("%s", (_why, wire, given) => {
    const seen = everySplit(wire, given);
    expect(seen).toMatchObject({ error: null, ended: true });
  });

  test("any cuts at all", () => {
    const wire = `${INTERIM}${CHUNKED}5;a=b\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nX: y\r\n\r\nrest`;
    const whole = answer(asking(), wire);
    const cuts = fc.uniqueArray(fc.integer({ min: 0, max: wire.length }), { maxLength: 12 });
    fc.assert(
      fc.property(cuts, (points) => {
        expect(
          answer(
            asking(),
            wire,
            points.toSorted((a, b) => a - b),
          ),
        ).toEqual(whole);
      }),
      { seed: 9112, numRuns: 500 },
    );
  });
});
