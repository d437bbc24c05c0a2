// The errors with `fault: "network"`: the bytes stopped. Too few came, none came, or none came in time; whose fault that is cannot be
// known from this end. Errors of dialling (ENOTFOUND, ECONNREFUSED, TLS verification) are not here: they pass through untouched.

import { define, HTTPException, type HTTPExceptionOptions } from "./http-exception.ts";
import { BadStatusLine } from "./remote-errors.ts";

/**
 * The input ended inside a message.
 *
 * The reader that holds the beginning of the body may put it into `partial` later; the message then counts those bytes.
 *
 * @param partial - The bytes that came.
 * @param expected - How many more bytes were to come, or what the chunk still lacks; undefined where that is not known.
 * @param options - Code (`INCOMPLETE_HEAD` inside a head), message, cause and where it happened.
 * @see document http.client 3.13.3, `IncompleteRead`
 * @example
 * ```ts
 * import { IncompleteRead } from "@httplib/errors";
 *
 * const error = new IncompleteRead(new Uint8Array(5), 4);
 * if (error.message !== "IncompleteRead(5 bytes read, 4 more expected)") throw new Error(error.message);
 * ```
 */
export class IncompleteRead extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "IncompleteRead";
  /** What was received and not yet handed out. Not shown in console output. */
  declare partial: Uint8Array;
  /**
   * How many more bytes were to come; inside a chunk what that chunk still lacks. Undefined where it is not known, as between two
   * chunks.
   */
  declare readonly expected: number | undefined;
  constructor(partial: Uint8Array, expected?: number, options?: HTTPExceptionOptions) {
    const text = (bytes: Uint8Array): string =>
      `IncompleteRead(${bytes.length} bytes read${expected === undefined ? "" : `, ${expected} more expected`})`;
    super(options, "INCOMPLETE_READ", "network", text(partial));
    this.expected = expected;
    define(this, "partial", {
      get: () => partial,
      set: (bytes: Uint8Array) => {
        const [before, after] = [text(partial), text(bytes)] as const;
        partial = bytes;
        this.message = this.message.replace(before, after);
        // Whoever sets Error.prepareStackTrace gives it any type.
        const { stack }: { stack?: unknown } = this;
        if (typeof stack === "string") this.stack = stack.replace(before, after);
      },
    });
  }
}

/**
 * The peer closed the connection before the first byte of a response.
 *
 * The usual sign of a kept-alive connection that timed out at the server: an idempotent request may be sent again.
 *
 * @param options - Message, cause and where it happened.
 * @see document http.client 3.5, `RemoteDisconnected`
 * @example
 * ```ts
 * import { BadStatusLine, isConnectionReset, RemoteDisconnected } from "@httplib/errors";
 *
 * const error = new RemoteDisconnected();
 * error instanceof BadStatusLine; // => true
 * isConnectionReset(error); // => true
 * ```
 */
export class RemoteDisconnected extends BadStatusLine {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "RemoteDisconnected";
  constructor(options?: HTTPExceptionOptions<"REMOTE_DISCONNECTED">) {
    super(
      "",
      options,
      "REMOTE_DISCONNECTED",
      "network",
      "Remote end closed connection without response",
    );
  }
}

/** The waits that can be bounded. */
export type TimeoutPhase = "connect" | "head" | "body" | "send" | "total";

/**
 * A time limit ran out; the connection was closed.
 *
 * @param phase - The wait that took too long.
 * @param options - Message, cause and where it happened.
 * @see document http.client 3.13.3, `HTTPConnection`, parameter timeout
 * @example
 * ```ts
 * import { TimeoutError } from "@httplib/errors";
 *
 * const error = new TimeoutError("head");
 * error.phase; // => "head"
 * error.code; // => "ETIMEDOUT"
 * ```
 */
export class TimeoutError extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "TimeoutError";
  /** The wait that took too long. */
  declare readonly phase: TimeoutPhase;
  constructor(phase: TimeoutPhase, options?: HTTPExceptionOptions) {
    super(
      options,
      "ETIMEDOUT",
      "network",
      `Cannot go on: found the time limit '${phase}' over, expected progress before`,
    );
    this.phase = phase;
  }
}

/**
 * Whether the peer, or the way to it, dropped the connection.
 *
 * The documents' `RemoteDisconnected` is a `ConnectionResetError` as well; JavaScript has no such class, so this asks instead.
 *
 * @param error - Anything that was thrown.
 * @returns True for `RemoteDisconnected` and for system errors with code ECONNRESET, EPIPE or ECONNABORTED.
 * @example
 * ```ts
 * import { isConnectionReset, RemoteDisconnected } from "@httplib/errors";
 *
 * if (!isConnectionReset(new RemoteDisconnected())) throw new Error("must be a reset");
 * if (isConnectionReset(new Error("other"))) throw new Error("must not be a reset");
 * ```
 */
export function isConnectionReset(error: unknown): boolean {
  if (error instanceof RemoteDisconnected) return true;
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return code === "ECONNRESET" || code === "EPIPE" || code === "ECONNABORTED";
}
