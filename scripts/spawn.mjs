/**
 * Child processes for the scripts of this folder: awaited, never through a shell, and with the
 * output either passed on or kept.
 */
import { spawn } from "node:child_process";

/**
 * @typedef {object} Outcome
 * @property {number} code the exit code; 1 when a signal ended it or it could not be started
 * @property {string} output stdout and stderr in order, empty when they were passed on
 */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, show?: boolean, stdin?: boolean }} [options]
 *   `show` passes the output on; `stdin` lets the child read ours
 * @returns {Promise<Outcome>}
 */
export function run(command, args, { cwd, env, show = false, stdin = false } = {}) {
  return new Promise((resolve) => {
    const flow = show ? "inherit" : "pipe";
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: [stdin ? "inherit" : "ignore", flow, flow],
    });
    let output = "";
    /** @param {string} text */
    const keep = (text) => {
      output += text;
    };
    child.stdout?.setEncoding("utf8").on("data", keep);
    child.stderr?.setEncoding("utf8").on("data", keep);
    child.on("error", (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}
