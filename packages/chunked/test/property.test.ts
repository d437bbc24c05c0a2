/** Laws of the coding, tried on made-up input: the same seeds at every run, a bounded number of tries. */

import { concat, encodeLatin1, latin1 } from "@httplib/bytes";
import { HTTPException } from "@httplib/errors";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  ChunkedDecoder,
  ChunkedEncoder,
  decodeChunked,
  encodeChunked,
  isForbiddenTrailer,
} from "../src/index.ts";
import { observe, seeError } from "./every-cut.ts";

const data = fc.uint8Array({ maxLength: 70 });
const token = fc.stringMatching(/^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,8}$/);
const quoted = fc
  .array(fc.oneof(fc.constantFrom("a", " ", "\t", ";", "=", "\xe9", '\\"', "\\\\"), token), {
    maxLength: 4,
  })
  .map((parts) => `"${parts.join("")}"`);
const blanks = fc.constantFrom("", "", " ", "\t ");
/** Text by the chunk-ext grammar. */
const extensions = fc
  .array(
    fc
      .tuple(blanks, blanks, token, fc.option(fc.tuple(blanks, blanks, fc.oneof(token, quoted))))
      .map(
        ([before, behind, name, value]) =>
          `${before};${behind}${name}${value === null ? "" : `${value[0]}=${value[1]}${value[2]}`}`,
      ),
    { maxLength: 3 },
  )
  .map((parts) => parts.join(""));
const trailers = fc.array(
  fc.tuple(
    token.filter((name) => !isForbiddenTrailer(name)),
    fc
      .array(fc.constantFrom("a", "b c", "\t", ";", "\xe9", '"'), { maxLength: 5 })
      .map((parts) => parts.join("").replace(/^[\t ]+|[\t ]+$/g, "")),
  ),
  { maxLength: 4 },
);

/** Pieces that make bodies which are nearly right, so that every rule is met. */
const coded = fc
  .array(
    fc.oneof(
      {
        weight: 5,
        arbitrary: fc.constantFrom(
          "1\r\nx\r\n",
          "3;a=b\r\nabc\r\n",
          "00A\r\n0123456789\r\n",
          "0\r\n",
          "\r\n",
          '2;a="b;"\r\nhi\r\n',
        ),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          "5 \r\nhello\r\n",
          "5\nhello",
          "ffffffffffffff\r\n",
          "A: b\r\n",
          " fold\r\n",
          "0;last\r\n",
        ),
      },
      {
        weight: 2,
        arbitrary: fc.constantFrom(
          "\r",
          "\n",
          "\0",
          ";",
          "=",
          '"',
          "\\",
          " ",
          "0",
          "f",
          "g",
          "\xe9",
        ),
      },
      {
        weight: 1,
        arbitrary: fc.string({ maxLength: 5 }).map((text) => text.replace(/[^\0-\xff]/g, "?")),
      },
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(""));
const options = fc.record({
  lenient: fc.record({ spaceAfterChunkSize: fc.boolean() }),
  limits: fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    fc.record({
      maxLineBytes: fc.integer({ min: 0, max: 20 }),
      maxHeaderFields: fc.integer({ min: 0, max: 3 }),
      maxChunkOverhead: fc.integer({ min: 0, max: 10 }),
    }),
  ),
});

function cutsFrom(at: readonly number[], length: number): number[] {
  return [...new Set(at)].filter((cut) => cut > 0 && cut < length).toSorted((a, b) => a - b);
}

describe("encoder and decoder", () => {
  test("what was encoded is decoded: payload, layout, extensions and trailers, in any cut", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(data, extensions), { maxLength: 6 }),
        trailers,
        fc.array(fc.nat(300), { maxLength: 5 }),
        (items, fields, at) => {
          const encoder = new ChunkedEncoder();
          const parts = items.flatMap(([bytes, text]) => [
            ...encoder.encode(bytes, { extensions: text }),
          ]);
          const wire = concat([...parts, encoder.finish(fields)]);
          const sent = items.filter(([bytes]) => bytes.length > 0);
          expect(observe(wire, cutsFrom(at, wire.length))).toEqual({
            body: sent.map(([bytes]) => latin1(bytes)).join(""),
            chunks: sent.map(([bytes, text]) => [bytes.length, text]),
            trailers: fields.length === 0 ? null : fields,
            defects: [],
            used: wire.length,
            error: null,
          });
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });

  test("at once and in pieces are the same", () => {
    fc.assert(
      fc.property(fc.array(data, { maxLength: 6 }), (items) => {
        const encoder = new ChunkedEncoder();
        const wire = concat([
          ...items.flatMap((bytes) => [...encoder.encode(bytes)]),
          encoder.finish(),
        ]);
        expect(encodeChunked(items)).toEqual(wire);
        const { body, trailers: none, bytesRead } = decodeChunked(wire);
        expect([body, none, bytesRead]).toEqual([concat(items), null, wire.length]);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test("what a decoder takes apart an encoder puts together again, byte for byte", () => {
    fc.assert(
      fc.property(coded, (text) => {
        const wire = encodeLatin1(text);
        const { chunks, body, used, trailers: found } = observe(wire, []);
        const taken = text.slice(0, used ?? 0);
        // Zeros before a size, what follows the last one, and how a trailer was written are not told.
        if (found !== null || !taken.endsWith("\r\n\r\n") || /(?:^|\n)0[^\r]/.test(taken)) return;
        const encoder = new ChunkedEncoder();
        let at = 0;
        const parts = chunks.flatMap(([size, extension]) => [
          ...encoder.encode(encodeLatin1(body.slice(at, (at += size))), { extensions: extension }),
        ]);
        const again = latin1(concat([...parts, encoder.finish()]));
        expect(again.toUpperCase()).toBe(taken.toUpperCase());
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});

describe("the decoder", () => {
  test("gives the same however a body is cut: payload, layout, trailers, defects, bytes used, and all that an error says", () => {
    fc.assert(
      fc.property(
        coded,
        options,
        fc.array(fc.nat(80), { maxLength: 6 }),
        fc.boolean(),
        (text, chosen, at, isEnded) => {
          const wire = encodeLatin1(text);
          const whole = observe(wire, [], chosen, isEnded);
          const every = Array.from({ length: Math.max(0, wire.length - 1) }, (_, i) => i + 1);
          expect(observe(wire, cutsFrom(at, wire.length), chosen, isEnded)).toEqual(whole);
          expect(observe(wire, every, chosen, isEnded)).toEqual(whole);
        },
      ),
      { seed: 4, numRuns: 3000 },
    );
  });

  test("any bytes decode or throw an HTTPException that holds what was decoded", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.uint8Array({ maxLength: 100 }), coded.map(encodeLatin1)),
        options,
        (bytes, chosen) => {
          const seen = observe(bytes, [], chosen);
          try {
            const { body, bytesRead } = decodeChunked(bytes, chosen);
            expect(latin1(body)).toBe(seen.body);
            expect(bytesRead).toBe(seen.used);
          } catch (error) {
            expect(error).toBeInstanceOf(HTTPException);
            expect(seeError(error)).toMatchObject({
              code: seen.error?.code,
              offset: seen.error?.offset,
              partial: seen.body,
            });
          }
        },
      ),
      { seed: 5, numRuns: 1500 },
    );
  });

  test("a prefix of a body that is right is never one itself", () => {
    fc.assert(
      fc.property(
        fc.array(data, { minLength: 1, maxLength: 4 }),
        trailers,
        fc.nat(400),
        (items, fields, at) => {
          const wire = encodeChunked(items, fields);
          const length = at % wire.length;
          const prefix = latin1(wire, 0, length);
          const { used, error } = observe(wire.subarray(0, length), []);
          if (/(?:^|\n)0\r\n$/.test(prefix) && used !== null) expect(used).toBe(length);
          else expect(error?.name).toBe("IncompleteRead");
        },
      ),
      { seed: 6, numRuns: 1000 },
    );
  });

  test("a clone goes on by itself, from any place, to the same end", () => {
    fc.assert(
      fc.property(coded, coded, options, fc.nat(60), (text, other, chosen, at) => {
        const wire = encodeLatin1(text);
        const cut = at % (wire.length + 1);
        const decoder = new ChunkedDecoder(chosen);
        let body = "";
        let error: unknown = null;
        try {
          decoder.push(wire, 0, cut);
          for (let run = decoder.pull(); run !== null; run = decoder.pull()) body += latin1(run);
        } catch (reason) {
          error = reason;
        }
        const twin = decoder.clone();
        expect([twin.done, twin.chunkSize, twin.chunkExtensions]).toEqual([
          decoder.done,
          decoder.chunkSize,
          decoder.chunkExtensions,
        ]);
        expect(twin.defects).toEqual(decoder.defects);
        // The clone reads on as if nothing had been, whatever the other one meets meanwhile.
        if (error === null) goOn(decoder, encodeLatin1(other));
        const whole = observe(wire, cut > 0 && cut < wire.length ? [cut] : [], chosen);
        const twins = goOn(twin, wire.subarray(cut));
        expect(twins.error?.code ?? null).toBe(whole.error?.code ?? null);
        expect(twins.error?.offset).toBe(whole.error?.offset);
        expect(body + twins.body).toBe(whole.body);
        expect(twin.trailers && [...twin.trailers]).toEqual(whole.trailers);
        expect(twin.defects).toEqual(whole.defects);
      }),
      { seed: 7, numRuns: 2000 },
    );
  });
});

/** Feeds the last of the input to a decoder. */
function goOn(
  decoder: ChunkedDecoder,
  wire: Uint8Array,
): { body: string; error: ReturnType<typeof seeError> | null } {
  let body = "";
  try {
    decoder.push(wire);
    for (let run = decoder.pull(); run !== null; run = decoder.pull()) body += latin1(run);
    decoder.end();
    return { body, error: null };
  } catch (error) {
    return { body, error: seeError(error) };
  }
}
