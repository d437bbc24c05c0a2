// oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return, typescript/no-unsafe-argument -- plain JavaScript: Node 20 runs no TypeScript
/**
 * A server in a process of its own that answers an upload with 413 and resets at once, again and again.
 *
 * In the client's own process the race would not show: the reset could not arrive between two of its writes.
 * Started with fork(); is told { key, cert } (or nothing), answers with the port, and ends with its parent.
 */
import { createServer } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";

const body = "x".repeat(1000);
const answer = `HTTP/1.1 413 Content Too Large\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

process.once("message", ({ key, cert }) => {
  const secureContext = cert === undefined ? undefined : createSecureContext({ key, cert });
  const server = createServer((raw) => {
    const socket =
      secureContext === undefined ? raw : new TLSSocket(raw, { isServer: true, secureContext });
    let answered = false;
    raw.on("error", () => {});
    socket.on("error", () => {});
    socket.on("data", () => {
      if (answered) return;
      answered = true;
      // TLS calls back when the records of an earlier write are out: two turns make sure of these.
      socket.write(answer, () => setImmediate(() => setImmediate(() => raw.resetAndDestroy())));
    });
  });
  server.listen(0, "127.0.0.1", () => process.send({ port: server.address().port }));
});
process.once("disconnect", () => process.exit());
