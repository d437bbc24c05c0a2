import { HTTPConnection, HTTPSConnection } from "@httplib/connection";
import { connectMemory } from "@httplib/transport";
import { describe, expect, test } from "vitest";
import { loadRequests, runRequest, type OpenCall, type OpenedConnection } from "../src/index.ts";

const rows = loadRequests();

function open({ host, port, tls, expectTimeout, peer }: OpenCall): OpenedConnection {
  const end = peer.closes ? [{ wait: "\r\n\r\n" }, { end: true } as const] : [];
  const connect = connectMemory([...peer.answers, ...end]);
  const Connection = tls ? HTTPSConnection : HTTPConnection;
  return {
    connection: new Connection(host, port, { connect, expectTimeout }),
    wire: {
      written: () => connect.written,
      destroyed: () => connect.connections.some(({ closed }) => closed),
    },
  };
}

describe("HTTPConnection writes what the row says, or refuses when the row says", () => {
  test.each(rows.map((row) => [row.id, row.why, row] as const))("%s %s", async (_id, _why, row) => {
    expect(await runRequest(open, row)).toEqual([]);
  });
});
