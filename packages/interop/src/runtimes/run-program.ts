/** Child processes with a bound on their time; whatever they have started themselves ends with them. */
import { spawn } from "node:child_process";

export interface Ended {
  /** The exit code; null when a signal or the time limit ended it, or it could not be started. */
  readonly code: number | null;
  readonly stdout: string;
  /** Both streams in order, for messages. */
  readonly output: string;
  readonly isLate: boolean;
}

export interface ProgramOptions {
  readonly cwd: string;
  /** Milliseconds. */
  readonly limit: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program without a shell and waits for its end. */
export function runProgram(
  program: string,
  args: readonly string[],
  { cwd, limit, env }: ProgramOptions,
): Promise<Ended> {
  return new Promise((resolve) => {
    // A group of its own, so that the workers of a test runner can be ended with it.
    const child = spawn(program, args, {
      cwd,
      detached: true,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let output = "";
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      endGroup(child.pid);
    }, limit);
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      output += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    child.on("error", (error) => {
      output += `${error.message}\n`;
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, output, isLate });
    });
  });
}

/** Ends a process that was started as the first of its group, and the group. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended already.
  }
}
