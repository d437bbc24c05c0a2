// The errors with `fault: "remote"`: a peer that sent something else than HTTP/1.1, more than the limits allow, or a refusal to tunnel.
// By RFC 9112, Sections 6.3 and 8, whatever follows such bytes has no meaning, so the connection they came from is finished.

import { escapeText } from "./escape-text.ts";
import type { BadStatusLineCode, ProtocolErrorCode } from "./http-error-code.ts";
import { define, hide, HTTPException, type HTTPExceptionOptions } from "./http-exception.ts";

/**
 * A status line with an HTTP version that cannot be read, such as `HTTP/2.0`.
 *
 * @param version - The version token as received.
 * @param options - Code, message, cause and where it happened.
 * @see document http.client 3.13.3, `UnknownProtocol`
 * @example
 * ```ts
 * import { UnknownProtocol } from "@httplib/errors";
 * import { parseResponse } from "@httplib/protocol";
 *
 * try {
 *   parseResponse(new TextEncoder().encode("HTTP/2.0 200 OK\r\n\r\n"));
 * } catch (error) {
 *   if (!(error instanceof UnknownProtocol) || error.version !== "HTTP/2.0") throw error;
 * }
 * ```
 */
export class UnknownProtocol extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "UnknownProtocol";
  /** The version token as received. */
  declare readonly version: string;
  constructor(version: string, options?: HTTPExceptionOptions) {
    super(
      options,
      "UNKNOWN_PROTOCOL",
      "remote",
      `Cannot read the status line: found '${escapeText(version)}', expected HTTP/1.0 or HTTP/1.1`,
    );
    this.version = version;
  }
}

/**
 * A Transfer-Encoding other than `chunked`, or one that must not be there.
 *
 * @param value - The field's value as received.
 * @param options - Code, message, cause and where it happened.
 * @see document http.client 3.13.3, `UnknownTransferEncoding`
 * @see RFC 9112, Section 6.1
 * @example
 * ```ts
 * import { UnknownTransferEncoding } from "@httplib/errors";
 * import { parseResponse } from "@httplib/protocol";
 *
 * try {
 *   parseResponse(new TextEncoder().encode("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n"));
 * } catch (error) {
 *   if (!(error instanceof UnknownTransferEncoding) || error.value !== "gzip") throw error;
 * }
 * ```
 */
export class UnknownTransferEncoding extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "UnknownTransferEncoding";
  /** The field's value as received. */
  declare readonly value: string;
  constructor(value = "", options?: HTTPExceptionOptions) {
    super(
      options,
      "UNKNOWN_TRANSFER_ENCODING",
      "remote",
      `Cannot read the body: found Transfer-Encoding '${escapeText(value)}', expected 'chunked'`,
    );
    this.value = value;
  }
}

/**
 * What came is no status line.
 *
 * @param line - The line up to the offending byte; an empty one is stored as `''`.
 * @param options - Code, message, cause and where it happened.
 * @see document http.client 3.13.3, `BadStatusLine`
 * @example
 * ```ts
 * import { BadStatusLine } from "@httplib/errors";
 *
 * const error = new BadStatusLine("SSH-2.0-OpenSSH", { code: "NOT_HTTP", offset: 0 });
 * if (error.line !== "SSH-2.0-OpenSSH" || error.code !== "NOT_HTTP") throw new Error("wrong fields");
 * ```
 */
export class BadStatusLine extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "BadStatusLine";
  /** The rule that was broken, one of those of this class. */
  declare readonly code: BadStatusLineCode;
  /** The line up to the offending byte; `''` (two quotes) where it was empty. */
  declare readonly line: string;
  constructor(
    line: string,
    options?: HTTPExceptionOptions<BadStatusLineCode>,
    code: BadStatusLineCode = "BAD_STATUS_LINE",
    fault: "remote" | "network" = "remote",
    message: string = `Cannot read the status line: found '${escapeText(line)}', expected HTTP/1.1 and a status code`,
  ) {
    super(options, code, fault, message);
    // Defined and not assigned: an Error of JavaScriptCore has a hidden `line` already, which would stay hidden.
    define(this, "line", { value: line || "''", enumerable: true });
  }
}

/** The kind of line that was too long. */
export type LineType = "status line" | "header line" | "chunk size" | "trailer line";

/**
 * A single line is longer than allowed.
 *
 * @param lineType - The kind of line.
 * @param max - The most bytes such a line may have.
 * @param options - Message, cause and where it happened.
 * @see document http.client 3.13.3, `LineTooLong`
 * @example
 * ```ts
 * import { LineTooLong } from "@httplib/errors";
 * import { parseHeaders } from "@httplib/headers";
 *
 * try {
 *   parseHeaders(new TextEncoder().encode("Server: x\r\n\r\n"), { limits: { maxLineBytes: 10 } });
 * } catch (error) {
 *   if (!(error instanceof LineTooLong) || error.lineType !== "header line" || error.max !== 10) throw error;
 * }
 * ```
 */
export class LineTooLong extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "LineTooLong";
  /** The kind of line. */
  declare readonly lineType: LineType;
  /** The most bytes such a line may have. */
  declare readonly max: number;
  constructor(lineType: LineType, max = 65_536, options?: HTTPExceptionOptions) {
    super(
      options,
      "LINE_TOO_LONG",
      "remote",
      `got more than ${max} bytes when reading ${lineType}`,
    );
    this.lineType = lineType;
    this.max = max;
  }
}

/**
 * The peer broke HTTP/1.1; the code says which rule.
 *
 * @param code - The broken rule.
 * @param options - Message, cause and where it happened.
 * @see RFC 9112
 * @example
 * ```ts
 * import { ProtocolError } from "@httplib/errors";
 *
 * const error = new ProtocolError("BARE_CR", { offset: 12, excerpt: "a\rb" });
 * if (error.code !== "BARE_CR" || error.offset !== 12) throw new Error("wrong fields");
 * ```
 */
export class ProtocolError extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "ProtocolError";
  /** The rule that was broken, one of those of this class. */
  declare readonly code: ProtocolErrorCode;
  constructor(code: ProtocolErrorCode, options?: HTTPExceptionOptions) {
    super({ ...options, code }, code, "remote");
  }
}

/** The limits that are counts or totals over more than one line; the names are those of `Limits`. */
export type LimitName =
  | "maxLineBytes"
  | "maxHeadBytes"
  | "maxHeaderFields"
  | "maxInformational"
  | "maxChunkOverhead";

/**
 * A count or a total, not a single line, is over its bound.
 *
 * @param limit - The name of the limit in `Limits`.
 * @param max - Its value.
 * @param options - Message, cause and where it happened.
 * @example
 * ```ts
 * import { LimitExceeded } from "@httplib/errors";
 * import { parseHeaders } from "@httplib/headers";
 *
 * try {
 *   parseHeaders(new TextEncoder().encode("A: 1\r\nB: 2\r\n\r\n"), { limits: { maxHeaderFields: 1 } });
 * } catch (error) {
 *   if (!(error instanceof LimitExceeded) || error.limit !== "maxHeaderFields" || error.max !== 1) throw error;
 * }
 * ```
 */
export class LimitExceeded extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "LimitExceeded";
  /** The name of the limit. */
  declare readonly limit: LimitName;
  /** Its value. */
  declare readonly max: number;
  constructor(limit: LimitName, max: number, options?: HTTPExceptionOptions) {
    super(
      options,
      "LIMIT_EXCEEDED",
      "remote",
      `Cannot read the message: found more than ${limit}, expected at most ${max}`,
    );
    this.limit = limit;
    this.max = max;
  }
}

/** The reading half of `HTTPMessage`: what a `TunnelError` needs of it, declared here so that this package imports nothing. */
export interface TunnelHeaders extends Iterable<[name: string, value: string]> {
  /** The number of field lines. */
  readonly size: number;
  /** The first value of a name, compared without case. */
  get(name: string): string | undefined;
  /** Every value of a name, in order. */
  getAll(name: string): string[];
  /** Every value of a name, joined by ", ". */
  getJoined(name: string): string | undefined;
  /** Whether a name occurs. */
  has(name: string): boolean;
}

/**
 * A proxy refused CONNECT.
 *
 * @param status - The proxy's status code, 300 to 999.
 * @param reason - The proxy's reason phrase.
 * @param headers - The header fields of its response.
 * @param body - The first bytes of its body, at most 65536.
 * @param options - Message, cause and where it happened.
 * @see RFC 9110, Section 9.3.6
 * @example
 * ```ts
 * import { HTTPSConnection } from "@httplib/connection";
 * import { TunnelError } from "@httplib/errors";
 * import { connectMemory } from "@httplib/transport";
 *
 * const connect = connectMemory("HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic\r\n\r\n");
 * const connection = new HTTPSConnection("proxy.example", 3128, { connect, timeout: 5000 });
 * connection.setTunnel("www.python.org");
 * const error: unknown = await connection.connect().catch((reason: unknown) => reason);
 * if (!(error instanceof TunnelError) || error.status !== 407) throw error;
 * error.headers.get("proxy-authenticate"); // => "Basic"
 * ```
 */
export class TunnelError extends HTTPException {
  /** As of {@link HTTPException}. */
  static override readonly httplibName: string = "TunnelError";
  /** The proxy's status code. */
  declare readonly status: number;
  /** The proxy's reason phrase. */
  declare readonly reason: string;
  /** The header fields of its response, Proxy-Authenticate among them. */
  declare readonly headers: TunnelHeaders;
  /** The first bytes of its body, at most 65536. Not shown in console output. */
  declare readonly body: Uint8Array;
  constructor(
    status: number,
    reason: string,
    headers: TunnelHeaders,
    body: Uint8Array,
    options?: HTTPExceptionOptions,
  ) {
    super(
      options,
      "TUNNEL_ERROR",
      "remote",
      `Tunnel connection failed: ${status} ${escapeText(reason)}`.trimEnd(),
    );
    this.status = status;
    this.reason = reason;
    this.headers = headers;
    hide(this, "body", body);
  }
}
