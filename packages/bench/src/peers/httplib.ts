/**
 * Ourselves: the full strict client of `@httplib/client`, as a reader of its README would use it, with no option set.
 */

import { HTTPConnection, type HTTPResponse, HTTPSConnection } from "@httplib/client";
import { pathOf } from "../replies.ts";
import { cannot, type GetWork, type Lane, type Peer, type Reading, type Target } from "../work.ts";
import { checkLength, pieces, zeros } from "./payload.ts";

function connectionTo({ port, ca }: Target): HTTPConnection {
  return ca === null
    ? new HTTPConnection("127.0.0.1", port)
    : new HTTPSConnection("127.0.0.1", port, { context: { ca } });
}

type Read = (response: HTTPResponse) => Promise<number>;

/** How each way of reading counts the bytes of a body. */
const READERS: Readonly<Record<Reading, () => Read>> = {
  whole: () => async (response) => (await response.read()).length,
  into: () => {
    const buffer = new Uint8Array(65_536);
    return async (response) => {
      let total = 0;
      for (;;) {
        const filled = await response.readInto(buffer);
        if (filled === 0) return total;
        total += filled;
      }
    };
  },
  iterate: () => async (response) => {
    let total = 0;
    for await (const run of response) total += run.length;
    return total;
  },
};

function getLane(target: Target, { reply, reading }: GetWork): Lane {
  const connection = connectionTo(target);
  const path = pathOf(reply);
  if (reading !== "whole") {
    const read = READERS[reading]();
    return {
      async run(next) {
        while (next()) {
          await connection.request("GET", path);
          checkLength(await read(await connection.getResponse()), reply.bytes);
        }
      },
    };
  }
  return {
    async run(next) {
      while (next()) {
        await connection.request("GET", path);
        const response = await connection.getResponse();
        const body = await response.read();
        checkLength(body.length, reply.bytes);
      }
    },
  };
}

const httplib: Peer = {
  open(work, target) {
    if (work.kind === "get") {
      return { lanes: Array.from({ length: work.connections }, () => getLane(target, work)) };
    }
    if (work.kind !== "upload") throw cannot("httplib", work);
    const connection = connectionTo(target);
    const bytes = work.source === "bytes" ? zeros(work.bytes) : null;
    const run: Lane["run"] = async (next) => {
      while (next()) {
        await connection.request("POST", "/", bytes ?? pieces(work.bytes));
        const response = await connection.getResponse();
        await response.read();
      }
    };
    return { lanes: [{ run }] };
  },
};

export default httplib;
