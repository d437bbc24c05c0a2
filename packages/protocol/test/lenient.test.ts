import { describe, expect, test } from "vitest";
import type { Lenient } from "../src/index.ts";
import { answer, asking, everySplit } from "./exchanges.ts";
import type { Given } from "./exchanges.ts";

const CHUNKED = "Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";

interface Row {
  readonly option: keyof Lenient;
  readonly why: string;
  readonly wire: string;
  readonly given?: Given;
  /** What is bent: the code, the offset and the excerpt that a strict parser refuses with. */
  readonly bent: readonly (readonly [code: string, offset: number, excerpt: string])[];
  readonly fields?: readonly (readonly [string, string])[];
  readonly body?: string;
}

const at = (wire: string, found: string): number => wire.indexOf(found) + found.length - 1;

function row(
  option: keyof Lenient,
  why: string,
  wire: string,
  bent: readonly (readonly [code: string, upTo: string])[],
  more: Partial<Row> = {},
): Row {
  // An excerpt of a field line goes back to the first field line.
  const section = wire.indexOf("\n") + 1;
  return {
    option,
    why,
    wire,
    bent: bent.map(([code, upTo]) => {
      const end = at(wire, upTo) + 1;
      const start = code.startsWith("STATUS_LINE") ? 0 : section;
      return [code, end - 1, wire.slice(Math.max(start, end - 40), end)];
    }),
    ...more,
  };
}

/** Framing is judged at the end of the head. */
function framed(option: keyof Lenient, why: string, wire: string, code: string): Row {
  const offset = at(wire, "\r\n\r\n");
  const excerpt = wire.slice(wire.indexOf("\n") + 1, offset + 1).slice(-40);
  return {
    option,
    why,
    wire,
    bent: [[code, offset, excerpt]],
    body: "hi",
  };
}

const BODY: Partial<Row> = { body: "hi" };
const ROWS: readonly Row[] = [
  row(
    "bareLineFeed",
    "ends the status line",
    "HTTP/1.1 200 OK\nContent-Length: 2\r\n\r\nhi",
    [["STATUS_LINE_BARE_LF", "OK\n"]],
    BODY,
  ),
  row(
    "bareLineFeed",
    "ends a status line without a reason",
    "HTTP/1.1 200\nContent-Length: 2\r\n\r\nhi",
    [["STATUS_LINE_BARE_LF", "200\n"]],
    BODY,
  ),
  row(
    "bareLineFeed",
    "ends a field",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\n\r\nhi",
    [["BARE_LF", "2\n"]],
    BODY,
  ),
  row(
    "bareLineFeed",
    "ends the head",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\nhi",
    [["BARE_LF", "2\r\n\n"]],
    BODY,
  ),
  row(
    "bareLineFeed",
    "ends every line",
    "HTTP/1.1 200 OK\nA: b\n c\nContent-Length: 2\n\nhi",
    [
      ["STATUS_LINE_BARE_LF", "OK\n"],
      ["BARE_LF", "b\n"],
      ["BARE_LF", " c\n"],
      ["BARE_LF", ": 2\n"],
      ["BARE_LF", "2\n\n"],
    ],
    {
      ...BODY,
      fields: [
        ["A", "b c"],
        ["Content-Length", "2"],
      ],
    },
  ),
  framed(
    "lengthWithTransferEncoding",
    "is ignored",
    `HTTP/1.1 200 OK\r\nContent-Length: 9\r\n${CHUNKED}`,
    "LENGTH_WITH_TRANSFER_ENCODING",
  ),
  framed(
    "lengthWithTransferEncoding",
    "is not even read",
    `HTTP/1.1 200 OK\r\nContent-Length: x\r\nContent-Length: y\r\n${CHUNKED}`,
    "LENGTH_WITH_TRANSFER_ENCODING",
  ),
  framed(
    "chunkedInHTTP10",
    "counts",
    `HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n${CHUNKED}`,
    "TRANSFER_ENCODING_IN_HTTP_1_0",
  ),
  {
    option: "spaceAfterChunkSize",
    why: "is skipped, each time",
    wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1 \r\nh\r\n1\t \r\ni\r\n0 \r\n\r\n",
    bent: [
      ["SPACE_AFTER_CHUNK_SIZE", 49, "1 \r"],
      ["SPACE_AFTER_CHUNK_SIZE", 57, "1\t \r"],
      ["SPACE_AFTER_CHUNK_SIZE", 64, "0 \r"],
    ],
    body: "hi",
  },
  row(
    "skipInvalidFields",
    "a name with a blank",
    "HTTP/1.1 200 OK\r\nContent-Length : 9\r\nContent-Length: 2\r\n\r\nhi",
    [["INVALID_FIELD_NAME", "Length "]],
    { ...BODY, fields: [["Content-Length", "2"]] },
  ),
  row(
    "skipInvalidFields",
    "no colon",
    "HTTP/1.1 200 OK\r\nnonsense\r\nContent-Length: 2\r\n\r\nhi",
    [["INVALID_FIELD_NAME", "nonsense\r\n"]],
    { ...BODY, fields: [["Content-Length", "2"]] },
  ),
  row(
    "skipInvalidFields",
    "an empty name",
    "HTTP/1.1 200 OK\r\n: x\r\nContent-Length: 2\r\n\r\nhi",
    [["INVALID_FIELD_NAME", "\r\n:"]],
    { ...BODY, fields: [["Content-Length", "2"]] },
  ),
  row(
    "skipInvalidFields",
    "NUL in a value, with its folds",
    "HTTP/1.1 200 OK\r\nA: \0b\r\n c\r\n d\r\nContent-Length: 2\r\n\r\nhi",
    [["NUL", "A: \0"]],
    { ...BODY, fields: [["Content-Length", "2"]] },
  ),
  row(
    "skipInvalidFields",
    "a blank before the first field",
    "HTTP/1.1 200 OK\r\n A: b\r\nContent-Length: 2\r\n\r\nhi",
    [["LEADING_WHITESPACE", "OK\r\n "]],
    { ...BODY, fields: [["Content-Length", "2"]] },
  ),
  row(
    "skipInvalidFields",
    "a folded framing field",
    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n 9\r\nA: b\r\n\r\nhi",
    [["FOLDED_FRAMING_FIELD", "9\r\n "]],
    { ...BODY, fields: [["A", "b"]] },
  ),
];

const ALL: Lenient = {
  bareLineFeed: true,
  lengthWithTransferEncoding: true,
  chunkedInHTTP10: true,
  spaceAfterChunkSize: true,
  skipInvalidFields: true,
  simpleResponse: true,
};
const OPTIONS = Object.keys(ALL) as (keyof Lenient)[];

describe.each(ROWS)("$option: $why", ({ option, wire, given, bent, fields, body }) => {
  const [first] = bent;

  test("is refused where it is not asked for, with the same code, offset and excerpt", () => {
    const [code, offset, excerpt] = first!;
    expect(everySplit(wire, given).error).toMatchObject({ code, offset, excerpt });
  });

  test("is refused when every other option is on", () => {
    const lenient = { ...ALL, [option]: false };
    expect(everySplit(wire, { ...given, lenient }).error).toMatchObject({ code: first![0] });
  });

  test.each([
    ["alone", { [option]: true }],
    ["with all the others", ALL],
  ])("is let through %s, recorded, and the connection closes", (_how, lenient) => {
    const seen = everySplit(wire, { ...given, lenient, eof: true });
    expect(seen).toMatchObject({ error: null, ended: true, willClose: true, isReusable: false });
    expect(seen.body).toBe(body);
    expect(seen.head?.defects).toEqual(
      bent.map(([code, offset, excerpt]) => ({ code, offset, excerpt })),
    );
    if (fields !== undefined) expect(seen.head?.fields).toEqual(fields);
  });
});

describe("leniencies", () => {
  test("all at once, and each use recorded in order", () => {
    const wire =
      "HTTP/1.0 200 OK\nbad\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\n\r\n2 \r\nhi\r\n0\r\n\r\n";
    const seen = everySplit(wire, { lenient: ALL });
    expect(seen).toMatchObject({ body: "hi", ended: true, willClose: true });
    expect(seen.head?.defects).toMatchObject([
      { code: "STATUS_LINE_BARE_LF" },
      { code: "INVALID_FIELD_NAME" },
      { code: "BARE_LF" },
      { code: "TRANSFER_ENCODING_IN_HTTP_1_0" },
      { code: "LENGTH_WITH_TRANSFER_ENCODING" },
      { code: "SPACE_AFTER_CHUNK_SIZE" },
    ]);
  });

  test.each(OPTIONS)("%s changes nothing about a plain exchange", (option) => {
    const wire =
      "HTTP/1.1 103 H\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\nrest";
    expect(everySplit(wire, { lenient: { [option]: true } })).toEqual(everySplit(wire));
  });

  test.each<readonly [why: string, wire: string, code: string]>([
    ["a bare CR in the status line", "HTTP/1.1 200 O\rK\r\n\r\n", "STATUS_LINE_BARE_CR"],
    ["a bare CR in a value", "HTTP/1.1 200 OK\r\nA: b\rc\r\n\r\n", "BARE_CR"],
    ["a bare CR in a name", "HTTP/1.1 200 OK\r\nA\rb: c\r\n\r\n", "BARE_CR"],
    ["a bare CR in a dropped line", "HTTP/1.1 200 OK\r\nA b\rc\r\n\r\n", "BARE_CR"],
    ["CR CR at the end of the head", "HTTP/1.1 200 OK\r\n\r\r\n", "BARE_CR"],
    ["NUL in the status line", "HTTP/1.1 200 \0\r\n\r\n", "STATUS_LINE_NUL"],
    [
      "a bare LF in a chunk line",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nhi\r\n0\r\n\r\n",
      "BARE_LF",
    ],
    [
      "a bare LF behind chunk data",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\n0\r\n\r\n",
      "CHUNK_DATA_END",
    ],
    [
      "a bare LF in a trailer",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\n\r\n",
      "BARE_LF",
    ],
    [
      "a malformed trailer",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA b\r\n\r\n",
      "INVALID_FIELD_NAME",
    ],
    [
      "lengths that differ",
      "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      "INVALID_CONTENT_LENGTH",
    ],
    [
      "another coding",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
      "UNKNOWN_TRANSFER_ENCODING",
    ],
    ["a 101 nobody asked for", "HTTP/1.1 101 Go\r\n\r\n", "UNEXPECTED_SWITCH"],
    [
      "a blank before an extension that is none",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2 x\r\nhi\r\n0\r\n\r\n",
      "SPACE_AFTER_CHUNK_SIZE",
    ],
  ])("no option lets through %s", (_why, wire, code) => {
    expect(everySplit(wire, { lenient: ALL }).error).toMatchObject({ code });
  });

  test("a bent interim head costs the connection too, and keeps its defect to itself", () => {
    const seen = everySplit("HTTP/1.1 100 C\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", {
      lenient: ALL,
    });
    expect(seen.interim[0]?.defects).toMatchObject([{ code: "STATUS_LINE_BARE_LF", offset: 14 }]);
    expect(seen.head?.defects).toEqual([]);
    expect(seen).toMatchObject({ willClose: true, isReusable: false });
  });

  test("what was bent just before an error is recorded too, in every split", () => {
    const wire = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2 \r\nhi\r\n1 \rX";
    const seen = everySplit(wire, { lenient: ALL });
    expect(seen).toMatchObject({ body: "hi", error: { code: "BARE_CR" } });
    expect(seen.head?.defects).toMatchObject([{ excerpt: "2 \r" }, { excerpt: "1 \r" }]);
  });

  test("willClose turns true at the chunk line that was bent", () => {
    const protocol = asking({ lenient: { spaceAfterChunkSize: true } });
    const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n";
    expect(answer(protocol, head)).toMatchObject({ willClose: false });
    expect(answer(protocol, "1 ")).toMatchObject({ willClose: false });
    expect(answer(protocol, "\r")).toMatchObject({ willClose: true });
  });

  test("a plain head is bent by no option, so that an option never widens the quick way", () => {
    for (const broken of [
      "HTTP/1.1 200 OK\r\nA: b\n\r\n\r\n",
      "HTTP/1.1 200 OK\r\nA : b\r\n\r\n",
      "HTTP/1.1 200 OK\n\r\n\r\n",
    ]) {
      expect(everySplit(broken).error).not.toBeNull();
      expect(everySplit(broken, { lenient: ALL }).head?.defects.length).toBeGreaterThan(0);
    }
  });
});
