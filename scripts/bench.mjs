/**
 * `npm run bench [-- options]`: installs the locked workspace, builds the packages, and measures the built ones. The options are those
 * of packages/bench; `npm run bench -- --list` names what can be measured.
 */
import { installWorkspace } from "./install.mjs";
import { run } from "./spawn.mjs";

process.env["TURBO_TELEMETRY_DISABLED"] = "1";
process.env["TURBO_NO_UPDATE_NOTIFIER"] = "1";
process.exitCode = await bench(process.argv.slice(2));

/**
 * @param {string[]} args
 * @returns {Promise<number>} the exit code
 */
async function bench(args) {
  if (!(await installWorkspace())) return 2;
  const filter = ["--filter=@httplib/bench...", "--output-logs=errors-only"];
  const build = await run("turbo", ["run", "build", ...filter]);
  if (build.code !== 0) {
    console.error(`${build.output}\nCannot measure: the build failed`);
    return 2;
  }
  const { code } = await run(process.execPath, ["packages/bench/dist/main.js", ...args], {
    show: true,
  });
  return code;
}
