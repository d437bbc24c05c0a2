/**
 * The nineteen places where CPython's client and RFC 9110/9112 disagree. CPython's way is in each title; the test shows ours. There is
 * no mode that copies CPython: a leniency that exists is named here.
 */
import { describe, expect, test } from "vitest";
import { latin1 } from "../src/index.ts";
import type { HTTPConnectionOptions } from "../src/python.ts";
import { answered, bytes, failure, ok, open, turns } from "./support/wire.ts";

/** A response with these fields. */
function response(fields: readonly string[], body = ""): string {
  return `HTTP/1.1 200 OK\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n${body}`;
}

/** What getresponse() or read() is rejected with. */
async function refusal(wire: string, options: HTTPConnectionOptions = {}): Promise<unknown> {
  const { conn } = open([wire, { end: true }], options);
  await conn.request("GET", "/");
  return failure(conn.getresponse().then((got) => got.read()));
}

const HELLO = "5\r\nhello\r\n0\r\n\r\n";

describe("where CPython and the RFC disagree, on what is received", () => {
  test("1: Transfer-Encoding beside Content-Length is accepted silently there, an error here with a leniency that closes", async () => {
    const wire = response(["Transfer-Encoding: chunked", "Content-Length: 3"], HELLO);
    expect(await refusal(wire)).toMatchObject({ code: "LENGTH_WITH_TRANSFER_ENCODING" });
    const { conn } = open([wire], { lenient: { lengthWithTransferEncoding: true } });
    await conn.request("GET", "/");
    const lenient = await conn.getresponse();
    expect(latin1(await lenient.read())).toBe("hello");
    expect(lenient.will_close).toBe(true);
    expect(lenient.msg.defects).toMatchObject([{ code: "LENGTH_WITH_TRANSFER_ENCODING" }]);
  });

  test("2: the two bytes behind chunk data are skipped unread there, and must be CR LF here", async () => {
    const wire = response(["Transfer-Encoding: chunked"], "5\r\nhelloXX0\r\n\r\n");
    expect(await refusal(wire)).toMatchObject({ code: "CHUNK_DATA_END", partial: bytes("hello") });
  });

  const chunked = (body: string): string => response(["Transfer-Encoding: chunked"], body);
  test.each([
    ["a chunk size 0x5", chunked("0x5\r\nhello\r\n0\r\n\r\n"), "CHUNK_EXTENSION"],
    ["a chunk size 1_0", chunked("1_0\r\nhello\r\n0\r\n\r\n"), "CHUNK_EXTENSION"],
    ["a chunk size with a blank in front", chunked(` ${HELLO}`), "CHUNK_SIZE"],
    ["a chunk size +5", chunked(`+${HELLO}`), "CHUNK_SIZE"],
    ["a length +5", response(["Content-Length: +5"], "hello"), "INVALID_CONTENT_LENGTH"],
    ["a length 1_0", response(["Content-Length: 1_0"], "hello"), "INVALID_CONTENT_LENGTH"],
    ["a status +200", "HTTP/1.1 +200 OK\r\n\r\n", "BAD_STATUS_CODE"],
    ["a status 2_00", "HTTP/1.1 2_00 OK\r\n\r\n", "BAD_STATUS_CODE"],
  ])(
    "3: numbers as int() reads them are accepted there, digits only here: %s",
    async (_why, wire, code) => {
      expect(await refusal(wire)).toMatchObject({ code });
    },
  );

  test("4: a bad field line hides all fields behind it there; here it is an error, or is left out and said so", async () => {
    const wire = response(["Content Length: 9", "Content-Length: 5"], "hello");
    expect(await refusal(wire)).toMatchObject({ code: "INVALID_FIELD_NAME" });
    const { conn } = open([wire], { lenient: { skipInvalidFields: true } });
    await conn.request("GET", "/");
    const lenient = await conn.getresponse();
    expect(latin1(await lenient.read())).toBe("hello");
    expect(lenient.msg.defects).toMatchObject([{ code: "INVALID_FIELD_NAME" }]);
  });

  test("5: a bare CR splits a field in two there, and is an error here", async () => {
    expect(await refusal(response(["X: a\rContent-Length: 1"]))).toMatchObject({ code: "BARE_CR" });
  });

  test("6: a folded value keeps its line end there; here the fold is one blank", async () => {
    const folded = await answered(response(["X: a", "\tb", "Content-Length: 0"]));
    expect(folded.getheader("x")).toBe("a b");
  });

  test("7: of lengths that differ the first one counts there; here they are an error, equal ones are one", async () => {
    expect(
      await refusal(response(["Content-Length: 5", "Content-Length: 6"], "hello")),
    ).toMatchObject({ code: "INVALID_CONTENT_LENGTH" });
    const equal = await answered(response(["Content-Length: 5", "Content-Length: 5"], "hello"));
    expect(latin1(await equal.read())).toBe("hello");
  });

  test("8: `gzip, chunked` and a blank behind chunked count as no coding there; here one is an error, the other is chunked", async () => {
    expect(await refusal(response(["Transfer-Encoding: gzip, chunked"], HELLO))).toMatchObject({
      name: "UnknownTransferEncoding",
    });
    const blank = await answered(response(["Transfer-Encoding: chunked "], HELLO));
    expect(latin1(await blank.read())).toBe("hello");
  });

  test("9: 102 and 103 are the answer there, and the answer is left on the wire; here they come before it", async () => {
    const { conn, wire } = open([
      `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok("one")}`,
      ok("two"),
    ]);
    for (const expected of ["one", "two"]) {
      await conn.request("GET", "/");
      expect(latin1(await (await conn.getresponse()).read())).toBe(expected);
    }
    expect(wire.connections).toHaveLength(1);
  });

  test("10: `close` anywhere in Connection closes there, as a token only here", async () => {
    expect((await answered(ok("", "Connection: x-disclosed"))).will_close).toBe(false);
    expect((await answered(ok("", "Connection: te, Close"))).will_close).toBe(true);
  });

  test("11: peek() shows bytes behind the body there, never here", async () => {
    const { conn } = open([`${ok("hello")}BEHIND`]);
    await conn.request("GET", "/");
    expect(latin1(await (await conn.getresponse()).peek(100))).toBe("hello");
  });

  test("12: read(amt) hides that a body was cut there; here the call behind the last byte raises", async () => {
    const cut = await answered(response(["Content-Length: 9"], "hello"));
    expect(latin1(await cut.read(9))).toBe("hello");
    expect(await failure(cut.read(9))).toMatchObject({ name: "IncompleteRead", expected: 4 });
  });

  test("13: trailers are dropped there, and kept apart from the headers here", async () => {
    const wire = response(["Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n");
    const got = await answered(wire);
    expect(latin1(await got.read())).toBe("hello");
    expect(got.trailers?.get("x-sum")).toBe("1");
    expect(got.getheader("x-sum")).toBeNull();
  });

  test("14: chunks behind a 204 are read there; here 204 has no body, and the connection is given up", async () => {
    const { conn, wire } = open([
      [`HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n${HELLO}`],
      [ok("two")],
    ]);
    await conn.request("GET", "/");
    const none = await conn.getresponse();
    expect([none.closed, (await none.read()).length]).toEqual([true, 0]);
    await conn.request("GET", "/");
    expect(latin1(await (await conn.getresponse()).read())).toBe("two");
    expect(wire.connections).toHaveLength(2);
  });

  test("15: an error leaves the connection in Request-sent there; here the next request dials", async () => {
    const { conn } = open([["garbage\r\n"], [ok("two")]]);
    await conn.request("GET", "/");
    await failure(conn.getresponse());
    await conn.request("GET", "/");
    expect(latin1(await (await conn.getresponse()).read())).toBe("two");
  });

  test("18: an answer that comes during an upload is lost there; here it is given, and the upload stops", async () => {
    const { conn } = open([
      { wait: 200 },
      { failWrites: true },
      { turns: 2 },
      { data: "HTTP/1.1 413 Content Too Large\r\nContent-Length: 3\r\n\r\nbig" },
    ]);
    let asked = 0;
    async function* upload(): AsyncGenerator<Uint8Array> {
      for (; asked < 10_000; asked++) {
        yield bytes("x".repeat(100));
        await turns(1);
      }
    }
    await conn.request("POST", "/", upload());
    const got = await conn.getresponse();
    expect([got.status, latin1(await got.read())]).toEqual([413, "big"]);
    expect(asked).toBeLessThan(10_000);
  });

  test("19: bytes behind a body are dropped or read as the next answer there; here they cost the connection", async () => {
    const { conn, wire } = open([[`${ok("one")}${ok("planted")}`], [ok("two")]]);
    for (const expected of ["one", "two"]) {
      await conn.request("GET", "/");
      expect(latin1(await (await conn.getresponse()).read())).toBe(expected);
    }
    expect(wire.connections).toHaveLength(2);
  });
});

describe("where CPython and the RFC disagree, on what is sent", () => {
  test("16: CONNECT headers are not looked at and IPv6 is without brackets in Host there; here they are checked, and in brackets", async () => {
    const { conn, written } = open(["HTTP/1.1 200 OK\r\n\r\n"]);
    expect(() => conn.set_tunnel("::1", 444, { X: "a\r\nY: b" })).toThrow(
      expect.objectContaining({ code: "INVALID_FIELD_VALUE" }),
    );
    conn.set_tunnel("::1", 444);
    await conn.connect();
    expect(written()).toBe("CONNECT [::1]:444 HTTP/1.1\r\nHost: [::1]:444\r\n\r\n");
  });

  test.each([
    ["a method with a blank", "G T", {}, "INVALID_METHOD"],
    ["a header name with a parenthesis", "GET", { "X(": "1" }, "INVALID_FIELD_NAME"],
    ["NUL in a header value", "GET", { X: "a\0b" }, "INVALID_FIELD_VALUE"],
  ])(
    "17: what is no token or no field value is sent there, and refused here: %s",
    async (_why, method, headers, code) => {
      const { conn, wire } = open();
      expect(await failure(conn.request(method, "/", null, headers))).toMatchObject({ code });
      expect(wire.connections).toHaveLength(0);
    },
  );
});
