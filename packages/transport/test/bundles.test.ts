/** Which file stands behind `#connect` is decided by the conditions of package.json alone, in this order. */
import { NotConnected } from "@httplib/errors";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { connect, startTLSOver } from "../src/unsupported.ts";
import { Recorder } from "./support/recorder.ts";

const source = "@httplib/source";

async function bundle(conditions: string[], code: string): Promise<{ text: string; size: number }> {
  const result = await build({
    stdin: { contents: code, resolveDir: import.meta.dirname, loader: "ts" },
    bundle: true,
    minify: true,
    treeShaking: true,
    format: "esm",
    platform: "neutral",
    write: false,
    conditions: [...conditions, source],
    external: ["node:*", "cloudflare:*"],
    metafile: true,
  });
  return { text: result.outputFiles[0]!.text, size: result.outputFiles[0]!.contents.length };
}

describe("conditions", () => {
  const all = `import * as transport from "@httplib/transport"; console.log(transport);`;

  test.each<[string, string[], boolean, boolean]>([
    ["workerd", ["workerd", "worker", "browser"], false, true],
    ["workerd, even where the bundler also sets node", ["workerd", "node"], false, true],
    ["node", ["node"], true, false],
    ["bun", ["bun", "node"], true, false],
    ["deno", ["deno", "node"], true, false],
    ["a browser", ["browser"], false, false],
    ["no condition at all", [], false, false],
  ])("%s", async (_what, conditions, node, cloudflare) => {
    const { text } = await bundle(conditions, all);
    expect(text.includes('"node:')).toBe(node);
    expect(text.includes("cloudflare:sockets")).toBe(cloudflare);
  });

  test("no bundle needs Buffer or generated code", async () => {
    for (const conditions of [["workerd"], ["node"], ["browser"]]) {
      // oxlint-disable-next-line no-await-in-loop -- three of them
      const { text } = await bundle(conditions, all);
      expect(text).not.toMatch(/\bBuffer\b|\beval\b|new Function/);
    }
  });

  test("what is not used is not bundled", async () => {
    const code = `import { connectStreams } from "@httplib/transport"; console.log(connectStreams);`;
    const { text, size } = await bundle(["browser"], code);
    expect(text).not.toMatch(/Cannot script a peer|Cannot read the stream: it gives text/);
    expect(size).toBeLessThan(12_000);
  });
});

describe("without sockets", () => {
  test("connect rejects when it is called, and says what to do", async () => {
    const failed: unknown = await connect({ host: "x", port: 80 }, new Recorder()).catch(
      (reason: unknown) => reason,
    );
    expect(failed).toBeInstanceOf(NotConnected);
    expect((failed as Error).message).toBe(
      "Cannot connect to x:80: this runtime has no sockets, expected the option 'connect'",
    );
  });

  test("startTLSOver rejects and closes the wire", async () => {
    const { connectMemory } = await import("@httplib/transport");
    const dial = connectMemory([]);
    const transport = await dial({ host: "x", port: 80 }, new Recorder());
    await expect(startTLSOver(transport, {})).rejects.toThrow(NotConnected);
    expect(dial.connections[0]?.closed).toBe(true);
  });
});
