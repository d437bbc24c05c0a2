/**
 * A child process that answers each question with one message, within a bound of time; ended by its own id.
 *
 * Owns the processes of a run: none outlives it, whatever goes wrong.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** No answer takes longer, in milliseconds; the slowest is a gibibyte over a busy machine. */
const PATIENCE = 120_000;

const running = new Set<Child>();

/** How a child is started. */
export interface ChildOptions {
  /** Flags for Node itself. */
  readonly flags?: readonly string[];
  /** The processor it is bound to, where the system has `taskset`. */
  readonly pinned?: number | null;
}

/** A process that answers. */
export class Child {
  readonly #process: ChildProcess;
  readonly #name: string;
  #answered: ((answer: unknown) => void) | null = null;
  #failed: ((error: Error) => void) | null = null;
  #errors = "";

  /**
   * Starts a script of this package and waits for its first message.
   *
   * @param script its file beside this one
   * @param task given to it as JSON
   */
  static async start(
    script: string,
    task: unknown,
    options: ChildOptions = {},
  ): Promise<{ child: Child; answer: unknown }> {
    const child = new Child(script, task, options);
    return { child, answer: await child.#wait() };
  }

  private constructor(script: string, task: unknown, { flags = [], pinned = null }: ChildOptions) {
    const file = fileURLToPath(new URL(script, import.meta.url));
    const node = [process.execPath, ...flags, file, JSON.stringify(task)];
    const [command = "", ...args] =
      pinned === null ? node : ["taskset", "-c", String(pinned), ...node];
    this.#name = script;
    this.#process = spawn(command, args, { stdio: ["ignore", "ignore", "pipe", "ipc"] });
    running.add(this);
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    this.#process.on("message", (answer) => this.#answered?.(answer));
    this.#process.on("error", (error) => this.#failed?.(error));
    this.#process.on("exit", (code, signal) => {
      running.delete(this);
      this.#failed?.(
        new Error(`Cannot go on: ${this.#name} ended with ${signal ?? code}\n${this.#errors}`),
      );
    });
  }

  /** Asks, and waits for the answer. */
  ask(question: object): Promise<unknown> {
    const answer = this.#wait();
    this.#process.send(question);
    return answer;
  }

  /** Ends the process. */
  end(): void {
    this.#process.kill("SIGKILL");
  }

  #wait(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.end();
        reject(new Error(`Cannot go on: ${this.#name} did not answer within ${PATIENCE} ms`));
      }, PATIENCE);
      const settle = (): void => {
        clearTimeout(timer);
        this.#answered = null;
        this.#failed = null;
      };
      this.#answered = (answer) => {
        settle();
        resolve(answer);
      };
      this.#failed = (error) => {
        settle();
        reject(error);
      };
    });
  }
}

/** Ends every process of this run. */
export function endChildren(): void {
  for (const child of running) child.end();
}
