/**
 * A connection over a stream that somebody else has opened.
 *
 * Owns the one use of that stream. A Duplex is one wire, so its Connect connects once; to dial anew each time,
 * write a Connect of your own that opens a stream and calls `connectDuplex(stream)(target, handler)`.
 */
import { startTLSOver } from "#connect";
import { NotConnected } from "@httplib/errors";
import { bounded } from "./bounded.ts";
import { DuplexTransport, type NodeDuplex } from "./duplex-transport.ts";
import type { Connect, Transport } from "./transport.ts";

/**
 * Uses any Duplex of `node:stream` as a wire: an SSH channel, a socket of your own, TLS made elsewhere, a pair for a test.
 *
 * Host and port of the target are only names; if the target asks for TLS, it is started over the stream. Our half ends
 * without the peer's only if the stream allows it (`allowHalfOpen`, the default of Duplex).
 *
 * @param duplex an open stream in byte mode; a socket that is still connecting is waited for
 * @returns a Connect that works once
 * @throws NotConnected from the Connect when the stream was used before or is destroyed; TimeoutError with phase `connect`;
 *   `signal.reason`; the stream's own error
 * @example
 * ```ts
 * import { connectDuplex } from "@httplib/transport";
 * import { PassThrough } from "node:stream";
 *
 * const echo = new PassThrough(); // what is written comes back
 * const heard = await new Promise<number>((resolve, reject) => {
 *   const handler = {
 *     onData: (chunk: Uint8Array) => resolve(chunk.length),
 *     onEnd() {},
 *     onDrain() {},
 *     onError: reject,
 *     onClose() {},
 *   };
 *   void connectDuplex(echo)({ host: "example.org", port: 80 }, handler).then((wire) => wire.write("hello"));
 * });
 * if (heard !== 5) throw new Error("unexpected");
 * ```
 */
export function connectDuplex(duplex: NodeDuplex): Connect {
  let used = false;
  return (target, handler) => {
    const { host, port, tls } = target;
    const action = `connect to ${host}:${port} over the stream`;
    if (used || duplex.destroyed || duplex.readableEnded) {
      const state = duplex.destroyed ? "it is destroyed" : "its end was read";
      const found = used ? "it was used before" : state;
      const message = `Cannot ${action}: ${found}, expected an open stream of its own`;
      return Promise.reject(new NotConnected({ message }));
    }
    used = true;
    const opened = bounded<Transport>(target, action, (resolve, reject) => {
      const open = (): void => {
        const transport = new DuplexTransport(duplex, handler, {}, startTLSOver);
        if (tls === undefined) resolve(transport);
        else startTLSOver(transport, tls, { host, port }).then(resolve, reject);
      };
      if (duplex.connecting) {
        duplex.on("error", reject);
        duplex.on("close", () => {
          const message = `Cannot ${action}: found it closed before it had connected, expected an open stream`;
          reject(new NotConnected({ message }));
        });
        duplex.on("connect", open);
      } else open();
      return () => {
        duplex.on("error", () => {});
        duplex.destroy();
      };
    });
    return opened;
  };
}
