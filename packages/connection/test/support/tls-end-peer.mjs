// oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return, typescript/no-unsafe-argument -- plain JavaScript: Node 20 runs no TypeScript
/**
 * A TLS server in a process of Node: it answers once, by a body that ends with the connection, and then ends TLS properly or the TCP
 * connection below it. The servers of other runtimes say close_notify by themselves.
 *
 * `tls-end-peer.mjs proper|cut`, with { key, cert } as a line of JSON on stdin; writes its port, and ends with its stdin.
 */
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import { TLSSocket } from "node:tls";

const isProper = process.argv[2] === "proper";

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const identity = JSON.parse(line);
    const server = createServer((raw) => {
      const socket = new TLSSocket(raw, { isServer: true, ...identity });
      socket.on("error", () => {});
      raw.on("error", () => {});
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\nabc", () => {
          if (isProper) socket.end();
          else raw.destroySoon();
        });
      });
    });
    server.listen(0, "127.0.0.1", () => console.log(server.address().port));
  })
  .on("close", () => process.exit());
