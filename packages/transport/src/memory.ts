/**
 * A Connect for tests: replies from memory, no port, no peer, no clock.
 *
 * Owns the language of scripts. A script is the peer's part of one connection; what the client wrote is kept for the
 * test to compare.
 */
import { concat, latin1 } from "@httplib/bytes";
import { NotConnected } from "@httplib/errors";
import { bounded } from "./bounded.ts";
import { MemoryTransport, Peer, type MemoryPeer } from "./memory-peer.ts";
import { nextTurn } from "./turn.ts";
import type { Connect, Transport } from "./transport.ts";

/** Bytes as they are, or text of U+0000 to U+00FF. */
export type MemoryBytes = string | Uint8Array;

/**
 * One thing that a scripted peer does. Each step has a turn of the event loop of its own.
 *
 * - bytes: a reply, given in one chunk when a whole request (head and body) has been written since the last reply
 * - `early`: a reply given when the head of the request has been written; the next reply answers the same request
 * - `data`: bytes given without waiting for anything; several chunks come back to back, not even promise jobs between them
 * - `poll`: chunks as one poll of a socket gives them, promise jobs between them and no turn
 * - `turns`: so many turns of the event loop in which nothing happens
 * - `wait`: until the client has written so many bytes on this connection, or this text, or what a function wants to see
 * - `end`: the peer ends its half
 * - `reset`: the wire breaks with this error (`true`: ECONNRESET), and closes
 * - `close`: the wire closes without an error
 * - `failWrites`: writes fail from now on with this error (`true`: EPIPE), while reading goes on
 * - `full`: whether `write()` says that there is no room; `onDrain` follows when it changes to false
 * - `refuse`, `hang`: only as the first step: the connection is refused with this error, or never established
 */
export type MemoryStep =
  | MemoryBytes
  | { readonly early: MemoryBytes }
  | { readonly data: MemoryBytes | readonly MemoryBytes[] }
  | { readonly poll: readonly MemoryBytes[] }
  | { readonly turns: number }
  | { readonly wait: number | string | ((peer: MemoryPeer) => boolean) }
  | { readonly end: true }
  | { readonly reset: true | Error }
  | { readonly close: true }
  | { readonly failWrites: true | Error }
  | { readonly full: boolean }
  | { readonly refuse: Error }
  | { readonly hang: true };

/** The peer's part of one connection: a reply, steps, or a function that drives the peer itself. */
export type MemoryScript =
  | MemoryBytes
  | readonly MemoryStep[]
  | ((peer: MemoryPeer) => void | Promise<void>);

/** A Connect whose wires exist only in memory, and what was written on them. */
export type MemoryConnect = Connect & {
  /** Everything written so far, on all connections in their order. */
  readonly written: Uint8Array;
  /** The connections so far, one peer for each. */
  readonly connections: readonly MemoryPeer[];
};

/**
 * Makes a Connect that answers from memory.
 *
 * Chunks are overwritten with 0xAA when `onData` has returned, so a test fails when code keeps what was only lent. Nothing is
 * answered in the turn in which it was asked. A script of nothing but replies ends its half behind the last one; one with a step of
 * another kind says itself when it ends; one without any step says nothing for ever. TLS is taken for granted: bytes stay plain,
 * `info.authorized` is true.
 *
 * @param script one script for every connection, or a list with an array or a function in it: one script for each connection in a
 *   row, and a connection more is refused
 * @throws TypeError for a step that does not exist, or `refuse` and `hang` behind another step
 * @example
 * ```ts
 * import { connectMemory } from "@httplib/transport";
 *
 * const connect = connectMemory(["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", { end: true }]);
 *
 * let reply = "";
 * await new Promise<void>((done, reject) => {
 *   const handler = {
 *     onData: (chunk: Uint8Array) => (reply += new TextDecoder().decode(chunk)),
 *     onEnd: done,
 *     onDrain() {},
 *     onError: reject,
 *     onClose() {},
 *   };
 *   void connect({ host: "example.org", port: 80 }, handler).then((wire) => {
 *     wire.write("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n");
 *   });
 * });
 * if (!reply.endsWith("hi") || connect.written.length !== 37) throw new Error("unexpected");
 * ```
 */
export function connectMemory(script: MemoryScript | readonly MemoryScript[]): MemoryConnect {
  const scripts = isOne(script) ? undefined : script.map(parseScript);
  const only = isOne(script) ? parseScript(script) : undefined;
  const connections: Peer[] = [];
  const connect: Connect = (target, handler) => {
    const { host, port } = target;
    const action = `connect to ${host}:${port} in memory`;
    return bounded<Transport>(target, action, (resolve, reject) => {
      const run = only ?? scripts?.[connections.length];
      if (run === undefined) {
        const message = `Cannot ${action}: all ${scripts?.length} scripts were used, expected no more connections`;
        throw new NotConnected({ message });
      }
      const peer = new Peer(target);
      connections.push(peer);
      let wanted = true;
      const open = (): void => {
        if (!wanted) return;
        resolve(new MemoryTransport(peer, handler));
        nextTurn(() => run.play(peer));
      };
      if (run.refuse !== undefined) reject(run.refuse);
      else if (!run.hang) nextTurn(open);
      return () => (wanted = false);
    });
  };
  // oxlint-disable-next-line no-unsafe-type-assertion -- defineProperties does not tell what it added
  return Object.defineProperties(connect, {
    written: { get: () => concat(connections.map((peer) => peer.written)) },
    connections: { value: connections },
  }) as MemoryConnect;
}

/** A script, ready to run. */
interface Run {
  readonly refuse: Error | undefined;
  readonly hang: boolean;
  play(peer: Peer): void;
}

/** Steps are never arrays or functions, so an array with one of these in it is a list of scripts. */
function isOne(script: MemoryScript | readonly MemoryScript[]): script is MemoryScript {
  return (
    isBytes(script) ||
    typeof script === "function" ||
    !script.some((entry) => Array.isArray(entry) || typeof entry === "function")
  );
}

function isBytes(value: unknown): value is MemoryBytes {
  return typeof value === "string" || value instanceof Uint8Array;
}

function parseScript(script: MemoryScript): Run {
  if (typeof script === "function") {
    return { refuse: undefined, hang: false, play: (peer) => play(peer, script) };
  }
  const steps: readonly MemoryStep[] = isBytes(script) ? [script] : script;
  const [first] = steps;
  const refuse =
    isBytes(first) || first === undefined || !("refuse" in first) ? undefined : first.refuse;
  const hang = !isBytes(first) && first !== undefined && "hang" in first;
  const moves = steps.slice(refuse !== undefined || hang ? 1 : 0).map(parseStep);
  // Only replies: nothing in the script can say when the peer ends, and a reply may need that to be whole.
  if (steps.length > 0 && steps.every(isBytes)) moves.push((peer) => peer.end());
  const follow = async (peer: MemoryPeer): Promise<void> => {
    for (const move of moves) {
      await peer.turn();
      await move(peer);
    }
  };
  return { refuse, hang, play: (peer) => play(peer, follow) };
}

/** Runs a script; an error in it breaks the wire, so that the test sees it. */
function play(peer: Peer, script: (peer: MemoryPeer) => void | Promise<void>): void {
  const run = async (): Promise<void> => script(peer);
  run().catch((error: unknown) => {
    peer.reset(
      error instanceof Error
        ? error
        : new Error(`Cannot play the script: it threw ${String(error)}`),
    );
  });
}

type Move = (peer: MemoryPeer) => void | Promise<void>;

function parseStep(step: MemoryStep): Move {
  if (isBytes(step)) {
    return async (peer) => {
      await peer.request();
      peer.send(step);
    };
  }
  if ("early" in step) {
    return async (peer) => {
      await peer.head();
      peer.send(step.early);
    };
  }
  if ("data" in step) {
    const chunks = isBytes(step.data) ? [step.data] : step.data;
    return (peer) => peer.send(...chunks);
  }
  if ("poll" in step) return (peer) => peer.poll(...step.poll);
  if ("turns" in step) return (peer) => peer.turn(step.turns);
  if ("wait" in step) return parseWait(step.wait);
  if ("end" in step) return (peer) => peer.end();
  if ("close" in step) return (peer) => peer.close();
  if ("reset" in step) {
    const { reset } = step;
    return (peer) => (reset === true ? peer.reset() : peer.reset(reset));
  }
  if ("failWrites" in step) {
    const { failWrites } = step;
    return (peer) => (failWrites === true ? peer.failWrites() : peer.failWrites(failWrites));
  }
  if ("full" in step) {
    return (peer) => {
      peer.full = step.full;
    };
  }
  const keys = Object.keys(step).join(", ");
  throw new TypeError(
    `Cannot script a peer: found a step with '${keys}', expected one that MemoryStep names`,
  );
}

function parseWait(wait: number | string | ((peer: MemoryPeer) => boolean)): Move {
  if (typeof wait === "function") return (peer) => peer.until(wait);
  if (typeof wait === "number") return (peer) => peer.until(() => peer.written.length >= wait);
  return (peer) => peer.until(() => latin1(peer.written).includes(wait));
}
