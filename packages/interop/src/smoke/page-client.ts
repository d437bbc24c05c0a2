/** The umbrella in a page, bundled: everything works but the dialling, which says so. */
import { connectMemory, HTTPConnection } from "@httplib/client";
import { refused, same } from "./check.ts";
import { postResults } from "./post-results.ts";
import type { Case } from "./run-cases.ts";

const cases: readonly Case[] = [
  {
    name: "client: an exchange over a connection of one's own",
    async run() {
      const connect = connectMemory(["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"]);
      const connection = new HTTPConnection("example.com", null, { connect });
      await connection.request("GET", "/");
      same(await (await connection.getResponse()).text(), "hello");
      await connection.close();
    },
  },
  {
    name: "client: without one, dialling is refused with a clear word",
    async run() {
      const connection = new HTTPConnection("example.com");
      await refused(connection.request("GET", "/"), { name: "NotConnected", says: "no sockets" });
    },
  },
];

await postResults(cases);
