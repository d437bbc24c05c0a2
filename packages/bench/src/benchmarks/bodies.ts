/**
 * Large bodies, both ways. For downloads the processor time of the client counts. An upload is the kernel's work, which it does in the
 * name of whichever process is running, so that its processor time says little: there the rate counts.
 */

import type { Benchmark } from "../context.ts";
import { interleave } from "../interleave.ts";
import type { PeerName } from "../peers/peers.ts";
import { compare, type Comparison, figures } from "../rows.ts";
import type { Reading, Work } from "../work.ts";

const MIB = 1_048_576;

/** Pieces before the first round: the first bodies cost three to four times the fifth. */
const FIRST_PIECES = 4;

interface Bodies {
  readonly name: string;
  readonly title: string;
  /** What is measured, given how much smaller a quick run makes it. */
  readonly work: (divisor: number) => Work;
  readonly peers: readonly PeerName[];
  readonly comparisons: readonly Comparison[];
}

function download(mebibytes: number, chunk: number, reading: Reading): Bodies["work"] {
  return (divisor) => ({
    kind: "get",
    reply: { bytes: (mebibytes * MIB) / divisor, chunk, fields: 4 },
    connections: 1,
    reading,
  });
}

function upload(source: "bytes" | "iterable"): Bodies["work"] {
  return (divisor) => ({ kind: "upload", bytes: (256 * MIB) / divisor, source });
}

function chunks(name: string, chunk: number, size: number, goals: readonly number[]): Bodies {
  const [dispatch = 0, request = 0] = goals;
  return {
    name,
    title: `${size} MiB in chunks of ${chunk} B, readInto`,
    work: download(size, chunk, "into"),
    peers: ["httplib", "floor", "undici dispatch", "undici request", "node:http"],
    comparisons: [
      { of: "gain", theirs: "undici dispatch", goal: dispatch },
      { of: "gain", theirs: "undici request", goal: request },
    ],
  };
}

const TABLE: readonly Bodies[] = [
  {
    name: "body-into",
    title: "512 MiB by length, readInto",
    work: download(512, 0, "into"),
    peers: ["httplib", "floor", "undici dispatch"],
    comparisons: [
      { of: "cost", theirs: "floor", goal: 1.2 },
      { of: "gain", theirs: "undici dispatch", goal: 1.5 },
    ],
  },
  {
    name: "body-iterate",
    title: "512 MiB by length, for await",
    work: download(512, 0, "iterate"),
    peers: ["httplib", "floor", "undici request", "node:http"],
    comparisons: [
      { of: "gain", theirs: "undici request", goal: 2.2 },
      { of: "gain", theirs: "node:http", goal: 1.7 },
    ],
  },
  chunks("chunks-16k", 16_384, 256, [1.7, 4]),
  chunks("chunks-1k", 1024, 64, [2, 5]),
  chunks("chunks-64", 64, 16, [2.5, 3]),
  {
    name: "upload-length",
    title: "upload of 256 MiB by length",
    work: upload("bytes"),
    peers: ["httplib", "floor", "undici request", "node:http"],
    comparisons: [{ of: "rate", theirs: "undici request", goal: 0.95 }],
  },
  {
    name: "upload-chunked",
    title: "upload of 256 MiB by an iterable of 64 KiB pieces, chunked",
    work: upload("iterable"),
    peers: ["httplib", "floor", "undici request", "node:http"],
    comparisons: [{ of: "rate", theirs: "undici request", goal: 0.95 }],
  },
];

function benchmark({ name, title, work, peers, comparisons }: Bodies): Benchmark {
  return {
    name,
    title,
    async run(context) {
      const samples = await interleave(context, {
        peers,
        work: work(context.isQuick ? 8 : 1),
        every: 1,
        firstPieces: FIRST_PIECES,
        isSecure: false,
        isPinned: false,
      });
      return {
        rows: compare(name, samples, comparisons),
        figures: figures(name, "body", samples),
        curves: [],
      };
    },
  };
}

export const bodyBenchmarks: readonly Benchmark[] = TABLE.map(benchmark);
