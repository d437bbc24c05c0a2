import { HTTPConnection, HTTPSConnection } from "@httplib/connection";
import { InvalidURL } from "@httplib/errors";
import { describe, expect, test } from "vitest";
import { authority, checkHost, dialHost, hostField, parseHostPort } from "../src/host-port.ts";

describe("the host argument", () => {
  test.each([
    ["a name", "www.python.org", null, "www.python.org", 80],
    ["a name and a port", "www.python.org:8080", null, "www.python.org", 8080],
    ["a name with the port apart", "www.python.org", 8080, "www.python.org", 8080],
    ["port 0", "h:0", null, "h", 0],
    ["the highest port", "h", 65535, "h", 65535],
    ["leading zeros in the port", "h:0080", null, "h", 80],
    ["an IPv4 address", "127.0.0.1:81", null, "127.0.0.1", 81],
    ["an IPv6 address in brackets", "[::1]", null, "::1", 80],
    ["an IPv6 address in brackets and a port", "[::1]:81", null, "::1", 81],
    ["an IPv6 address in brackets with the port apart", "[::1]", 81, "::1", 81],
    ["an IPv6 address without brackets", "::1", null, "::1", 80],
    ["an IPv6 address without brackets, the port apart", "2001:db8::1", 81, "2001:db8::1", 81],
    ["a zone id", "[fe80::%eth0]:81", null, "fe80::%eth0", 81],
    ["upper case", "EXAMPLE.com", null, "EXAMPLE.com", 80],
    ["a name beyond ASCII", "b\u00fccher.example", null, "b\u00fccher.example", 80],
    ["sub-delims and an underscore", "a_b-c.d~e!$&'()*+,;=", null, "a_b-c.d~e!$&'()*+,;=", 80],
  ] as const)("%s is taken apart", (_why, host, port, name, number) => {
    const connection = new HTTPConnection(host, port);
    expect([connection.host, connection.port]).toEqual([name, number]);
  });

  test("the four documented forms reach the same server", () => {
    const forms = [
      new HTTPConnection("www.python.org"),
      new HTTPConnection("www.python.org:80"),
      new HTTPConnection("www.python.org", 80),
      new HTTPConnection("www.python.org", 80, { timeout: 10_000 }),
    ];
    expect(new Set(forms.map(({ host, port }) => `${host} ${port}`))).toEqual(
      new Set(["www.python.org 80"]),
    );
  });

  test("HTTPS has its own default port", () => {
    expect(new HTTPSConnection("example.com").port).toBe(443);
    expect(new HTTPSConnection("example.com:444").port).toBe(444);
  });

  test.each([
    ["nothing", "", null],
    ["an empty port", "example.com:", null],
    ["a port that is a word", "www.python.org:abc", null],
    ["a negative port", "example.com:-1", null],
    ["an underscore in the port", "example.com:8_0", null],
    ["a hexadecimal port", "example.com:0x50", null],
    ["a plus sign in the port", "example.com:+80", null],
    ["a blank in the port", "example.com: 80", null],
    ["a port above 65535", "example.com:65536", null],
    ["digits of another script", "example.com:\u0661", null],
    ["a port of NaN", "example.com", Number.NaN],
    ["a negative port apart", "example.com", -1],
    ["a fraction as port", "example.com", 80.5],
    ["a port above 65535 apart", "example.com", 65_536],
    ["a port in two places", "example.com:81", 9],
    ["a port in two places with brackets", "[::1]:81", 9],
    ["user information", "user@www.python.org", null],
    ["user information with a password", "user:password@www.python.org", null],
    ["a path", "example.com/x", null],
    ["a query", "example.com?x", null],
    ["a fragment", "example.com#x", null],
    ["a backslash", "example.com\\x", null],
    ["a blank", "exa mple.com", null],
    ["a line feed", "example.com\n", null],
    ["a CR LF", "example.com\r\nX: y", null],
    ["NUL", "example.com\0", null],
    ["DEL", "example.com\u007f", null],
    ["a percent sign", "exam%70le.com", null],
    ["junk behind the bracket", "[::1]x", null],
    ["no closing bracket", "[::1", null],
    ["a name in brackets", "[example.com]", null],
    ["a letter in brackets", "[x]", null],
    ["a letter in brackets and a port", "[x]:80", null],
    ["nothing in brackets", "[]", null],
    ["an IPv4 address in brackets", "[127.0.0.1]", null],
    ["brackets in brackets", "[[::1]]", null],
    ["an empty port behind the bracket", "[::1]:", null],
    ["a port above 65535 behind the bracket", "[::1]:65536", null],
    ["junk behind a zone id", "[fe80::1%eth0]x", null],
    ["a blank in the zone id", "[fe80::1%a b]", null],
    ["an address that is too long", "[1:2:3:4:5:6:7:8:9]", null],
    ["an empty zone", "[fe80::1%]", null],
    ["two colons and no address", "a:b:80", null],
    ["a lone surrogate", "\ud800.example", null],
    ["an A-label that is none beside a letter beyond ASCII", "xn--\u00fc.example", null],
    ["nothing but a soft hyphen, which UTS 46 drops", "\u00ad", null],
    ["a full-width at sign, which UTS 46 maps to one", "user\uff20h.example", null],
    ["a full-width slash, which UTS 46 maps to a slash", "a\uff0fb.example", null],
  ])("with %s is refused in the constructor", (_why, host, port) => {
    expect(() => new HTTPConnection(host, port)).toThrow(InvalidURL);
  });

  test("a port given as text is read by the same rule", () => {
    expect(parseHostPort("h", "81", 80)).toEqual({ host: "h", port: 81 });
    for (const port of [
      "",
      "abc",
      "-1",
      "1.5",
      "65536",
      " 80",
      "80 ",
      "+80",
      "8_0",
      "0x50",
      "1e3",
    ]) {
      expect(() => parseHostPort("h", port, 80), port).toThrow(InvalidURL);
      expect(() => new HTTPConnection("h", port as never), port).toThrow(InvalidURL);
    }
    expect(new HTTPConnection("h", "81" as never).port).toBe(81);
  });

  test("the message shows the bytes escaped", () => {
    expect(() => checkHost("a\r\nb")).toThrow("found 'a\\x0d\\x0ab'");
  });
});

describe("the host on the wire", () => {
  test.each([
    ["the default port is left out", "example.com", 80, "example.com", "example.com:80"],
    ["another port is kept", "example.com", 443, "example.com:443", "example.com:443"],
    ["IPv6 stands in brackets", "::1", 81, "[::1]:81", "[::1]:81"],
    ["a zone id stays at home", "fe80::%2", 80, "[fe80::]", "[fe80::]:80"],
    [
      "a name goes in lower case where it is mapped",
      "B\u00dcCHER.example",
      80,
      "xn--bcher-kva.example",
      "xn--bcher-kva.example:80",
    ],
    ["a sharp s stays one", "\u00df.example", 80, "xn--zca.example", "xn--zca.example:80"],
    ["an ideographic full stop is a dot", "\u00e9\u3002com", 80, "xn--9ca.com", "xn--9ca.com:80"],
    ["a final dot stays", "example.com.", 80, "example.com.", "example.com.:80"],
    ["a name is mapped to ASCII", "\u2603.example", 80, "xn--n3h.example", "xn--n3h.example:80"],
    // No high bits are dropped: the low bytes of these letters are CR and LF.
    [
      "letters are never narrowed",
      "\u010d\u010a.example",
      80,
      "xn--8dad.example",
      "xn--8dad.example:80",
    ],
  ])("%s", (_why, host, port, field, target) => {
    expect(hostField(host, port, 80)).toBe(field);
    expect(authority(host, port)).toBe(target);
  });

  test("the resolver gets ASCII, and the zone", () => {
    expect(dialHost("b\u00fccher.example")).toBe("xn--bcher-kva.example");
    expect(dialHost("fe80::1%eth0")).toBe("fe80::1%eth0");
  });
});
