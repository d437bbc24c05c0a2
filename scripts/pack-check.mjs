/**
 * Packs the package of the current folder the way it will be published, and looks at that tarball:
 * publint, are-the-types-wrong, and our own list of what it holds. Silent when all is well.
 *
 * The tarball must come from `pnpm pack`: npm would leave "workspace:" and "catalog:" in place.
 */
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { readTarball } from "./checks/read-tarball.mjs";
import { tarballProblems } from "./checks/tarball.mjs";
import { run } from "./spawn.mjs";

const FOLDER = ".pack";
const BIN = join(import.meta.dirname, "..", "node_modules", ".bin");
/** esm-only: CommonJS reaches these packages by require(esm), which attw counts as a fault. */
const ATTW = ["--profile", "esm-only", "--no-summary", "--no-color", "--format", "table-flipped"];

rmSync(FOLDER, { recursive: true, force: true });
const packed = await run("pnpm", ["pack", "--pack-destination", FOLDER]);
if (packed.code === 0) {
  const [name = "nothing"] = readdirSync(FOLDER);
  const tarball = join(FOLDER, name);
  const problems = tarballProblems(readTarball(tarball));
  if (problems.length > 0) fail(`tarball:\n  ${problems.join("\n  ")}`);
  const publint = await run(join(BIN, "publint"), ["--strict", tarball]);
  if (publint.code !== 0) fail(publint.output);
  const attw = await run(join(BIN, "attw"), [tarball, ...ATTW]);
  if (attw.code !== 0) fail(attw.output);
} else {
  fail(packed.output);
}

/** @param {string} findings */
function fail(findings) {
  console.log(findings.trim());
  process.exitCode = 1;
}
