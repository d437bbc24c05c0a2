/**
 * The documents' auditing events as channels of `node:diagnostics_channel`, where the runtime has it:
 *
 *     http.client.connect   { connection, host, port }   before a connection is dialled
 *     http.client.send      { connection, data }         before each piece of a request is written
 *
 * The only file here that asks for a `node:` module. It asks at the first use and through `process`, so that a browser or a bundler
 * never sees the name as an import, and loading this package does nothing.
 */

import { concat, encodeLatin1 } from "@httplib/bytes";
import type { Channel } from "node:diagnostics_channel";

interface Channels {
  readonly connect: Channel;
  readonly send: Channel;
}

let channels: Channels | null | undefined;

function openChannels(): Channels | null {
  // `process` is missing in browsers, `getBuiltinModule` in other runtimes that imitate Node.
  const runtime: Partial<Pick<NodeJS.Process, "getBuiltinModule">> | undefined = globalThis.process;
  const diagnostics = runtime?.getBuiltinModule?.("node:diagnostics_channel");
  if (diagnostics === undefined) return null;
  return {
    connect: diagnostics.channel("http.client.connect"),
    send: diagnostics.channel("http.client.send"),
  };
}

/** Announces that `connection` is about to dial. */
export function publishConnect(connection: object, host: string, port: number): void {
  if (channels === undefined) channels = openChannels();
  if (channels?.connect.hasSubscribers === true) {
    channels.connect.publish({ connection, host, port });
  }
}

/** Announces one piece of a request; its bytes are only put together when somebody listens. */
export function publishSend(connection: object, piece: string | readonly Uint8Array[]): void {
  if (channels === undefined) channels = openChannels();
  if (channels?.send.hasSubscribers !== true) return;
  const data = typeof piece === "string" ? encodeLatin1(piece) : concat(piece);
  channels.send.publish({ connection, data });
}
