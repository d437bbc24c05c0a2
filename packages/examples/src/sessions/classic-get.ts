import { HTTPConnection } from "@httplib/client/python";
import { expectSame, expectStatus } from "../check.ts";
import { INDEX } from "../pages.ts";
import type { Session } from "../session.ts";

/** In the documents' own spelling. */
export const classicGet: Session = {
  title: "GET, then a 404 on the same connection",
  documents: "2.6.4, 3.1",
  async run({ host, origin }, print) {
    const conn = new HTTPConnection(host, origin.port);
    try {
      await conn.request("GET", "/index.html");
      const r1 = await conn.getresponse();
      print(expectStatus(r1, 200, "OK"));
      const data1 = await r1.read();
      expectSame("bytes of the page", data1.length, INDEX.length);
      await conn.request("GET", "/parrot.spam");
      const r2 = await conn.getresponse();
      print(expectStatus(r2, 404, "Not Found"));
      await r2.read();
    } finally {
      await conn.close();
    }
    const [first, second] = origin.takeRequests();
    expectSame("connection of the second request", second?.connection, first?.connection);
  },
};
