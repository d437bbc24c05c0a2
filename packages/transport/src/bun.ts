/**
 * Sockets of Bun, which implements `node:net` and `node:tls`.
 *
 * One thing differs: TLS inside a TLS socket that was dialled as such never ends its handshake (seen with 1.4.5). It
 * goes through a stream there, which works.
 */
import { connect as connectNode, startTLSOver } from "./node.ts";
import type { Connect } from "./transport.ts";

export { startTLSOver };

/** See `node.ts`. */
export const connect: Connect = async (target, handler) => {
  const transport = await connectNode(target, handler);
  if (target.tls !== undefined) {
    transport.startTLS = (options, peer) => startTLSOver(transport, options, peer);
  }
  return transport;
};
