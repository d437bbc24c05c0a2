import { HTTPConnection } from "@httplib/client";
import { expectSame, expectStatus } from "../check.ts";
import type { Session } from "../session.ts";

/** This document prints a comma that its own call would not. */
export const put: Session = {
  title: "PUT",
  documents: "3.5-dev, 3.9, 3.13.3",
  async run({ host, origin }, print) {
    // This creates an HTTP request
    // with the content of BODY as the enclosed representation
    // for the resource http://localhost:8080/file
    const BODY = "***filecontents***";
    const conn = new HTTPConnection(host, origin.port);
    try {
      await conn.request("PUT", "/file", BODY);
      const response = await conn.getResponse();
      expectStatus(response, 200, "OK");
      print(`${response.status}, ${response.reason}`);
      await response.read();
    } finally {
      await conn.close();
    }
    const [request] = origin.takeRequests();
    expectSame("body that arrived", request?.body, BODY);
    const length = request?.headers.find(([name]) => name === "Content-Length")?.[1];
    expectSame("Content-Length", length, String(BODY.length));
  },
};
