/**
 * Installs what the heavy suites need from Debian: servers to talk to, a browser to run in. What is there already is left alone.
 */
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { run } from "./spawn.mjs";

/**
 * @typedef {object} Program
 * @property {string} command what must be in PATH, or in one of the folders for servers
 * @property {string} name the Debian package that has it
 * @property {string} [file] a file that must be there too
 */

/** Debian keeps servers where only root's PATH leads. */
const FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/sbin"];

/**
 * @param {readonly Program[]} programs
 * @returns {Promise<boolean>} false when something is missing; what and why has been printed
 */
export async function installPrograms(programs) {
  const missing = programs.filter((program) => !isThere(program));
  if (missing.length === 0) return true;
  const names = [...new Set(missing.map(({ name }) => name))];
  console.log(`Installing from Debian: ${names.join(", ")}`);
  // Servers are only started by the suite, on ports of its own: this keeps them from starting by themselves.
  const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const prefix = process.getuid?.() === 0 ? [] : ["sudo", "-n", "-E"];
  /** @param {string[]} args */
  const apt = (...args) => {
    const [command = "", ...rest] = [...prefix, "apt-get", ...args];
    return run(command, rest, { env });
  };
  const update = await apt("update", "-q");
  const install = await apt("install", "-q", "-y", "--no-install-recommends", ...names);
  const still = missing.filter((program) => !isThere(program));
  if (install.code === 0 && still.length === 0) return true;
  console.error(`${update.output.slice(-1000)}\n${install.output.slice(-3000)}`);
  console.error(`Cannot install: ${still.map(({ command }) => command).join(", ") || "see above"}`);
  return false;
}

/** @param {Program} program */
function isThere({ command, file }) {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...FOLDERS];
  return folders.some((folder) => isExecutable(join(folder, command))) && isReadable(file ?? "/");
}

/** @param {string} path */
const isExecutable = (path) => has(path, constants.X_OK);
/** @param {string} path */
const isReadable = (path) => has(path, constants.R_OK);

/** @param {string} path @param {number} mode */
function has(path, mode) {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
