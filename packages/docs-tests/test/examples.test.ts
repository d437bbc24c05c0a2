// Every code block of every README, and every @example of every source, runs as written.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { runExample } from "../src/run-example.ts";
import { walkPackages } from "../src/walk-packages.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const packages = walkPackages(root);

describe.each(packages.filter(({ examples }) => examples.length > 0))("$name", ({ examples }) => {
  const titled = examples.map((example) => ({ title: `${example.file}:${example.line}`, example }));
  test.concurrent.for(titled)("$title", { timeout: 60_000 }, async ({ title, example }) => {
    const failure = await runExample(root, example);
    expect(failure === null ? null : `${title} ${failure}`).toBeNull();
  });
});

test("every @example has a block to run", () => {
  const missing = packages.flatMap((one) => one.missing);
  expect(missing.map(({ file, line }) => `${file}:${line}`)).toEqual([]);
});

test("every README of a published package has an example", () => {
  const bare = packages.filter(({ name, examples }) => {
    const folder = `packages/${name}`;
    const published = !readFileSync(join(root, folder, "package.json"), "utf8").includes(
      '"private": true',
    );
    const hasReadme = existsSync(join(root, folder, "README.md"));
    return published && hasReadme && !examples.some(({ file }) => file === `${folder}/README.md`);
  });
  expect(bare.map(({ name }) => name)).toEqual([]);
});

test("the examples of the packages are found", () => {
  const found = packages.filter(({ examples }) => examples.length > 0).map(({ name }) => name);
  expect(found).toEqual(expect.arrayContaining(["errors", "status"]));
});
