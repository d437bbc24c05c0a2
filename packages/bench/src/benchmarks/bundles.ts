/**
 * What a page or a worker would load: bundled, minified, compressed. Sizes are exact, so these rows need no rounds.
 */

import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { Benchmark } from "../context.ts";
import type { Goal, Row } from "../results.ts";

/** kB of what is imported, and the most it may be. */
const TABLE: readonly { what: string; code: string; atMost: number | null }[] = [
  {
    what: "one status constant",
    code: 'import { NOT_FOUND } from "@httplib/status"; console.log(NOT_FOUND);',
    atMost: 0.2,
  },
  { what: "headers", code: 'export * from "@httplib/headers";', atMost: 4.3 },
  { what: "chunked", code: 'export * from "@httplib/chunked";', atMost: 6.2 },
  { what: "protocol", code: 'export * from "@httplib/protocol";', atMost: 11 },
  { what: "client", code: 'export * from "@httplib/client";', atMost: 26 },
  {
    what: "client, of it only the two connections",
    code: 'export { HTTPConnection, HTTPSConnection } from "@httplib/client";',
    atMost: null,
  },
  { what: "undici", code: 'export * from "undici";', atMost: null },
];

/** The size of a module in kB (1,000 bytes), minified and compressed by gzip at its best. */
async function bundledSize(code: string): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
    bundle: true,
    minify: true,
    format: "esm",
    platform: "node",
    target: "node20",
    write: false,
    logLevel: "silent",
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length / 1000;
}

const bundles: Benchmark = {
  name: "bundle",
  title: "size, minified and gzipped",
  async run() {
    const rows: Row[] = [];
    for (const { what, code, atMost } of TABLE) {
      const value = await bundledSize(code);
      const goal: Goal | null = atMost === null ? null : { is: "at most", value: atMost };
      const row = { benchmark: "bundle", what, unit: "kB", value, low: value, high: value, goal };
      rows.push({ ...row, isComparable: atMost !== null });
    }
    return { rows, figures: [], curves: [] };
  },
};

export const bundleBenchmarks: readonly Benchmark[] = [bundles];
