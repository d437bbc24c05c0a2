// Runs one example the way a reader would: bundled with the sources of the packages it imports, in a process of its own, with a bound
// on time. The bundle keeps a source map that names the file the example stands in, so that a stack trace points at the right line.

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as esbuild from "esbuild";
import { checkResults, checkSource } from "./check-results.ts";
import type { Example } from "./extract-examples.ts";

/** How long one example may run, in milliseconds. */
const TIME_LIMIT = 20_000;

/** What became of an example: null when it ran, else what went wrong. */
export type Failure = string | null;

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly "@httplib/source"?: string } | undefined>>;
}

function isManifest(value: unknown): value is Manifest {
  return typeof value === "object" && value !== null && "exports" in value;
}

/** The source of `@httplib/headers` or `@httplib/client/python`: what the condition `@httplib/source` names, installed or not. */
function sourceOf(root: string, specifier: string): string {
  const [, folder = "", entry = ""] = /^@httplib\/([^/]+)(.*)$/.exec(specifier) ?? [];
  const file = join(root, "packages", folder, "package.json");
  const manifest: unknown = existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null;
  const source = isManifest(manifest)
    ? manifest.exports[`.${entry}`]?.["@httplib/source"]
    : undefined;
  if (source === undefined) throw new Error(`Cannot import ${specifier}: found no such export`);
  return join(root, "packages", folder, source);
}

const sourcesPlugin = (root: string): esbuild.Plugin => ({
  name: "sources",
  setup(build) {
    build.onResolve({ filter: /^@httplib\// }, ({ path }) => ({
      path: sourceOf(root, path),
      sideEffects: false,
    }));
    // In a bundle `import.meta.url` is that of the bundle; a source that reads a file beside it means its own.
    build.onLoad({ filter: /[/\\]packages[/\\][^/\\]+[/\\]src[/\\].*\.ts$/ }, ({ path }) => {
      const url = JSON.stringify(pathToFileURL(path).href);
      return {
        contents: readFileSync(path, "utf8").replaceAll("import.meta.url", url),
        loader: "ts",
      };
    });
  },
});

/**
 * Added to the name of the file an example stands in: under the very name of a source, esbuild would take the example for that source.
 */
const STAND_IN = ".example";

/** Bundles an example into one module of plain JavaScript. */
async function bundle(root: string, { file, line, code }: Example): Promise<string> {
  const checked = checkResults(code);
  // Empty lines before the code, one for each line above it in its file, make the line numbers true.
  const above = "\n".repeat(line - 1);
  const { outputFiles } = await esbuild.build({
    stdin: {
      contents: (checked === null ? "" : checkSource) + above + (checked ?? code),
      sourcefile: file + STAND_IN,
      resolveDir: root,
      loader: "ts",
    },
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    target: "node20",
    // A CommonJS dependency asks for Node's own modules by this name.
    banner: {
      js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);',
    },
    sourcemap: "inline",
    logLevel: "silent",
    plugins: [sourcesPlugin(root)],
  });
  return outputFiles[0]?.text ?? "";
}

/** Runs a module in a process of its own, from standard input. */
function run(root: string, module: string, limit: number): Promise<Failure> {
  const { promise, resolve } = withResolver<Failure>();
  const child = spawn(process.execPath, ["--enable-source-maps", "--input-type=module"], {
    cwd: root,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  const keep = (piece: Buffer): void => {
    output = (output + piece.toString()).slice(-20_000);
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const timer = setTimeout(() => child.kill("SIGKILL"), limit);
  child.on("error", (error) => resolve(String(error)));
  child.on("close", (status, signal) => {
    clearTimeout(timer);
    if (status === 0) resolve(null);
    else if (signal === "SIGKILL") resolve(`did not end within ${limit} ms\n${output}`);
    else if (status === 13) resolve(`ended while it still waited for a promise\n${output}`);
    else resolve(`ended with ${signal ?? `status ${status}`}\n${output}`);
  });
  child.stdin.on("error", () => {});
  child.stdin.end(module);
  return promise;
}

function withResolver<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/**
 * Runs one example.
 *
 * @param root - The root of the repository.
 * @param example - What to run.
 * @param limit - How long it may run, in milliseconds.
 * @returns Null when it ran to its end, else what went wrong.
 */
export async function runExample(
  root: string,
  example: Example,
  limit: number = TIME_LIMIT,
): Promise<Failure> {
  let failure: Failure;
  try {
    failure = await run(root, await bundle(root, example), limit);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  return failure?.replaceAll(STAND_IN, "") ?? null;
}
