export type { FileHandleLike, FileLike } from "./body-source.ts";
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
export type { Body } from "./request-body.ts";
export type { Timeout, TimeoutOptions } from "./time-limits.ts";
