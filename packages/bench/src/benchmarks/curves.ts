/**
 * How the cost of a request changes with the number of connections, the size of the body, the number of field lines and the size of
 * chunks. These have no goals: they show where a cost begins.
 */

import type { Benchmark, Context } from "../context.ts";
import { interleave } from "../interleave.ts";
import type { PeerName } from "../peers/peers.ts";
import type { Curve, Series } from "../results.ts";
import { median } from "../statistics.ts";
import type { GetWork, Reply, Sample } from "../work.ts";

const PEERS: readonly PeerName[] = [
  "httplib",
  "floor",
  "undici dispatch",
  "undici request",
  "node:http",
];

const SMALL: Reply = { bytes: 100, chunk: 0, fields: 4 };
const KIB = 1024;
const MIB = KIB * KIB;

interface CurvePlan {
  readonly name: string;
  readonly title: string;
  readonly x: string;
  readonly y: string;
  readonly points: readonly number[];
  /** The few points of a quick run. */
  readonly quickPoints: readonly number[];
  readonly work: (x: number) => Pick<GetWork, "reply" | "connections" | "reading">;
  readonly value: (sample: Sample, x: number) => number;
}

const cpu = ({ user, system, count }: Sample): number => (user + system) / count;

/** A body of some thousand chunks, within bounds. */
const bytesInChunks = (chunk: number): number =>
  Math.min(32 * MIB, Math.max(16 * KIB, chunk * 4096));

const PLANS: readonly CurvePlan[] = [
  {
    name: "curve-connections",
    title: "GET 100 B by the number of connections",
    x: "connections",
    y: "requests a second",
    points: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1000],
    quickPoints: [1, 1000],
    work: (connections) => ({ reply: SMALL, connections, reading: "whole" }),
    value: ({ count, elapsed }) => (count * 1000) / elapsed,
  },
  {
    name: "curve-body",
    title: "one body by its size",
    x: "bytes",
    y: "CPU µs a request",
    points: [0, 100, KIB, 10 * KIB, 100 * KIB, MIB, 10 * MIB, 100 * MIB, 1024 * MIB],
    quickPoints: [0, MIB],
    work: (bytes) => ({
      reply: { ...SMALL, bytes },
      connections: 1,
      reading: bytes > MIB ? "iterate" : "whole",
    }),
    value: cpu,
  },
  {
    name: "curve-fields",
    title: "GET 100 B by the number of field lines",
    x: "field lines",
    y: "CPU µs a request",
    points: [1, 2, 5, 10, 20, 50, 100, 200],
    quickPoints: [1, 200],
    work: (fields) => ({ reply: { ...SMALL, fields }, connections: 32, reading: "whole" }),
    value: cpu,
  },
  {
    name: "curve-chunks",
    title: "a chunked body by the size of its chunks",
    x: "bytes a chunk",
    y: "CPU ns a KiB of body",
    points: [1, 4, 16, 64, 256, KIB, 4 * KIB, 16 * KIB, 64 * KIB, 256 * KIB, MIB],
    quickPoints: [1, 64 * KIB],
    work: (chunk) => ({
      reply: { bytes: bytesInChunks(chunk), chunk, fields: 4 },
      connections: 1,
      reading: "into",
    }),
    value: (sample, chunk) => (cpu(sample) * 1000) / (bytesInChunks(chunk) / KIB),
  },
];

async function measure(plan: CurvePlan, context: Context): Promise<Curve> {
  const rounds = context.isQuick ? 1 : 3;
  const brief = { ...context, rounds, duration: context.duration / 2, warmUp: context.warmUp / 2 };
  const points = new Map<PeerName, [number, number][]>();
  for (const x of context.isQuick ? plan.quickPoints : plan.points) {
    const samples = await interleave(brief, {
      peers: PEERS,
      work: { kind: "get", ...plan.work(x) },
      every: 1,
      isSecure: false,
      isPinned: false,
    });
    for (const [peer, all] of samples) {
      const y = median(all.map((sample) => plan.value(sample, x)));
      points.set(peer, [...(points.get(peer) ?? []), [x, y]]);
    }
  }
  const series: Series[] = [...points].map(([peer, all]) => ({ peer, points: all }));
  return { name: plan.name, title: plan.title, x: plan.x, y: plan.y, series };
}

export const curveBenchmarks: readonly Benchmark[] = PLANS.map((plan) => ({
  name: plan.name,
  title: plan.title,
  run: async (context: Context) => ({
    rows: [],
    figures: [],
    curves: [await measure(plan, context)],
  }),
}));
