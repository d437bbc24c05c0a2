/**
 * Runs the tests of the packages inside one runtime: vitest itself, its workers and the packages all run there.
 *
 * Tests that are listed as hanging run apart and have little time; the others have plenty.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LIMITS } from "./limits.ts";
import { LINES_VARIABLE, type TestLine } from "./line-reporter.ts";
import type { NodeLike } from "./node-likes.ts";
import type { Outcome } from "./outcome.ts";
import { runProgram } from "./run-program.ts";

/** These touch nothing but bytes: they must do without a compiler, too. */
const PURE = ["status", "errors", "bytes", "headers", "chunked", "protocol"];
/** The corpus is not among them: the smoke program runs all its rows. */
const ALL = [...PURE, "transport", "response", "connection", "client"];

/** Milliseconds for a whole run. */
const LIMIT = 150_000;
/** Milliseconds for one test: without a compiler all takes ten times longer. */
const PLENTY = 20_000;
const PLENTY_INTERPRETED = 60_000;
const LITTLE = 1500;

interface Selection {
  /** For the names of files. */
  readonly label: string;
  readonly projects: readonly string[];
  /** What vitest compares with the names of tests. */
  readonly pattern: string | null;
  readonly testTimeout: number;
}

/** @param folder - For the files of results. */
export async function runVitest(
  runtime: NodeLike,
  root: string,
  folder: string,
): Promise<Outcome[]> {
  const { name, nodeFlags = [] } = runtime;
  const hanging = LIMITS.filter(({ runtimes, hangs }) => hangs === true && runtimes.includes(name));
  const names = hanging.map((limit) => escape(titleOf(limit.name))).join("|");
  const most: Selection = {
    label: "most",
    projects: nodeFlags.length > 0 ? PURE : ALL,
    pattern: hanging.length > 0 ? `^(?!(${names})$)` : null,
    testTimeout: nodeFlags.length > 0 ? PLENTY_INTERPRETED : PLENTY,
  };
  const rest: Selection = {
    label: "hanging",
    projects: [...new Set(hanging.map(({ suite }) => suite))],
    pattern: `^(${names})$`,
    testTimeout: LITTLE,
  };
  const selections = hanging.length > 0 ? [most, rest] : [most];
  const outcomes: Outcome[] = [];
  for (const selection of selections) {
    outcomes.push(...(await runSelection(runtime, root, folder, selection)));
  }
  return outcomes;
}

async function runSelection(
  { name, program, args, nodeFlags = [] }: NodeLike,
  root: string,
  folder: string,
  { label, projects, pattern, testTimeout }: Selection,
): Promise<Outcome[]> {
  const lines = join(folder, `${name}-${label}.jsonl`);
  const interop = join(root, "packages", "interop");
  const vitest = [
    join(root, "node_modules", "vitest", "vitest.mjs"),
    "run",
    `--root=${root}`,
    `--config=${join(interop, "vitest.runtimes.config.ts")}`,
    `--reporter=${join(interop, "dist", "runtimes", "line-reporter.js")}`,
    ...projects.map((project) => `--project=${project}`),
    ...(pattern === null ? [] : [`--testNamePattern=${pattern}`]),
  ];
  const env = {
    [LINES_VARIABLE]: lines,
    HTTPLIB_NODE_FLAGS: nodeFlags.join(" "),
    HTTPLIB_TEST_TIMEOUT: `${testTimeout}`,
  };
  const ended = await runProgram(program, [...args, ...vitest], { cwd: root, limit: LIMIT, env });
  const text = existsSync(lines) ? readFileSync(lines, "utf8") : "";
  const tests = text.split("\n").filter(Boolean).map(parseLine);
  const outcomes = tests.map((line): Outcome => ({ runtime: name, ...line }));
  // vitest ends with 1 where a test has failed, and that is told by the test itself.
  const failed = tests.filter(({ error }) => error !== null).length;
  const isWell = tests.length > 0 && ended.code === (failed > 0 ? 1 : 0);
  const why = ended.isLate ? `not done within ${LIMIT} ms` : `it ended with ${ended.code}`;
  const error = isWell ? null : `${why}, last: ${tests.at(-1)?.name}: ${ended.output.slice(-2000)}`;
  return [
    ...outcomes,
    { runtime: name, suite: "vitest", name: `the run of ${label} tests comes to its end`, error },
  ];
}

/** The name as vitest compares it: without the file, and with blanks between its parts. */
function titleOf(name: string): string {
  return name.split(" > ").slice(1).join(" ");
}

function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

function parseLine(line: string): TestLine {
  // oxlint-disable-next-line no-unsafe-type-assertion -- written by the reporter
  return JSON.parse(line) as TestLine;
}
