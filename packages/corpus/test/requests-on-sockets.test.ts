/** The request rows once more, on sockets: a peer on loopback answers, and what it received is what was written. */
import { once } from "node:events";
import { createServer, type AddressInfo, type Server } from "node:net";
import { concat, encodeLatin1, latin1 } from "@httplib/bytes";
import { HTTPConnection, HTTPSConnection } from "@httplib/connection";
import { connect as dial, type Connect, type Transport } from "@httplib/transport";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  loadRequests,
  runRequest,
  type OpenCall,
  type OpenedConnection,
  type PeerScript,
} from "../src/index.ts";

let server: Server;
let port = 0;
/** What the peer of the row does, and what has come to it; rows run one after the other. */
let peer: PeerScript = { answers: [], closes: false };
let received: Uint8Array[] = [];

beforeAll(async () => {
  server = createServer((socket) => {
    let text = "";
    const answers = [...peer.answers];
    socket.on("error", () => {});
    socket.on("data", (data) => {
      received.push(new Uint8Array(data));
      text += data.toString("latin1");
      for (let end = text.indexOf("\r\n\r\n"); end >= 0; end = text.indexOf("\r\n\r\n")) {
        text = text.slice(end + 4);
        const answer = answers.shift();
        if (answer !== undefined) socket.write(answer);
        else if (peer.closes) socket.end();
      }
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});

afterAll(() => {
  server.close();
});

/** Sends whoever dials to the peer, in clear text, and keeps what is written and whether the wire was closed. */
function watched(): { connect: Connect; written: () => Uint8Array; destroyed: () => boolean } {
  const written: Uint8Array[] = [];
  let isDestroyed = false;
  const connect: Connect = async (target, handler) => {
    const { signal, timeout } = target;
    const transport = await dial({ host: "127.0.0.1", port, signal, timeout }, handler);
    const write = transport.write.bind(transport);
    const destroy = transport.destroy.bind(transport);
    const own: Pick<Transport, "write" | "destroy"> = {
      write(data) {
        written.push(typeof data === "string" ? encodeLatin1(data) : data.slice());
        return write(data);
      },
      destroy(error) {
        isDestroyed = true;
        destroy(error);
      },
    };
    return Object.assign(transport, own);
  };
  return { connect, written: () => concat(written), destroyed: () => isDestroyed };
}

/** Waits until the peer has what was written, at most so many turns. */
async function arrival(bytes: Uint8Array): Promise<Uint8Array> {
  for (let turn = 0; turn < 2000 && concat(received).length < bytes.length; turn++) {
    // oxlint-disable-next-line no-await-in-loop -- one turn after the other
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
  return concat(received);
}

describe("on sockets too, HTTPConnection writes what the row says, or refuses when the row says", () => {
  const rows = loadRequests();
  test.each(rows.map((row) => [row.id, row.why, row] as const))("%s %s", async (_id, _why, row) => {
    received = [];
    const wires: ReturnType<typeof watched>[] = [];
    const open = (call: OpenCall): OpenedConnection => {
      peer = call.peer;
      const wire = watched();
      wires.push(wire);
      const Connection = call.tls ? HTTPSConnection : HTTPConnection;
      const { expectTimeout } = call;
      const connection = new Connection(call.host, call.port, {
        connect: wire.connect,
        expectTimeout,
      });
      return { connection, wire };
    };
    expect(await runRequest(open, row)).toEqual([]);
    const written = concat(wires.map((wire) => wire.written()));
    expect(latin1(await arrival(written))).toBe(latin1(written));
  });
});
