/** Servers of one test file, on loopback. */
import { once } from "node:events";
import type { Server } from "node:net";
import { expect } from "vitest";

const servers = new Set<Server>();

/** Lets a server listen; gives the port. */
export async function listen(server: Server): Promise<number> {
  servers.add(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : expect.fail("no port");
}

/** Stops them all; for `afterAll()`. */
export function closeServers(): void {
  for (const server of servers) server.close();
  servers.clear();
}
