/**
 * All of the family under one name.
 *
 * This file and `python.ts` are listed under `sideEffects` of package.json though they have none: behind `export *` of a package
 * without side effects esbuild does not begin a module that is also imported dynamically, and every name of it is then undefined.
 * What is not used is dropped all the same.
 */
export * from "@httplib/bytes";
export * from "@httplib/chunked";
export * from "@httplib/chunked/stream";
export * from "@httplib/connection";
export * from "@httplib/errors";
export * from "@httplib/headers";
export * from "@httplib/protocol";
export * from "@httplib/response";
export * from "@httplib/status";
export * from "@httplib/transport";
