/** Runs the smoke program in one runtime and reads what it says. */
import type { Result } from "../smoke/run-cases.ts";
import type { NodeLike } from "./node-likes.ts";
import type { Outcome } from "./outcome.ts";
import { type Ended, runProgram } from "./run-program.ts";
import type { Sandbox } from "./sandbox.ts";

const LIMIT = 90_000;

/** @param stageFile - The peers, as JSON. */
export async function runSmoke(
  { name, program, args, nodeFlags = [] }: NodeLike,
  sandbox: Sandbox,
  stageFile: string,
): Promise<Outcome[]> {
  const ended = await runProgram(
    program,
    [...nodeFlags, ...args, sandbox.program("smoke/main.js"), stageFile],
    {
      cwd: sandbox.folder,
      limit: LIMIT,
    },
  );
  return toOutcomes(name, ended);
}

/** One outcome a line of JSON, and one for the end of the program itself. */
export function toOutcomes(runtime: string, ended: Ended): Outcome[] {
  const suite = "smoke";
  const outcomes = ended.stdout.split("\n").flatMap((line): Outcome[] => {
    const result = parseResult(line);
    return result === null ? [] : [{ runtime, suite, ...result }];
  });
  const rest = ended.output.split("\n").filter((line) => parseResult(line) === null);
  const why = ended.isLate ? "it did not end by itself" : `it ended with ${ended.code}`;
  const isWell = ended.code === 0 && outcomes.length > 0;
  const error = isWell ? null : `${why}: ${rest.join("\n").slice(-2000)}`;
  return [...outcomes, { runtime, suite, name: "the program runs to its end", error }];
}

/** A line that is a result; null for whatever else a runtime prints. */
export function parseResult(line: string): Result | null {
  if (!line.startsWith('{"name":')) return null;
  // oxlint-disable-next-line no-unsafe-type-assertion -- written by runCases()
  return JSON.parse(line) as Result;
}
