/**
 * Messages that are in no row: rows with bytes put in, taken out and joined to others, the same ones
 * in each run. Nobody knows their right result, but three laws hold for all bytes: the splits agree,
 * the interface keeps its rules, and what is thrown is an exception of the tree, with a code.
 */
import { ClientProtocol, type ProtocolOptions } from "@httplib/protocol";
import { expect, test } from "vitest";
import { decodeLatin1, encodeLatin1, loadResponses } from "../src/index.ts";
import { differencesOfSplit } from "../src/differences.ts";
import { observe } from "../src/observe.ts";
import { listSplits, type Split } from "../src/splits.ts";

const MESSAGES = 400;
const SEED = 0x5eed;
const BYTES = '\r\n\0 \t:;,05a"\\\x7f\x80\xffH=-+';
const PIECES = [...Array.from(BYTES), "\r\n", "\r\n\r\n", "\r\n ", "ffff"];
const METHODS = ["GET", "GET", "HEAD", "CONNECT"];
const EVERY_LENIENCY = {
  bareLineFeed: true,
  lengthWithTransferEncoding: true,
  chunkedInHTTP10: true,
  spaceAfterChunkSize: true,
  skipInvalidFields: true,
  simpleResponse: true,
};
const OPTIONS: readonly ProtocolOptions[] = [
  {},
  {},
  { lenient: { bareLineFeed: true } },
  { lenient: { skipInvalidFields: true } },
  { lenient: { simpleResponse: true } },
  { lenient: EVERY_LENIENCY },
  { limits: { maxLineBytes: 40, maxHeaderFields: 2, maxHeadBytes: 90, maxChunkOverhead: 10 } },
];

/** xorshift32: the same numbers in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const draw = numbers(SEED);
const texts = loadResponses()
  .filter(({ wire }) => wire.length < 300)
  .map(({ wire }) => decodeLatin1(wire));

function pick<T>(from: readonly T[]): T {
  const item = from[draw(from.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

function mutate(text: string): string {
  // Behind the version, mostly: before it almost every change ends in the same BadStatusLine.
  const low = Math.min(draw(4) === 0 ? 0 : 9, text.length);
  const at = low + draw(text.length - low + 1);
  const before = text.slice(0, at);
  switch (draw(4)) {
    case 0:
      return before + pick(PIECES) + text.slice(at);
    case 1:
      return before + pick(PIECES) + text.slice(at + 1);
    case 2:
      return before + text.slice(at + 1 + draw(3));
    default: {
      const other = pick(texts);
      return before + other.slice(draw(other.length + 1));
    }
  }
}

const messages = Array.from({ length: MESSAGES }, () => ({
  text: mutate(mutate(pick(texts))),
  method: pick(METHODS),
  upgrade: draw(3) === 0,
  eof: draw(2) === 0,
  options: pick(OPTIONS),
}));

function linesAgainst({
  text,
  method,
  upgrade,
  eof,
  options,
}: (typeof messages)[number]): string[] {
  const wire = encodeLatin1(text);
  const headers: Record<string, string> = { Host: "a" };
  if (upgrade) Object.assign(headers, { Connection: "Upgrade", Upgrade: "x" });
  const run = (split: Split) => {
    const protocol = new ClientProtocol(options);
    protocol.sendHead(method, method === "CONNECT" ? "a:1" : "/", headers);
    protocol.sendEnd();
    return observe(protocol, wire, split, eof);
  };
  const [first, ...others] = listSplits(wire);
  if (first === undefined) throw new Error("no split");
  const whole = run(first);
  const { error } = whole;
  return [
    ...whole.faults,
    ...(error !== null && typeof error.code !== "string" ? [`${error.class} has no code`] : []),
    ...others.flatMap((split) => differencesOfSplit(whole, run(split))),
  ];
}

test("every split of a mutated message gives the same", () => {
  for (const message of messages) {
    const lines = [...new Set(linesAgainst(message))].slice(0, 3);
    expect(lines, JSON.stringify(message)).toEqual([]);
  }
});

test("what a mutated message throws blames the peer or the network, never a TypeError", () => {
  let thrown = 0;
  for (const { text, method, options, eof } of messages) {
    const protocol = new ClientProtocol(options);
    protocol.sendHead(method, method === "CONNECT" ? "a:1" : "/");
    protocol.sendEnd();
    try {
      protocol.feed(encodeLatin1(text));
      for (let left = 2 * text.length + 8; protocol.next() !== 0; left--)
        expect(left).toBeGreaterThan(0);
      if (eof) protocol.feedEnd();
      for (let left = 8; protocol.next() !== 0; left--) expect(left).toBeGreaterThan(0);
    } catch (error) {
      expect(error, text).toMatchObject({
        fault: expect.stringMatching(/^(remote|network)$/) as unknown,
        code: expect.any(String) as unknown,
      });
      thrown++;
    }
  }
  // Most of them are refused: a run in which nothing is thrown has tested nothing.
  expect(thrown).toBeGreaterThan(MESSAGES / 2);
});
