/**
 * The parsers alone, no socket: heads against llhttp and http-parser-js, chunks against both, and that the cost of a body grows with its
 * length and no faster, in whatever pieces it comes.
 */

import type { Benchmark, Context } from "../context.ts";
import { interleave, type Samples } from "../interleave.ts";
import type { PeerName } from "../peers/peers.ts";
import { llhttpBinding } from "../peers/llhttp.ts";
import type { Row } from "../results.ts";
import { compare, type Comparison, figures } from "../rows.ts";
import { ratio } from "../statistics.ts";
import type { Sample, Work } from "../work.ts";

/** Heads between two looks at the clock. */
const EVERY = 256;

function measure(
  context: Context,
  peers: readonly PeerName[],
  work: Work,
  every: number,
): Promise<Samples> {
  const present = peers.filter((peer) => peer !== "llhttp" || llhttpBinding() !== null);
  const measurement = { peers: present, work, every, isSecure: false, isPinned: false };
  return interleave(context, measurement);
}

function heads(fields: number, block: number, cycle: number, js: number): Benchmark {
  const name = `head-${fields}`;
  const comparisons: Comparison[] = [
    { of: "cost", ours: "parseHeaders", theirs: "llhttp", goal: block },
    { of: "cost", ours: "ClientProtocol", theirs: "llhttp", goal: cycle },
    { of: "gain", ours: "ClientProtocol", theirs: "http-parser-js", goal: js },
  ];
  return {
    name,
    title: `a head of ${fields} fields`,
    async run(context) {
      const peers = ["parseHeaders", "ClientProtocol", "llhttp", "http-parser-js"] as const;
      const samples = await measure(context, peers, { kind: "head", fields }, EVERY);
      return {
        rows: compare(name, samples, comparisons),
        figures: figures(name, "head", samples),
        curves: [],
      };
    },
  };
}

const decoder: Benchmark = {
  name: "decoder",
  title: "1 MiB in chunks of 64 B, in one buffer",
  async run(context) {
    const work = { kind: "decode", bytes: 1_048_576, chunk: 64, piece: 0 } as const;
    const peers = ["ChunkedDecoder", "llhttp", "http-parser-js"] as const;
    const samples = await measure(context, peers, work, 1);
    const comparison = { of: "gain", ours: "ChunkedDecoder", theirs: "http-parser-js" } as const;
    return {
      rows: compare("decoder", samples, [{ ...comparison, goal: 10 }]),
      figures: figures("decoder", "body", samples),
      curves: [],
    };
  },
};

/** What a 16 times longer body costs for each byte, over the shorter one. */
async function growth(context: Context, what: string, bytes: number, piece: number): Promise<Row> {
  const perByte = async (factor: number): Promise<number[]> => {
    const work = { kind: "decode", bytes: bytes * factor, chunk: 64, piece } as const;
    const samples = await measure(context, ["ChunkedDecoder"], work, 1);
    const cost = ({ user, system, count }: Sample): number => (user + system) / count / factor;
    return (samples.get("ChunkedDecoder") ?? []).map(cost);
  };
  const short = await perByte(1);
  const long = await perByte(16);
  const goal = { is: "at most", value: 1.25 } as const;
  return { benchmark: "linear", what, unit: "×", ...ratio(long, short), goal, isComparable: false };
}

const linear: Benchmark = {
  name: "linear",
  title: "decoding 16 times as much",
  async run(context) {
    const rows = [
      await growth(context, "cost of a chunk of 65,536 over one of 4,096", 262_144, 0),
      await growth(context, "cost of a byte pushed alone, of 256 KiB over 16 KiB", 16_384, 1),
    ];
    return { rows, figures: [], curves: [] };
  },
};

export const parserBenchmarks: readonly Benchmark[] = [
  heads(8, 0.6, 0.95, 2.4),
  heads(68, 1.05, 1.25, 2.8),
  decoder,
  linear,
];
