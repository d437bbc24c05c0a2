// A program bundled into one file without splitting: what is imported dynamically somewhere then begins lazily, and the static
// imports of it must begin it too. esbuild forgets that behind `export *` of a package without side effects, which is why
// @httplib/client names its two entries in `sideEffects`.

import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const execute = promisify(execFile);
/** A package that depends on the client, as its users do. */
const consumer = fileURLToPath(new URL("../../examples", import.meta.url));
let work = "";

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "httplib-bundles-"));
});

afterAll(() => {
  rmSync(work, { recursive: true });
});

const CLIENT = `import { HTTPConnection, IncompleteRead, NOT_FOUND, parseHeaders } from "@httplib/client";
  console.log(new HTTPConnection("h").port, new IncompleteRead(new Uint8Array(1)).name, NOT_FOUND, typeof parseHeaders);`;
const PYTHON = `import { HTTPConnection as P, NOT_FOUND as N, error, parse_headers } from "@httplib/client/python";
  console.log(new P("h").port, typeof error, N, typeof parse_headers);`;
const CLIENT_SAYS = "80 IncompleteRead 404 function\n";
const PYTHON_SAYS = "80 function 404 function\n";
const load = (entry: string): string => `const late = await import("@httplib/${entry}");
  console.log(typeof late.HTTPConnection);`;
const LOADED = "function\n";

describe.each([
  ["as it is", false],
  ["minified", true],
] as const)("one file, %s", (_how, minify) => {
  test.each([
    ["the client, and /python later", CLIENT + load("client/python"), CLIENT_SAYS + LOADED],
    ["/python, and the client later", PYTHON + load("client"), PYTHON_SAYS + LOADED],
    ["the client twice", CLIENT + load("client"), CLIENT_SAYS + LOADED],
    ["both, and both later", CLIENT + PYTHON + load("client"), CLIENT_SAYS + PYTHON_SAYS + LOADED],
  ])("%s", async (name, contents, expected) => {
    const outfile = join(work, `${name.replace(/\W+/g, "-")}${minify}.mjs`);
    await esbuild.build({
      stdin: { contents, resolveDir: consumer },
      outfile,
      bundle: true,
      minify,
      format: "esm",
      platform: "node",
      conditions: ["@httplib/source"],
    });
    const { stdout } = await execute(process.execPath, [outfile]);
    expect(stdout).toBe(expected);
  });
});
