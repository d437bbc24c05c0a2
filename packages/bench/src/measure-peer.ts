/**
 * The process in which one peer is measured. Started with the peer, its work and the origin as JSON; answers each message with a sample;
 * ends with its parent.
 */

import { loadPeer, type PeerName } from "./peers/peers.ts";
import { runRound } from "./run-round.ts";
import type { Target, Work } from "./work.ts";

/** What the process is started with. */
export interface PeerTask {
  readonly peer: PeerName;
  readonly work: Work;
  readonly target: Target;
}

/** What asks for a round. */
export interface RoundRequest {
  /** Milliseconds. */
  readonly duration: number;
  /** Pieces of work between two looks at the clock. */
  readonly every: number;
}

// oxlint-disable-next-line no-unsafe-type-assertion -- written by child.ts
const { peer, work, target } = JSON.parse(process.argv[2] ?? "{}") as PeerTask;
const session = await (await loadPeer(peer)).open(work, target);

process.on("message", ({ duration, every }: RoundRequest) => {
  void runRound(session, duration, every).then((sample) => process.send?.(sample));
});
process.on("disconnect", () => process.exit());
process.send?.("ready");
