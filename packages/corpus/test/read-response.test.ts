/**
 * The rows once more, through a whole HTTPResponse and each of its ways to read: what they join to
 * must not depend on the way, nor on how the source cuts its bytes.
 */
import { byteSource, type ByteSource } from "@httplib/headers";
import { readResponse, type HTTPResponse } from "@httplib/response";
import { describe, expect, test } from "vitest";
import { decodeLatin1, loadResponses, type ResponseRow } from "../src/index.ts";
import { differencesBetween } from "../src/differences.ts";
import { joinBytes } from "../src/latin1.ts";
import { copyFields, property, seeError, type Observation } from "../src/observation.ts";

type Keep = (piece: Uint8Array) => void;
type Way = (response: HTTPResponse, keep: Keep) => Promise<void>;

/** Calls `read` until it gives nothing. */
async function exhaust(read: () => Promise<Uint8Array>, keep: Keep): Promise<void> {
  for (let piece = await read(); piece.length > 0; piece = await read()) keep(piece);
}

async function intoBuffer(read: (target: Uint8Array) => Promise<number>, keep: Keep) {
  const target = new Uint8Array(7);
  for (let size = await read(target); size > 0; size = await read(target)) {
    keep(target.slice(0, size));
  }
}

function twiceThenAll(size: number): Way {
  return async (response, keep) => {
    keep(await response.read(size));
    keep(await response.read(size));
    keep(await response.read());
  };
}

const ways: Readonly<Record<string, Way>> = {
  "read()": async (response, keep) => keep(await response.read()),
  ...Object.fromEntries(
    Array.from({ length: 12 }, (_, i) => [`read(${i + 1}) twice, read()`, twiceThenAll(i + 1)]),
  ),
  "read(3)": (response, keep) => exhaust(() => response.read(3), keep),
  "read1(4)": (response, keep) => exhaust(() => response.read1(4), keep),
  "readLine()": (response, keep) => exhaust(() => response.readLine(), keep),
  "readInto()": (response, keep) => intoBuffer((target) => response.readInto(target), keep),
  "readInto1()": (response, keep) => intoBuffer((target) => response.readInto1(target), keep),
  "for await": async (response, keep) => {
    for await (const piece of response) keep(piece);
  },
  "peek() before each read": (response, keep) =>
    exhaust(async () => {
      const ahead = await response.peek();
      const piece = await response.read(Math.max(1, ahead.length));
      // A peek shows what the next read gives, and never a byte behind the body.
      expect(decodeLatin1(piece).startsWith(decodeLatin1(ahead))).toBe(true);
      return piece;
    }, keep),
};

/** The source whole, byte by byte, and cut in two places; long wires only whole. */
function cutSources(wire: Uint8Array): Uint8Array[][] {
  if (wire.length > 4096) return [[wire]];
  const third = Math.floor(wire.length / 3);
  const bytes = Array.from(wire, (_, i) => wire.subarray(i, i + 1));
  return [[wire], bytes, [wire.subarray(0, third), wire.subarray(third, -3), wire.subarray(-3)]];
}

async function restOf(source: ByteSource): Promise<string> {
  let text = "";
  for (let run = await source.read(); run !== null; run = await source.read()) {
    text += decodeLatin1(run);
  }
  return text;
}

function seeHeads({ informational, version, status, reason, headers }: HTTPResponse) {
  return {
    interim: informational.map((head) => ({
      status: head.status,
      reason: head.reason,
      headers: copyFields(head.headers),
    })),
    head: { version, status, reason, headers: copyFields(headers) },
  };
}

async function observeRead(row: ResponseRow, runs: Uint8Array[], way: Way): Promise<Observation> {
  const { method, upgradeRequested, options } = row;
  const source = byteSource(runs.map((run) => run.slice()));
  const pieces: Uint8Array[] = [];
  let response: HTTPResponse | undefined;
  const unseen = { framing: undefined, reusable: undefined, defects: undefined, faults: [] };
  try {
    response = await readResponse(source, { method, upgradeRequested, ...options });
    const { length } = response;
    await way(response, (piece) => pieces.push(piece.slice()));
    return {
      ...unseen,
      ...seeHeads(response),
      outcome: "ok",
      length: row.expected.length === undefined ? undefined : length,
      keepAlive: !response.willClose,
      body: decodeLatin1(joinBytes(pieces)),
      trailers: response.trailers === null ? null : copyFields(response.trailers),
      rest: await restOf(source),
      error: null,
    };
  } catch (error) {
    const partial = error instanceof Error ? property(error, "partial") : undefined;
    if (response !== undefined && partial instanceof Uint8Array) pieces.push(partial);
    return {
      ...unseen,
      ...(response === undefined ? { interim: undefined, head: undefined } : seeHeads(response)),
      outcome: "error",
      length: undefined,
      keepAlive: undefined,
      body: decodeLatin1(joinBytes(pieces)),
      trailers: undefined,
      rest: undefined,
      error: seeError(error),
    };
  }
}

async function runRead(row: ResponseRow): Promise<string[]> {
  const lines: string[] = [];
  for (const runs of cutSources(row.wire)) {
    for (const [name, way] of Object.entries(ways)) {
      const seen = await observeRead(row, runs, way);
      const own = differencesBetween(row.expected, seen, row.acceptAlso);
      lines.push(...own.map((line) => `${name}, source in ${runs.length}: ${line}`));
    }
  }
  return lines.slice(0, 8);
}

// A source always ends: rows that wait for more have nothing to say here.
const rows = loadResponses().filter(({ expected }) => expected.outcome !== "need-more");

describe("HTTPResponse gives what the row says, whichever way it is read", () => {
  test.each(rows.map((row) => [row.id, row.why, row] as const))("%s %s", async (_id, _why, row) => {
    expect(await runRead(row)).toEqual([]);
  });
});
