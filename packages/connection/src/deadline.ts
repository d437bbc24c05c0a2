/**
 * One timer for all the waits of a connection, armed lazily.
 *
 * Two bounds can run at once: the wait of the moment (connect, send, head or body) and the exchange as a whole. Setting or clearing
 * one only stores a number; the timer is touched when there is none, or when the new moment comes before the one it waits for. A
 * keep-alive connection that makes a thousand requests within its limit creates one timer. Knows nothing of what a limit destroys.
 */

import type { TimeoutPhase } from "@httplib/errors";

/** The longest delay a timer of Node takes; it treats a longer one as 1 ms. */
export const LONGEST_DELAY: number = 2 ** 31 - 1;

/** Who is told of a bound that has passed, once for each. */
export interface DeadlineOwner {
  expired(phase: TimeoutPhase): void;
}

/** The bounds of one connection. */
export class Deadline {
  readonly #owner: DeadlineOwner;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firesAt = Infinity;
  #keepsAlive = true;
  #phase: TimeoutPhase = "connect";
  #waitEnds = Infinity;
  #allEnds = Infinity;

  constructor(owner: DeadlineOwner) {
    this.#owner = owner;
  }

  /** Bounds the wait that begins now, in place of the one before. */
  startWait(phase: TimeoutPhase, limit: number, now: number = performance.now()): void {
    this.#phase = phase;
    this.#waitEnds = now + limit;
    this.#arm(this.#waitEnds, now);
  }

  /** Ends the wait; the bound on the whole stays. */
  stopWait(): void {
    this.#waitEnds = Infinity;
  }

  /** Bounds the whole by a moment of `performance.now()`. */
  startTotal(end: number): void {
    this.#allEnds = end;
    if (end !== Infinity) this.#arm(end, performance.now());
  }

  /** Ends both bounds; an armed timer stays for the next ones. */
  stop(): void {
    this.#waitEnds = Infinity;
    this.#allEnds = Infinity;
  }

  /** Says whether a running timer keeps the process alive, where the runtime knows such a thing. */
  keepAlive(keepsAlive: boolean): void {
    if (this.#keepsAlive === keepsAlive) return;
    this.#keepsAlive = keepsAlive;
    this.#mark();
  }

  /** Gives the timer back: the connection is over. */
  release(): void {
    this.stop();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#firesAt = Infinity;
  }

  #arm(end: number, now: number): void {
    if (end >= this.#firesAt) return;
    clearTimeout(this.#timer);
    this.#firesAt = end;
    const delay = Math.min(Math.ceil(end - now), LONGEST_DELAY);
    this.#timer = setTimeout(() => this.#fire(), delay);
    if (!this.#keepsAlive) this.#mark();
  }

  #fire(): void {
    this.#timer = undefined;
    this.#firesAt = Infinity;
    const now = performance.now();
    if (now >= this.#allEnds) {
      this.stop();
      this.#owner.expired("total");
    } else if (now >= this.#waitEnds) {
      this.stopWait();
      this.#owner.expired(this.#phase);
    } else {
      const end = Math.min(this.#waitEnds, this.#allEnds);
      if (end !== Infinity) this.#arm(end, now);
    }
  }

  /** A timer of a browser is a number, which has neither method. */
  #mark(): void {
    if (this.#keepsAlive) this.#timer?.ref?.();
    else this.#timer?.unref?.();
  }
}
