export * from "./codes.ts";
export { HTTPMethod } from "./http-method.ts";
export { HTTPStatus } from "./http-status.ts";
export type { HTTPStatusCode, HTTPStatusName } from "./http-status.ts";
export {
  isClientError,
  isInformational,
  isRedirection,
  isServerError,
  isSuccess,
} from "./predicates.ts";
export type {
  ClientErrorCode,
  InformationalCode,
  RedirectionCode,
  ServerErrorCode,
  SuccessCode,
} from "./predicates.ts";
export { responses } from "./responses.ts";
export { statusInfo } from "./status-info.ts";
export type { StatusInfo } from "./status-info.ts";
