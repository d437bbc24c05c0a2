/**
 * One coded body through a decoder in every cut. What is seen is plain data, so that two cuts can be compared whole:
 * payload, the layout of the chunks, trailers, defects, how much was used, and everything an error says.
 */

import { encodeLatin1, latin1 } from "@httplib/bytes";
import { HTTPException, LimitExceeded, LineTooLong } from "@httplib/errors";
import { expect } from "vitest";
import { ChunkedDecoder } from "../src/index.ts";
import type { ChunkedOptions } from "../src/index.ts";
import type { Defect } from "@httplib/headers";

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
  readonly body: string;
  /** The declared size and the extensions of each chunk that gave data. */
  readonly chunks: readonly (readonly [size: number, extensions: string])[];
  readonly trailers: readonly (readonly [string, string])[] | null;
  readonly defects: readonly Defect[];
  /** Bytes used, where the body is complete. */
  readonly used: number | null;
  readonly error: SeenError | null;
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

/** All at once, byte by byte, and every cut in two; of a long body, the cuts near its ends and a few between. */
export function cutsOf(length: number): number[][] {
  const all = Array.from({ length: Math.max(0, length - 1) }, (_, i) => i + 1);
  const isChosen = (cut: number): boolean =>
    length <= 400 || cut < 4 || cut > length - 5 || cut % 4999 === 0;
  return [[], all, ...all.filter(isChosen).map((cut) => [cut])];
}

/**
 * Feeds `wire` in pieces that end at `cuts`, each from the middle of a buffer that is overwritten afterwards.
 *
 * @param isEnded whether the input ends behind the wire, or only pauses
 */
export function observe(
  wire: Uint8Array,
  cuts: readonly number[],
  options?: ChunkedOptions,
  isEnded = true,
  decoder: ChunkedDecoder = new ChunkedDecoder(options),
): Seen {
  const buffer = new Uint8Array(wire.length + 8).fill(0xaa);
  const chunks: [number, string][] = [];
  let body = "";
  let left = 0;
  let used: number | null = null;
  let error: SeenError | null = null;
  try {
    let start = 0;
    for (const end of [...cuts, wire.length]) {
      buffer.set(wire.subarray(start, end), 4);
      decoder.push(buffer, 4, 4 + end - start);
      for (let run = decoder.pull(); run !== null; run = decoder.pull()) {
        if (left === 0) {
          left = decoder.chunkSize;
          chunks.push([left, decoder.chunkExtensions]);
        }
        left -= run.length;
        body += latin1(run);
      }
      if (decoder.done) {
        used = start + decoder.position - 4;
        break;
      }
      buffer.fill(0xaa, 4, 4 + end - start);
      start = end;
    }
    if (isEnded) decoder.end();
    if (decoder.done) used ??= wire.length;
  } catch (reason) {
    error = seeError(reason);
  }
  const trailers = decoder.trailers && [...decoder.trailers];
  return { body, chunks, trailers, defects: decoder.defects, used, error };
}

/** Expects `text` to give the same in every cut, and gives what that was. */
export function seeEveryCut(text: string, options?: ChunkedOptions, isEnded = true): Seen {
  const wire = encodeLatin1(text);
  const whole = observe(wire, [], options, isEnded);
  for (const cuts of cutsOf(wire.length)) {
    const where = `cut at ${cuts.slice(0, 3).join()}${cuts.length > 3 ? "…" : ""}`;
    expect(observe(wire, cuts, options, isEnded), where).toEqual(whole);
  }
  return whole;
}
