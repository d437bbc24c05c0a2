/** The README against the package: every name is in it, and its sizes are right. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";
import * as connection from "../src/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

function missing(names: readonly string[]): string[] {
  return names.filter((name) => name !== "constructor" && !readme.includes(name));
}

test("every export and every member is in the README", () => {
  expect(missing(Object.keys(connection))).toEqual([]);
  expect(missing(Object.getOwnPropertyNames(connection.HTTPConnection.prototype))).toEqual([]);
  expect(missing(Object.keys(new connection.HTTPConnection("h")))).toEqual([]);
});

test.each([
  ["alone", ["@httplib/*"], 13_580],
  ["with everything it needs", [], 31_090],
])("size, minified and compressed, %s", async (_what, external, most) => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../src/index.ts", import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "neutral",
    conditions: ["@httplib/source"],
    external: [...external],
  });
  expect(gzipSync(outputFiles[0]!.text, { level: 9 }).length).toBeLessThan(most);
});

test("a bundle for a browser names no module of Node", async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../src/index.ts", import.meta.url))],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    conditions: ["@httplib/source"],
  });
  expect(outputFiles[0]!.text).not.toMatch(/(?:import|from|require\()\s*["']node:/);
});
