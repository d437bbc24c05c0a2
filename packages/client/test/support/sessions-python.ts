/** The example sessions of the documents in their own spelling. */
import { latin1 } from "../../src/index.ts";
import { HTTPConnection, HTTPSConnection } from "../../src/python.ts";
import type { Ground, Sessions } from "./sessions.ts";

async function head(conn: HTTPConnection, path: string): Promise<string[]> {
  await conn.request("HEAD", path);
  const res = await conn.getresponse();
  const data = await res.read();
  await conn.close();
  return [`${res.status} ${res.reason}`, String(data.length)];
}

export const python: Sessions = {
  async forms({ connect }) {
    const h1 = new HTTPConnection("www.python.org", null, { connect });
    const h2 = new HTTPConnection("www.python.org:80", null, { connect });
    const h3 = new HTTPConnection("www.python.org", 80, { connect });
    const h4 = new HTTPConnection("www.python.org", 80, { connect, timeout: 10 });
    for (const h of [h1, h2, h3, h4]) {
      await h.connect();
      await h.close();
    }
    return [h1, h2, h3, h4].map(({ host, port }) => `${host} ${port}`);
  },

  async classicGet({ connect }) {
    const lines: string[] = [];
    const conn = new HTTPConnection("www.python.org", null, { connect });
    await conn.request("GET", "/index.html");
    const r1 = await conn.getresponse();
    lines.push(`${r1.status} ${r1.reason}`);
    const data1 = await r1.read();
    lines.push(latin1(data1));
    await conn.request("GET", "/parrot.spam");
    const r2 = await conn.getresponse();
    lines.push(`${r2.status} ${r2.reason}`);
    await r2.read();
    await conn.close();
    return lines;
  },

  async classicPost({ connect }) {
    const params = String(new URLSearchParams({ spam: "1", eggs: "2", bacon: "0" }));
    const headers = { "Content-type": "application/x-www-form-urlencoded", Accept: "text/plain" };
    const conn = new HTTPConnection("musi-cal.mojam.com:80", null, { connect });
    await conn.request("POST", "/cgi-bin/query", params, headers);
    const response = await conn.getresponse();
    const data = await response.read();
    await conn.close();
    return [`${response.status} ${response.reason}`, latin1(data)];
  },

  async untilClosed({ connect }) {
    const lines: string[] = [];
    const conn = new HTTPConnection("www.python.org", null, { connect });
    await conn.request("GET", "/index.html");
    let r1 = await conn.getresponse();
    lines.push(`${r1.status} ${r1.reason}`);
    lines.push(latin1(await r1.read()));
    await conn.request("GET", "/index.html");
    r1 = await conn.getresponse();
    while (!r1.closed) lines.push(latin1(await r1.read(200)));
    await conn.request("GET", "/parrot.spam");
    const r2 = await conn.getresponse();
    lines.push(`${r2.status} ${r2.reason}`);
    await r2.read();
    await conn.close();
    return lines;
  },

  async untilEmpty({ connect, context }: Ground) {
    const lines: string[] = [];
    let conn = new HTTPSConnection("www.python.org", null, { connect, context });
    await conn.request("GET", "/");
    let r1 = await conn.getresponse();
    lines.push(`${r1.status} ${r1.reason}`);
    lines.push(latin1(await r1.read()));
    await conn.request("GET", "/");
    r1 = await conn.getresponse();
    for (let chunk; (chunk = await r1.read(200)).length > 0;) lines.push(latin1(chunk));
    await conn.close();
    conn = new HTTPSConnection("docs.python.org", null, { connect, context });
    await conn.request("GET", "/parrot.spam");
    const r2 = await conn.getresponse();
    lines.push(`${r2.status} ${r2.reason}`);
    await r2.read();
    await conn.close();
    return lines;
  },

  async ownHost({ connect, context }) {
    const host = "docs.python.org";
    const conn = new HTTPSConnection(host, null, { connect, context });
    await conn.request("GET", "/3/", null, { Host: host });
    const response = await conn.getresponse();
    await response.read();
    await conn.close();
    return [`${response.status} ${response.reason}`];
  },

  async tunnel({ connect, context }) {
    const conn = new HTTPSConnection("localhost", 8080, { connect, context });
    conn.set_tunnel("www.python.org");
    return head(conn, "/index.html");
  },

  headPlain: ({ connect }) =>
    head(new HTTPConnection("www.python.org", null, { connect }), "/index.html"),

  headTLS: ({ connect, context }) =>
    head(new HTTPSConnection("www.python.org", null, { connect, context }), "/"),

  async post({ connect }) {
    const fields = { "@number": "12524", "@type": "issue", "@action": "show" };
    const params = String(new URLSearchParams(fields));
    const headers = { "Content-type": "application/x-www-form-urlencoded", Accept: "text/plain" };
    const conn = new HTTPConnection("bugs.python.org", null, { connect });
    await conn.request("POST", "", params, headers);
    const response = await conn.getresponse();
    const data = await response.read();
    await conn.close();
    return [`${response.status} ${response.reason}`, latin1(data)];
  },

  async put({ connect }) {
    const BODY = "***filecontents***";
    const conn = new HTTPConnection("localhost", 8080, { connect });
    await conn.request("PUT", "/file", BODY);
    const response = await conn.getresponse();
    await conn.close();
    return [`${response.status}, ${response.reason}`];
  },
};
