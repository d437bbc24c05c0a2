// The closed list of `code` strings: types only, nothing of this file exists at run time.
//
// A code is API, a message is not: programs compare codes. One code stands for one rule of RFC 9110 or 9112, so that a test, a log
// search or a metric can tell a bare CR from a bad field name. INVALID_FIELD_NAME is in two lists: the rule is the same for bytes
// that came in (`ProtocolError`) and for a name the caller wants to send (`InvalidRequest`); the class and `fault` tell them apart.

/** Codes of `BadStatusLine`: what came is no status line. `REMOTE_DISCONNECTED` is its subclass of that name. */
export type BadStatusLineCode =
  | "BAD_STATUS_LINE"
  | "NOT_HTTP"
  | "BAD_VERSION"
  | "BAD_STATUS_CODE"
  | "STATUS_LINE_NUL"
  | "STATUS_LINE_BARE_CR"
  | "STATUS_LINE_BARE_LF"
  | "STATUS_LINE_CUT"
  | "REMOTE_DISCONNECTED";

/** Codes of `ProtocolError`: the rule of HTTP/1.1 that the peer broke. */
export type ProtocolErrorCode =
  | "PROTOCOL_ERROR"
  | "BARE_CR"
  | "BARE_LF"
  | "NUL"
  | "INVALID_FIELD_NAME"
  | "LEADING_WHITESPACE"
  | "BLANK_FOLD"
  | "FOLDED_FRAMING_FIELD"
  | "INVALID_CONTENT_LENGTH"
  | "LENGTH_WITH_TRANSFER_ENCODING"
  | "UNEXPECTED_SWITCH"
  | "UNEXPECTED_DATA"
  | "CHUNK_SIZE"
  | "CHUNK_SIZE_TOO_LARGE"
  | "SPACE_AFTER_CHUNK_SIZE"
  | "CHUNK_EXTENSION"
  | "CHUNK_LINE_CONTROL"
  | "CHUNK_DATA_END";

/** Codes of `InvalidRequest`: what of the caller's request cannot be sent. */
export type InvalidRequestCode =
  | "INVALID_REQUEST"
  | "INVALID_METHOD"
  | "INVALID_FIELD_NAME"
  | "INVALID_FIELD_VALUE"
  | "INVALID_BODY"
  | "BODY_TOO_LONG"
  | "BODY_TOO_SHORT"
  | "FRAMING_CONFLICT"
  | "FORBIDDEN_TRAILER";

/** Every value that `code` of an `HTTPException` can have. */
export type HTTPErrorCode =
  | BadStatusLineCode
  | ProtocolErrorCode
  | InvalidRequestCode
  | "HTTP_EXCEPTION"
  | "NOT_CONNECTED"
  | "INVALID_URL"
  | "UNKNOWN_PROTOCOL"
  | "UNKNOWN_TRANSFER_ENCODING"
  | "TRANSFER_ENCODING_IN_HTTP_1_0"
  | "UNIMPLEMENTED_FILE_MODE"
  | "INCOMPLETE_HEAD"
  | "INCOMPLETE_READ"
  | "IMPROPER_CONNECTION_STATE"
  | "CANNOT_SEND_REQUEST"
  | "CANNOT_SEND_HEADER"
  | "RESPONSE_NOT_READY"
  | "LINE_TOO_LONG"
  | "LIMIT_EXCEEDED"
  | "TUNNEL_ERROR"
  | "ETIMEDOUT";
