/** `npm start [-- URL]`: builds the packages, then runs the examples against the built ones. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./spawn.mjs";

const EXAMPLES = join("packages", "examples");

/**
 * @param {string[]} args passed on to the examples
 * @returns {Promise<number>} their exit code
 */
export async function startExamples(args) {
  /** @type {{ name: string, scripts: { start: string } }} */
  const { name, scripts } = JSON.parse(readFileSync(join(EXAMPLES, "package.json"), "utf8"));
  const build = await run("turbo", [
    "run",
    "build",
    `--filter=${name}...`,
    "--output-logs=errors-only",
  ]);
  if (build.code !== 0) {
    console.error(`${build.output}\nCannot start: the build failed`);
    return 1;
  }
  // The start script has the form `node FILE`: run it with this very Node and no shell between.
  const [program, file] = scripts.start.split(" ");
  if (program !== "node" || file === undefined) {
    console.error(`Cannot start: "${scripts.start}" found in ${EXAMPLES}, expected "node FILE"`);
    return 1;
  }
  const options = { cwd: EXAMPLES, show: true, stdin: true };
  return (await run(process.execPath, [file, ...args], options)).code;
}
