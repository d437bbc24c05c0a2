export { debugHead } from "./debug-head.ts";
export type { HTTPResponseInit, Timings } from "./http-response.ts";
export { HTTPResponse } from "./http-response.ts";
export type { ReadResponseOptions } from "./read-response.ts";
export { readResponse } from "./read-response.ts";
export type { BodyDriver } from "./response-body.ts";
export { ResponseBody } from "./response-body.ts";
