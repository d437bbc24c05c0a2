/** parse_headers() and HTTPMessage: how fields are read, and the methods of `email.message.Message` that a header section has. */
import { describe, expect, test } from "vitest";
import { byteSource, HTTPMessage as Modern, latin1 } from "../src/index.ts";
import { HTTPMessage, parse_headers } from "../src/python.ts";
import { answered, bytes, failure, ok } from "./support/wire.ts";

const parsed = (...lines: string[]): Promise<HTTPMessage> =>
  parse_headers(bytes(`${lines.map((line) => `${line}\r\n`).join("")}\r\n`));
const made = (...fields: [string, string][]): HTTPMessage => new HTTPMessage(fields);

describe("parse_headers", () => {
  test("reads the field lines and leaves the source at the body", async () => {
    const source = byteSource(bytes("A: 1\r\nB: 2\r\n\r\nbody"));
    expect((await parse_headers(source)).items()).toEqual([
      ["A", "1"],
      ["B", "2"],
    ]);
    expect(latin1((await source.read())!)).toBe("body");
  });

  test("gives the message that a response has", async () => {
    const message = await parsed("Content-Length: 0");
    const { msg } = await answered(ok());
    expect(message).toBeInstanceOf(HTTPMessage);
    expect(message.items()).toEqual(msg.items());
  });

  test("does not parse a start line: it would be a field line without a name", async () => {
    expect(await failure(parsed("HTTP/1.1 200 OK", "A: 1"))).toMatchObject({
      code: "INVALID_FIELD_NAME",
    });
  });

  test("stops at a line of more than 65536 bytes", async () => {
    expect(await failure(parsed(`A: ${"x".repeat(65_536)}`))).toMatchObject({
      name: "LineTooLong",
      lineType: "header line",
    });
  });

  test("takes 256 lines, where CPython takes 99 or 100", async () => {
    const lines = Array.from({ length: 256 }, (_, i) => `H${i}: v`);
    expect((await parsed(...lines)).size).toBe(256);
    expect(await failure(parsed(...lines, "One: more"))).toMatchObject({ name: "LimitExceeded" });
  });

  test("decodes ISO-8859-1 and leaves encoded words alone", async () => {
    const message = await parsed("A: caf\xe9", "B: =?utf-8?q?x?=");
    expect([...message.values()]).toEqual(["caf\u00e9", "=?utf-8?q?x?="]);
  });

  test("takes blanks off both ends of a value, where CPython keeps those behind it", async () => {
    expect((await parsed("A: \t 1 \t ")).get("a")).toBe("1");
  });

  test("replaces a fold by one blank, where CPython keeps its line end", async () => {
    expect((await parsed("A: 1", "\t 2")).get("a")).toBe("1 2");
  });

  test.each([
    ["a blank before the colon", "A : 1", "INVALID_FIELD_NAME"],
    ["no colon", "A", "INVALID_FIELD_NAME"],
    ["a name that is no token", "X(y): 1", "INVALID_FIELD_NAME"],
    ["no name", ": 1", "INVALID_FIELD_NAME"],
    ["a bare CR, which CPython takes for a line end", "A: 1\rB: 2", "BARE_CR"],
    ["a bare LF", "A: 1\nB: 2", "BARE_LF"],
    ["NUL", "A: \0", "NUL"],
    ["the envelope line of a mailbox, which CPython skips", "From me", "INVALID_FIELD_NAME"],
  ])("refuses %s", async (_why, line, code) => {
    expect(await failure(parsed(line, "Z: 1"))).toMatchObject({ code });
  });

  test("refuses a fold on the first line, which CPython drops", async () => {
    expect(await failure(parsed(" folded", "A: 1"))).toMatchObject({ code: "LEADING_WHITESPACE" });
  });

  test("reads fields only: a multipart or message type grows no parts", async () => {
    for (const type of ["multipart/mixed", "message/rfc822"]) {
      const message = await parsed(`Content-Type: ${type}`);
      expect(message.get_content_type()).toBe(type);
      expect(message.is_multipart()).toBe(false);
      expect(message.defects).toEqual([]);
    }
  });
});

describe("HTTPMessage", () => {
  test("is the modern class with more names; made of nothing it is empty", () => {
    expect(new HTTPMessage()).toBeInstanceOf(Modern);
    expect(new HTTPMessage().items()).toEqual([]);
  });

  test("counts lines, repeated names too", () => {
    expect(made(["A", "1"], ["a", "2"], ["B", "3"]).size).toBe(3);
  });

  test("finds names in any case: has() is Python's `in`, get() its index, which gives the first value or nothing", () => {
    const message = made(["A", "1"], ["a", "2"]);
    expect([message.has("a"), message.has("b")]).toEqual([true, false]);
    expect([message.get("a"), message.get("b"), message.get("b", "d")]).toEqual([
      "1",
      undefined,
      "d",
    ]);
    expect(message.get_all("A")).toEqual(["1", "2"]);
    expect([message.get_all("b"), message.get_all("b", [])]).toEqual([null, []]);
  });

  test("append() is Python's assignment: a further line; delete() its del, silent where there is none", () => {
    const message = made(["A", "1"]);
    message.append("a", "2");
    expect(message.items()).toEqual([
      ["A", "1"],
      ["a", "2"],
    ]);
    message.delete("A");
    message.delete("A");
    expect(message.items()).toEqual([]);
  });

  test("refuses a line end at once, where CPython waits until it is written", () => {
    expect(() => made(["A", "1"]).append("B", "a\r\nC: d")).toThrow(
      expect.objectContaining({ code: "INVALID_FIELD_VALUE" }),
    );
  });

  test("is iterated in order with its case, repeated names each", () => {
    const message = made(["A", "1"], ["b", "2"], ["a", "3"]);
    expect([...message.keys()]).toEqual(["A", "b", "a"]);
    expect([...message.values()]).toEqual(["1", "2", "3"]);
    expect([...message.items()]).toEqual([...message]);
    expect([...message.raw_items()]).toEqual([...message]);
  });

  test("getallmatchingheaders() gives the lines of a name, where CPython's finds none", () => {
    expect(made(["A", "1"], ["b", "2"]).getallmatchingheaders("a")).toEqual(["a: 1\r\n"]);
  });

  test("set_type() and del_param() leave a line in its place, and add no MIME-Version", () => {
    const message = made(["A", "1"], ["Content-Type", "text/plain; x=y"], ["B", "2"]);
    message.set_type("a/b");
    message.del_param("x");
    message.set_param("charset", "utf-8");
    expect(message.items()).toEqual([
      ["A", "1"],
      ["Content-Type", 'a/b; charset="utf-8"'],
      ["B", "2"],
    ]);
  });

  test("set_param() quotes where it is asked to or must", () => {
    const message = made(["Content-Type", "text/plain"]);
    message.set_param("a", "b");
    message.set_param("c", "d", "Content-Type", false);
    message.set_param("e", "f g", "Content-Type", false);
    expect(message.get("content-type")).toBe('text/plain; a="b"; c=d; e="f g"');
  });

  test("get_filename() takes the name of Content-Disposition before that of Content-Type", () => {
    const both = made(
      ["Content-Type", 'a/b; name="second"'],
      ["Content-Disposition", 'ATTACHMENT; filename="first"'],
    );
    expect(both.get_filename()).toBe("first");
    expect(both.get_content_disposition()).toBe("attachment");
  });

  test("as_string() and as_bytes() have LF lines and a blank one, and keep letters beyond ASCII", () => {
    const message = made(["A", "caf\u00e9"]);
    expect(message.as_string()).toBe("A: caf\u00e9\n\n");
    expect(message.as_bytes()).toEqual(bytes("A: caf\xe9\n\n"));
    expect(String(message)).toBe("A: caf\u00e9\r\n\r\n");
  });

  test("has no payload: the methods of a mail are not there", () => {
    for (const name of "walk attach get_payload set_payload set_charset preamble epilogue policy".split(
      " ",
    )) {
      expect(name in HTTPMessage.prototype, name).toBe(false);
    }
  });
});
