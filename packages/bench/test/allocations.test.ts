/**
 * What a request leaves for the collector: counted in a process of its own, with room for all of it, so that nothing is collected while
 * it is counted.
 */
import { fileURLToPath } from "node:url";
import { mkdtempSync, rmSync } from "node:fs";
import { execFile } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OriginServer, startOrigin } from "../src/origin-server.ts";

interface Counted {
  /** Bytes of the heap a request. */
  readonly heap: number;
  /** Bytes outside the heap a request: memory of typed arrays. */
  readonly buffers: number;
  readonly collections: number;
}

const folder = mkdtempSync(join(tmpdir(), "httplib-bench-"));
const probe = join(folder, "probe.mjs");

let origin: OriginServer;
beforeAll(async () => {
  origin = await startOrigin(null);
  await build({
    entryPoints: [fileURLToPath(new URL("support/count-allocations.ts", import.meta.url))],
    outfile: probe,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["@httplib/source"],
    logLevel: "silent",
  });
});
afterAll(() => {
  origin.close();
  rmSync(folder, { recursive: true, force: true });
});

const ROOM = ["--min-semi-space-size=64", "--max-semi-space-size=64"];

/** The origin stays in this process, so that what it allocates is not counted. */
async function count(path: string): Promise<Counted> {
  const args = ["--expose-gc", ...ROOM, probe, String(origin.port), path];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 20_000 });
  return JSON.parse(stdout) as Counted;
}

test.each([
  ["by length", "/100/0/4", 6, 260],
  ["in one chunk", "/100/100/4", 6, 280],
])(
  "a small GET %s (%s) allocates at most %i KiB, and %i bytes outside the heap: its shares of two slabs",
  async (_how, path, kibibytes, outside) => {
    const { heap, buffers, collections } = await count(path);
    expect(collections).toBe(0);
    expect(heap).toBeLessThanOrEqual(kibibytes * 1024);
    expect(buffers).toBeLessThanOrEqual(outside);
  },
);
