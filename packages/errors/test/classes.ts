// One row for each class: how to make it, what it extends, and what it must carry. Shared by the tests of this folder.

import type * as Errors from "../src/index.ts";

export type Module = typeof Errors;
export type ClassName =
  | "HTTPException"
  | "NotConnected"
  | "InvalidURL"
  | "UnknownProtocol"
  | "UnknownTransferEncoding"
  | "UnimplementedFileMode"
  | "IncompleteRead"
  | "ImproperConnectionState"
  | "CannotSendRequest"
  | "CannotSendHeader"
  | "ResponseNotReady"
  | "BadStatusLine"
  | "RemoteDisconnected"
  | "LineTooLong"
  | "ProtocolError"
  | "LimitExceeded"
  | "InvalidRequest"
  | "TunnelError"
  | "TimeoutError";

export interface Row {
  readonly name: ClassName;
  readonly parent: ClassName | null;
  readonly code: Errors.HTTPErrorCode;
  readonly fault: Errors.HTTPFault;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
  readonly make: (
    from: Module,
    options?: Omit<Errors.HTTPExceptionOptions, "code">,
  ) => Errors.HTTPException;
}

export const body: Uint8Array = new TextEncoder().encode("denied");

export const proxyHeaders: Errors.TunnelHeaders = {
  size: 1,
  get: () => "Basic",
  getAll: () => ["Basic"],
  getJoined: () => "Basic",
  has: () => true,
  *[Symbol.iterator]() {
    yield ["Proxy-Authenticate", "Basic"];
  },
};

export const rows: readonly Row[] = [
  {
    name: "HTTPException",
    parent: null,
    code: "HTTP_EXCEPTION",
    fault: "local",
    fields: {},
    message: "HTTP_EXCEPTION",
    make: (from, options) => new from.HTTPException(options),
  },
  {
    name: "NotConnected",
    parent: "HTTPException",
    code: "NOT_CONNECTED",
    fault: "local",
    fields: {},
    message: "Cannot send: found no connection, expected connect() first",
    make: (from, options) => new from.NotConnected(options),
  },
  {
    name: "InvalidURL",
    parent: "HTTPException",
    code: "INVALID_URL",
    fault: "local",
    fields: {},
    message: "INVALID_URL",
    make: (from, options) => new from.InvalidURL(options),
  },
  {
    name: "UnknownProtocol",
    parent: "HTTPException",
    code: "UNKNOWN_PROTOCOL",
    fault: "remote",
    fields: { version: "HTTP/2.0" },
    message: "Cannot read the status line: found 'HTTP/2.0', expected HTTP/1.0 or HTTP/1.1",
    make: (from, options) => new from.UnknownProtocol("HTTP/2.0", options),
  },
  {
    name: "UnknownTransferEncoding",
    parent: "HTTPException",
    code: "UNKNOWN_TRANSFER_ENCODING",
    fault: "remote",
    fields: { value: "gzip\t, chunked" },
    message:
      "Cannot read the body: found Transfer-Encoding 'gzip\\x09, chunked', expected 'chunked'",
    make: (from, options) => new from.UnknownTransferEncoding("gzip\t, chunked", options),
  },
  {
    name: "UnimplementedFileMode",
    parent: "HTTPException",
    code: "UNIMPLEMENTED_FILE_MODE",
    fault: "local",
    fields: {},
    message: "UNIMPLEMENTED_FILE_MODE",
    make: (from, options) => new from.UnimplementedFileMode(options),
  },
  {
    name: "IncompleteRead",
    parent: "HTTPException",
    code: "INCOMPLETE_READ",
    fault: "network",
    fields: { expected: 4 },
    message: "IncompleteRead(6 bytes read, 4 more expected)",
    make: (from, options) => new from.IncompleteRead(body, 4, options),
  },
  {
    name: "ImproperConnectionState",
    parent: "HTTPException",
    code: "IMPROPER_CONNECTION_STATE",
    fault: "local",
    fields: {},
    message: "IMPROPER_CONNECTION_STATE",
    make: (from, options) => new from.ImproperConnectionState(options),
  },
  {
    name: "CannotSendRequest",
    parent: "ImproperConnectionState",
    code: "CANNOT_SEND_REQUEST",
    fault: "local",
    fields: { state: "Request-sent" },
    message: "Cannot send a request: found state Request-sent, expected Idle",
    make: (from, options) => new from.CannotSendRequest("Request-sent", options),
  },
  {
    name: "CannotSendHeader",
    parent: "ImproperConnectionState",
    code: "CANNOT_SEND_HEADER",
    fault: "local",
    fields: { state: "Idle" },
    message: "Cannot send a header: found state Idle, expected Request-started",
    make: (from, options) => new from.CannotSendHeader("Idle", options),
  },
  {
    name: "ResponseNotReady",
    parent: "ImproperConnectionState",
    code: "RESPONSE_NOT_READY",
    fault: "local",
    fields: { state: "Idle" },
    message: "Cannot get a response: found state Idle, expected Request-sent",
    make: (from, options) => new from.ResponseNotReady("Idle", options),
  },
  {
    name: "BadStatusLine",
    parent: "HTTPException",
    code: "BAD_STATUS_LINE",
    fault: "remote",
    fields: { line: "ICY 200 OK\u001b" },
    message:
      "Cannot read the status line: found 'ICY 200 OK\\x1b', expected HTTP/1.1 and a status code",
    make: (from, options) => new from.BadStatusLine("ICY 200 OK\u001b", options),
  },
  {
    name: "RemoteDisconnected",
    parent: "BadStatusLine",
    code: "REMOTE_DISCONNECTED",
    fault: "network",
    fields: { line: "''" },
    message: "Remote end closed connection without response",
    make: (from, options) => new from.RemoteDisconnected(options),
  },
  {
    name: "LineTooLong",
    parent: "HTTPException",
    code: "LINE_TOO_LONG",
    fault: "remote",
    fields: { lineType: "status line", max: 65536 },
    message: "got more than 65536 bytes when reading status line",
    make: (from, options) => new from.LineTooLong("status line", 65536, options),
  },
  {
    name: "ProtocolError",
    parent: "HTTPException",
    code: "CHUNK_SIZE",
    fault: "remote",
    fields: {},
    message: "CHUNK_SIZE",
    make: (from, options) => new from.ProtocolError("CHUNK_SIZE", options),
  },
  {
    name: "LimitExceeded",
    parent: "HTTPException",
    code: "LIMIT_EXCEEDED",
    fault: "remote",
    fields: { limit: "maxHeaderFields", max: 256 },
    message: "Cannot read the message: found more than maxHeaderFields, expected at most 256",
    make: (from, options) => new from.LimitExceeded("maxHeaderFields", 256, options),
  },
  {
    name: "InvalidRequest",
    parent: "HTTPException",
    code: "INVALID_METHOD",
    fault: "local",
    fields: {},
    message: "INVALID_METHOD",
    make: (from, options) => new from.InvalidRequest("INVALID_METHOD", options),
  },
  {
    name: "TunnelError",
    parent: "HTTPException",
    code: "TUNNEL_ERROR",
    fault: "remote",
    fields: { status: 407, reason: "Auth Req", headers: proxyHeaders },
    message: "Tunnel connection failed: 407 Auth Req",
    make: (from, options) => new from.TunnelError(407, "Auth Req", proxyHeaders, body, options),
  },
  {
    name: "TimeoutError",
    parent: "HTTPException",
    code: "ETIMEDOUT",
    fault: "network",
    fields: { phase: "body" },
    message: "Cannot go on: found the time limit 'body' over, expected progress before",
    make: (from, options) => new from.TimeoutError("body", options),
  },
];

/** The names of the classes that an instance of `name` must match, itself first. */
export function ancestors(name: ClassName): ClassName[] {
  const chain: ClassName[] = [];
  for (let at: ClassName | null = name; at !== null;) {
    chain.push(at);
    const here: ClassName = at;
    at = rows.find((row) => row.name === here)?.parent ?? null;
  }
  return chain;
}
