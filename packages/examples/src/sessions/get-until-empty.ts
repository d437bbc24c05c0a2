import { HTTPSConnection } from "@httplib/client";
import { expectSame, expectStatus } from "../check.ts";
import { HOME } from "../pages.ts";
import { pythonRepr } from "../python-repr.ts";
import type { Session } from "../session.ts";

/** Over TLS, and in pieces until one is empty. */
export const getUntilEmpty: Session = {
  title: "GET whole, GET in pieces while there is one, and an invalid request elsewhere",
  documents: "3.9, 3.13.3",
  async run({ host, secureOrigin, ca }, print) {
    let conn = new HTTPSConnection(host, secureOrigin.port, { context: { ca } });
    try {
      await conn.request("GET", "/");
      let r1 = await conn.getResponse();
      print(expectStatus(r1, 200, "OK"));
      const data1 = await r1.read(); // This will return entire content.
      expectSame("bytes of the page", data1.length, HOME.length);
      // The following example demonstrates reading data in chunks.
      await conn.request("GET", "/");
      r1 = await conn.getResponse();
      let size = 0;
      for (let chunk = await r1.read(200); chunk.length > 0; chunk = await r1.read(200)) {
        print(pythonRepr(chunk));
        expectSame("bytes of a piece", chunk.length, Math.min(200, HOME.length - size));
        size += chunk.length;
      }
      expectSame("bytes of all pieces", size, HOME.length);
    } finally {
      await conn.close();
    }
    // Example of an invalid request
    conn = new HTTPSConnection(host, secureOrigin.port, { context: { ca } });
    try {
      await conn.request("GET", "/parrot.spam");
      const r2 = await conn.getResponse();
      print(expectStatus(r2, 404, "Not Found"));
      await r2.read();
    } finally {
      await conn.close();
    }
    const connections = secureOrigin.takeRequests().map(({ connection }) => connection);
    expectSame("requests", connections.length, 3);
    expectSame("connections", new Set(connections).size, 2);
  },
};
