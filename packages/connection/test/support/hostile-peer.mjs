// oxlint-disable typescript/no-unsafe-assignment, typescript/no-unsafe-call, typescript/no-unsafe-member-access, typescript/no-unsafe-return, typescript/no-unsafe-argument -- plain JavaScript: Node 20 runs no TypeScript
/**
 * A server in a process of its own, because the races it plays are hidden when both ends share one event loop. It says its port to
 * the parent and ends with it. The path of a request says how it is answered:
 *
 *     /id              the number of the connection
 *     /413             413 as soon as 64 KiB have come, then a reset
 *     /same            a second response in the same write
 *     /late?file       a second response a moment later; the file is there once it has been written
 *     /bye?file        the number of the connection, and its end a moment later; the file is there once it has ended
 *     /cut?file        a body that ends with the connection, and a reset a moment later; the file is there once it has been sent
 *     /end?file        the same with the end before the reset
 *     /stale           the number of the connection, and the end of the connection with the next request
 */
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";

let connections = 0;

/** @param {string | number} body */
const ok = (body) => `HTTP/1.1 200 OK\r\nContent-Length: ${String(body).length}\r\n\r\n${body}`;

const server = createServer((socket) => {
  const id = ++connections;
  let text = "";
  let isStale = false;
  socket.setNoDelay(true);
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    if (isStale) {
      socket.destroy();
      return;
    }
    text += chunk.toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    if (end === -1) return;
    const path = text.split(" ")[1] ?? "";
    if (path === "/413") {
      if (text.length < 65_536) return;
      socket.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig", () =>
        socket.resetAndDestroy(),
      );
      text = "";
      return;
    }
    text = text.slice(end + 4);
    const done = () => writeFileSync(path.split("?")[1] ?? "", "");
    if (path === "/same") {
      socket.write(ok(id) + ok("planted"));
    } else if (path.startsWith("/late")) {
      socket.write(ok(id));
      setTimeout(() => socket.write(ok("planted"), done), 1);
    } else if (path.startsWith("/cut") || path.startsWith("/end")) {
      socket.write(`HTTP/1.1 200 OK\r\n\r\n${"x".repeat(100_000)}`);
      // The last bytes come when the reader has paused, and the reset behind them.
      setTimeout(() => {
        if (path.startsWith("/end")) socket.end("last");
        else socket.write("last");
        setTimeout(() => {
          socket.resetAndDestroy();
          done();
        }, 10);
      }, 10);
    } else if (path.startsWith("/bye")) {
      socket.write(ok(id));
      setTimeout(() => socket.end(done), 1);
    } else {
      isStale = path === "/stale";
      socket.write(ok(id));
    }
  });
});

server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  if (typeof address === "object" && address !== null) process.send?.(address.port);
});
process.on("disconnect", () => process.exit());
