import { describe, expect, test } from "vitest";
import {
  HEX_VALUE,
  IS_TOKEN,
  NOT_HEX,
  concat,
  encodeLatin1,
  equalsIgnoreCase,
  findHeadEnd,
  isLatin1,
  isToken,
  latin1,
  lowerASCII,
  trimOWS,
} from "../src/index.ts";

const everyOctet = Uint8Array.from({ length: 256 }, (_, i) => i);

describe("tables", () => {
  test("the token table holds exactly the 77 tchars of RFC 9110 §5.6.2", () => {
    const byGrammar = [...everyOctet].filter((o) =>
      /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(o)),
    );
    expect([...everyOctet].filter((o) => IS_TOKEN[o] === 1)).toEqual(byGrammar);
    expect(byGrammar).toHaveLength(77);
  });

  test("the hexadecimal table agrees with parseInt on every octet", () => {
    for (const octet of everyOctet) {
      const value = Number.parseInt(String.fromCharCode(octet), 16);
      expect(HEX_VALUE[octet]).toBe(Number.isNaN(value) ? NOT_HEX : value);
    }
  });
});

describe("isToken", () => {
  test.each(["a", "X-Y", "!#$%&'*+-.^_`|~09Az"])("%j is a token", (text) => {
    expect(isToken(text)).toBe(true);
  });
  test.each(["", " a", "a ", "a:b", "a\r", "(a)", "\u0000", "\u00e9", "\u212a", "\u0141"])(
    "%j is no token",
    (text) => {
      expect(isToken(text)).toBe(false);
    },
  );
});

describe("equalsIgnoreCase and lowerASCII", () => {
  test.each([
    ["Content-Length", "content-LENGTH", true],
    ["", "", true],
    ["a", "aa", false],
    ["@", "`", false],
    ["[", "{", false],
    ["\u212a", "k", false],
    ["\u00c9", "\u00e9", false],
    ["\u017f", "s", false],
  ])("%j against %j is %s", (a, b, equal) => {
    expect(equalsIgnoreCase(a, b)).toBe(equal);
    expect(lowerASCII(a) === lowerASCII(b)).toBe(equal);
  });
});

describe("trimOWS", () => {
  test("removes SP and HTAB at both ends and no other white space", () => {
    expect(trimOWS(" \t a \t b \t ")).toBe("a \t b");
    expect(trimOWS(" \t ")).toBe("");
    expect(trimOWS("\u00a0a\u000b")).toBe("\u00a0a\u000b");
    expect(trimOWS("[ a ]", 1, 4)).toBe("a");
  });

  test("100,000 blanks inside a value cost one look each", () => {
    const value = `5,${" ".repeat(100_000)}x`;
    expect(trimOWS(value)).toBe(value);
  });
});

describe("findHeadEnd", () => {
  test("finds the first CRLF CRLF at every position and alignment, as a plain search does", () => {
    const fillers = ["a", "\r", "\n", "\r\n", "\n\r", "\t", "\n\n", "\r\r\n"];
    for (const filler of fillers) {
      for (let before = 0; before < 9; before++) {
        const text = `${filler.repeat(before)}\r\n\r\nrest\r\n\r\n`;
        const bytes = encodeLatin1(text);
        expect(findHeadEnd(bytes, 0, bytes.length), JSON.stringify(text)).toBe(
          text.indexOf("\r\n\r\n") + 4,
        );
      }
    }
  });

  test("looks only at its range", () => {
    const bytes = encodeLatin1("ab\r\n\r\ncd");
    expect(findHeadEnd(bytes, 0, 5)).toBe(-1);
    expect(findHeadEnd(bytes, 3, 8)).toBe(-1);
    expect(findHeadEnd(bytes, 2, 6)).toBe(6);
    expect(findHeadEnd(bytes, 0, 0)).toBe(-1);
  });
});

describe("latin1", () => {
  test("every octet is its own character, at every length around the short way", () => {
    const byHand = [...everyOctet].map((o) => String.fromCharCode(o)).join("");
    expect(latin1(everyOctet)).toBe(byHand);
    for (let length = 0; length < 40; length++) {
      expect(latin1(everyOctet, 100, 100 + length)).toBe(byHand.slice(100, 100 + length));
      expect(latin1(everyOctet, 200, 200 + length)).toBe(byHand.slice(200, 200 + length));
    }
  });

  test("bytes that happen to be UTF-8 stay one character an octet", () => {
    const euro = Uint8Array.of(...encodeLatin1("x".repeat(20)), 0xe2, 0x82, 0xac);
    expect(latin1(euro)).toBe(`${"x".repeat(20)}\u00e2\u0082\u00ac`);
    const bom = Uint8Array.of(0xef, 0xbb, 0xbf, ...encodeLatin1("x".repeat(20)));
    expect(latin1(bom)).toBe(`\u00ef\u00bb\u00bf${"x".repeat(20)}`);
  });

  test("encodeLatin1 takes back what latin1 gave", () => {
    expect(encodeLatin1(latin1(everyOctet))).toEqual(everyOctet);
  });

  test("a character above U+00FF is refused with its place, never narrowed", () => {
    expect(isLatin1("caf\u00e9\u00ff")).toBe(true);
    expect(isLatin1("a\u010a")).toBe(false);
    expect(() => encodeLatin1("a\u010a")).toThrow(RangeError);
    expect(() => encodeLatin1("a\u010a")).toThrow("found \\u{10a} at index 1");
  });
});

describe("concat", () => {
  test("joins runs into an array of its own", () => {
    const one = Uint8Array.of(1, 2);
    const whole = concat([one, new Uint8Array(0), Uint8Array.of(3)]);
    expect(whole).toEqual(Uint8Array.of(1, 2, 3));
    const copy = concat([one]);
    copy[0] = 9;
    expect(one[0]).toBe(1);
    expect(concat([])).toHaveLength(0);
  });
});
