import { HTTPConnection } from "@httplib/client";
import { expectSame, expectStatus } from "../check.ts";
import { INDEX } from "../pages.ts";
import type { Session } from "../session.ts";

/** The head says how long the page is; none of it comes. */
export const head: Session = {
  title: "HEAD",
  documents: "3.5-dev, 3.9, 3.13.3",
  async run({ host, origin }, print) {
    const conn = new HTTPConnection(host, origin.port);
    try {
      await conn.request("HEAD", "/index.html");
      const res = await conn.getResponse();
      print(expectStatus(res, 200, "OK"));
      expectSame("Content-Length", res.getHeader("Content-Length"), String(INDEX.length));
      const data = await res.read();
      print(String(data.length));
      expectSame("bytes of the body", data.length, 0);
      print("True");
    } finally {
      await conn.close();
    }
    origin.takeRequests();
  },
};
