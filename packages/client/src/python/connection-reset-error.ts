/**
 * ConnectionResetError: the name by which Python's programs ask whether a peer has gone away.
 *
 * Owns the question and no instances: RemoteDisconnected and the system's errors answer it.
 */

import { isConnectionReset } from "@httplib/errors";

/**
 * `error instanceof ConnectionResetError` is true for RemoteDisconnected and for ECONNRESET, EPIPE and ECONNABORTED.
 *
 * @see document http.client 3.13.3, exception http.client.RemoteDisconnected
 * @example
 * ```ts
 * import { ConnectionResetError, RemoteDisconnected } from "@httplib/client/python";
 * if (!(new RemoteDisconnected() instanceof ConnectionResetError)) throw new Error("unexpected");
 * ```
 */
export class ConnectionResetError extends Error {
  /**
   * Whether the peer, or the way to it, dropped the connection.
   *
   * @param value anything that was thrown
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return isConnectionReset(value);
  }
}
