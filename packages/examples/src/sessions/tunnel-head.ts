import { HTTPSConnection } from "@httplib/client";
import { expectSame, expectStatus } from "../check.ts";
import type { Session } from "../session.ts";

/** The connection goes to the proxy; what the tunnel leads to is encrypted end to end. */
export const tunnelHead: Session = {
  title: "HEAD through a tunnel",
  documents: "3.5-dev, 3.9, 3.13.3",
  async run({ host, secureOrigin, proxy, ca }, print) {
    const conn = new HTTPSConnection(host, proxy.port, { context: { ca } });
    try {
      conn.setTunnel(host, secureOrigin.port);
      await conn.request("HEAD", "/index.html");
      const response = await conn.getResponse();
      print(expectStatus(response, 200, "OK"));
      expectSame("bytes of the body", (await response.read()).length, 0);
    } finally {
      await conn.close();
    }
    expectSame("tunnel", proxy.takeTunnels().join(), `${host}:${secureOrigin.port}`);
    const [request] = secureOrigin.takeRequests();
    expectSame("request", `${request?.method} ${request?.target}`, "HEAD /index.html");
  },
};
