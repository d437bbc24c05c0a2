/**
 * `npm run test:runtimes [-- part…]`: the packed packages inside every runtime. Gets the runtimes of tools/runtimes and Chromium, builds, and
 * leaves the rest to packages/interop. The last line is `N passed, N failed`.
 */
import { join } from "node:path";
import { installPrograms } from "./debian.mjs";
import { installWorkspace } from "./install.mjs";
import { run } from "./spawn.mjs";

const RUNTIMES = join("tools", "runtimes");
const PROGRAM = join("packages", "interop", "dist", "runtimes", "main.js");

process.env["TURBO_TELEMETRY_DISABLED"] = "1";
process.env["TURBO_NO_UPDATE_NOTIFIER"] = "1";
process.exitCode = (await prepare()) ? await start() : 1;

/** @returns {Promise<boolean>} */
async function prepare() {
  const isReady =
    (await installWorkspace()) &&
    (await installRuntimes()) &&
    (await installPrograms([{ command: "chromium", name: "chromium" }])) &&
    (await build());
  if (!isReady) console.log("0 passed, 1 failed");
  return isReady;
}

/** The runtimes have a lockfile of their own: they are large, and only this suite needs them. */
async function installRuntimes() {
  console.log("Installing the runtimes of tools/runtimes: Node 22, 24 and 26, Bun, Deno, workerd");
  const install = ["install", "--frozen-lockfile", "--config.confirmModulesPurge=false"];
  const { code, output } = await run("pnpm", install, { cwd: RUNTIMES });
  if (code !== 0) console.error(`${output}\nCannot install the runtimes: see the lines above`);
  return code === 0;
}

async function build() {
  const args = ["run", "build", "--filter=@httplib/interop...", "--output-logs=errors-only"];
  const { code, output } = await run("turbo", args);
  if (code !== 0) console.error(`${output}\nCannot test the runtimes: the build failed`);
  return code === 0;
}

async function start() {
  return (await run(process.execPath, [PROGRAM, ...process.argv.slice(2)], { show: true })).code;
}
