/**
 * `npm run bench`: measures, prints the table, writes the results as JSON and as a page.
 *
 * Ends with 0, with 1 when `--check` names a row, with 2 when something could not be measured.
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { describeFallen, fallenRows } from "./check.ts";
import { endChildren } from "./child.ts";
import type { Benchmark, Context } from "./context.ts";
import { type BenchOptions, choose, parseOptions } from "./options.ts";
import { Origins, PINNED_TO } from "./origins.ts";
import { undiciVersion } from "./peers/undici.ts";
import { drawPage } from "./page.ts";
import { isMet, joinOutcomes, type Outcome, replaceMeasured, type Results } from "./results.ts";
import { SUITE } from "./suite.ts";
import { figureTable, rowTable } from "./table.ts";

const folder = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** The committed results and their page; and where each run leaves its own. */
const BASELINE = folder("report/baseline.json");
const REPORT = folder("report/index.html");
const LATEST = folder("latest");

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function makeContext(isQuick: boolean): Context {
  const origins = new Origins();
  return isQuick
    ? { isQuick, rounds: 5, duration: 60, warmUp: 450, origins }
    : { isQuick, rounds: 15, duration: 300, warmUp: 1500, origins };
}

function setting({ isQuick }: BenchOptions): Results["setting"] {
  return {
    Node: process.version,
    undici: undiciVersion(),
    platform: `${process.platform} ${process.arch}`,
    processors: `${cpus().length}, ${cpus()[0]?.model ?? "unknown"}`,
    "one processor": PINNED_TO === null ? "cannot be shared here" : "bound by taskset",
    run: isQuick ? "quick" : "full",
  };
}

/** What was measured, and how many benchmarks could not be. */
interface Run {
  readonly outcome: Outcome;
  readonly failed: number;
}

async function measureAll(benchmarks: readonly Benchmark[], context: Context): Promise<Run> {
  const outcomes: Outcome[] = [];
  let failed = 0;
  for (const [index, benchmark] of benchmarks.entries()) {
    const began = performance.now();
    let outcome: Outcome;
    try {
      outcome = await benchmark.run(context);
    } catch (error) {
      print(`${benchmark.name} could not be measured: ${String(error)}`);
      failed++;
      continue;
    }
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const missed = outcome.rows.filter((row) => !isMet(row)).length;
    const verdict = missed === 0 ? "" : `, ${missed} of ${outcome.rows.length} missed`;
    const place = `${index + 1}/${benchmarks.length}`;
    print(`${place} ${benchmark.name}: ${benchmark.title} (${seconds} s${verdict})`);
    outcomes.push(outcome);
  }
  return { outcome: joinOutcomes(outcomes), failed };
}

function readResults(file: string): Results | null {
  try {
    // oxlint-disable-next-line no-unsafe-type-assertion -- written by this file
    return JSON.parse(readFileSync(file, "utf8")) as Results;
  } catch {
    return null;
  }
}

function write(file: string, text: string): void {
  mkdirSync(fileURLToPath(new URL(".", `file://${file}`)), { recursive: true });
  writeFileSync(file, text);
}

/** A row has fallen when it is seen twice: what disturbs a machine for a moment is no fault of the code. */
async function check(
  measured: Outcome,
  context: Context,
): Promise<{ outcome: Outcome; exitCode: number }> {
  const baseline = readResults(BASELINE);
  if (baseline === null) {
    print(`Cannot check: found no baseline at ${BASELINE}; make one with --accept`);
    return { outcome: measured, exitCode: 2 };
  }
  const suspects = new Set(fallenRows(measured.rows, baseline).map(({ row }) => row.benchmark));
  if (suspects.size === 0) {
    print("\nNo row fell by more than 15 %");
    return { outcome: measured, exitCode: 0 };
  }
  print(`\nOnce more, to be sure: ${[...suspects].join(", ")}`);
  const { outcome: again } = await measureAll(
    SUITE.filter(({ name }) => suspects.has(name)),
    context,
  );
  const fallen = fallenRows(again.rows, baseline);
  for (const one of fallen) print(`FELL ${describeFallen(one)}`);
  if (fallen.length === 0) print("No row fell by more than 15 % twice");
  const outcome = replaceMeasured({ ...measured, setting: {} }, { ...again, setting: {} });
  return { outcome, exitCode: fallen.length === 0 ? 0 : 1 };
}

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.lists) {
    for (const { name, title } of SUITE) print(`${name.padEnd(20)}${title}`);
    return 0;
  }
  const context = makeContext(options.isQuick);
  const run = await measureAll(choose(SUITE, options.only), context);
  const { outcome: measured, exitCode } = options.checks
    ? await check(run.outcome, context)
    : { outcome: run.outcome, exitCode: 0 };

  const results: Results = { setting: setting(options), ...measured };
  if (results.figures.length > 0) print(`\n${figureTable(results.figures)}`);
  if (results.rows.length > 0) print(`\n${rowTable(results.rows)}`);
  write(`${LATEST}/results.json`, `${JSON.stringify(results, null, 1)}\n`);
  write(`${LATEST}/index.html`, drawPage(results));
  print(`\nWritten to ${LATEST}: results.json, index.html`);
  if (options.accepts) {
    const earlier = readResults(BASELINE);
    const baseline = earlier === null ? results : replaceMeasured(earlier, results);
    write(BASELINE, `${JSON.stringify(baseline, null, 1)}\n`);
    write(REPORT, drawPage(baseline));
    print(`Accepted as ${BASELINE}`);
  }
  return run.failed > 0 ? 2 : exitCode;
}

try {
  process.exitCode = await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? "") : String(error)}\n`);
  process.exitCode = 2;
} finally {
  endChildren();
}
