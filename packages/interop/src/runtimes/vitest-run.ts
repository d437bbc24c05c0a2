/** Runs the tests of the packages inside one runtime: vitest itself, its workers and the packages all run there. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { LINES_VARIABLE, type TestLine } from "./line-reporter.ts";
import type { NodeLike } from "./node-likes.ts";
import type { Outcome } from "./outcome.ts";
import { runProgram } from "./run-program.ts";

/** These touch nothing but bytes: they must do without a compiler, too. */
const PURE = ["status", "errors", "bytes", "headers", "chunked", "protocol"];
/** The corpus is not among them: the smoke program runs all its rows. */
const ALL = [...PURE, "transport", "response", "connection", "client"];

/** Milliseconds for a whole run. */
const LIMIT = 240_000;
/** Milliseconds for one test: without a compiler all takes ten times longer. */
const PLENTY = 20_000;
const PLENTY_INTERPRETED = 60_000;

/**
 * @param folder - For the file of results.
 * @param wanted - The packages whose tests are to run; all where it is empty.
 */
export async function runVitest(
  { name, program, args, nodeFlags = [] }: NodeLike,
  root: string,
  folder: string,
  wanted: readonly string[],
): Promise<Outcome[]> {
  const isInterpreted = nodeFlags.length > 0;
  const all = isInterpreted ? PURE : ALL;
  const projects = wanted.length > 0 ? wanted : all;
  const testTimeout = isInterpreted ? PLENTY_INTERPRETED : PLENTY;
  const lines = join(folder, `${name}.jsonl`);
  const interop = join(root, "packages", "interop");
  const vitest = [
    join(root, "node_modules", "vitest", "vitest.mjs"),
    "run",
    `--root=${root}`,
    `--config=${join(interop, "vitest.runtimes.config.ts")}`,
    `--reporter=${join(interop, "dist", "runtimes", "line-reporter.js")}`,
    ...projects.map((project) => `--project=${project}`),
  ];
  const env = {
    [LINES_VARIABLE]: lines,
    // Where a test needs a peer that is no part of what it tests, it starts one in this Node.
    HTTPLIB_PEER_NODE: process.execPath,
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
  return [...outcomes, { runtime: name, suite: "vitest", name: "the run comes to its end", error }];
}

function parseLine(line: string): TestLine {
  // oxlint-disable-next-line no-unsafe-type-assertion -- written by the reporter
  return JSON.parse(line) as TestLine;
}
