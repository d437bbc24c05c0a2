export { HTTP_PORT, HTTPS_PORT } from "./constants.ts";
export { getDefaultTimeout, setDefaultTimeout } from "./default-timeout.ts";
export { HTTPConnection } from "./http-connection.ts";
export { HTTPSConnection } from "./https-connection.ts";
export type {
  EndHeadersOptions,
  HTTPConnectionOptions,
  HTTPSConnectionOptions,
  PutRequestOptions,
  RequestOptions,
  ResponseOptions,
  TrailersInput,
} from "./options.ts";
export type { Body, FileHandleLike, FileLike } from "./request-body.ts";
export type { Timeout, TimeoutOptions } from "./time-limits.ts";
