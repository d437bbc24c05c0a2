import { HTTPConnection } from "@httplib/client";
import { expectSame } from "../check.ts";
import type { Session } from "../session.ts";

/** No byte is sent: a connection is opened by its first request. */
export const constructors: Session = {
  title: "Four connections to the same host and port",
  documents: "all",
  async run(_stage, print) {
    const h1 = new HTTPConnection("www.python.org");
    const h2 = new HTTPConnection("www.python.org:80");
    const h3 = new HTTPConnection("www.python.org", 80);
    const h4 = new HTTPConnection("www.python.org", 80, { timeout: 10_000 });
    for (const connection of [h1, h2, h3, h4]) {
      expectSame("host", connection.host, "www.python.org");
      expectSame("port", connection.port, 80);
      print(`${connection.host} ${connection.port}`);
    }
  },
};
