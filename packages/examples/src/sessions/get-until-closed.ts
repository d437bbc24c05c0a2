import { HTTPConnection } from "@httplib/client";
import { expectSame, expectStatus } from "../check.ts";
import { INDEX } from "../pages.ts";
import { pythonRepr } from "../python-repr.ts";
import type { Session } from "../session.ts";

/** Three exchanges over one connection. */
export const getUntilClosed: Session = {
  title: "GET whole, GET in pieces while not closed, and an invalid request",
  documents: "3.5-dev",
  async run({ host, origin }, print) {
    const conn = new HTTPConnection(host, origin.port);
    try {
      await conn.request("GET", "/index.html");
      let r1 = await conn.getResponse();
      print(expectStatus(r1, 200, "OK"));
      const data1 = await r1.read(); // This will return entire content.
      expectSame("bytes of the page", data1.length, INDEX.length);
      // The following example demonstrates reading data in chunks.
      await conn.request("GET", "/index.html");
      r1 = await conn.getResponse();
      let size = 0;
      while (!r1.closed) {
        const chunk = await r1.read(200); // 200 bytes
        print(pythonRepr(chunk));
        expectSame("bytes of a piece", chunk.length, Math.min(200, INDEX.length - size));
        size += chunk.length;
      }
      expectSame("bytes of all pieces", size, INDEX.length);
      // Example of an invalid request
      await conn.request("GET", "/parrot.spam");
      const r2 = await conn.getResponse();
      print(expectStatus(r2, 404, "Not Found"));
      await r2.read();
    } finally {
      await conn.close();
    }
    const connections = origin.takeRequests().map(({ connection }) => connection);
    expectSame("requests", connections.length, 3);
    expectSame("connections", new Set(connections).size, 1);
  },
};
