/**
 * Measures peers in turn: each in its own process, warmed up alone, then round after round, the order turned by one each time.
 *
 * Between its rounds a peer waits and costs nothing, so whatever else the machine does meets all of them alike.
 */

import { Child } from "./child.ts";
import type { Context } from "./context.ts";
import type { PeerTask, RoundRequest } from "./measure-peer.ts";
import { type OriginKind, PINNED_TO } from "./origins.ts";
import type { PeerName } from "./peers/peers.ts";
import type { Sample, Work } from "./work.ts";

/** What to measure. */
export interface Measurement extends OriginKind {
  readonly peers: readonly PeerName[];
  readonly work: Work;
  /** Pieces of work between two looks at the clock. */
  readonly every: number;
  /** Rounds of a single piece before the first: a connection grows its buffers and windows in the first ones. */
  readonly firstPieces?: number;
}

/** The samples of each peer, in the order of the rounds. */
export type Samples = ReadonlyMap<PeerName, readonly Sample[]>;

/** Runs the rounds. */
export async function interleave(context: Context, measurement: Measurement): Promise<Samples> {
  const { peers, work, every, isPinned, firstPieces = 0 } = measurement;
  const usesOrigin = work.kind === "get" || work.kind === "upload";
  const target = usesOrigin ? await context.origins.target(measurement) : { port: 0, ca: null };
  const samples = new Map<PeerName, Sample[]>();
  const children = new Map<PeerName, Child>();
  try {
    for (const peer of peers) {
      const task: PeerTask = { peer, work, target };
      const pinned = isPinned ? PINNED_TO : null;
      const { child } = await Child.start("./measure-peer.js", task, { pinned });
      children.set(peer, child);
      for (let piece = 0; piece < firstPieces; piece++) await ask(child, { duration: 0, every: 1 });
      await ask(child, { duration: context.warmUp, every });
      samples.set(peer, []);
    }
    for (let round = 0; round < context.rounds; round++) {
      const order = [...peers.slice(round % peers.length), ...peers.slice(0, round % peers.length)];
      for (const peer of order) {
        const child = children.get(peer);
        if (child === undefined) continue;
        samples.get(peer)?.push(await ask(child, { duration: context.duration, every }));
      }
    }
  } finally {
    if (usesOrigin) await context.origins.reset(measurement);
    for (const child of children.values()) child.end();
  }
  return samples;
}

async function ask(child: Child, request: RoundRequest): Promise<Sample> {
  // oxlint-disable-next-line no-unsafe-type-assertion -- sent by measure-peer.ts
  return (await child.ask(request)) as Sample;
}
