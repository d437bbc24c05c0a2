/**
 * TLS servers in a process of Node, as the tests drive them: see `tls-peer.mjs`.
 *
 * One process a test file, started when it is first needed. HTTPLIB_PEER_NODE names the Node where the tests run in another runtime.
 */
import { concat } from "@httplib/bytes";
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { deflateRawSync, inflateRawSync } from "node:zlib";

/** One connection that a server there has accepted. */
export interface RemoteConnection {
  readonly send: (data: string | Uint8Array) => void;
  /** Once it has resolved, nothing is read any more. */
  readonly pause: () => Promise<void>;
  readonly resume: () => void;
  /** Ends TLS, by close_notify, and the connection under it. */
  readonly end: () => void;
  /** Ends the connection without a word of TLS. */
  readonly endRaw: () => void;
  readonly reset: () => void;
  /** Bytes sent and not yet taken from the peer, once everything has been done that was asked for before. */
  readonly waiting: () => Promise<number>;
  readonly received: () => Uint8Array;
  readonly ended: () => boolean;
  readonly closed: () => boolean;
  /** Waits for the handshake: whether it has resumed a session. */
  readonly resumed: () => Promise<boolean>;
}

export interface RemoteServer {
  readonly port: number;
  /** The connections in the order in which they came. */
  readonly accept: () => Promise<RemoteConnection>;
}

interface Message {
  readonly re?: number;
  readonly is?: "accepted" | "secure" | "data" | "ended" | "closed";
  readonly id?: number;
  readonly port?: number;
  readonly waiting?: number;
  readonly resumed?: boolean;
  readonly bytes?: string;
}

/** What will be there some time, given in the order in which it was asked for. */
class Queue<T> {
  readonly #items: T[] = [];
  readonly #waits: ((item: T) => void)[] = [];

  put(item: T): void {
    const wait = this.#waits.shift();
    if (wait === undefined) this.#items.push(item);
    else wait(item);
  }

  take(): Promise<T> {
    const [item] = this.#items.splice(0, 1);
    return item === undefined
      ? new Promise((resolve) => this.#waits.push(resolve))
      : Promise.resolve(item);
  }
}

/** What is known here of a connection there. */
interface State {
  parts: Uint8Array[];
  ended: boolean;
  closed: boolean;
  readonly resumed: Queue<boolean>;
}

let child: ChildProcess | undefined;
const states = new Map<number, State>();
const accepted = new Map<number, Queue<RemoteConnection>>();
const answers = new Map<number, (message: Message) => void>();
let questions = 0;

/**
 * Starts a server.
 *
 * @param certificate - For `tls.createSecureContext()`, with `minVersion` and the like.
 * @param layers - How many times TLS, one inside the other.
 */
export async function listenTLS(certificate: object, layers = 1): Promise<RemoteServer> {
  const { port = 0 } = await ask({ op: "listen", certificate, layers });
  const queue = new Queue<RemoteConnection>();
  accepted.set(port, queue);
  return { port, accept: () => queue.take() };
}

/** Ends the process, and with it every connection. */
export function endTLSPeer(): void {
  child?.kill("SIGKILL");
  child = undefined;
}

function order(message: object): void {
  child ??= start();
  child.stdin?.write(`${JSON.stringify(message)}\n`);
}

function ask(message: object): Promise<Message> {
  const re = ++questions;
  const answer = new Promise<Message>((resolve) => answers.set(re, resolve));
  order({ ...message, re });
  return answer;
}

function start(): ChildProcess {
  const program = process.env["HTTPLIB_PEER_NODE"] ?? process.execPath;
  const file = fileURLToPath(new URL("tls-peer.mjs", import.meta.url));
  const started = spawn(program, [file], { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: started.stdout });
  lines.on("line", (line) => hear(JSON.parse(line) as Message));
  return started;
}

function hear(message: Message): void {
  const { re = 0, is, id = 0, port = 0, resumed = false, bytes = "" } = message;
  answers.get(re)?.(message);
  answers.delete(re);
  if (is === "accepted") {
    states.set(id, { parts: [], ended: false, closed: false, resumed: new Queue() });
    accepted.get(port)?.put(connectionOf(id));
  }
  const state = states.get(id);
  if (state === undefined) return;
  if (is === "secure") state.resumed.put(resumed);
  if (is === "data") state.parts.push(inflateRawSync(Buffer.from(bytes, "base64")));
  if (is === "ended") state.ended = true;
  if (is === "closed") state.closed = true;
}

function connectionOf(id: number): RemoteConnection {
  const state = states.get(id)!;
  const waiting = async (): Promise<number> => (await ask({ op: "look", id })).waiting ?? 0;
  return {
    send(data) {
      const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
      order({ op: "send", id, bytes: deflateRawSync(bytes, { level: 1 }).toString("base64") });
    },
    async pause() {
      order({ op: "pause", id });
      await waiting();
    },
    resume: () => order({ op: "resume", id }),
    end: () => order({ op: "end", id }),
    endRaw: () => order({ op: "endRaw", id }),
    reset: () => order({ op: "reset", id }),
    waiting,
    received() {
      if (state.parts.length > 1) state.parts = [concat(state.parts)];
      return state.parts[0] ?? new Uint8Array(0);
    },
    ended: () => state.ended,
    closed: () => state.closed,
    resumed: () => state.resumed.take(),
  };
}
