/**
 * Sockets of Deno, which implements `node:net` and `node:tls`.
 *
 * Three things differ (seen with 2.9.6). TLS that is dialled as such reads on while it is paused, without bound, and tells a reset as an
 * end, so that a body which ends with the connection would be cut unseen; TLS started on a socket that reads by `onread` never
 * ends its handshake. All TLS goes through a stream over TCP here, which does all of it right. And text that waits behind an
 * earlier write over TLS is sent as UTF-8, whatever encoding was named; so text is turned into bytes first.
 */
import { encodeLatin1 } from "@httplib/bytes";
import { dial, startTLSOver as startTLSOverNode } from "./node.ts";
import type { Connect, TLSOptions, TLSPeer, Transport, TransportHandler } from "./transport.ts";

/** See `node.ts`. */
export const connect: Connect = async (target, handler) =>
  adapt(await dial(target, handler, false));

/** See `node.ts`. */
export async function startTLSOver(
  transport: Transport,
  options: TLSOptions,
  peer: TLSPeer = {},
  handler: TransportHandler = transport.handler,
): Promise<Transport> {
  return adapt(await startTLSOverNode(transport, options, peer, handler));
}

function adapt(transport: Transport): Transport {
  const write = transport.write.bind(transport);
  transport.write = (data) => write(typeof data === "string" ? encodeLatin1(data) : data);
  transport.startTLS = (options, peer) => startTLSOver(transport, options, peer);
  return transport;
}
