import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  HEX_VALUE,
  IS_TOKEN,
  NOT_HEX,
  append,
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

  test("agrees with a plain search on any text and any range", () => {
    const text = fc
      .array(fc.constantFrom("\r", "\n", "\r\n", "\r\n\r\n", "a", "\t", "\0", "\xff", "abc"), {
        maxLength: 20,
      })
      .map((pieces) => pieces.join(""));
    fc.assert(
      fc.property(text, fc.nat(8), fc.nat(40), (whole, start, length) => {
        const end = Math.min(whole.length, start + length);
        const at = whole.slice(start, end).indexOf("\r\n\r\n");
        expect(findHeadEnd(encodeLatin1(whole), start, end)).toBe(at < 0 ? -1 : start + at + 4);
      }),
      { seed: 1, numRuns: 2000 },
    );
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
  test("octets above 0x7F are right in a text of any length, in one piece of memory or a part of it", () => {
    for (const length of [1, 39, 4095, 4096, 4097, 8192, 70_000]) {
      const octets = Uint8Array.from({ length: length + 2 }, (_, i) => (i * 7) % 256);
      const text = latin1(octets, 1, length + 1);
      expect(text).toHaveLength(length);
      expect(encodeLatin1(text)).toEqual(octets.slice(1, length + 1));
    }
  });

  test("a range behind the end gives what there is", () => {
    expect([
      latin1(Uint8Array.of(97), 0, 5),
      latin1(Uint8Array.of(97), 3),
      latin1(new Uint8Array(0)),
    ]).toEqual(["a", "", ""]);
  });

  test("octets that UTF-8 has a replacement character for stay three octets", () => {
    expect(latin1(Uint8Array.of(0xef, 0xbf, 0xbd))).toBe("\xef\xbf\xbd");
  });

  test("a Node Buffer is octets like any other", () => {
    expect(latin1(Buffer.from([0xe9, 0x61]))).toBe("\xe9a");
  });

  test("any octets there and back", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (octets) => {
        expect(encodeLatin1(latin1(octets))).toEqual(Uint8Array.from(octets));
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  test("every octet is its own character, at every length", () => {
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

describe("append", () => {
  test("joins runs in any cut, and never writes to a run", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 12 }), (parts) => {
        const before = parts.map((part) => part.slice());
        let held: Uint8Array = new Uint8Array(0);
        let length = 0;
        for (const part of parts) {
          held = append(held, length, part, 0, part.length);
          length += part.length;
        }
        expect(held.slice(0, length)).toEqual(concat(parts));
        expect(parts.map((part) => part.slice())).toEqual(before);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test("takes a part of a run, and writes over what does not count", () => {
    const held = append(new Uint8Array(0), 0, encodeLatin1("abcdef"), 1, 5);
    expect(latin1(append(held, 2, encodeLatin1("xyz"), 1, 3), 0, 4)).toBe("bcyz");
    expect(append(held, 4, encodeLatin1("xyz"), 3, 3)).toBe(held);
  });

  test("holds at most twice what it was given, and grows seldom: 100,000 bytes one by one in 18 pieces of memory", () => {
    const one = Uint8Array.of(1);
    const pieces = new Set<Uint8Array>();
    let held: Uint8Array = new Uint8Array(0);
    for (let length = 0; length < 100_000; length++) {
      held = append(held, length, one, 0, 1);
      pieces.add(held);
    }
    expect(pieces.size).toBe(18);
    expect(held.length).toBeLessThanOrEqual(200_000);
  });
});
