/**
 * A folder in which the packages are installed the way a user gets them: packed by pnpm, extracted, resolved by their
 * real `exports`. Nothing leads from there to the workspace, and nothing is asked of a registry.
 */
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "./run-program.ts";

const PUBLISHED = [
  "status",
  "errors",
  "bytes",
  "headers",
  "chunked",
  "protocol",
  "transport",
  "response",
  "connection",
  "client",
];

/** Packed too, because its rows run in each runtime. */
const TOOLS = ["corpus"];

export interface Sandbox {
  readonly folder: string;
  /** The packages by name, without the scope. */
  readonly packages: readonly string[];
  /** Where a package was extracted. */
  packageFolder(name: string): string;
  /** The compiled sources of this package, `smoke/main.js` and the others. */
  program(path: string): string;
  close(): void;
}

/**
 * Packs and extracts.
 *
 * @param root - The workspace, built.
 * @throws Error when a package cannot be packed
 */
export async function makeSandbox(root: string): Promise<Sandbox> {
  const folder = mkdtempSync(join(tmpdir(), "httplib-runtimes-"));
  const packageFolder = (name: string): string => join(folder, "node_modules", "@httplib", name);
  const packages = [...PUBLISHED, ...TOOLS];
  await Promise.all(packages.map((name) => install(root, folder, name, packageFolder(name))));
  const dist = join(root, "packages", "interop", "dist");
  cpSync(join(dist, "smoke"), join(folder, "app", "smoke"), { recursive: true });
  cpSync(join(dist, "pattern.js"), join(folder, "app", "pattern.js"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module", "private": true }\n');
  return {
    folder,
    packages,
    packageFolder,
    program: (path) => join(folder, "app", path),
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function install(root: string, folder: string, name: string, target: string): Promise<void> {
  const packed = join(folder, "tarballs", name);
  mkdirSync(packed, { recursive: true });
  mkdirSync(target, { recursive: true });
  const cwd = join(root, "packages", name);
  const limit = 60_000;
  const pack = await runProgram("pnpm", ["pack", "--pack-destination", packed], { cwd, limit });
  const [tarball] = readdirSync(packed);
  if (pack.code !== 0 || tarball === undefined) {
    throw new Error(`Cannot pack ${name}: ${pack.output}`);
  }
  const args = ["-xzf", join(packed, tarball), "-C", target, "--strip-components=1"];
  const extracted = await runProgram("tar", args, { cwd, limit });
  if (extracted.code !== 0) throw new Error(`Cannot extract ${tarball}: ${extracted.output}`);
}
