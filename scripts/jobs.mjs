/**
 * `npm test`: every job runs, whatever the others say. A job without tests counts as one; a test
 * counts by itself. The last line is `N passed, N failed`, and the exit code follows it.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ARROWS } from "./checks/arrows.mjs";
import { SCOPE } from "./checks/workspace.mjs";
import { run } from "./spawn.mjs";
import { TALLY_VARIABLE } from "./vitest-tally.mjs";

/** @import { Tally } from "./vitest-tally.mjs" */
/** @typedef {{ name: string, work: () => Promise<Tally> }} Job */

/** A package whose dependencies failed is left out: its errors would only repeat theirs. */
const TURBO = [
  "--output-logs=errors-only",
  "--log-order=grouped",
  "--continue=dependencies-successful",
];

const PUBLISHED = Object.keys(ARROWS).map((name) => `--filter=${SCOPE}${name}`);

/** In this order: the tests come last and alone, so that no other job takes their time. */
const JOBS = [
  command("build", "turbo", "run", "build", ...TURBO),
  command("typecheck", "turbo", "run", "typecheck", ...TURBO),
  command("lint", "oxlint", "--type-aware", "--deny-warnings", "--format=unix"),
  command("format", "oxfmt", "--check"),
  command("unused", "knip"),
  command("arrows", process.execPath, "scripts/check-arrows.mjs"),
  command("purity", process.execPath, "scripts/check-purity.mjs"),
  command("pack", "turbo", "run", "pack:check", ...PUBLISHED, ...TURBO),
  { name: "tests", work: runTests },
];

/**
 * @param {readonly string[]} names the jobs to run; none means all
 * @param {readonly Job[]} [jobs]
 * @returns {Promise<number>} the exit code
 */
export async function runChecks(names, jobs = JOBS) {
  const known = jobs.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`Cannot run ${unknown.join(", ")}: expected some of ${known.join(", ")}`);
    return 2;
  }
  /** @type {(Tally & { name: string })[]} */
  const results = [];
  for (const { name, work } of jobs.filter(
    (job) => names.length === 0 || names.includes(job.name),
  )) {
    const before = performance.now();
    const tally = await work();
    const seconds = ((performance.now() - before) / 1000).toFixed(1);
    console.log(`${tally.failed === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
    results.push({ ...tally, name });
  }

  const red = results.filter(({ failed }) => failed > 0);
  const passed = results.reduce((sum, tally) => sum + tally.passed, 0);
  const failed = red.reduce((sum, tally) => sum + tally.failed, 0);
  console.log("");
  for (const { name, problems } of red) {
    for (const problem of problems) console.log(`${name}: ${problem}`);
  }
  if (red.length > 0) console.log(`failed jobs: ${red.map(({ name }) => name).join(", ")}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/**
 * A job that is one command, quiet unless it fails.
 * @param {string} name @param {string} program @param {string[]} args
 * @returns {Job}
 */
export function command(name, program, ...args) {
  return {
    name,
    work: async () => {
      const { code, output } = await run(program, args);
      if (code === 0) return { passed: 1, failed: 0, problems: [] };
      console.log(`\n── ${name} ${"─".repeat(70)}\n${output.trim()}\n`);
      return { passed: 0, failed: 1, problems: [] };
    },
  };
}

/** Every test of every package, in one vitest. @returns {Promise<Tally>} */
async function runTests() {
  const folder = mkdtempSync(join(tmpdir(), "httplib-tests-"));
  const file = join(folder, "tally.json");
  const reporters = ["--reporter=default", "--reporter=./scripts/vitest-tally.mjs"];
  try {
    const options = { show: true, env: { [TALLY_VARIABLE]: file } };
    const { code } = await run("vitest", ["run", ...reporters], options);
    /** @type {Tally} */
    const tally = JSON.parse(readFileSync(file, "utf8"));
    if (code === 0 || tally.failed > 0) return tally;
    return { ...tally, failed: 1, problems: [`vitest ended with ${code}`] };
  } catch (error) {
    return { passed: 0, failed: 1, problems: [`vitest gave no result: ${String(error)}`] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
