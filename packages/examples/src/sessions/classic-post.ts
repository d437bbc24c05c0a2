import { HTTPConnection } from "@httplib/client/python";
import { expectSame, expectStatus } from "../check.ts";
import type { Session } from "../session.ts";

/** In the documents' own spelling. */
export const classicPost: Session = {
  title: "POST a form",
  documents: "2.6.4, 3.1",
  async run({ host, origin }, print) {
    const params = new URLSearchParams({ spam: "1", eggs: "2", bacon: "0" }).toString();
    const headers = { "Content-type": "application/x-www-form-urlencoded", Accept: "text/plain" };
    const conn = new HTTPConnection(`${host}:${origin.port}`);
    try {
      await conn.request("POST", "/cgi-bin/query", params, headers);
      const response = await conn.getresponse();
      print(expectStatus(response, 200, "OK"));
      await response.read();
    } finally {
      await conn.close();
    }
    const [request] = origin.takeRequests();
    expectSame("body that arrived", request?.body, "spam=1&eggs=2&bacon=0");
  },
};
