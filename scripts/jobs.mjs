/**
 * `npm test`: every job runs, whatever the others say. Each job but the tests counts as one; each
 * test counts by itself. The last line is `N passed, N failed`, and the exit code follows it.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./spawn.mjs";
import { TALLY_VARIABLE } from "./vitest-tally.mjs";

/** @import { Tally } from "./vitest-tally.mjs" */

const TURBO = ["--log-prefix=none", "--output-logs=errors-only", "--log-order=grouped"];

/**
 * In this order: the tests come last and alone, so that no other job takes their time.
 * @type {{ name: string, command: string, args: string[] }[]}
 */
const JOBS = [
  {
    name: "build",
    command: "turbo",
    args: ["run", "build", ...TURBO, "--continue=dependencies-successful"],
  },
  { name: "typecheck", command: "turbo", args: ["run", "typecheck", ...TURBO, "--continue"] },
  { name: "lint", command: "oxlint", args: ["--type-aware", "--deny-warnings"] },
  { name: "format", command: "oxfmt", args: ["--check"] },
  { name: "unused", command: "knip", args: [] },
  { name: "arrows", command: process.execPath, args: ["scripts/check-arrows.mjs"] },
  { name: "purity", command: process.execPath, args: ["scripts/check-purity.mjs"] },
  { name: "pack", command: "turbo", args: ["run", "pack:check", ...TURBO, "--continue"] },
];
const TESTS = "tests";

/**
 * @param {readonly string[]} names the jobs to run; none means all
 * @returns {Promise<number>} the exit code
 */
export async function runChecks(names) {
  const known = [...JOBS.map(({ name }) => name), TESTS];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`Cannot run ${unknown.join(", ")}: expected some of ${known.join(", ")}`);
    return 2;
  }
  /** @param {string} name */
  const isWanted = (name) => names.length === 0 || names.includes(name);
  /** @type {{ name: string, tally: Tally, seconds: number }[]} */
  const results = [];
  /** @param {string} name @param {() => Promise<Tally>} work */
  const measure = async (name, work) => {
    const before = performance.now();
    const tally = await work();
    const seconds = (performance.now() - before) / 1000;
    results.push({ name, tally, seconds });
    console.log(`${mark(tally)} ${name} (${seconds.toFixed(1)} s)`);
  };

  for (const job of JOBS.filter(({ name }) => isWanted(name))) {
    await measure(job.name, async () => {
      const { code, output } = await run(job.command, job.args);
      if (code === 0) return { passed: 1, failed: 0, problems: [] };
      console.log(`\n── ${job.name} ${"─".repeat(70 - job.name.length)}\n${output.trim()}\n`);
      return { passed: 0, failed: 1, problems: [] };
    });
  }
  if (isWanted(TESTS)) await measure(TESTS, runTests);

  console.log("");
  for (const { name, tally } of results) {
    for (const problem of tally.problems) console.log(`${name}: ${problem}`);
  }
  const passed = results.reduce((sum, { tally }) => sum + tally.passed, 0);
  const failed = results.reduce((sum, { tally }) => sum + tally.failed, 0);
  const red = results.filter(({ tally }) => tally.failed > 0).map(({ name }) => name);
  if (red.length > 0) console.log(`failed jobs: ${red.join(", ")}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

/** @param {Tally} tally */
const mark = ({ failed }) => (failed === 0 ? "ok    " : "FAILED");

/** @returns {Promise<Tally>} */
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
    return { ...tally, failed: 1, problems: [...tally.problems, `vitest ended with ${code}`] };
  } catch (error) {
    return { passed: 0, failed: 1, problems: [`vitest gave no result: ${String(error)}`] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
