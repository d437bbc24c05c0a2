/**
 * A process that opens many connections, makes one request on each, leaves all of them idle, and tells what one of them holds.
 *
 * Needs `--expose-gc`: what is held is what is left after a collection.
 */

import { loadPeer, type PeerName } from "../peers/peers.ts";
import type { Lane, Next, Target, Work } from "../work.ts";

/** What the process is started with. */
export interface IdleTask {
  readonly peer: PeerName;
  readonly target: Target;
  readonly connections: number;
}

/** What one idle connection holds, in bytes. */
export interface IdleMemory {
  readonly heap: number;
  /** ArrayBuffers and other memory that the engine counts as outside its heap. */
  readonly external: number;
}

/** Connections that are opened at once. */
const AT_ONCE = 100;

async function held(): Promise<IdleMemory> {
  // Twice with a turn between: what the first collection finalizes, the second one frees.
  globalThis.gc?.();
  await new Promise((resolve) => {
    setTimeout(resolve, 200);
  });
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return { heap: heapUsed, external };
}

// oxlint-disable-next-line no-unsafe-type-assertion -- written by footprint.ts
const { peer: name, target, connections } = JSON.parse(process.argv[2] ?? "{}") as IdleTask;
const peer = await loadPeer(name);
const kept: (readonly Lane[])[] = [];

/** Lets one exchange begin. */
function once(): Next {
  let left = 1;
  return () => left-- > 0;
}

async function openIdle(count: number): Promise<void> {
  const reply = { bytes: 100, chunk: 0, fields: 4 };
  const work: Work = { kind: "get", reply, connections: count, reading: "whole" };
  const session = await peer.open(work, target);
  await Promise.all(session.lanes.map(async (lane) => lane.run(once())));
  kept.push(session.lanes);
}

await openIdle(AT_ONCE);
const before = await held();
for (let open = 0; open < connections; open += AT_ONCE) await openIdle(AT_ONCE);
const after = await held();
process.on("disconnect", () => process.exit());
process.send?.({
  heap: (after.heap - before.heap) / connections,
  external: (after.external - before.external) / connections,
} satisfies IdleMemory);
