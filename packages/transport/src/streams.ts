/**
 * A connection over a pair of web streams that somebody else has opened.
 *
 * Owns the one use of the pair, as `duplex.ts` does for a Duplex.
 */
import { startTLSOver } from "#connect";
import { NotConnected } from "@httplib/errors";
import { bounded } from "./bounded.ts";
import { StreamsTransport, type StreamPair } from "./streams-transport.ts";
import type { Connect, Transport } from "./transport.ts";

/**
 * Uses a pair of web streams as a wire: a socket of Workers, WebTransport, libp2p, Direct Sockets, a pair for a test.
 *
 * Host and port of the target are only names; if the target asks for TLS, it is started over the pair where the runtime
 * can do that (Node, Bun, Deno). A failed write ends our half only; `destroy()` cancels one stream and aborts the other.
 *
 * @param pair two unlocked streams of Uint8Array
 * @returns a Connect that works once
 * @throws NotConnected from the Connect when a stream is locked, or the pair was used before; TimeoutError with phase
 *   `connect`; `signal.reason`
 * @example
 * ```ts
 * import { connectStreams } from "@httplib/transport";
 *
 * const echo = new TransformStream<Uint8Array, Uint8Array>(); // what is written comes back
 * const heard = await new Promise<number>((resolve, reject) => {
 *   const handler = {
 *     onData: (chunk: Uint8Array) => resolve(chunk.length),
 *     onEnd() {},
 *     onDrain() {},
 *     onError: reject,
 *     onClose() {},
 *   };
 *   void connectStreams(echo)({ host: "example.org", port: 80 }, handler).then((wire) => wire.write("hello"));
 * });
 * if (heard !== 5) throw new Error("unexpected");
 * ```
 */
export function connectStreams(pair: StreamPair): Connect {
  return (target, handler) => {
    const { host, port, tls } = target;
    const action = `connect to ${host}:${port} over the streams`;
    if (pair.readable.locked || pair.writable.locked) {
      const message = `Cannot ${action}: one is locked or was used before, expected two free streams`;
      return Promise.reject(new NotConnected({ message }));
    }
    return bounded<Transport>(target, action, (resolve, reject) => {
      const transport = new StreamsTransport(pair, handler, {}, startTLSOver);
      if (tls === undefined) resolve(transport);
      else startTLSOver(transport, tls, { host, port }).then(resolve, reject);
      return () => transport.destroy();
    });
  };
}
