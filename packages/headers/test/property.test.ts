/** Laws of the parser and the message, tried on made-up input: the same seeds at every run, a bounded number of tries. */

import { encodeLatin1, latin1 } from "@httplib/bytes";
import { HTTPException } from "@httplib/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { HTTPMessage, formatParameters, parseHeaders, parseParameters } from "../src/index.ts";
import { observe } from "./every-cut.ts";

const name = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,12}$/);
/** Any text a value may be, without blanks at its ends: those are no part of it. */
const value = fc
  .array(
    fc.integer({ min: 1, max: 255 }).filter((octet) => octet !== 10 && octet !== 13),
    { maxLength: 20 },
  )
  .map((octets) =>
    String.fromCharCode(...octets)
      .replace(/^[ \t]+/, "")
      .replace(/[ \t]+$/, ""),
  );
const fields = fc.array(fc.tuple(name, value), { maxLength: 12 });

/** Pieces that make blocks which are nearly right, so that every rule is met. */
const block = fc
  .array(
    fc.oneof(
      {
        weight: 4,
        arbitrary: fc.constantFrom(
          "A: b\r\n",
          "Name:value\r\n",
          "X:\r\n",
          " fold\r\n",
          "\t\r\n",
          "\r\n",
        ),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          "Content-Length: 5\r\n",
          "Transfer-Encoding:\r\n",
          "A : b\r\n",
          "A: b\n",
          "A\r\n",
        ),
      },
      { weight: 2, arbitrary: fc.constantFrom("\r", "\n", "\0", ":", " ", "\t", "a", "\xe9") },
      {
        weight: 1,
        arbitrary: fc.string({ maxLength: 8 }).map((text) => text.replace(/[^\0-\xff]/g, "?")),
      },
    ),
    { maxLength: 14 },
  )
  .map((pieces) => pieces.join(""));

const options = fc.record({
  lenient: fc.record({ bareLineFeed: fc.boolean(), skipInvalidFields: fc.boolean() }),
  limits: fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    fc.record({
      maxLineBytes: fc.integer({ min: 0, max: 30 }),
      maxHeadBytes: fc.integer({ min: 0, max: 60 }),
      maxHeaderFields: fc.integer({ min: 0, max: 5 }),
    }),
  ),
});

describe("the parser", () => {
  test("gives back what a message wrote", () => {
    fc.assert(
      fc.property(fields, (pairs) => {
        const wire = new HTTPMessage(pairs).toBytes();
        const { headers, bytesRead } = parseHeaders(wire);
        expect([...headers]).toEqual(pairs);
        expect(bytesRead).toBe(wire.length);
        expect(headers.toBytes()).toEqual(wire);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test("gives the same however a block is cut: fields, defects, bytes used, and all that an error says", () => {
    fc.assert(
      fc.property(block, options, fc.array(fc.nat(80), { maxLength: 6 }), (text, chosen, at) => {
        const wire = encodeLatin1(text);
        const cuts = [...new Set(at)]
          .filter((cut) => cut > 0 && cut < wire.length)
          .toSorted((a, b) => a - b);
        const every = Array.from({ length: Math.max(0, wire.length - 1) }, (_, i) => i + 1);
        const whole = observe(wire, [], chosen);
        expect(observe(wire, cuts, chosen)).toEqual(whole);
        expect(observe(wire, every, chosen)).toEqual(whole);
      }),
      { seed: 2, numRuns: 3000 },
    );
  });

  test("a strict parse that succeeds gives its bytes back", () => {
    fc.assert(
      fc.property(block, (text) => {
        const seen = observe(encodeLatin1(text), []);
        if (seen.error === undefined) expect(seen.wire).toBe(text.slice(0, seen.used));
        else expect(seen.error.code).not.toBe("");
      }),
      { seed: 3, numRuns: 2000 },
    );
  });

  test("a leniency changes nothing for a block that needs none", () => {
    fc.assert(
      fc.property(block, (text) => {
        const wire = encodeLatin1(text);
        const lenient = { bareLineFeed: true, skipInvalidFields: true };
        const strict = observe(wire, []);
        const bent = observe(wire, [], { lenient });
        if (strict.error === undefined) expect(bent).toEqual(strict);
        else if (bent.error === undefined) {
          // The first defect is the strict error.
          expect(bent.defects?.[0]).toMatchObject({
            code: strict.error.code,
            offset: strict.error.offset,
            excerpt: strict.error.excerpt,
          });
        } else expect(strict.error.offset).toBeLessThanOrEqual(bent.error.offset!);
      }),
      { seed: 4, numRuns: 2000 },
    );
  });

  test("any bytes parse or throw an HTTPException, in any cut", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), options, fc.nat(200), (bytes, chosen, cut) => {
        try {
          const { headers, bytesRead } = parseHeaders(bytes, chosen);
          expect(bytesRead).toBeLessThanOrEqual(bytes.length);
          expect(headers.size * 3).toBeLessThanOrEqual(bytesRead);
        } catch (error) {
          expect(error).toBeInstanceOf(HTTPException);
        }
        const at = Math.min(cut, bytes.length - 1);
        expect(observe(bytes, at > 0 ? [at] : [], chosen)).toEqual(observe(bytes, [], chosen));
      }),
      { seed: 5, numRuns: 1500 },
    );
  });
});

describe("a message", () => {
  // Few names, so that they meet.
  const change = fc.tuple(
    fc.constantFrom("append", "set", "delete"),
    fc.constantFrom("A", "a", "B", "b", "__proto__"),
    value,
  );

  test("is a list: every change gives what the same change of a list gives", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 30 }), (changes) => {
        const message = new HTTPMessage();
        let list: [string, string][] = [];
        for (const [what, key, text] of changes) {
          const same = ([other]: [string, string]): boolean =>
            other.toUpperCase() === key.toUpperCase();
          const first = list.findIndex(same);
          if (what === "append") {
            message.append(key, text);
            list.push([key, text]);
          } else if (what === "delete") {
            expect(message.delete(key)).toBe(first >= 0);
            list = list.filter((pair) => !same(pair));
          } else {
            message.set(key, text);
            if (first < 0) list.push([key, text]);
            else
              list = list
                .filter((pair, i) => i <= first || !same(pair))
                .map(([other, old], i) => (i === first ? [other, text] : [other, old]));
          }
          expect([...message]).toEqual(list);
          expect(message.getAll(key)).toEqual(list.filter(same).map(([, one]) => one));
          expect(message.get(key)).toBe(list.find(same)?.[1]);
        }
        expect(message.size).toBe(list.length);
      }),
      { seed: 6, numRuns: 300 },
    );
  });
});

/** Lone surrogates and control characters too. */
const anyText = fc
  .array(fc.oneof(fc.integer({ max: 0x7f, min: 0 }), fc.integer({ min: 0, max: 0xffff })), {
    maxLength: 20,
  })
  .map((codes) => String.fromCharCode(...codes));

describe("parameters", () => {
  const parameterName = fc.stringMatching(/^[a-z0-9!#$%&'+\-.^_`|~]{1,8}$/);
  const text = fc
    .oneof(anyText, fc.constantFrom('"', "\\", 'a"b', "a;b=c", "=", "'", " ", ""))
    .map((one) => one.replace(/[\p{Cc}\p{Cs}]/gu, ""));

  test("come back as they were formatted", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(parameterName, text), { selector: ([key]) => key, maxLength: 5 }),
        (pairs) => {
          const found = parseParameters(formatParameters("a/b", pairs));
          expect(found.value).toBe("a/b");
          expect(Object.fromEntries(found.parameters)).toEqual(Object.fromEntries(pairs));
        },
      ),
      { seed: 7, numRuns: 1000 },
    );
  });

  test("any text is read, never refused, and what is written can be a field value", () => {
    fc.assert(
      fc.property(anyText, fc.string({ maxLength: 40 }), (one, other) => {
        expect(parseParameters(`a; ${one}`).value).toBe("a");
        const { parameters } = parseParameters(`a; ${other}="${one}"; b*=UTF-8''${one}`);
        expect(parameters.has("")).toBe(false);
        const written = formatParameters("a", [["b", one.replace(/[\p{Cc}\p{Cs}]/gu, "")]]);
        const message = new HTTPMessage([["A", written]]);
        expect(latin1(message.toBytes())).toContain(written);
      }),
      { seed: 8, numRuns: 300 },
    );
  });
});
