/** Servers that close an idle connection: nothing fails, the next request dials anew, whatever its method. */
import { type Connect, connectDuplex } from "@httplib/client";
import { once } from "node:events";
import { connect as connectRaw, type Socket } from "node:net";
import { expect, test } from "vitest";
import { startApache } from "../src/servers/apache.ts";
import { startHaproxy } from "../src/servers/haproxy.ts";
import { startLighttpd } from "../src/servers/lighttpd.ts";
import { startNginx } from "../src/servers/nginx.ts";
import { get, plainTo, up } from "./support/harness.ts";

const servers = [
  { ...(await up(startNginx)), path: "/brief/hello.txt" },
  { ...(await up(startApache)), path: "/hello.txt" },
  { ...(await up(startHaproxy)), path: "/relay/plain" },
  { ...(await up(startLighttpd)), path: "/hello.txt" },
];

/** How many connections two requests took, with the wait for the close between them. */
async function dialsFor(method: string, { http, path }: (typeof servers)[number]): Promise<number> {
  const sockets: Socket[] = [];
  const dial: Connect = (target, handler) => {
    const socket = connectRaw(target.port, target.host);
    sockets.push(socket);
    return connectDuplex(socket)(target, handler);
  };
  const connection = plainTo(http, { connect: dial, retryStale: false });
  await (await get(connection, path)).read();
  const [first] = sockets;
  if (first === undefined) throw new Error("nothing was dialled");
  if (!first.closed) await once(first, "close");
  await connection.request(method, path, method === "POST" ? "x" : null);
  const response = await connection.getResponse();
  await response.read();
  expect(response.status).toBeLessThan(500);
  return sockets.length;
}

// All servers at once, since each of them takes its second.
test.each(["GET", "POST"])(
  "after nginx, apache, haproxy and lighttpd have closed, %s goes out on a new connection",
  async (method) => {
    const dials = await Promise.all(servers.map((server) => dialsFor(method, server)));
    expect(dials).toEqual([2, 2, 2, 2]);
  },
);
