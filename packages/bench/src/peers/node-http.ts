/**
 * Node's own `node:http` and `node:https`, with an Agent that keeps connections. Bodies are read by 'data' events: the cheapest way it has.
 */

import { Agent, type ClientRequest, type IncomingMessage, request } from "node:http";
import { Agent as SecureAgent, request as requestSecure } from "node:https";
import { Readable } from "node:stream";
import { pathOf } from "../replies.ts";
import { cannot, type Lane, type Peer, type Target } from "../work.ts";
import { inTurn } from "./in-turn.ts";
import { checkLength, pieces, zeros } from "./payload.ts";

type Begin = (
  options: { method: string; path: string; headers?: Record<string, string> },
  answered: (response: IncomingMessage) => void,
) => ClientRequest;

function beginner({ port, ca }: Target, sockets: number): Begin {
  const keep = { keepAlive: true, maxSockets: sockets };
  const where = { host: "127.0.0.1", port };
  if (ca === null) {
    const agent = new Agent(keep);
    return (options, answered) => request({ ...where, ...options, agent }, answered);
  }
  const agent = new SecureAgent({ ...keep, ca });
  return (options, answered) => requestSecure({ ...where, ...options, agent }, answered);
}

function counted(
  expected: number,
  done: () => void,
  fail: (error: Error) => void,
): (response: IncomingMessage) => void {
  return (response) => {
    let total = 0;
    response.on("data", (chunk: Uint8Array) => {
      total += chunk.length;
    });
    response.on("end", () => {
      checkLength(total, expected);
      done();
    });
    response.on("error", fail);
  };
}

function uploadLane(begin: Begin, bytes: number, source: "bytes" | "iterable"): Lane {
  const whole = source === "bytes" ? zeros(bytes) : null;
  return inTurn((done, fail) => {
    const headers = whole === null ? undefined : { "Content-Length": String(bytes) };
    const sent = begin(
      { method: "POST", path: "/", ...(headers === undefined ? {} : { headers }) },
      counted(0, done, fail),
    );
    sent.on("error", fail);
    if (whole === null) Readable.from(pieces(bytes), { objectMode: false }).pipe(sent);
    else sent.end(whole);
  });
}

const nodeHTTP: Peer = {
  open(work, target) {
    if (work.kind === "upload") {
      return { lanes: [uploadLane(beginner(target, 1), work.bytes, work.source)] };
    }
    if (work.kind !== "get") throw cannot("node:http", work);
    const { reply, connections } = work;
    const begin = beginner(target, connections);
    const path = pathOf(reply);
    const lanes = Array.from({ length: connections }, () =>
      inTurn((done, fail) => {
        const sent = begin({ method: "GET", path }, counted(reply.bytes, done, fail));
        sent.on("error", fail);
        sent.end();
      }),
    );
    return { lanes };
  },
};

export default nodeHTTP;
