/**
 * Installs exactly what the lockfile names, from Node and npm alone.
 *
 * The pinned pnpm comes through npx once and is then kept inside node_modules, because turbo wants
 * a pnpm in PATH and because npx asks the registry at every call. A complete workspace is left
 * alone, so it works without a network; otherwise what the caches hold is tried first. Offline or
 * not, pnpm checks every package against the lockfile.
 */
import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  realpathSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { run } from "./spawn.mjs";

const MODULES = resolve("node_modules");
const TOOLS = join(MODULES, ".tools");
const STAMP = join(TOOLS, "installed");

/**
 * Afterwards PATH begins with the tools of the workspace, pnpm among them.
 * @returns {Promise<boolean>} false when it failed; the reason has been printed
 */
export async function installWorkspace() {
  try {
    return await install();
  } catch (error) {
    console.error(`Cannot install the workspace: ${String(error)}`);
    return false;
  }
}

/** @returns {Promise<boolean>} */
async function install() {
  if (!(await providePnpm())) return false;
  const state = workspaceState();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === state && isLinked()) return true;

  const command = ["install", "--frozen-lockfile", "--config.confirmModulesPurge=false"];
  const offline = await run("pnpm", [...command, "--offline"]);
  if (offline.code !== 0) {
    console.log("Installing the packages of the lockfile");
    const online = await run("pnpm", [...command, "--prefer-offline"], { show: true });
    if (online.code !== 0) {
      console.error(`${offline.output}\nCannot install the workspace: see the lines above`);
      return false;
    }
  }
  mkdirSync(TOOLS, { recursive: true });
  writeFileSync(STAMP, state);
  return true;
}

/** Puts the pinned pnpm in PATH. @returns {Promise<boolean>} */
async function providePnpm() {
  /** @type {{ packageManager: string }} */
  const { packageManager } = JSON.parse(readFileSync("package.json", "utf8"));
  const folder = join(TOOLS, packageManager);
  if (!existsSync(join(folder, "pnpm"))) {
    console.log(`Getting ${packageManager}`);
    const asked = await run(
      "npx",
      ["--yes", `--package=${packageManager}`, "--", process.execPath, "-p", "process.env.PATH"],
      { env: { npm_config_prefer_offline: "true" } },
    );
    const path = asked.output.split("\n").find((line) => line.includes(delimiter)) ?? "";
    const binary = path
      .split(delimiter)
      .map((entry) => join(entry, "pnpm"))
      .find(isExecutable);
    if (asked.code !== 0 || binary === undefined) {
      console.error(`${asked.output}\nCannot get ${packageManager} through npx`);
      return false;
    }
    mkdirSync(folder, { recursive: true });
    // Two runs at once must not see half a file: write beside it, then rename.
    const partial = join(folder, `pnpm.${process.pid}`);
    copyFileSync(realpathSync(binary), partial, constants.COPYFILE_FICLONE);
    renameSync(partial, join(folder, "pnpm"));
  }
  process.env["PATH"] = [folder, join(MODULES, ".bin"), process.env["PATH"]].join(delimiter);
  return true;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Changes whenever pnpm might have something to do. */
function workspaceState() {
  const hash = createHash("sha256");
  const files = ["pnpm-lock.yaml", "pnpm-workspace.yaml", "package.json", ...manifests()];
  for (const file of files) hash.update(`${file}\0${readFileSync(file, "utf8")}\0`);
  return hash.digest("hex");
}

function manifests() {
  return readdirSync("packages")
    .toSorted()
    .map((name) => join("packages", name, "package.json"))
    .filter((file) => existsSync(file));
}

/** Is every declared dependency where Node looks for it? */
function isLinked() {
  return ["package.json", ...manifests()].every((file) => {
    /** @type {Record<"dependencies" | "devDependencies", Record<string, string> | undefined>} */
    const { dependencies, devDependencies } = JSON.parse(readFileSync(file, "utf8"));
    const names = Object.keys({ ...dependencies, ...devDependencies });
    return names.every((name) => existsSync(join(file, "..", "node_modules", name)));
  });
}
