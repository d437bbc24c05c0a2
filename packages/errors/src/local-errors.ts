// The errors with `fault: "local"`: the caller's arguments, or a call made at the wrong time. Nothing was received that is wrong, and
// what was refused was refused before its first byte was written, so that the same object can be used again after the mistake is put right.

import type { InvalidRequestCode } from "./http-error-code.ts";
import { HTTPException, type HTTPExceptionOptions } from "./http-exception.ts";

/**
 * `send()` was called with no connection open and automatic opening switched off, or the connection was closed under a pending call.
 *
 * @param options - Message, cause and where it happened.
 * @see document http.client 3.13.3, `NotConnected`
 * @example
 * ```ts
 * import { HTTPConnection } from "@httplib/connection";
 * import { NotConnected } from "@httplib/errors";
 *
 * const connection = new HTTPConnection("a.example");
 * connection.autoOpen = false;
 * const error: unknown = await connection.request("GET", "/").catch((reason: unknown) => reason);
 * error instanceof NotConnected; // => true
 * ```
 */
export class NotConnected extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "NotConnected";
  constructor(options?: HTTPExceptionOptions) {
    super(
      options,
      "NOT_CONNECTED",
      "local",
      "Cannot send: found no connection, expected connect() first",
    );
  }
}

/**
 * A host, port or request target that cannot be used.
 *
 * @param options - Message, cause and where it happened.
 * @see document http.client 3.13.3, `InvalidURL`
 * @example
 * ```ts
 * import { HTTPConnection } from "@httplib/connection";
 * import { InvalidURL } from "@httplib/errors";
 *
 * try {
 *   new HTTPConnection("a.example:http");
 * } catch (error) {
 *   if (!(error instanceof InvalidURL)) throw error;
 * }
 * ```
 */
export class InvalidURL extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "InvalidURL";
  constructor(options?: HTTPExceptionOptions) {
    super(options, "INVALID_URL");
  }
}

/**
 * Documented, and raised by nothing in the documents; here for programs that name it.
 *
 * @param options - Message, cause and where it happened.
 * @see document http.client 3.13.3, `UnimplementedFileMode`
 * @example
 * ```ts
 * import { UnimplementedFileMode } from "@httplib/errors";
 *
 * new UnimplementedFileMode().code; // => "UNIMPLEMENTED_FILE_MODE"
 * ```
 */
export class UnimplementedFileMode extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "UnimplementedFileMode";
  constructor(options?: HTTPExceptionOptions) {
    super(options, "UNIMPLEMENTED_FILE_MODE");
  }
}

/**
 * A call that does not fit the state of the connection; the base of the three below.
 *
 * @param options - Message, cause and where it happened.
 * @see document http.client 3.13.3, `ImproperConnectionState`
 * @example
 * ```ts
 * import { ImproperConnectionState, ResponseNotReady } from "@httplib/errors";
 *
 * new ResponseNotReady("Idle") instanceof ImproperConnectionState; // => true
 * ```
 */
export class ImproperConnectionState extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "ImproperConnectionState";
  constructor(
    options?: HTTPExceptionOptions,
    code:
      | "IMPROPER_CONNECTION_STATE"
      | "CANNOT_SEND_REQUEST"
      | "CANNOT_SEND_HEADER"
      | "RESPONSE_NOT_READY" = "IMPROPER_CONNECTION_STATE",
    message?: string,
  ) {
    super(options, code, "local", message);
  }
}

/**
 * A request was begun while another is being sent, or while its response has not been taken.
 *
 * @param state - The state that was found, such as `Request-sent`.
 * @param options - Message, cause and where it happened.
 * @see document http.client 3.13.3, `CannotSendRequest`
 * @example
 * ```ts
 * import { CannotSendRequest } from "@httplib/errors";
 *
 * new CannotSendRequest("Request-sent").message; // => "Cannot send a request: found state Request-sent, expected Idle"
 * ```
 */
export class CannotSendRequest extends ImproperConnectionState {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "CannotSendRequest";
  /** The state the connection was in. */
  declare readonly state: string;
  constructor(state: string, options?: HTTPExceptionOptions) {
    super(
      options,
      "CANNOT_SEND_REQUEST",
      `Cannot send a request: found state ${state}, expected Idle`,
    );
    this.state = state;
  }
}

/**
 * A header was given, or the head was ended, with no request begun.
 *
 * @param state - The state that was found, such as `Idle`.
 * @param options - Message, cause and where it happened.
 * @see document http.client 3.13.3, `CannotSendHeader`
 * @example
 * ```ts
 * import { HTTPConnection } from "@httplib/connection";
 * import { CannotSendHeader } from "@httplib/errors";
 *
 * try {
 *   new HTTPConnection("a.example").putHeader("Age", 5);
 * } catch (error) {
 *   if (!(error instanceof CannotSendHeader) || error.state !== "Idle") throw error;
 * }
 * ```
 */
export class CannotSendHeader extends ImproperConnectionState {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "CannotSendHeader";
  /** The state the connection was in. */
  declare readonly state: string;
  constructor(state: string, options?: HTTPExceptionOptions) {
    super(
      options,
      "CANNOT_SEND_HEADER",
      `Cannot send a header: found state ${state}, expected Request-started`,
    );
    this.state = state;
  }
}

/**
 * A response was asked for before the request was sent, or while the one before it is unread.
 *
 * @param state - The state that was found, such as `Idle`.
 * @param options - Message, cause and where it happened.
 * @see document http.client 3.13.3, `ResponseNotReady`
 * @example
 * ```ts
 * import { HTTPConnection } from "@httplib/connection";
 * import { ResponseNotReady } from "@httplib/errors";
 *
 * const connection = new HTTPConnection("a.example");
 * const error: unknown = await connection.getResponse().catch((reason: unknown) => reason);
 * if (!(error instanceof ResponseNotReady) || error.state !== "Idle") throw error;
 * ```
 */
export class ResponseNotReady extends ImproperConnectionState {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "ResponseNotReady";
  /** The state the connection was in. */
  declare readonly state: string;
  constructor(state: string, options?: HTTPExceptionOptions) {
    super(
      options,
      "RESPONSE_NOT_READY",
      `Cannot get a response: found state ${state}, expected Request-sent`,
    );
    this.state = state;
  }
}

/**
 * A method, header, body or framing that cannot be sent as HTTP/1.1.
 *
 * @param code - The rule the request breaks.
 * @param options - Message, cause and where it happened.
 * @see RFC 9110, Sections 5.5, 8.6 and 9.1; RFC 9112, Section 6
 * @example
 * ```ts
 * import { InvalidRequest } from "@httplib/errors";
 *
 * const error = new InvalidRequest("INVALID_METHOD", {
 *   message: "Cannot send a request: found the method 'G T', expected a token",
 * });
 * if (error.code !== "INVALID_METHOD" || error.fault !== "local") throw new Error("wrong fields");
 * ```
 */
export class InvalidRequest extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "InvalidRequest";
  /** The rule that was broken, one of those of this class. */
  declare readonly code: InvalidRequestCode;
  constructor(code: InvalidRequestCode, options?: HTTPExceptionOptions) {
    super({ ...options, code }, code);
  }
}
