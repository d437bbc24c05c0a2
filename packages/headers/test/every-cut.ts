/**
 * One block through a parser in every cut. What is seen is plain data, so that two cuts can be compared whole:
 * fields, defects, how much was used, and everything an error says.
 */

import { encodeLatin1, latin1 } from "@httplib/bytes";
import { HTTPException, LimitExceeded, LineTooLong } from "@httplib/errors";
import { expect } from "vitest";
import { HeaderParser } from "../src/index.ts";
import type { Defect, HTTPMessage, HeaderOptions } from "../src/index.ts";

export interface SeenError {
  readonly name: string;
  readonly code: string;
  readonly offset: number | undefined;
  readonly excerpt: string | undefined;
  readonly message: string;
  readonly partial: string | undefined;
  readonly limit: string | undefined;
}

export interface Seen {
  /** What came out; undefined where an error did. */
  readonly fields?: readonly (readonly [string, string])[];
  readonly defects?: readonly Defect[];
  readonly wire?: string;
  /** Bytes used. */
  readonly used: number;
  readonly error?: SeenError;
}

/** What an error says, but for its stack. */
export function seeError(error: unknown): SeenError {
  if (!(error instanceof HTTPException)) throw error;
  return {
    name: error.name,
    code: error.code,
    offset: error.offset,
    excerpt: error.excerpt,
    message: error.message,
    partial: error.partial && latin1(error.partial),
    limit:
      error instanceof LimitExceeded
        ? `${error.limit} ${error.max}`
        : error instanceof LineTooLong
          ? `${error.lineType} ${error.max}`
          : undefined,
  };
}

function seeMessage(headers: HTTPMessage, used: number): Seen {
  return { fields: [...headers], defects: headers.defects, wire: latin1(headers.toBytes()), used };
}

/** All at once, byte by byte, and every cut in two; of a long block, the cuts near its ends and a few between. */
export function cutsOf(length: number): number[][] {
  const all = Array.from({ length: length - 1 }, (_, i) => i + 1);
  const isChosen = (cut: number): boolean =>
    length <= 600 || cut < 3 || cut > length - 5 || cut % 20_011 === 0;
  return [[], all, ...all.filter(isChosen).map((cut) => [cut])];
}

/** Feeds `wire` in pieces that end at `cuts`, each from the middle of a buffer that is overwritten afterwards. */
export function observe(
  wire: Uint8Array,
  cuts: readonly number[],
  options?: HeaderOptions,
  parser: HeaderParser = new HeaderParser(options),
): Seen {
  const buffer = new Uint8Array(wire.length + 8).fill(0xaa);
  let used = 0;
  try {
    let start = 0;
    for (const end of [...cuts, wire.length]) {
      buffer.set(wire.subarray(start, end), 4);
      used = start + parser.push(buffer, 4, 4 + end - start) - 4;
      buffer.fill(0xaa, 4, 4 + end - start);
      if (parser.done) break;
      start = end;
    }
    return seeMessage(parser.finish(), used);
  } catch (error) {
    return { used: 0, error: seeError(error) };
  }
}

/** Expects `wire` to give the same in every cut, and gives what that was. */
export function seeEveryCut(text: string, options?: HeaderOptions): Seen {
  const wire = encodeLatin1(text);
  const whole = observe(wire, [], options);
  for (const cuts of cutsOf(wire.length)) {
    const seen = observe(wire, cuts, options);
    const where = `cut at ${cuts.slice(0, 3).join()}${cuts.length > 3 ? "…" : ""}`;
    expect(seen, where).toEqual(whole);
  }
  return whole;
}
