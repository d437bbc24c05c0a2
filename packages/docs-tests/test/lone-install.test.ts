// Each small package by itself, the way a user gets it: built, packed by pnpm, extracted into an empty folder with what it
// depends on and nothing else, without a registry. There it must run under plain Node, and a bundle of it for the browser
// must hold no runtime module and stay below its ceiling in data/sizes.json.

import { execFile } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const execute = promisify(execFile);
const TIME_LIMIT = 120_000;

/** What a package is tried with: `run` ends with status 0 when all is right. */
const PACKAGES: Readonly<Record<string, { readonly run: string }>> = {
  status: {
    run: `import { NOT_FOUND, responses } from "@httplib/status";
      if (responses[NOT_FOUND] !== "Not Found") process.exit(1);`,
  },
  errors: {
    run: `import { HTTPException, IncompleteRead } from "@httplib/errors";
      if (!(new IncompleteRead(new Uint8Array(2), 3) instanceof HTTPException)) process.exit(1);`,
  },
  bytes: {
    run: `import { encodeLatin1, findHeadEnd } from "@httplib/bytes";
      if (findHeadEnd(encodeLatin1("a\\r\\n\\r\\n"), 0, 5) !== 5) process.exit(1);`,
  },
  headers: {
    run: `import { parseHeaders } from "@httplib/headers";
      import { FieldMachine } from "@httplib/headers/machine";
      const { headers } = parseHeaders(new TextEncoder().encode("A: b\\r\\n\\r\\n"));
      if (headers.get("a") !== "b" || typeof FieldMachine !== "function") process.exit(1);`,
  },
  chunked: {
    run: `import { decodeChunked } from "@httplib/chunked";
      import { ChunkedDecoderStream } from "@httplib/chunked/stream";
      const wire = new TextEncoder().encode("2\\r\\nhi\\r\\n0\\r\\nA: b\\r\\n\\r\\n");
      const { body, trailers } = decodeChunked(wire);
      const piped = new Blob([wire]).stream().pipeThrough(new ChunkedDecoderStream());
      const text = await new Response(piped).text();
      if (body.length !== 2 || trailers.get("a") !== "b" || text !== "hi") process.exit(1);`,
  },
};

interface Ceiling {
  /** What is measured, in the words of the READMEs. */
  readonly what: string;
  readonly package: string;
  /** The program that is bundled. */
  readonly code: string;
  readonly measure: "minified" | "gzip";
  /** The most bytes. */
  readonly ceiling: number;
}

const sizes = JSON.parse(
  readFileSync(new URL("../data/sizes.json", import.meta.url), "utf8"),
) as readonly Ceiling[];

let work = "";

/** Where a package is installed alone. */
const folderOf = (name: string): string => join(work, "installed", name);

/** PATH with the pinned pnpm that `npm test` keeps, so that a single test run finds it too. */
function environment(): NodeJS.ProcessEnv {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    packageManager: string;
  };
  const tools = join(root, "node_modules", ".tools", packageManager);
  return { ...process.env, PATH: [tools, process.env["PATH"]].join(delimiter) };
}

/** Packs a package as it will be published; the path of the tarball. */
async function pack(name: string): Promise<string> {
  const target = join(work, "packed", name);
  mkdirSync(target, { recursive: true });
  await execute("pnpm", ["pack", "--pack-destination", target], {
    cwd: join(root, "packages", name),
    env: environment(),
    timeout: TIME_LIMIT,
  });
  return join(target, readdirSync(target)[0]!);
}

/** Extracts a tarball and those of its dependencies, and theirs. */
async function install(
  tarballs: ReadonlyMap<string, string>,
  name: string,
  folder: string,
): Promise<void> {
  const target = join(folder, "node_modules", "@httplib", name);
  if (existsSync(target)) return;
  mkdirSync(target, { recursive: true });
  await execute("tar", ["-xzf", tarballs.get(name)!, "-C", target, "--strip-components=1"], {
    timeout: TIME_LIMIT,
  });
  const { dependencies = {} } = JSON.parse(readFileSync(join(target, "package.json"), "utf8")) as {
    dependencies?: Record<string, string>;
  };
  for (const dependency of Object.keys(dependencies)) {
    expect(dependency, `${name} depends on its family alone`).toMatch(/^@httplib\//);
    await install(tarballs, dependency.slice("@httplib/".length), folder);
  }
}

async function bundle(name: string, contents: string): Promise<{ text: string; inputs: string[] }> {
  const { outputFiles, metafile } = await esbuild.build({
    stdin: { contents, resolveDir: folderOf(name) },
    absWorkingDir: folderOf(name),
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "silent",
  });
  return { text: outputFiles[0]?.text ?? "", inputs: Object.keys(metafile.inputs) };
}

beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), "httplib-lone-"));
  const names = Object.keys(PACKAGES);
  const tsc = join(root, "node_modules", ".bin", "tsc");
  const projects = names.map((name) => join(root, "packages", name, "tsconfig.build.json"));
  await execute(tsc, ["-b", ...projects], { timeout: TIME_LIMIT });
  const tarballs = new Map<string, string>();
  for (const name of names) tarballs.set(name, await pack(name));
  for (const name of names) {
    await install(tarballs, name, folderOf(name));
    writeFileSync(join(folderOf(name), "package.json"), '{ "type": "module", "private": true }\n');
  }
}, TIME_LIMIT);

afterAll(() => {
  rmSync(work, { recursive: true, force: true });
});

describe.each(Object.entries(PACKAGES))("%s, installed alone", (name, { run }) => {
  test("runs under plain Node", async () => {
    const program = join(folderOf(name), "run.mjs");
    writeFileSync(program, run);
    const { stdout, stderr } = await execute(process.execPath, [program], {
      cwd: folderOf(name),
      timeout: 20_000,
    });
    expect([stdout, stderr]).toEqual(["", ""]);
  });

  test("can be bundled for the browser, from what was installed, without a runtime module", async () => {
    const { text, inputs } = await bundle(name, run);
    expect(
      inputs.filter((input) => input !== "<stdin>" && !input.startsWith("node_modules/@httplib/")),
    ).toEqual([]);
    expect(text).not.toMatch(/["'](?:node|cloudflare|bun):|\brequire\(|\bBuffer\b/);
  });
});

describe("sizes", () => {
  test.each(sizes)(
    "$what: at most $ceiling bytes $measure",
    async ({ package: name, code, measure, ceiling }) => {
      const { text } = await bundle(name, code);
      const size = measure === "gzip" ? gzipSync(text, { level: 9 }).length : text.length;
      expect(size).toBeLessThanOrEqual(ceiling);
      // A ceiling far above its size holds nothing.
      expect(size).toBeGreaterThan(ceiling * 0.8);
    },
  );

  test("no package is without a ceiling", () => {
    expect(new Set(sizes.map((row) => row.package))).toEqual(new Set(Object.keys(PACKAGES)));
  });
});
