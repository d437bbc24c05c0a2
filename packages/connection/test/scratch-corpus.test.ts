import { connectMemory } from "@httplib/transport";
import { expect, test } from "vitest";
import { HTTPConnection, HTTPSConnection } from "@httplib/connection";
import { loadRequests, runRequest } from "../../corpus/src/index.ts";
const rows = await loadRequests();
test.each(rows.map((r) => [r.id, r] as const))("%s", async (_id, row) => {
  const lines = await runRequest(({ host, port, tls, expectTimeout, peer }) => {
    const steps: any[] = [...peer.answers];
    if (peer.closes) steps.push(async (p: any) => {});
    const connect = connectMemory(async (p) => {
      for (const a of peer.answers) {
        await p.request();
        p.send(a);
      }
      if (peer.closes) {
        await p.head();
        p.end();
      }
    });
    const C = tls ? HTTPSConnection : HTTPConnection;
    const connection = new C(host, port, { connect, expectTimeout });
    return {
      connection: connection as any,
      wire: {
        written: () => connect.written,
        destroyed: () => connect.connections.some((c) => c.closed),
      },
    };
  }, row);
  expect(lines).toEqual([]);
});
