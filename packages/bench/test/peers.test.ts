/** The benchmarks measure what they say: every peer reads every byte of what the origin sends, and a short body is no success. */
import { parseResponse } from "@httplib/protocol";
import { makeCertificates } from "@httplib/test-certs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type OriginServer, startOrigin } from "../src/origin-server.ts";
import { llhttpBinding } from "../src/peers/llhttp.ts";
import { loadPeer, type PeerName } from "../src/peers/peers.ts";
import { checkLength } from "../src/peers/payload.ts";
import { pathOf, replyOf, wireReply } from "../src/replies.ts";
import { runRound } from "../src/run-round.ts";
import type { Reply, Target, Work } from "../src/work.ts";

let origin: OriginServer;
beforeAll(async () => {
  origin = await startOrigin(null);
});
afterAll(() => origin.close());

async function round(peer: PeerName, work: Work, target?: Target): Promise<number> {
  const plain = { port: origin.port, ca: null };
  const session = await (await loadPeer(peer)).open(work, target ?? plain);
  return (await runRound(session, 5, 1)).count;
}

const CLIENTS = ["httplib", "floor", "undici dispatch", "undici request", "node:http"] as const;
const REPLIES: readonly Reply[] = [
  { bytes: 0, chunk: 0, fields: 1 },
  { bytes: 100, chunk: 0, fields: 68 },
  { bytes: 100, chunk: 7, fields: 4 },
  { bytes: 3_000_001, chunk: 0, fields: 4 },
  { bytes: 3_000_001, chunk: 1000, fields: 4 },
];

describe("the origin's replies", () => {
  test.each(REPLIES)(
    "are what their path says: $bytes bytes, chunks of $chunk, $fields fields",
    (reply) => {
      expect(replyOf(pathOf(reply))).toEqual(reply);
      const { head, block, times, tail, length } = wireReply(reply);
      const wire = Buffer.concat([head, ...Array.from({ length: times }, () => block), tail]);
      const parsed = parseResponse(wire);
      expect(parsed.body.length).toBe(reply.bytes);
      expect(parsed.head.headers.size).toBe(reply.fields);
      expect([parsed.bytesRead, length]).toEqual([wire.length, wire.length]);
    },
  );
});

describe.each(CLIENTS)("%s", (peer) => {
  test.each(REPLIES)("reads $bytes bytes, chunks of $chunk, $fields fields", async (reply) => {
    for (const reading of ["whole", "into", "iterate"] as const) {
      expect(await round(peer, { kind: "get", reply, connections: 3, reading })).toBeGreaterThan(0);
    }
  });
});

test.each(CLIENTS)(
  "%s verifies and speaks TLS, and outlives the end of its connections",
  async (peer) => {
    const { ca, server } = await makeCertificates();
    const secure = await startOrigin(server);
    const reply = { bytes: 100, chunk: 0, fields: 4 };
    const work = { kind: "get", reply, connections: 2, reading: "whole" } as const;
    expect(await round(peer, work, { port: secure.port, ca })).toBeGreaterThan(0);
    secure.reset();
    await new Promise((resolve) => setImmediate(resolve));
    secure.close();
  },
);

describe.each(["httplib", "floor", "undici request", "node:http"] as const)("%s", (peer) => {
  test.each(["bytes", "iterable"] as const)("sends a body of %s", async (source) => {
    expect(await round(peer, { kind: "upload", bytes: 200_000, source })).toBeGreaterThan(0);
  });
});

const PARSERS = ["parseHeaders", "ClientProtocol", "http-parser-js", "llhttp"] as const;

test.each(PARSERS)("%s reads every field of a head", async (peer) => {
  if (peer === "llhttp") expect(llhttpBinding()).not.toBeNull();
  for (const fields of [1, 8, 68]) {
    expect(await round(peer, { kind: "head", fields })).toBeGreaterThan(0);
  }
});

test.each(["ChunkedDecoder", "http-parser-js", "llhttp"] as const)(
  "%s decodes every byte of a body, in whatever pieces",
  async (peer) => {
    if (peer === "llhttp") expect(llhttpBinding()).not.toBeNull();
    for (const piece of [0, 1, 1000]) {
      const work = { kind: "decode", bytes: 5000, chunk: 64, piece } as const;
      expect(await round(peer, work)).toBeGreaterThan(0);
    }
  },
);

test("a body that is not whole stops the round", () => {
  expect(() => checkLength(99, 100)).toThrow("found a body of 99 bytes, expected 100");
});
