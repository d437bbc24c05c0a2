/** Deno implements `node:net` and `node:tls`; a file of its own so that package.json keeps naming the runtime. */
export { connect, startTLSOver } from "./node.ts";
