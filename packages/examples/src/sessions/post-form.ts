import { HTTPConnection } from "@httplib/client";
import { expectSame, expectStatus } from "../check.ts";
import { REDIRECT } from "../pages.ts";
import { pythonRepr } from "../python-repr.ts";
import type { Session } from "../session.ts";

/** An empty URL is sent as `/`; the length is counted, the names keep their case. */
export const postForm: Session = {
  title: "POST a form that is answered with a redirect",
  documents: "3.5-dev, 3.9, 3.13.3",
  async run({ host, origin }, print) {
    const params = new URLSearchParams({
      "@number": "12524",
      "@type": "issue",
      "@action": "show",
    }).toString();
    const headers = { "Content-type": "application/x-www-form-urlencoded", Accept: "text/plain" };
    const conn = new HTTPConnection(host, origin.port);
    try {
      await conn.request("POST", "", params, headers);
      const response = await conn.getResponse();
      print(expectStatus(response, 302, "Found"));
      const data = await response.read();
      print(pythonRepr(data));
      expectSame("body", new TextDecoder().decode(data), REDIRECT);
    } finally {
      await conn.close();
    }
    const [request] = origin.takeRequests();
    const lines = request?.headers.map((pair) => pair.join(": ")) ?? [];
    expectSame("target", request?.target, "/");
    expectSame("form", request?.body, "%40number=12524&%40type=issue&%40action=show");
    for (const line of ["Content-type: application/x-www-form-urlencoded", "Accept: text/plain"]) {
      expectSame(line, lines.includes(line), true);
    }
    expectSame("length", lines.includes(`Content-Length: ${params.length}`), true);
  },
};
