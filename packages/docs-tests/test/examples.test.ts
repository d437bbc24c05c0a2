// Every code block of every README, and every @example of every source, runs as written. The one of the README at the top asks a server on
// the Internet: it runs with answers from memory.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { examplesInMarkdown } from "../src/extract-examples.ts";
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

/** What the README at the top imports, and the same with answers in the place of the network. */
const IMPORT = 'import { HTTPSConnection } from "@httplib/client";';
const FROM_MEMORY = `import { connectMemory, HTTPSConnection as Base } from "@httplib/client";
const connect = connectMemory([
  "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhi",
  "HTTP/1.1 404 Not Found\\r\\nContent-Length: 0\\r\\n\\r\\n",
]);
class HTTPSConnection extends Base {
  constructor(host: string) {
    super(host, null, { connect });
  }
}`.replaceAll("\n", " ");

test("README.md: its one block runs", { timeout: 60_000 }, async () => {
  const blocks = examplesInMarkdown("README.md", readFileSync(join(root, "README.md"), "utf8"));
  expect(blocks.map(({ code }) => code.startsWith(IMPORT))).toEqual([true]);
  for (const block of blocks) {
    const code = block.code.replace(IMPORT, FROM_MEMORY);
    expect(await runExample(root, { ...block, code })).toBeNull();
  }
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
