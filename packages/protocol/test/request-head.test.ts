import type { HTTPException } from "@httplib/errors";
import type { HeaderValue } from "@httplib/headers";
import { describe, expect, test } from "vitest";
import { ClientProtocol, RequestHead } from "../src/index.ts";
import type { RequestBodyShape } from "../src/index.ts";
import { bytes, thrownBy } from "./exchanges.ts";

type Line = readonly [name: string, ...values: HeaderValue[]];

function headOf(method: string, lines: readonly Line[]): RequestHead {
  const head = new RequestHead(method, "/");
  for (const [name, ...values] of lines) head.add(name, ...values);
  return head;
}

function linesOf(head: RequestHead, body?: RequestBodyShape): string[] {
  const { text } = head.finish(body);
  expect(text.endsWith("\r\n\r\n")).toBe(true);
  return text.slice(0, -4).split("\r\n");
}

describe("the request line", () => {
  test.each(["GET", "get", "M-SEARCH", "!#$%&'*+-.^_`|~09Az"])(
    "takes the method %j as it is",
    (method) => {
      expect(linesOf(new RequestHead(method, "/"))).toEqual([`${method} / HTTP/1.1`]);
    },
  );

  test.each([
    "",
    " ",
    "G T",
    "GET ",
    "GET\r\nX: y",
    "GET\n",
    "GET\0",
    "GET\t",
    "G\u00cbT",
    "G\u2603T",
    // U+010D ends in 0x0D: narrowing it to a byte would be a CR.
    "GET\u010d\u010aX: y",
    "GET/",
    "GET\x7f",
  ])("refuses the method %j", (method) => {
    expect(thrownBy(() => new RequestHead(method, "/"))).toMatchObject({
      name: "InvalidRequest",
      code: "INVALID_METHOD",
      fault: "local",
    });
  });

  test.each([
    "/",
    "*",
    "/a?b#c",
    "http://h/p",
    "example.com:443",
    "/%zz",
    "//host/p",
    '/"<>\\^`{|}~',
  ])("takes the target %j as it is", (target) => {
    expect(linesOf(new RequestHead("GET", target))).toEqual([`GET ${target} HTTP/1.1`]);
  });

  test.each([
    "",
    " ",
    "/a b",
    "/ HTTP/1.1\r\nX: y",
    "/\n",
    "/\r",
    "/\0",
    "/\t",
    "/\x7f",
    "/\u00e9",
    "/\u2603",
    "/\u010a",
    "/\ud83d",
    "\n/",
  ])("refuses the target %j", (target) => {
    expect(thrownBy(() => new RequestHead("GET", target))).toMatchObject({
      name: "InvalidURL",
      code: "INVALID_URL",
    });
  });

  test.each([null, undefined, 5, {}, ["GET"], Symbol("GET"), Object.create(null)])(
    "refuses what is no text",
    (value) => {
      const odd = value as string;
      expect(thrownBy(() => new RequestHead(odd, "/")).code).toBe("INVALID_METHOD");
      expect(thrownBy(() => new RequestHead("GET", odd)).code).toBe("INVALID_URL");
    },
  );

  test("messages show at most forty characters, escaped", () => {
    const { message } = thrownBy(() => new RequestHead(`G\r${"x".repeat(100)}`, "/"));
    expect(message).toBe(
      `Cannot send a request: found the method "G\\x0d${"x".repeat(38)}", expected a token`,
    );
  });
});

describe("field lines", () => {
  test("go out in order, with their case, repeated ones too", () => {
    const head = headOf("GET", [
      ["hOST", "a"],
      ["X", ""],
      ["x", 5],
      ["X", bytes("\xe9")],
    ]);
    expect(linesOf(head)).toEqual(["GET / HTTP/1.1", "hOST: a", "X: ", "x: 5", "X: \xe9"]);
  });

  test("several values are continuation lines, none an empty value", () => {
    expect(linesOf(headOf("GET", [["A", "b", 3, bytes("d")], ["E"]]))).toEqual([
      "GET / HTTP/1.1",
      "A: b",
      "\t3",
      "\td",
      "E: ",
    ]);
  });

  test("has() finds names in any case, and nothing but names", () => {
    const head = headOf("GET", [["Content-Type", "Host: x"], ["A", "b", "Host: c"], ["E"]]);
    expect(["content-type", "CONTENT-TYPE", "a", "e"].every((name) => head.has(name))).toBe(true);
    expect(
      ["host", "content", "type", "", "x", "A: b\r\n\tHost", "GET / HTTP/1.1"].some((name) =>
        head.has(name),
      ),
    ).toBe(false);
  });

  test.each<readonly [why: string, name: string, values: readonly HeaderValue[], code: string]>([
    ["an empty name", "", ["x"], "INVALID_FIELD_NAME"],
    ["a blank in a name", "A B", ["x"], "INVALID_FIELD_NAME"],
    ["a colon in a name", "A:", ["x"], "INVALID_FIELD_NAME"],
    ["a line end in a name", "A\r\nB", ["x"], "INVALID_FIELD_NAME"],
    ["a wide character in a name", "\u212a", ["x"], "INVALID_FIELD_NAME"],
    [
      "a name that differs from the one before in its last letter",
      "\u0102",
      ["x"],
      "INVALID_FIELD_NAME",
    ],
    ["CRLF in a value", "A", ["x\r\nB: c"], "INVALID_FIELD_VALUE"],
    ["CRLF behind the short values", "A", [`${"x".repeat(30)}\r\nB: c`], "INVALID_FIELD_VALUE"],
    ["LF in a value", "A", ["x\nB: c"], "INVALID_FIELD_VALUE"],
    ["CR in a value", "A", ["x\rB: c"], "INVALID_FIELD_VALUE"],
    ["a fold of the caller's own", "A", ["x\r\n y"], "INVALID_FIELD_VALUE"],
    ["NUL in a value", "A", ["\0"], "INVALID_FIELD_VALUE"],
    ["DEL in a value", "A", ["\x7f"], "INVALID_FIELD_VALUE"],
    ["a character that narrows to CR", "A", ["\u010d"], "INVALID_FIELD_VALUE"],
    ["a line end in a later value", "A", ["x", "y\r\nB: c"], "INVALID_FIELD_VALUE"],
    ["bytes with a line end", "A", [bytes("x\r\ny")], "INVALID_FIELD_VALUE"],
    ["a number that is none", "A", [Number.NaN], "INVALID_FIELD_VALUE"],
    ["a fraction", "A", [1.5], "INVALID_FIELD_VALUE"],
    ["two hosts in one", "Host", ["a, b"], "INVALID_FIELD_VALUE"],
    ["userinfo in Host", "Host", ["u@h"], "INVALID_FIELD_VALUE"],
    ["a path in Host", "Host", ["h/p"], "INVALID_FIELD_VALUE"],
    ["a folded Host", "Host", ["a", "b"], "FRAMING_CONFLICT"],
    ["a folded Content-Length", "Content-Length", ["1", "2"], "INVALID_FIELD_VALUE"],
    ["a folded Transfer-Encoding", "Transfer-Encoding", ["gzip,", "chunked"], "FRAMING_CONFLICT"],
    ["an empty Content-Length", "Content-Length", [], "INVALID_FIELD_VALUE"],
    ["a signed Content-Length", "Content-Length", ["+5"], "INVALID_FIELD_VALUE"],
    ["a negative Content-Length", "Content-Length", [-5], "INVALID_FIELD_VALUE"],
    ["a hexadecimal Content-Length", "Content-Length", ["0x5"], "INVALID_FIELD_VALUE"],
    ["a list as Content-Length", "Content-Length", ["5, 5"], "INVALID_FIELD_VALUE"],
    ["a blank before Content-Length", "Content-Length", [" 5"], "INVALID_FIELD_VALUE"],
    ["a Content-Length of 2^53", "Content-Length", ["9007199254740992"], "INVALID_FIELD_VALUE"],
    ["a coding that is not chunked", "Transfer-Encoding", ["gzip"], "FRAMING_CONFLICT"],
    ["chunked before the last coding", "Transfer-Encoding", ["chunked, gzip"], "FRAMING_CONFLICT"],
    ["chunked twice", "Transfer-Encoding", ["chunked, chunked"], "FRAMING_CONFLICT"],
    ["an empty coding", "Transfer-Encoding", [""], "FRAMING_CONFLICT"],
    ["an empty item", "Transfer-Encoding", [", chunked"], "FRAMING_CONFLICT"],
    ["a coding with a parameter", "Transfer-Encoding", ["a;b, chunked"], "FRAMING_CONFLICT"],
  ])("refused, and the head is as before: %s", (_why, name, values, code) => {
    const head = headOf("POST", [["A", "b"]]);
    expect(thrownBy(() => head.add(name, ...values))).toMatchObject({
      name: "InvalidRequest",
      code,
    });
    expect(linesOf(head)).toEqual(["POST / HTTP/1.1", "A: b"]);
    expect(head).toMatchObject({ declaresBody: false, closes: false, upgrades: false });
    // Nothing of the refused field sticks: the right one can still be given.
    head.add("Host", "h");
    head.add("Content-Length", "5");
    expect(head.finish().framing).toEqual({ kind: "length", length: 5 });
  });

  test.each([undefined, null, 1, 0, {}, [], ["A"], { length: 1 }])(
    "refuses the name %j, which is no text",
    (name) => {
      const head = headOf("GET", [["A", "b"]]);
      expect(thrownBy(() => head.add(name as string, "x")).code).toBe("INVALID_FIELD_NAME");
      expect(linesOf(head)).toEqual(["GET / HTTP/1.1", "A: b"]);
    },
  );

  test("values of every length: any octet that may be sent is, and none other", () => {
    const sent = (octet: number): boolean => octet === 9 || (octet >= 0x20 && octet !== 0x7f);
    for (let length = 1; length < 40; length++) {
      for (let octet = 0; octet <= 0x100; octet++) {
        const at = octet % length;
        const value = `${"x".repeat(at)}${String.fromCharCode(octet)}${"x".repeat(length - at - 1)}`;
        const head = new RequestHead("GET", "/");
        if (sent(octet) && octet < 0x100) {
          head.add("A", value);
          expect(linesOf(head)[1]).toBe(`A: ${value}`);
        } else expect(thrownBy(() => head.add("A", value)).code).toBe("INVALID_FIELD_VALUE");
      }
    }
  });

  test("a Host is judged whatever the Host of an earlier request was", () => {
    for (const host of ["a.b", "a,b", "a.b", "a/b", "a b", "a.b"]) {
      const head = new RequestHead("GET", "/");
      if (host === "a.b") head.add("Host", host);
      else expect(thrownBy(() => head.add("Host", host)).code).toBe("INVALID_FIELD_VALUE");
    }
  });

  test.each<readonly [first: Line, second: Line]>([
    [
      ["Host", "a"],
      ["host", "a"],
    ],
    [
      ["Content-Length", "5"],
      ["content-length", "5"],
    ],
    [
      ["Transfer-Encoding", "chunked"],
      ["transfer-encoding", "chunked"],
    ],
    [
      ["Content-Length", "5"],
      ["Transfer-Encoding", "chunked"],
    ],
    [
      ["Transfer-Encoding", "chunked"],
      ["Content-Length", "5"],
    ],
  ])("%j and then %j: refused at the second", (first, second) => {
    const head = headOf("POST", [first]);
    const before = head.finish({ encode: true });
    expect(thrownBy(() => head.add(...second)).code).toBe("FRAMING_CONFLICT");
    expect(head.finish({ encode: true })).toEqual(before);
  });

  test.each<readonly [line: Line, facts: Partial<RequestHead>]>([
    [["Connection", "close"], { closes: true }],
    [["CONNECTION", "te, Close"], { closes: true }],
    [["Connection", "upgrade"], { closes: false }],
    [["Upgrade", "h2c"], { upgrades: true }],
    [["Expect", "100-continue"], { expectsContinue: true }],
    [["expect", "100-Continue "], { expectsContinue: true }],
    [["Expect", "100-continued"], { expectsContinue: false }],
    [["Content-Length", 0], { declaresBody: true }],
    [["Transfer-Encoding", "gzip, Chunked"], { declaresBody: true }],
  ])("%j is noticed: %j", (line, facts) => {
    expect(headOf("POST", [line])).toMatchObject(facts);
  });
});

describe("the framing of a request", () => {
  test.each<
    readonly [
      why: string,
      lines: readonly Line[],
      body: RequestBodyShape,
      kind: string,
      length: number,
      added: readonly string[],
    ]
  >([
    ["nothing known, nothing declared", [], {}, "none", 0, []],
    ["a size", [], { size: 7 }, "length", 7, ["Content-Length: 7"]],
    ["the size 0", [], { size: 0 }, "length", 0, ["Content-Length: 0"]],
    ["chunks to be made", [], { encode: true }, "chunked", 0, ["Transfer-Encoding: chunked"]],
    [
      "a size is better than chunks",
      [],
      { size: 7, encode: true },
      "length",
      7,
      ["Content-Length: 7"],
    ],
    ["encode: false makes none", [], { encode: false }, "none", 0, []],
    ["a declared length", [["Content-Length", 7]], {}, "length", 7, []],
    [
      "a declared length and chunks to be made",
      [["Content-Length", 7]],
      { encode: true },
      "length",
      7,
      [],
    ],
    [
      "declared chunks, made here",
      [["Transfer-Encoding", "chunked"]],
      { encode: true },
      "chunked",
      0,
      [],
    ],
    ["declared chunks, made by the caller", [["Transfer-Encoding", "chunked"]], {}, "raw", 0, []],
    [
      "declared chunks and a size: the caller's bytes",
      [["Transfer-Encoding", "chunked"]],
      { size: 7 },
      "raw",
      0,
      [],
    ],
    [
      "trailers",
      [],
      { encode: true, trailers: ["Digest", "X-Sum"] },
      "chunked",
      0,
      ["Transfer-Encoding: chunked", "Trailer: Digest, X-Sum"],
    ],
    [
      "trailers and Trailer already there",
      [["Trailer", "Digest"]],
      { encode: true, trailers: ["Digest"] },
      "chunked",
      0,
      ["Transfer-Encoding: chunked"],
    ],
    [
      "no names of trailers",
      [],
      { encode: true, trailers: [] },
      "chunked",
      0,
      ["Transfer-Encoding: chunked"],
    ],
  ])("%s", (_why, lines, body, kind, length, added) => {
    const head = headOf("POST", lines);
    const plain = linesOf(
      headOf(
        "POST",
        lines.filter(([name]) => name === "Trailer" || !name.includes("-")),
      ),
    );
    expect(head.finish(body).framing).toEqual({ kind, length });
    const declared = lines
      .filter(([name]) => name.includes("-"))
      .map(([name, value]) => `${name}: ${String(value)}`);
    expect(linesOf(head, body)).toEqual([...plain, ...declared, ...added]);
    // finish() changes nothing: it may be asked again.
    expect(head.finish(body)).toEqual(head.finish(body));
  });

  test.each<readonly [why: string, lines: readonly Line[], body: RequestBodyShape, code: string]>([
    ["a negative size", [], { size: -1 }, "INVALID_BODY"],
    ["a size that is no number", [], { size: Number.NaN }, "INVALID_BODY"],
    ["a size that is a fraction", [], { size: 1.5 }, "INVALID_BODY"],
    ["a size above 2^53 - 1", [], { size: 2 ** 53 }, "INVALID_BODY"],
    ["an endless size", [], { size: Number.POSITIVE_INFINITY }, "INVALID_BODY"],
    ["trailers without a body", [], { trailers: ["Digest"] }, "FRAMING_CONFLICT"],
    ["trailers behind a length", [], { size: 1, trailers: ["Digest"] }, "FRAMING_CONFLICT"],
    [
      "trailers behind the caller's chunks",
      [["Transfer-Encoding", "chunked"]],
      { trailers: ["Digest"] },
      "FRAMING_CONFLICT",
    ],
    [
      "a forbidden trailer",
      [],
      { encode: true, trailers: ["Digest", "content-LENGTH"] },
      "FORBIDDEN_TRAILER",
    ],
    ["a conditional as trailer", [], { encode: true, trailers: ["If-Match"] }, "FORBIDDEN_TRAILER"],
    ["a trailer name that is none", [], { encode: true, trailers: ["a b"] }, "INVALID_FIELD_NAME"],
    [
      "a trailer name with a line end",
      [],
      { encode: true, trailers: ["a\r\nb"] },
      "INVALID_FIELD_NAME",
    ],
  ])("refused: %s", (_why, lines, body, code) => {
    const head = headOf("POST", lines);
    expect(thrownBy(() => head.finish(body))).toMatchObject({ name: "InvalidRequest", code });
    const protocol = new ClientProtocol();
    expect(thrownBy(() => protocol.sendRequest(head, body)).code).toBe(code);
    expect(protocol.clientState).toBe("IDLE");
  });

  describe.each(["CONNECT", "TRACE"])("%s carries no body", (method) => {
    test.each<readonly [name: string, value: HeaderValue]>([
      ["Content-Length", 0],
      ["Content-Length", 5],
      ["Transfer-Encoding", "chunked"],
    ])("%s: %s is refused at the call", (...line) => {
      const head = new RequestHead(method, "/");
      const error: HTTPException = thrownBy(() => head.add(...line));
      expect(error).toMatchObject({ name: "InvalidRequest", code: "FRAMING_CONFLICT" });
      expect(error.message).toContain(method);
      expect(linesOf(head)).toEqual([`${method} / HTTP/1.1`]);
    });

    test.each([{ size: 0 }, { size: 5 }, { encode: true }])(
      "nor one that is only known: %j",
      (body) => {
        expect(thrownBy(() => new RequestHead(method, "/").finish(body)).code).toBe(
          "FRAMING_CONFLICT",
        );
      },
    );

    test("nor one that is sent", () => {
      const protocol = new ClientProtocol();
      protocol.sendHead(method, "/");
      expect(thrownBy(() => protocol.sendData(bytes("x"))).code).toBe("BODY_TOO_LONG");
      expect(protocol.sendEnd()).toEqual([]);
    });
  });
});
