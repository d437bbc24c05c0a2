import { describe, expect, test } from "vitest";
import { everySplit } from "./exchanges.ts";

const BAD = "BadStatusLine";
const UNKNOWN = "UnknownProtocol";

describe("a status line that is none is refused at its first wrong byte", () => {
  test.each<readonly [why: string, wire: string, kind: string, code: string, offset: number]>([
    ["another protocol", "SSH-2.0-OpenSSH_9\r\n", BAD, "NOT_HTTP", 0],
    ["small letters", "http/1.1 200 OK\r\n", BAD, "NOT_HTTP", 0],
    ["a blank line first", "\r\nHTTP/1.1 200 OK\r\n", BAD, "NOT_HTTP", 0],
    ["a blank first", " HTTP/1.1 200 OK\r\n", BAD, "NOT_HTTP", 0],
    ["a byte order mark", "\xef\xbb\xbfHTTP/1.1 200 OK\r\n", BAD, "NOT_HTTP", 0],
    ["ICY", "ICY 200 OK\r\n", BAD, "NOT_HTTP", 0],
    ["NUL in the name", "HT\0P/1.1 200 OK\r\n", BAD, "NOT_HTTP", 2],
    ["no slash", "HTTP 1.1 200 OK\r\n", BAD, "NOT_HTTP", 4],
    ["HTTP/2", "HTTP/2 200\r\n", UNKNOWN, "UNKNOWN_PROTOCOL", 6],
    ["HTTP/2.0", "HTTP/2.0 200 OK\r\n", UNKNOWN, "UNKNOWN_PROTOCOL", 8],
    ["HTTP/1.10", "HTTP/1.10 200 OK\r\n", UNKNOWN, "UNKNOWN_PROTOCOL", 9],
    ["HTTP/1.", "HTTP/1. 200 OK\r\n", UNKNOWN, "UNKNOWN_PROTOCOL", 7],
    ["HTTP/01.1", "HTTP/01.1 200 OK\r\n", UNKNOWN, "UNKNOWN_PROTOCOL", 9],
    ["HTTP/0.8", "HTTP/0.8 200 OK\r\n", UNKNOWN, "UNKNOWN_PROTOCOL", 8],
    ["HTTP/1.x", "HTTP/1.x 200 OK\r\n", UNKNOWN, "UNKNOWN_PROTOCOL", 8],
    ["an empty version", "HTTP/ 200 OK\r\n", UNKNOWN, "UNKNOWN_PROTOCOL", 5],
    ["a strange version and nothing else", "HTTP/3\r\n", UNKNOWN, "UNKNOWN_PROTOCOL", 7],
    ["a tab behind the version", "HTTP/1.1\t200 OK\r\n", BAD, "BAD_VERSION", 8],
    ["obs-text in the version", "HTTP/1.\xb9 200 OK\r\n", BAD, "BAD_VERSION", 7],
    ["NUL in the version", "HTTP/2\0 200\r\n", BAD, "STATUS_LINE_NUL", 6],
    ["no code", "HTTP/1.1\r\n", BAD, "BAD_STATUS_CODE", 9],
    ["two blanks", "HTTP/1.1  200 OK\r\n", BAD, "BAD_STATUS_CODE", 9],
    ["a code below 100", "HTTP/1.1 099 OK\r\n", BAD, "BAD_STATUS_CODE", 9],
    ["a signed code", "HTTP/1.1 +20 OK\r\n", BAD, "BAD_STATUS_CODE", 9],
    ["two digits", "HTTP/1.1 20 OK\r\n", BAD, "BAD_STATUS_CODE", 11],
    ["two digits and the end", "HTTP/1.1 20\r\n", BAD, "BAD_STATUS_CODE", 12],
    ["four digits", "HTTP/1.1 2000 OK\r\n", BAD, "BAD_STATUS_CODE", 12],
    ["letters behind the code", "HTTP/1.1 200OK\r\n", BAD, "BAD_STATUS_CODE", 12],
    ["a tab behind the code", "HTTP/1.1 200\tOK\r\n", BAD, "BAD_STATUS_CODE", 12],
    ["digits of another alphabet", "HTTP/1.1 2\xb20 OK\r\n", BAD, "BAD_STATUS_CODE", 10],
    ["NUL in the reason", "HTTP/1.1 200 O\0K\r\n", BAD, "STATUS_LINE_NUL", 14],
    ["a bare CR in the reason", "HTTP/1.1 200 O\rK\r\n", BAD, "STATUS_LINE_BARE_CR", 15],
    ["two CR", "HTTP/1.1 200 OK\r\r\n", BAD, "STATUS_LINE_BARE_CR", 16],
    ["a bare LF", "HTTP/1.1 200 OK\nA: b\r\n\r\n", BAD, "STATUS_LINE_BARE_LF", 15],
    ["a bare LF behind the version", "HTTP/1.1\n\n", BAD, "STATUS_LINE_BARE_LF", 8],
  ])("%s", (_why, wire, kind, code, offset) => {
    const { error, head, states } = everySplit(`${wire}Content-Length: 0\r\n\r\n`);
    expect(error).toMatchObject({ class: kind, code, offset });
    // The line up to the offending byte; of a version its token.
    const line = wire.slice(0, offset + 1);
    if (kind === BAD) expect(error).toMatchObject({ line, excerpt: line.slice(-40) });
    else expect(error).toMatchObject({ version: line.split(/[ \r]/, 1)[0], excerpt: line });
    expect(head).toBeNull();
    expect(states).toBe("ERROR ERROR");
  });
});

describe("a status line is read", () => {
  test.each<readonly [why: string, line: string, version: number, status: number, reason: string]>([
    ["as the RFC writes it", "HTTP/1.1 200 OK\r\n", 11, 200, "OK"],
    ["without a reason", "HTTP/1.1 200 \r\n", 11, 200, ""],
    ["without reason and blank, as every client takes it", "HTTP/1.1 200\r\n", 11, 200, ""],
    ["with blanks around the reason", "HTTP/1.1 200  \t O K \t\r\n", 11, 200, "O K"],
    ["with obs-text in the reason", "HTTP/1.1 200 caf\xe9 \x80\r\n", 11, 200, "caf\xe9 \x80"],
    [
      "with control characters in the reason",
      "HTTP/1.1 200 \x01\x1b[0m\x7f\r\n",
      11,
      200,
      "\x01\x1b[0m\x7f",
    ],
    [
      "with a no-break space that is no blank",
      "HTTP/1.1 200 \xa0OK\xa0\r\n",
      11,
      200,
      "\xa0OK\xa0",
    ],
    ["of HTTP/1.0", "HTTP/1.0 404 Not Found\r\n", 10, 404, "Not Found"],
    ["of HTTP/0.9 as 1.0", "HTTP/0.9 200 OK\r\n", 10, 200, "OK"],
    ["of HTTP/1.2 as 1.1", "HTTP/1.2 200 OK\r\n", 11, 200, "OK"],
    ["of HTTP/1.9 as 1.1", "HTTP/1.9 200 OK\r\n", 11, 200, "OK"],
    ["with the highest code", "HTTP/1.1 999 Odd\r\n", 11, 999, "Odd"],
    ["with a code of no class", "HTTP/1.1 600\r\n", 11, 600, ""],
  ])("%s", (_why, line, version, status, reason) => {
    const { head, ended } = everySplit(`${line}Content-Length: 0\r\n\r\n`);
    expect(head).toMatchObject({ version, status, reason, fields: [["Content-Length", "0"]] });
    expect(ended).toBe(true);
  });
});
