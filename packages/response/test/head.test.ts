// What a response tells besides its body: fields, names of the documents, debug lines.

import { NotConnected, UnimplementedFileMode } from "@httplib/errors";
import { describe, expect, test, vi } from "vitest";
import { HTTPMessage } from "@httplib/headers";
import { parseResponse } from "@httplib/protocol";
import { debugHead, HTTPResponse, type HTTPResponseInit } from "../src/index.ts";
import { bytes, CHUNKED_HEAD, Wire, chunk, fromSource, lengthHead, text } from "./wire.ts";

describe("getHeader", () => {
  const open = () =>
    fromSource(
      "HTTP/1.1 200 OK\r\nMy-Header: first\r\nmy-header: second, third\r\nOne: 1\r\nEmpty:\r\nContent-Length: 0\r\n\r\n",
    );

  test("joins all values by a comma and a space, whatever the case of the name", async () => {
    const response = await open();
    expect(response.getHeader("My-Header")).toBe("first, second, third");
    expect(response.getHeader("MY-HEADER", "other")).toBe("first, second, third");
    expect(response.getHeader("One")).toBe("1");
    expect(response.getHeader("Empty", "other")).toBe("");
  });

  test("gives undefined where there is none and no fallback is given", async () => {
    expect((await open()).getHeader("No-Such-Header")).toBeUndefined();
  });

  test.each([
    ["a string", "default-value", "default-value"],
    ["a list", ["default", "values"], "default, values"],
    ["a tuple of numbers", [4, 2], "4, 2"],
    ["an empty list", [], ""],
    ["a set", new Set(["a", "b"]), "a, b"],
    ["a number", 42, 42],
    ["zero", 0, 0],
    ["null", null, null],
    ["false", false, false],
  ])("a fallback that is %s", async (_what, fallback, expected) => {
    expect((await open()).getHeader("No-Such-Header", fallback)).toBe(expected);
  });

  test("two Set-Cookie fields are joined as well, and getSetCookie() keeps them apart", async () => {
    const response = await fromSource(
      'HTTP/1.1 200 OK\r\nSet-Cookie: A="1"; Version="1"\r\nSet-Cookie: B="2"\r\nContent-Length: 0\r\n\r\n',
    );
    expect(response.getHeader("Set-Cookie")).toBe('A="1"; Version="1", B="2"');
    expect(response.headers.getSetCookie()).toEqual(['A="1"; Version="1"', 'B="2"']);
  });

  test("getHeaders() gives the pairs in order, repeated ones each, in their case", async () => {
    expect((await open()).getHeaders()).toEqual([
      ["My-Header", "first"],
      ["my-header", "second, third"],
      ["One", "1"],
      ["Empty", ""],
      ["Content-Length", "0"],
    ]);
  });
});

describe("the head", () => {
  test.each([
    ["HTTP/1.1 200 OK", 11, 200, "OK"],
    ["HTTP/1.0 404 Not Found", 10, 404, "Not Found"],
    ["HTTP/1.1 999 ", 11, 999, ""],
    ["HTTP/1.1 200", 11, 200, ""],
  ])("%s", async (line, version, status, reason) => {
    const response = await fromSource(`${line}\r\nContent-Length: 0\r\n\r\n`, {
      url: "http://a/b",
    });
    expect(response).toMatchObject({ version, status, reason, url: "http://a/b", method: "GET" });
    // oxlint-disable no-deprecated -- the documents' older names are there as long as they are in the documents
    expect(response.getCode()).toBe(status);
    expect(response.getURL()).toBe("http://a/b");
    expect(response.info()).toBe(response.headers);
    // oxlint-enable no-deprecated
    expect(response.msg).toBe(response.headers);
  });

  test("a simple response has version 9", async () => {
    const response = await fromSource("<html>hello", { lenient: { simpleResponse: true } });
    expect(response.version).toBe(9);
    expect(text(await response.read())).toBe("<html>hello");
  });

  test("the interim heads come along, 100 included", async () => {
    const response = await fromSource(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    );
    expect(response.informational.map(({ status }) => status)).toEqual([100, 103]);
    expect(response.informational[1]?.headers.get("link")).toBe("</a>");
    expect(response.status).toBe(200);
    expect((await fromSource(lengthHead(0))).informational).toEqual([]);
  });

  test("the marks of time are those of whoever made the response, as they grow", () => {
    const timings: HTTPResponseInit["timings"] = { dns: 1, connect: 2 };
    const wire = new Wire(lengthHead(0));
    const { protocol, body } = wire;
    const response = new HTTPResponse({
      head: protocol.head!,
      informational: [],
      method: "GET",
      url: "",
      body,
      debugLevel: 0,
      debugLog: () => {},
      timings,
    });
    expect(response.timings).toEqual({ dns: 1, connect: 2 });
    timings.end = 12;
    expect(response.timings.end).toBe(12);
    expect(wire.response.timings).toEqual({});
  });

  test("a class of one's own sees everything", () => {
    class Mine extends HTTPResponse {
      get ok(): boolean {
        return this.status < 400;
      }
    }
    const { protocol, body } = new Wire(`${lengthHead(2)}hi`);
    const response = new Mine({
      head: protocol.head!,
      informational: [],
      method: "GET",
      url: "",
      body,
      debugLevel: 0,
      debugLog: () => {},
      timings: {},
    });
    expect(response.ok).toBe(true);
    expect(response).toBeInstanceOf(HTTPResponse);
  });
});

describe("fileno", () => {
  test("is the socket's while the response is open, then NotConnected", async () => {
    const wire = new Wire(`${lengthHead(2)}h`);
    expect(wire.response.fileno()).toBe(7);
    await wire.response.close();
    expect(() => wire.response.fileno()).toThrow(NotConnected);
    expect(() => new Wire(lengthHead(0)).response.fileno()).toThrow(NotConnected);
  });

  test.each([
    ["2xx to CONNECT", "HTTP/1.1 200 OK\r\n\r\n", "CONNECT"],
    ["101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", "GET"],
  ])(
    "%s: the body is over and the socket is not, so it is still there for raw data",
    (_why, head, method) => {
      const wire = new Wire(head, { method, upgradeRequested: method === "GET" });
      expect(wire.response.closed).toBe(true);
      expect(wire.response.fileno()).toBe(7);
    },
  );

  test("a source has none", async () => {
    const response = await fromSource(`${lengthHead(2)}hi`);
    expect(() => response.fileno()).toThrow(UnimplementedFileMode);
  });
});

describe("debug lines", () => {
  const HEAD =
    "HTTP/1.1 100 Continue\r\nZ: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nX: a\r\nX: b\r\nContent-Length: 2\r\n\r\n";

  test("are printed above level 0, in the documents' forms: reply and headers of a 100, reply, one line a field", async () => {
    const printed: string[] = [];
    const response = await fromSource(HEAD, {
      debugLevel: 1,
      debugLog: (line) => printed.push(line),
    });
    expect(printed).toEqual([
      String.raw`reply: 'HTTP/1.1 100 Continue\r\n'`,
      String.raw`headers: [b'Z: 1\r\n', b'\r\n']`,
      String.raw`reply: 'HTTP/1.1 200 OK\r\n'`,
      "header: Content-Type: text/plain",
      "header: X: a",
      "header: X: b",
      "header: Content-Length: 2",
    ]);
    expect(response.debugLevel).toBe(1);
  });

  test("of an interim head are printed when it comes, whether or not another one follows", async () => {
    const printed: string[] = [];
    const interim = "HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\n";
    const options = { debugLevel: 1, debugLog: (line: string) => printed.push(line) };
    await expect(fromSource(interim, options)).rejects.toThrow("Remote end closed");
    expect(printed).toEqual([
      String.raw`reply: 'HTTP/1.1 103 Early Hints\r\n'`,
      String.raw`headers: [b'A: b\r\n', b'\r\n']`,
    ]);
  });

  test("are not printed at level 0", () => {
    expect(new Wire(HEAD).printed).toEqual([]);
  });

  test.each([
    ["HTTP/1.1 200", String.raw`reply: 'HTTP/1.1 200 \r\n'`],
    ["HTTP/1.0 200 I'm", String.raw`reply: "HTTP/1.0 200 I'm\r\n"`],
    [`HTTP/1.1 200 I'm "x"`, String.raw`reply: 'HTTP/1.1 200 I\'m "x"\r\n'`],
    [`HTTP/1.1 200 "x"`, String.raw`reply: 'HTTP/1.1 200 "x"\r\n'`],
    ["HTTP/1.1 200 a\\b\tc", String.raw`reply: 'HTTP/1.1 200 a\\b\tc\r\n'`],
    [
      "HTTP/1.1 200 \u00e9\u0001\u007f\u0085\u00adx",
      String.raw`reply: 'HTTP/1.1 200 é\x01\x7f\x85\xadx\r\n'`,
    ],
  ])("the status line is shown as Python's repr of text: %s", (line, expected) => {
    const wire = new Wire(`${line}\r\nContent-Length: 0\r\n\r\n`, { debugLevel: 1 });
    expect(wire.printed[0]).toBe(expected);
  });

  test("the fields of an interim head are shown as its repr of bytes", () => {
    const { head } = parseResponse(bytes(lengthHead(0)));
    const headers = new HTTPMessage({ A: "it's \u00e9" });
    expect(debugHead({ ...head, status: 103, headers })[1]).toBe(
      String.raw`headers: [b"A: it's \xe9\r\n", b'\r\n']`,
    );
  });

  test("go to console.log where nothing else is given", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    await fromSource(lengthHead(0), { debugLevel: 1 });
    expect(log.mock.calls).toEqual([
      [String.raw`reply: 'HTTP/1.1 200 OK\r\n'`],
      ["header: Content-Length: 0"],
    ]);
    log.mockRestore();
    const lines: string[] = [];
    await fromSource(CHUNKED_HEAD + chunk(), {
      debugLevel: 1,
      debugLog: (line) => lines.push(line),
    });
    expect(lines[1]).toBe("header: Transfer-Encoding: chunked");
  });
});
