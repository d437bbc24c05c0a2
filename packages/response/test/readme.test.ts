// The README against the package: every name is in it, and it stays small.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, test } from "vitest";
import * as response from "../src/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("every export is in the README", () => {
  expect(Object.keys(response).filter((name) => !readme.includes(`\`${name}`))).toEqual([]);
});

test("every property and method of a response is in the README", () => {
  const names = Object.getOwnPropertyNames(response.HTTPResponse.prototype);
  expect(names.length).toBeGreaterThan(30);
  expect(names.filter((name) => name !== "constructor" && !readme.includes(`\`${name}`))).toEqual(
    [],
  );
});

test.each([
  ["alone", ["@httplib/*"], 5210],
  ["with everything it needs", [], 19_120],
])("size, minified and compressed, %s", async (_what, external, most) => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../src/index.ts", import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "neutral",
    conditions: ["@httplib/source"],
    external,
  });
  const { length } = gzipSync(outputFiles[0]!.text, { level: 9 });
  console.log(`${length} B gzip`);
  expect(length).toBeLessThan(most);
});
