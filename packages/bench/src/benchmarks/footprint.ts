/**
 * What the client takes besides time: memory while a body streams, memory of idle connections, and the time to load it.
 */

import { Child } from "../child.ts";
import type { Benchmark, Context } from "../context.ts";
import { undiciPackage } from "../peers/undici.ts";
import type { PeerName } from "../peers/peers.ts";
import type { IdleMemory, IdleTask } from "../probes/idle-memory.ts";
import type { StreamTask } from "../probes/stream-memory.ts";
import type { Goal, Row } from "../results.ts";
import { ratio, spread } from "../statistics.ts";

const MIB = 1_048_576;
const PLAIN = { isSecure: false, isPinned: false };

const atMost = (value: number): Goal => ({ is: "at most", value });

async function answerOf<T>(script: string, task: unknown, flags: string[] = []): Promise<T> {
  const { child, answer } = await Child.start(script, task, { flags });
  child.end();
  // oxlint-disable-next-line no-unsafe-type-assertion -- each script sends what its file says
  return answer as T;
}

const stream: Benchmark = {
  name: "memory",
  title: "growth of the peak memory while 1 GiB streams",
  async run(context) {
    const { port } = await context.origins.target(PLAIN);
    const bytes = (context.isQuick ? 256 : 1024) * MIB;
    const growth = async (reading: "into" | "iterate", goal: number): Promise<Row> => {
      const found: number[] = [];
      for (let round = 0; round < Math.min(context.rounds, 5); round++) {
        const task: StreamTask = { port, bytes, reading };
        found.push((await answerOf<number>("./probes/stream-memory.js", task)) / MIB);
      }
      const what = reading === "into" ? "readInto" : "for await";
      const common = { benchmark: "memory", what, unit: "MiB", isComparable: true };
      return { ...common, ...spread(found), goal: atMost(goal) };
    };
    const rows = [await growth("into", 16), await growth("iterate", 48)];
    return { rows, figures: [], curves: [] };
  },
};

const idle: Benchmark = {
  name: "idle",
  title: "memory of an idle kept connection, of 10,000",
  async run(context) {
    const rows: Row[] = [];
    const connections = context.isQuick ? 2000 : 10_000;
    const measure = async (peer: PeerName, goals: readonly (Goal | null)[]): Promise<void> => {
      const target = await context.origins.target(PLAIN);
      const task: IdleTask = { peer, target, connections };
      const flags = ["--expose-gc"];
      const { child, answer } = await Child.start("./probes/idle-memory.js", task, { flags });
      await context.origins.reset(PLAIN);
      child.end();
      // oxlint-disable-next-line no-unsafe-type-assertion -- sent by idle-memory.ts
      const { heap, external } = answer as IdleMemory;
      const row = (what: string, bytes: number, goal: Goal | null): Row => ({
        benchmark: "idle",
        what: `${peer}, ${what}`,
        unit: "KiB",
        ...spread([bytes / 1024]),
        goal,
        isComparable: goal !== null && goal.value > 1,
      });
      rows.push(row("heap", heap, goals[0] ?? null), row("external", external, goals[1] ?? null));
    };
    await measure("httplib", [atMost(4), atMost(0.1)]);
    await measure("undici request", []);
    await measure("node:http", []);
    await measure("floor", []);
    return { rows, figures: [], curves: [] };
  },
};

const imports: Benchmark = {
  name: "import",
  title: "import of @httplib/client in a fresh process",
  async run(context) {
    const rounds = importRounds(context);
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let round = 0; round < rounds; round++) {
      ours.push(await answerOf("./probes/import-time.js", "@httplib/client"));
      theirs.push(await answerOf("./probes/import-time.js", undiciPackage()));
    }
    const benchmark = "import";
    const rows: Row[] = [
      {
        benchmark,
        what: "time over undici",
        unit: "×",
        ...ratio(ours, theirs),
        goal: atMost(0.5),
        isComparable: true,
      },
      {
        benchmark,
        what: "@httplib/client",
        unit: "ms",
        ...spread(ours),
        goal: null,
        isComparable: false,
      },
      { benchmark, what: "undici", unit: "ms", ...spread(theirs), goal: null, isComparable: false },
    ];
    return { rows, figures: [], curves: [] };
  },
};

function importRounds({ isQuick }: Context): number {
  return isQuick ? 9 : 21;
}

export const footprintBenchmarks: readonly Benchmark[] = [stream, idle, imports];
