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
 */
export class UnknownProtocol extends HTTPException {
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
 */
export class UnknownTransferEncoding extends HTTPException {
  static override readonly httplibName: string = "UnknownTransferEncoding";
  /** The field's value as received. */
  declare readonly value: string;
  constructor(value: string, options?: HTTPExceptionOptions) {
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
  static override readonly httplibName: string = "BadStatusLine";
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
 */
export class LineTooLong extends HTTPException {
  static override readonly httplibName: string = "LineTooLong";
  /** The kind of line. */
  declare readonly lineType: LineType;
  /** The most bytes such a line may have. */
  declare readonly max: number;
  constructor(lineType: LineType, max: number, options?: HTTPExceptionOptions) {
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
  static override readonly httplibName: string = "ProtocolError";
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
 */
export class LimitExceeded extends HTTPException {
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
  readonly size: number;
  get(name: string): string | undefined;
  getAll(name: string): string[];
  getJoined(name: string): string | undefined;
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
 */
export class TunnelError extends HTTPException {
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
