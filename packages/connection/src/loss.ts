/**
 * The error of a wire that is gone: what the parser holds by then decides its class, as at any other end of input.
 */

import { IncompleteRead, RemoteDisconnected } from "@httplib/errors";
import type { ClientProtocol } from "@httplib/protocol";

/**
 * @param protocol - The parser, where it has had a byte of the response.
 * @param hasHead - Whether the body is being read.
 * @param cause - The system's error, where there is one.
 */
export function lossOf(
  protocol: ClientProtocol | null,
  hasHead: boolean,
  cause: Error | null,
): unknown {
  const options = cause === null ? {} : { cause };
  if (protocol === null) return new RemoteDisconnected(options);
  if (hasHead) {
    return new IncompleteRead(new Uint8Array(0), protocol.remaining ?? undefined, options);
  }
  try {
    protocol.feedEnd();
    protocol.next();
  } catch (error) {
    if (error instanceof Error) error.cause ??= options.cause;
    return error;
  }
  return new RemoteDisconnected(options);
}
