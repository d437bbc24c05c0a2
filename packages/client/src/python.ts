export * from "@httplib/errors";
export { HTTPException as error } from "@httplib/errors";
export { HTTPS_PORT, HTTP_PORT } from "@httplib/connection";
export * from "@httplib/status";
export { ConnectionResetError } from "./python/connection-reset-error.ts";
export type {
  EndHeadersOptions,
  HTTPConnectionOptions,
  PutRequestOptions,
  RequestOptions,
} from "./python/http-connection.ts";
export { HTTPConnection } from "./python/http-connection.ts";
export { HTTPMessage } from "./python/http-message.ts";
export { HTTPResponse } from "./python/http-response.ts";
export type { HTTPSConnectionOptions } from "./python/https-connection.ts";
export { HTTPSConnection } from "./python/https-connection.ts";
export type { ParamValue } from "./python/message-params.ts";
export { parse_headers } from "./python/parse-headers.ts";
export { getdefaulttimeout, setdefaulttimeout } from "./python/seconds.ts";
