export { escapeText } from "./escape-text.ts";
export type {
  BadStatusLineCode,
  HTTPErrorCode,
  InvalidRequestCode,
  ProtocolErrorCode,
} from "./http-error-code.ts";
export { HTTPException } from "./http-exception.ts";
export type { Exchange, HTTPExceptionOptions, HTTPFault } from "./http-exception.ts";
export {
  CannotSendHeader,
  CannotSendRequest,
  ImproperConnectionState,
  InvalidRequest,
  InvalidURL,
  NotConnected,
  ResponseNotReady,
  UnimplementedFileMode,
} from "./local-errors.ts";
export {
  IncompleteRead,
  isConnectionReset,
  RemoteDisconnected,
  TimeoutError,
} from "./network-errors.ts";
export type { TimeoutPhase } from "./network-errors.ts";
export {
  BadStatusLine,
  LimitExceeded,
  LineTooLong,
  ProtocolError,
  TunnelError,
  UnknownProtocol,
  UnknownTransferEncoding,
} from "./remote-errors.ts";
export type { LimitName, LineType, TunnelHeaders } from "./remote-errors.ts";
