/** Where the body of a response ends: the cases of RFC 9112 §6.3, in its order. */
import { describe, expect, test } from "vitest";
import { everySplit, response } from "./exchanges.ts";
import type { Given } from "./exchanges.ts";

const UPGRADE = { headers: { Connection: "upgrade", Upgrade: "x" } };

type Row = readonly [
  why: string,
  start: string,
  fields: readonly string[],
  given: Given,
  framing: string,
  remaining: number | null,
];

describe("the framing of a response", () => {
  test.each<Row>([
    // Item 1.
    ["HEAD has no body", "1 200 OK", ["Content-Length: 9"], { method: "HEAD" }, "none", 0],
    [
      "HEAD: chunked says nothing",
      "1 200 OK",
      ["Transfer-Encoding: chunked"],
      { method: "HEAD" },
      "none",
      0,
    ],
    [
      "HEAD: a broken length is not read",
      "1 200 OK",
      ["Content-Length: x"],
      { method: "HEAD" },
      "none",
      0,
    ],
    [
      "HEAD: both are not read",
      "0 200 OK",
      ["Content-Length: 1", "Transfer-Encoding: gzip"],
      { method: "HEAD" },
      "none",
      0,
    ],
    ["204 has no body", "1 204 No Content", ["Content-Length: 9"], {}, "none", 0],
    [
      "204: chunked says nothing",
      "1 204 No Content",
      ["Transfer-Encoding: chunked"],
      {},
      "none",
      0,
    ],
    [
      "304 has no body",
      "1 304 Not Modified",
      ["Content-Length: 9", "Content-Length: 8"],
      {},
      "none",
      0,
    ],
    ["205 is an ordinary response", "1 205 Reset", ["Content-Length: 2"], {}, "length", 2],
    ["101 that was asked for ends HTTP", "1 101 Go", ["Content-Length: 9"], UPGRADE, "upgrade", 0],
    [
      "101 to CONNECT that asked for it",
      "1 101 Go",
      [],
      { method: "CONNECT", ...UPGRADE },
      "upgrade",
      0,
    ],
    // Item 2.
    [
      "200 to CONNECT is a tunnel",
      "1 200 OK",
      ["Content-Length: 9"],
      { method: "CONNECT" },
      "tunnel",
      0,
    ],
    ["204 to CONNECT is a tunnel too", "1 204 OK", [], { method: "CONNECT" }, "tunnel", 0],
    [
      "299 to CONNECT, whatever its fields say",
      "0 299 OK",
      ["Transfer-Encoding: gzip", "Content-Length: x"],
      { method: "CONNECT" },
      "tunnel",
      0,
    ],
    [
      "300 to CONNECT is an ordinary response",
      "1 300 Hm",
      ["Content-Length: 3"],
      { method: "CONNECT" },
      "length",
      3,
    ],
    [
      "407 to CONNECT is an ordinary response",
      "1 407 Who",
      ["Transfer-Encoding: chunked"],
      { method: "CONNECT" },
      "chunked",
      null,
    ],
    [
      "connect in small letters is another method",
      "1 200 OK",
      ["Content-Length: 9"],
      { method: "connect" },
      "length",
      9,
    ],
    [
      "head in small letters is another method",
      "1 200 OK",
      ["Content-Length: 9"],
      { method: "head" },
      "length",
      9,
    ],
    // Items 3 and 4.
    ["chunked", "1 200 OK", ["Transfer-Encoding: chunked"], {}, "chunked", null],
    [
      "chunked in any letters and blanks around it",
      "1 200 OK",
      ["transfer-encoding:\t CHUNked \t"],
      {},
      "chunked",
      null,
    ],
    // Items 5 and 6.
    ["a length", "1 200 OK", ["Content-Length: 12"], {}, "length", 12],
    ["a length in HTTP/1.0", "0 200 OK", ["Content-Length: 12"], {}, "length", 12],
    [
      "a length of 20 digits with zeros",
      "1 200 OK",
      ["Content-Length: 00000000000000000012"],
      {},
      "length",
      12,
    ],
    [
      "the largest length",
      "1 200 OK",
      ["Content-Length: 9007199254740991"],
      {},
      "length",
      9007199254740991,
    ],
    ["equal lengths in a list", "1 200 OK", ["Content-Length: 3,3 ,\t3"], {}, "length", 3],
    [
      "equal lengths in two fields",
      "1 200 OK",
      ["Content-Length: 3", "content-length: 3"],
      {},
      "length",
      3,
    ],
    // Item 8.
    ["neither: until the connection closes", "1 200 OK", [], {}, "close", null],
    [
      "names that only look alike say nothing",
      "1 200 OK",
      ["Content_Length: 3", "Transfer-Encodin_: chunked"],
      {},
      "close",
      null,
    ],
  ])("%s", (_why, start, fields, given, framing, remaining) => {
    const seen = everySplit(response(start, fields), given);
    expect(seen.error).toBeNull();
    expect(seen).toMatchObject({ framing, remaining });
    expect(seen.ended).toBe(remaining === 0);
  });
});
