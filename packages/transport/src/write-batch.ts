/**
 * Small writes of many sockets, given to the kernel together when a turn of the event loop ends.
 *
 * A write drives what the program works with out of the caches, so that the work between two writes takes longer than the same
 * work without them: 4 % of the processor time of a small GET on 32 connections, 6 % on 256. Where a turn brings several small
 * writes they are held back to its end. A lone request goes out at once; so does every one in a program that computes for long
 * between its requests, since no peer should have to wait for that.
 *
 * Owns when to hold and for how long. Knows nothing of sockets.
 */
import { nextTurn } from "./turn.ts";

/** Who holds a write back. */
export interface Holder {
  /** Writes what is held, if there still is something. */
  flush(): void;
}

/** Writes held at once; the first of them waits for the work of so many. */
const MOST = 32;
/** Writes in a turn from which on it is worth it. */
const LEAST = 4;
/** Milliseconds from one write to the next, above which nothing is held. */
const BRIEF = 0.05;
/** While nothing is held, so many writes pass from one measured turn to the next. */
const PASS = 16;

/** Decides for all sockets of a process. */
export class WriteBatch {
  #held: Holder[] = [];
  #isHolding = false;
  #isMeasuring = false;
  /** Writes in the turn that is measured; else those since the last such turn. */
  #count = 0;
  #began = 0;
  #isExitWatched = false;

  /** Whether a write is to be held until `flush()` is called, at the end of this turn or earlier. */
  hold(holder: Holder): boolean {
    this.#count++;
    if (!this.#isMeasuring) {
      if (!this.#isHolding && this.#count < PASS) return false;
      this.#isMeasuring = true;
      this.#count = 1;
      this.#began = performance.now();
      nextTurn(() => this.#endTurn());
    }
    if (!this.#isHolding) return false;
    if (this.#held.length === MOST) this.#flush();
    this.#held.push(holder);
    return true;
  }

  #endTurn(): void {
    this.#flush();
    const count = this.#count;
    this.#count = 0;
    this.#isMeasuring = false;
    this.#isHolding = count >= LEAST && performance.now() - this.#began < count * BRIEF;
    if (!this.#isHolding || this.#isExitWatched) return;
    this.#isExitWatched = true;
    process.once("exit", () => this.#flush());
  }

  #flush(): void {
    const held = this.#held;
    this.#held = [];
    for (const holder of held) holder.flush();
  }
}

/** That of this process; null where it was not measured. In Deno the next turn is a timer away, which is too late. */
export const writeBatch: WriteBatch | null =
  "Bun" in globalThis || "Deno" in globalThis ? null : /* @__PURE__ */ new WriteBatch();
