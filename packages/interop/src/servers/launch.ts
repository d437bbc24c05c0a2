/**
 * One server of Debian in the foreground: its configuration in a folder of its own, free loopback ports, ready when every port
 * answers, ended by its process id. A server that is not installed, or does not come up, is an error with its own log in it.
 */
import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  createWriteStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "../peer/open-peers.ts";

/** What a configuration is written for. */
export interface Site {
  readonly folder: string;
  readonly ports: readonly number[];
}

export interface Plan {
  readonly command: string;
  /** How many ports it listens on. */
  readonly ports: number;
  /** How many of these, the first ones, must answer before it is ready; default: all. */
  readonly answering?: number;
  /** Contents by path inside the folder; a path that ends with `.sh` is made executable. */
  files(site: Site): Readonly<Record<string, string | Uint8Array>>;
  args(site: Site): readonly string[];
}

export interface Running extends Site {
  /** Ends it and removes its folder. */
  stop(): Promise<void>;
}

const READY_LIMIT = 10_000;
const STOP_LIMIT = 4000;
/** Between the look for a free port and its use another process may take it. */
const ATTEMPTS = 3;

/** Debian keeps servers where only root's PATH leads. */
const FOLDERS = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];

/** A run that ends before it can clean up still leaves no server behind. */
const children = new Set<ChildProcess>();
process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
});

/**
 * Starts a server.
 *
 * @throws Error that says which server is missing, or what its log says
 */
export async function launch(plan: Plan): Promise<Running> {
  const program = FOLDERS.map((folder) => join(folder, plan.command)).find(existsSync);
  if (program === undefined)
    throw new Error(`${plan.command} is not installed: npm run test:interop installs it`);
  let failure = "";
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const site = { folder: makeFolder(), ports: await freePorts(plan.ports) };
    const child = start(program, plan, site);
    if (await answers(child, site.ports.slice(0, plan.answering)))
      return { ...site, stop: () => stop(child, site.folder) };
    failure = logsOf(site.folder);
    await stop(child, site.folder);
  }
  throw new Error(`${plan.command} does not come up: ${failure}`);
}

/** Servers that give up root's rights must still be able to read it. */
function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "httplib-interop-"));
  chmodSync(folder, 0o755);
  return folder;
}

async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>();
  while (ports.size < count) ports.add(await freePort());
  return [...ports];
}

function start(program: string, plan: Plan, site: Site): ChildProcess {
  for (const [path, content] of Object.entries(plan.files(site))) {
    const file = join(site.folder, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    if (path.endsWith(".sh")) chmodSync(file, 0o755);
  }
  const child = spawn(program, plan.args(site), {
    cwd: site.folder,
    stdio: ["pipe", "pipe", "pipe"],
  });
  const log = createWriteStream(join(site.folder, "output.log"));
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  children.add(child);
  child.on("close", () => children.delete(child));
  child.on("error", (error) => log.write(error.message));
  child.on("close", () => log.end());
  child.stdin.on("error", () => {}); // it has ended: answers() finds out
  return child;
}

async function answers(child: ChildProcess, ports: readonly number[]): Promise<boolean> {
  const deadline = performance.now() + READY_LIMIT;
  for (const port of ports) {
    while (!(await isOpen(port))) {
      if (child.exitCode !== null || performance.now() > deadline) return false;
      await delay(20);
    }
  }
  return child.exitCode === null;
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) {
    const over = new Promise<void>((resolve) => {
      child.once("exit", () => resolve());
    });
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT);
    await over;
    clearTimeout(timer);
  }
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** The ends of all its logs. */
function logsOf(folder: string): string {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".log") && statSync(join(folder, name)).isFile())
    .map((name) => `${name}: ${readFileSync(join(folder, name), "latin1").slice(-1500)}`)
    .join("\n");
}
