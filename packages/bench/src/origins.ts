/**
 * The origins of a run, each a process of its own, started when first asked for: plain, with TLS, and bound to one processor.
 */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { makeCertificates } from "@httplib/test-certs";
import { Child } from "./child.ts";
import type { Target } from "./work.ts";

/** Which origin. */
export interface OriginKind {
  readonly isSecure: boolean;
  /** Whether client and origin share one processor, so that a request costs what both do, one after the other. */
  readonly isPinned: boolean;
}

interface Running {
  readonly child: Child;
  readonly target: Target;
}

/** The processor that pinned processes share; null where the system cannot bind a process. */
export const PINNED_TO: number | null = /* @__PURE__ */ lastProcessor();

/** Starts origins and keeps them. */
export class Origins {
  readonly #running = new Map<string, Promise<Running>>();

  /** Where an origin of this kind listens. */
  async target(kind: OriginKind): Promise<Target> {
    return (await this.#get(kind)).target;
  }

  /** Ends every connection to an origin without a trace in the kernel. */
  async reset(kind: OriginKind): Promise<void> {
    await (await this.#get(kind)).child.ask({ reset: true });
  }

  #get(kind: OriginKind): Promise<Running> {
    const name = JSON.stringify([kind.isSecure, kind.isPinned]);
    let origin = this.#running.get(name);
    if (origin === undefined) {
      origin = start(kind);
      this.#running.set(name, origin);
    }
    return origin;
  }
}

async function start({ isSecure, isPinned }: OriginKind): Promise<Running> {
  const certificates = isSecure ? await makeCertificates() : null;
  const identity = certificates?.server ?? null;
  const pinned = isPinned ? PINNED_TO : null;
  const { child, answer } = await Child.start("./origin.js", identity, { pinned });
  return { child, target: { port: Number(answer), ca: certificates?.ca ?? null } };
}

/** The last processor this process may use, if there is a `taskset` to bind others to it. */
function lastProcessor(): number | null {
  try {
    const allowed = /Cpus_allowed_list:\s*(\S+)/.exec(readFileSync("/proc/self/status", "utf8"));
    const last = /(\d+)$/.exec(allowed?.[1] ?? "")?.[1];
    if (last === undefined || spawnSync("taskset", ["--version"]).status !== 0) return null;
    return Number(last);
  } catch {
    return null;
  }
}
