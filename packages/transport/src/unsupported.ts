/**
 * Runtimes without sockets: browsers, and whatever no condition of package.json knows.
 *
 * Fails when called and not when imported, so that everything that needs no socket works: parsers, `connectStreams`,
 * `connectMemory`.
 */
import { NotConnected } from "@httplib/errors";
import type { Connect, TLSOptions, TLSPeer, Transport, TransportHandler } from "./transport.ts";

/** Rejects: there are no sockets here. */
export const connect: Connect = ({ host, port }) => {
  const message = `Cannot connect to ${host}:${port}: this runtime has no sockets, expected the option 'connect'`;
  return Promise.reject(new NotConnected({ message }));
};

/** Rejects: there is no TLS here. */
export function startTLSOver(
  transport: Transport,
  _options: TLSOptions,
  _peer?: TLSPeer,
  _handler?: TransportHandler,
): Promise<Transport> {
  const message =
    "Cannot start TLS: this runtime has none for streams, expected a transport with its own startTLS()";
  transport.destroy();
  return Promise.reject(new NotConnected({ message }));
}
