import type { HeadersInput } from "@httplib/headers";
import { describe, expect, test } from "vitest";
import { ClientProtocol, RequestHead } from "../src/index.ts";
import { bytes, text, thrownBy } from "./exchanges.ts";

function joined(runs: readonly Uint8Array[]): string {
  return runs.map(text).join("");
}

function posting(headers: HeadersInput, strictContentLength?: boolean): ClientProtocol {
  const protocol = new ClientProtocol({ strictContentLength });
  protocol.sendHead("POST", "/", headers);
  return protocol;
}

describe("sendHead()", () => {
  test("writes the head as text that is ISO-8859-1", () => {
    const protocol = new ClientProtocol();
    expect(protocol.sendHead("GET", "/", { Host: "h", "X-Caf": "\xe9" })).toBe(
      "GET / HTTP/1.1\r\nHost: h\r\nX-Caf: \xe9\r\n\r\n",
    );
    expect(protocol.clientState).toBe("SEND_BODY");
  });

  test.each<readonly [why: string, headers: HeadersInput, lines: string]>([
    ["a record", { A: "b", C: 1 }, "A: b\r\nC: 1\r\n"],
    ["a record with a list: repeated fields", { A: ["b", "c"] }, "A: b\r\nA: c\r\n"],
    [
      "pairs",
      [
        ["A", "b"],
        ["a", "c"],
      ],
      "A: b\r\na: c\r\n",
    ],
    ["a pair with a list: continuation lines", [["A", ["b", "c"]]], "A: b\r\n\tc\r\n"],
    ["a Map", new Map([["A", "b"]]), "A: b\r\n"],
    ["a Fetch Headers", new Headers({ A: "b" }), "a: b\r\n"],
    [
      "a name that is a property of every object",
      [
        ["__proto__", "x"],
        ["constructor", "y"],
      ],
      "__proto__: x\r\nconstructor: y\r\n",
    ],
  ])("takes %s", (_why, headers, lines) => {
    expect(new ClientProtocol().sendHead("GET", "/", headers)).toBe(
      `GET / HTTP/1.1\r\n${lines}\r\n`,
    );
  });

  test("adds no field by itself", () => {
    expect(new ClientProtocol().sendHead("POST", "/")).toBe("POST / HTTP/1.1\r\n\r\n");
  });
});

describe("a body with a length", () => {
  test("passes as it is, in any number of pieces", () => {
    const protocol = posting({ "Content-Length": 5 });
    const piece = bytes("hel");
    const [run] = protocol.sendData(piece);
    expect(run).toBe(piece); // no copy
    expect(joined(protocol.sendData(bytes("lo")))).toBe("lo");
    expect(protocol.sendData(new Uint8Array(0))).toEqual([]);
    expect(protocol.sendEnd()).toEqual([]);
    expect(protocol.clientState).toBe("DONE");
  });

  test.each<readonly [length: number, pieces: readonly string[], refused: string]>([
    [0, [], "x"],
    [5, ["hello"], "x"],
    [5, ["hel"], "low"],
    [5, [], "hello!"],
  ])(
    "of %i bytes: what runs over is refused before any of it is out",
    (length, pieces, refused) => {
      const protocol = posting({ "Content-Length": length });
      for (const piece of pieces) protocol.sendData(bytes(piece));
      const error = thrownBy(() => protocol.sendData(bytes(refused)));
      expect(error).toMatchObject({
        name: "InvalidRequest",
        code: "BODY_TOO_LONG",
        fault: "local",
      });
      // It was not counted: the right number of bytes may still follow.
      protocol.sendData(bytes("x".repeat(length - pieces.join("").length)));
      expect(protocol.sendEnd()).toEqual([]);
    },
  );

  test("in chunks of any sizes: what stands around a piece fits it, whatever became of the runs before", () => {
    const protocol = posting({ "Transfer-Encoding": "chunked" });
    const sizes = [3, 3, 16, 3, 3, 0, 3, 16, 16];
    const wire = sizes.map((size, index) => {
      const runs = protocol.sendData(bytes(String(index % 10).repeat(size)));
      const written = joined(runs);
      // Whoever wrote them may have transferred their memory.
      if (index % 3 === 1) {
        const memory = new Set(runs.map(({ buffer }) => buffer as ArrayBuffer));
        structuredClone(null, { transfer: [...memory] });
      }
      return written;
    });
    const chunk = (size: number, index: number): string =>
      size === 0 ? "" : `${size.toString(16).toUpperCase()}\r\n${String(index).repeat(size)}\r\n`;
    expect(wire).toEqual(sizes.map(chunk));
  });

  test("in chunks: a piece that is no Uint8Array is refused behind one of the same size, too", () => {
    const protocol = posting({ "Transfer-Encoding": "chunked" });
    protocol.sendData(bytes("abc"));
    const send = (): unknown => protocol.sendData(new Int8Array(3) as unknown as Uint8Array);
    expect(thrownBy(send)).toMatchObject({ name: "InvalidRequest", code: "INVALID_BODY" });
    expect(joined(protocol.sendData(bytes("def")))).toBe("3\r\ndef\r\n");
  });

  test.each([0, 4])("that ends after %i of 5 bytes is refused, and may go on", (sent) => {
    const protocol = posting({ "Content-Length": 5 });
    protocol.sendData(bytes("x".repeat(sent)));
    expect(thrownBy(() => protocol.sendEnd())).toMatchObject({
      name: "InvalidRequest",
      code: "BODY_TOO_SHORT",
    });
    expect(protocol.clientState).toBe("SEND_BODY");
    protocol.sendData(bytes("y".repeat(5 - sent)));
    protocol.sendEnd();
    expect(protocol.clientState).toBe("DONE");
  });

  test("is not counted with strictContentLength: false", () => {
    const protocol = posting({ "Content-Length": 2 }, false);
    expect(joined(protocol.sendData(bytes("hello")))).toBe("hello");
    protocol.sendEnd();
    expect(protocol.clientState).toBe("DONE");
    const short = posting({ "Content-Length": 2 }, false);
    expect(short.sendEnd()).toEqual([]);
  });

  test.each([
    [4, "BODY_TOO_SHORT"],
    [6, "BODY_TOO_LONG"],
  ])("declared as 5 and known to have %i bytes is refused with the head", (size, code) => {
    const head = new RequestHead("POST", "/");
    head.add("Content-Length", 5);
    const protocol = new ClientProtocol();
    expect(thrownBy(() => protocol.sendRequest(head, { size })).code).toBe(code);
    expect(protocol.clientState).toBe("IDLE");
    const lax = new ClientProtocol({ strictContentLength: false });
    expect(lax.sendRequest(head, { size })).toContain("Content-Length: 5\r\n");
    expect(protocol.sendRequest(head, { size: 5 })).toContain("Content-Length: 5\r\n");
  });

  test.each<readonly [what: string, data: unknown]>([
    ["a string", "abc"],
    ["an ArrayBuffer", new ArrayBuffer(3)],
    ["wider elements", new Uint16Array(3)],
    ["a DataView", new DataView(new ArrayBuffer(3))],
    ["a list of numbers", [1, 2, 3]],
    ["null", null],
    ["nothing", undefined],
  ])("%s is no bytes: refused and not counted", (_what, data) => {
    for (const headers of [{ "Content-Length": 3 }, { "Transfer-Encoding": "chunked" }]) {
      const protocol = posting(headers);
      expect(thrownBy(() => protocol.sendData(data as Uint8Array)).code).toBe("INVALID_BODY");
      protocol.sendData(bytes("abc"));
      protocol.sendEnd();
      expect(protocol.clientState).toBe("DONE");
    }
  });
});

describe("a body in chunks", () => {
  test("is framed where chunked was declared", () => {
    const protocol = posting({ "Transfer-Encoding": "chunked" });
    const piece = bytes("hello, world");
    const runs = protocol.sendData(piece);
    expect(runs[1]).toBe(piece); // no copy
    expect(joined(runs)).toBe("C\r\nhello, world\r\n");
    expect(protocol.sendData(new Uint8Array(0))).toEqual([]); // an empty chunk would be the last
    expect(joined(protocol.sendEnd())).toBe("0\r\n\r\n");
  });

  test("ends with trailers", () => {
    const protocol = posting({ "Transfer-Encoding": "chunked", Trailer: "Digest" });
    expect(joined(protocol.sendEnd({ Digest: "x", "X-Sum": 6 }))).toBe(
      "0\r\nDigest: x\r\nX-Sum: 6\r\n\r\n",
    );
  });

  test.each<readonly [why: string, trailers: HeadersInput, code: string]>([
    ["framing", { "Content-Length": 1 }, "FORBIDDEN_TRAILER"],
    ["framing in other letters", { "TRANSFER-encoding": "x" }, "FORBIDDEN_TRAILER"],
    ["routing", { Host: "h" }, "FORBIDDEN_TRAILER"],
    ["authentication", { Authorization: "x" }, "FORBIDDEN_TRAILER"],
    ["a name that is none", { "a b": "x" }, "INVALID_FIELD_NAME"],
    ["a value with a line end", { A: "x\r\ny" }, "INVALID_FIELD_VALUE"],
  ])("a trailer that is refused: %s; the body may still be ended", (_why, trailers, code) => {
    const protocol = posting({ "Transfer-Encoding": "chunked" });
    expect(thrownBy(() => protocol.sendEnd(trailers)).code).toBe(code);
    expect(protocol.clientState).toBe("SEND_BODY");
    expect(joined(protocol.sendData(bytes("x")))).toBe("1\r\nx\r\n");
    expect(joined(protocol.sendEnd())).toBe("0\r\n\r\n");
  });

  test.each<readonly [kind: string, headers: HeadersInput]>([
    ["a length", { "Content-Length": 0 }],
    ["no body", {}],
  ])("trailers behind %s are refused, and the body may still be ended", (_kind, headers) => {
    const protocol = posting(headers);
    expect(thrownBy(() => protocol.sendEnd({ Digest: "x" })).code).toBe("FRAMING_CONFLICT");
    expect(protocol.sendEnd()).toEqual([]);
  });
});

describe("other bodies", () => {
  test("none was declared: none may be sent", () => {
    const protocol = posting({});
    expect(thrownBy(() => protocol.sendData(bytes("x")))).toMatchObject({ code: "BODY_TOO_LONG" });
    expect(protocol.sendEnd()).toEqual([]);
  });

  test("chunks that the caller codes pass as they are", () => {
    const head = new RequestHead("POST", "/");
    head.add("Transfer-Encoding", "chunked");
    const protocol = new ClientProtocol();
    protocol.sendRequest(head);
    expect(joined(protocol.sendData(bytes("3\r\nabc\r\n")))).toBe("3\r\nabc\r\n");
    expect(protocol.sendEnd()).toEqual([]);
    expect(protocol.isReusable).toBe(false);
    expect(protocol.clientState).toBe("DONE");
  });

  test("nothing is sent behind the end", () => {
    const protocol = posting({ "Transfer-Encoding": "chunked" });
    protocol.sendEnd();
    expect(thrownBy(() => protocol.sendData(bytes("x"))).code).toBe("IMPROPER_CONNECTION_STATE");
    expect(thrownBy(() => protocol.sendEnd()).code).toBe("IMPROPER_CONNECTION_STATE");
  });
});

describe("a body whose chunks the caller makes", () => {
  function raw(): ClientProtocol {
    const head = new RequestHead("POST", "/");
    head.add("Transfer-Encoding", "chunked");
    const protocol = new ClientProtocol();
    protocol.sendRequest(head);
    return protocol;
  }

  test("passes as it is, and nothing is added", () => {
    const protocol = raw();
    expect(joined(protocol.sendData(bytes("2\r\nhi\r\n0\r\n\r\n")))).toBe("2\r\nhi\r\n0\r\n\r\n");
    expect(protocol.sendEnd()).toEqual([]);
  });

  test("cannot end before it has begun: the peer would wait for ever", () => {
    const protocol = raw();
    expect(protocol.sendData(new Uint8Array(0))).toEqual([]);
    expect(thrownBy(() => protocol.sendEnd())).toMatchObject({
      name: "InvalidRequest",
      code: "BODY_TOO_SHORT",
    });
    expect(joined(protocol.sendData(bytes("0\r\n\r\n")))).toBe("0\r\n\r\n");
    expect(protocol.sendEnd()).toEqual([]);
  });
});
