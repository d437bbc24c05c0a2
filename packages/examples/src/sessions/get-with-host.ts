import { HTTPSConnection } from "@httplib/client";
import { expectSame, expectStatus } from "../check.ts";
import type { Session } from "../session.ts";

/** A Host of the caller's own takes the place of the automatic one. */
export const getWithHost: Session = {
  title: "GET with a Host header",
  documents: "3.13.3",
  async run({ host, secureOrigin, ca }, print) {
    const conn = new HTTPSConnection(host, secureOrigin.port, { context: { ca } });
    try {
      await conn.request("GET", "/3/", null, { Host: "docs.python.org" });
      const response = await conn.getResponse();
      print(expectStatus(response, 200, "OK"));
      await response.read();
    } finally {
      await conn.close();
    }
    const [request] = secureOrigin.takeRequests();
    const hosts = request?.headers.filter(([name]) => name.toLowerCase() === "host") ?? [];
    expectSame("Host lines", hosts.map(([, value]) => value).join(), "docs.python.org");
  },
};
