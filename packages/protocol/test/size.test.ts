/** What a program pays for this package with all it needs, minified and compressed; and that it needs no runtime's modules. */
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";

async function bundle(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: fileURLToPath(new URL("../src", import.meta.url)) },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "neutral",
    conditions: ["@httplib/source"],
  });
  return outputFiles[0]?.text ?? "";
}

test.each<readonly [what: string, contents: string, most: number]>([
  ["everything", 'export * from "./index.ts";', 14_650],
  ["the protocol alone", 'export { ClientProtocol } from "./index.ts";', 14_320],
  ["the numbers of the events", 'export { ReadEvent } from "./index.ts";', 150],
])("%s", async (what, contents, most) => {
  const code = await bundle(contents);
  const { length } = gzipSync(code, { level: 9 });
  console.log(`${what}: ${code.length} B, ${length} B gzip`);
  expect(length).toBeLessThan(most);
  expect(code).not.toMatch(
    /["'](?:node|cloudflare):|\bBuffer\b|\bprocess\b|\bsetTimeout\b|\bPromise\b|\bawait\b/,
  );
});
