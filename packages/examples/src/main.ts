/**
 * The program behind `npm start`. It ends with 0 when everything was as it should be, else with 1 and
 * one line on stderr, and in any case within LIMIT.
 */
import { runProgram } from "./run-program.ts";

const LIMIT = 60_000;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}

// Whoever read the output has gone (`npm start | head`): nothing more to say, and nobody to say it to.
process.stdout.once("error", () => process.exit(1));

// While it counts, a promise that never settles cannot end the process as if all were done. Behind the
// program it only catches what the program has left open.
const watchdog = setTimeout(() => {
  printError(`Cannot finish: still running after ${LIMIT / 1000} s`);
  process.exit(1);
}, LIMIT);

process.exitCode = await runProgram(process.argv.slice(2), { print, printError });
watchdog.unref();
