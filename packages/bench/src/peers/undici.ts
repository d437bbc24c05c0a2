/**
 * Undici, the newest release that the Node in use can run: a Client for one connection, a Pool for several, as its users have them
 * (32 Clients would cost 7 % less processor time than a Pool of 32).
 *
 * Its two interfaces are two peers: `dispatch`, which calls a handler back, and `request`, which is what its users call. Idle
 * connections are kept for as long as a run may take; everything else is as it comes.
 */

import type { Client, Dispatcher, Pool } from "undici";
import { pathOf } from "../replies.ts";
import {
  cannot,
  type GetWork,
  type Lane,
  type Target,
  type UploadWork,
  type Work,
} from "../work.ts";
import { inTurn } from "./in-turn.ts";
import { checkLength, pieces, zeros } from "./payload.ts";

const AN_HOUR = 3_600_000;

/** The name and version of the release that is measured. */
export function undiciVersion(): "7.30.2" | "8.12.4" {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 22 || (major === 22 && minor >= 19) ? "8.12.4" : "7.30.2";
}

/** The package that holds it. */
export function undiciPackage(): "undici" | "undici-8" {
  return undiciVersion() === "7.30.2" ? "undici" : "undici-8";
}

interface Undici {
  readonly Client: typeof Client;
  readonly Pool: typeof Pool;
}

/** The release that fits. */
async function loadUndici(): Promise<Undici> {
  if (undiciVersion() === "7.30.2") return import("undici");
  // oxlint-disable-next-line no-unsafe-type-assertion -- what is used here is the same in both
  return (await import("undici-8")) as never;
}

async function connect({ port, ca }: Target, connections: number): Promise<Client | Pool> {
  const undici = await loadUndici();
  const url = `${ca === null ? "http" : "https"}://127.0.0.1:${port}`;
  const options = {
    keepAliveTimeout: AN_HOUR,
    keepAliveMaxTimeout: AN_HOUR,
    ...(ca === null ? {} : { connect: { ca } }),
  };
  if (connections === 1) return new undici.Client(url, options);
  return new undici.Pool(url, { ...options, connections });
}

/** One request by `dispatch`, its body only counted. */
class CountingHandler implements Dispatcher.DispatchHandler {
  readonly #expected: number;
  readonly #done: () => void;
  readonly #fail: (error: Error) => void;
  #bytes = 0;

  constructor(expected: number, done: () => void, fail: (error: Error) => void) {
    this.#expected = expected;
    this.#done = done;
    this.#fail = fail;
  }

  onRequestStart(): void {}

  onResponseStart(): void {}

  onResponseData(_controller: unknown, chunk: Uint8Array): void {
    this.#bytes += chunk.length;
  }

  onResponseEnd(): void {
    checkLength(this.#bytes, this.#expected);
    this.#done();
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#fail(error);
  }
}

/** Lanes of `dispatch`. */
export async function dispatchLanes(work: Work, target: Target): Promise<Lane[]> {
  if (work.kind !== "get") throw cannot("undici dispatch", work);
  const { connections, reply } = work;
  const client = await connect(target, connections);
  const path = pathOf(reply);
  const lane = inTurn((done, fail) => {
    client.dispatch({ method: "GET", path }, new CountingHandler(reply.bytes, done, fail));
  });
  return Array.from({ length: connections }, () => lane);
}

function getLane(client: Client | Pool, { reply, reading }: GetWork): Lane {
  const request = { method: "GET", path: pathOf(reply) } as const;
  if (reading === "whole") {
    return {
      async run(next) {
        while (next()) {
          const { body } = await client.request(request);
          checkLength((await body.arrayBuffer()).byteLength, reply.bytes);
        }
      },
    };
  }
  return {
    async run(next) {
      while (next()) {
        const { body } = await client.request(request);
        let total = 0;
        for await (const chunk of body as AsyncIterable<Uint8Array>) total += chunk.length;
        checkLength(total, reply.bytes);
      }
    },
  };
}

function uploadLane(client: Client | Pool, { bytes, source }: UploadWork): Lane {
  const whole = source === "bytes" ? zeros(bytes) : null;
  return {
    async run(next) {
      while (next()) {
        // oxlint-disable-next-line no-unsafe-type-assertion -- undici takes any iterable, its types name only some
        const body = whole ?? (pieces(bytes) as never);
        const response = await client.request({ method: "POST", path: "/", body });
        await response.body.arrayBuffer();
      }
    },
  };
}

/** Lanes of `request`. */
export async function requestLanes(work: Work, target: Target): Promise<Lane[]> {
  if (work.kind === "upload") return [uploadLane(await connect(target, 1), work)];
  if (work.kind !== "get") throw cannot("undici request", work);
  const client = await connect(target, work.connections);
  return Array.from({ length: work.connections }, () => getLane(client, work));
}
