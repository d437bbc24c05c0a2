import { describe, expect, test } from "vitest";
import { HTTPMessage } from "../src/python.ts";

// What each call gives was compared with `email.message.Message` of CPython 3.11 for the same fields.
const message = (...fields: [string, string][]): HTTPMessage => new HTTPMessage(fields);
const typed = (): HTTPMessage =>
  message(
    ["Content-Type", 'text/HTML; Charset="UTF-8"; boundary=x y; none'],
    ["Content-Disposition", 'Attachment; filename="a\\"b;c"'],
  );

describe("the header methods of email.message", () => {
  test("the media type is in small letters, its parameters apart", () => {
    expect(typed().get_content_type()).toBe("text/html");
    expect(typed().get_content_maintype()).toBe("text");
    expect(typed().get_content_subtype()).toBe("html");
    expect(typed().get_content_charset()).toBe("utf-8");
    expect(typed().get_boundary()).toBe("x y");
    expect(typed().get_filename()).toBe('a"b;c');
    expect(typed().get_content_disposition()).toBe("attachment");
    expect(typed().get_charsets()).toEqual(["utf-8"]);
  });

  test.each([["bogus"], ["a/b/c"], ["/;x"]])("a media type %j is text/plain", (value) => {
    expect(message(["Content-Type", value]).get_content_type()).toBe(
      value === "/;x" ? "/" : "text/plain",
    );
  });

  test("without fields the defaults are given", () => {
    const empty = message();
    expect(empty.get_content_type()).toBe("text/plain");
    empty.set_default_type("a/b");
    expect(empty.get_default_type()).toBe("a/b");
    expect(empty.get_content_type()).toBe("a/b");
    expect(empty.get_params()).toBeNull();
    expect(empty.get_param("x", 7)).toBe(7);
    expect(empty.get_filename("f")).toBe("f");
    expect(empty.get_boundary()).toBeNull();
    expect(empty.get_content_charset("c")).toBe("c");
    expect(empty.get_content_disposition()).toBeNull();
    expect(empty.get_all("x", 7)).toBe(7);
    expect(empty.get_charset()).toBeNull();
    expect(empty.is_multipart()).toBe(false);
    expect(() => empty.set_boundary("b")).toThrow("no Content-Type");
  });

  test("parameters come as pairs, the value itself first", () => {
    expect(typed().get_params()).toEqual([
      ["text/HTML", ""],
      ["charset", "UTF-8"],
      ["boundary", "x y"],
      ["none", ""],
    ]);
    expect(typed().get_param("charset", null, "content-type", false)).toBe('"UTF-8"');
  });

  test("an RFC 2231 value has three parts", () => {
    const extended = message(["X", "v; name*=utf-8'fr'%C3%A9"]);
    expect(extended.get_param("NAME", null, "x")).toEqual(["utf-8", "fr", "\u00e9"]);
    expect(extended.get_param("name", null, "x", false)).toEqual(["utf-8", "fr", "\u00e9"]);
  });

  test.each([
    ["utf-8''%C3%A9", "\u00e9"],
    ["UTF-8'de'a%20b", "a b"],
    ["iso-8859-1''%E9%80", "\u00e9\u0080"],
    ["windows-1251''%E9", "\u0439"],
    ["utf-8''%E9", "%E9"],
    ["x-none''%E9", "%E9"],
    ["''%C3%A9", "\u00e9"],
  ])("an RFC 2231 value %s is decoded by its charset, or left as it is", (coded, text) => {
    expect(message(["Content-Disposition", `a; filename*=${coded}`]).get_filename()).toBe(text);
  });

  test("an RFC 2231 value is written in its charset, with nothing left that would end it", () => {
    const added = message();
    added.add_header("A", "v", { filename: ["iso-8859-1", "", "Fu\u00dfballer.ppt"] });
    added.add_header("B", "v", { filename: ["utf-8", "de", "it's (\u00df)"] });
    expect(added.items()).toEqual([
      ["A", "v; filename*=iso-8859-1''Fu%DFballer.ppt"],
      ["B", "v; filename*=utf-8'de'it%27s%20%28%C3%9F%29"],
    ]);
    expect(() => added.add_header("C", "v", { filename: ["iso-8859-1", "", "\u20ac"] })).toThrow(
      expect.objectContaining({ name: "UnicodeEncodeError" }),
    );
    expect(() => added.add_header("C", "v", { filename: ["koi8-r", "", "x"] })).toThrow(
      expect.objectContaining({ name: "LookupError" }),
    );
  });

  test("an empty value is the name alone, as for null", () => {
    const added = message();
    added.add_header("A", "v", { a: "", b: null });
    expect(added.get("a")).toBe("v; a; b");
  });

  test("the media type ends at the first semicolon and nowhere else", () => {
    expect(message(["Content-Type", "a=b/c; x=y"]).get_content_type()).toBe("a=b/c");
    expect(message(["Content-Disposition", "X=y; z"]).get_content_disposition()).toBe("x=y");
  });

  test("the name of Content-Type is the filename where there is no other", () => {
    expect(message(["Content-Type", 'text/plain; name="n.txt"']).get_filename()).toBe("n.txt");
  });

  test("a plain value counts before one by RFC 2231, wherever it stands", () => {
    const both = message(["Content-Disposition", "a; filename*=utf-8''y; filename=x"]);
    expect(both.get_filename()).toBe("x");
    expect(both.get_params(null, "content-disposition")).toEqual([
      ["a", ""],
      ["filename", "x"],
      ["filename", ["utf-8", "", "y"]],
    ]);
  });

  test("set_param does not read the value that it replaces", () => {
    const odd = message(["Content-Disposition", "a; filename*=windows-1252''%41"]);
    odd.set_param("filename", "q.txt", "Content-Disposition");
    expect(odd.get("content-disposition")).toBe('a; filename="q.txt"');
    const beside = message(["Content-Disposition", "a; filename*=windows-1252''%41"]);
    beside.set_param("size", "1", "Content-Disposition");
    beside.set_param("size", "2", "Content-Disposition");
    expect(beside.get("content-disposition")).toBe("a; filename*=windows-1252''%41; size=\"2\"");
  });

  test("set_param replaces, adds, and makes the field", () => {
    const plain = message(["Content-Type", "text/plain;charset=a"]);
    plain.set_param("CHARSET", "b");
    expect(plain.get("content-type")).toBe('text/plain; CHARSET="b"');
    plain.set_param("new", "a b");
    expect(plain.get("content-type")).toBe('text/plain; CHARSET="b"; new="a b"');
    const made = message();
    made.set_param("p", "v");
    expect(made.items()).toEqual([["Content-Type", 'text/plain; p="v"']]);
    const inline = message(["Content-Disposition", "inline"]);
    inline.set_param("filename", "\u00e9", "Content-Disposition", true, "utf-8", "de");
    expect(inline.get("content-disposition")).toBe("inline; filename*=utf-8'de'%C3%A9");
  });

  test("del_param, set_type and set_boundary keep the other parameters", () => {
    const changed = message(["Content-Type", 'text/html; charset="a"; b=c']);
    changed.del_param("B");
    expect(changed.get("content-type")).toBe('text/html; charset="a"');
    changed.set_type("a/b");
    expect(changed.get("content-type")).toBe('a/b; charset="a"');
    changed.set_boundary("zz");
    expect(changed.get("content-type")).toBe('a/b; charset="a"; boundary="zz"');
    changed.del_param("x", "X-None");
    expect(changed.size).toBe(1);
    expect(() => changed.set_type("plain")).toThrow("plain");
  });

  test("add_header writes parameters as Python does", () => {
    const added = message();
    added.add_header("X", "v", {
      foo_bar: "1",
      none: null,
      sp: "a b",
      intl: ["utf-8", "fr", "\u00e9"],
    });
    expect(added.get("x")).toBe(`v; foo-bar="1"; none; sp="a b"; intl*=utf-8'fr'%C3%A9`);
    added.add_header("Y", "v", { u: "\u00e9" });
    expect(added.get("y")).toBe("v; u*=utf-8''%C3%A9");
  });

  test("replace_header keeps place and case, and knows no missing name", () => {
    const lines = message(["A", "1"], ["b", "2"], ["a", "3"]);
    lines.replace_header("a", "9");
    expect(lines.items()).toEqual([
      ["A", "9"],
      ["b", "2"],
      ["a", "3"],
    ]);
    expect(lines.get_all("A")).toEqual(["9", "3"]);
    expect(() => lines.replace_header("zz", "1")).toThrow(
      expect.objectContaining({ name: "KeyError" }),
    );
  });

  test("text has LF lines, the envelope line only when asked for", () => {
    const lines = message(["A", "1"], ["b", "caf\u00e9"]);
    lines.set_unixfrom("From x");
    expect(lines.as_string()).toBe("A: 1\nb: caf\u00e9\n\n");
    expect(lines.as_string(true)).toBe("From x\nA: 1\nb: caf\u00e9\n\n");
    expect(lines.get_unixfrom()).toBe("From x");
    expect(lines.as_bytes()[11]).toBe(0xe9);
  });

  test("raw items, matching lines and a field set raw", () => {
    const lines = message(["A", "1"]);
    lines.set_raw("a", "2");
    expect([...lines.raw_items()]).toEqual([
      ["A", "1"],
      ["a", "2"],
    ]);
    expect(lines.getallmatchingheaders("A")).toEqual(["A: 1\r\n", "A: 2\r\n"]);
  });
});
