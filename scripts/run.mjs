/**
 * The way in: `node scripts/run.mjs <job> [arguments]`, from Node and npm alone. Gets the pinned
 * pnpm, installs the locked workspace, then runs the job with the tools of the workspace in PATH.
 *
 *   start [URL]    build, then the examples
 *   test [job…]    everything that must be green, or only the jobs named; its last line is
 *                  `N passed, N failed`, also where nothing could be installed
 */
import { runChecks } from "./jobs.mjs";
import { installWorkspace } from "./install.mjs";
import { startExamples } from "./start.mjs";

const [job = "", ...rest] = process.argv.slice(2);
const run = { start: startExamples, test: runChecks }[job];
if (run === undefined) {
  console.error(`Cannot run "${job}": expected start or test`);
  process.exitCode = 2;
} else {
  process.env["TURBO_TELEMETRY_DISABLED"] = "1";
  process.env["TURBO_NO_UPDATE_NOTIFIER"] = "1";
  if (await installWorkspace()) process.exitCode = await run(rest);
  else {
    if (job === "test") console.log("0 passed, 1 failed");
    process.exitCode = 1;
  }
}
