/** Every peer by name, each loaded only where it is measured. */

import type { Peer } from "../work.ts";

export type PeerName =
  | "httplib"
  | "floor"
  | "undici dispatch"
  | "undici request"
  | "node:http"
  | "parseHeaders"
  | "ClientProtocol"
  | "ChunkedDecoder"
  | "llhttp"
  | "http-parser-js";

const LOADERS: Readonly<Record<PeerName, () => Promise<{ default: Peer }>>> = {
  httplib: () => import("./httplib.ts"),
  floor: () => import("./floor.ts"),
  "undici dispatch": () => import("./undici-dispatch.ts"),
  "undici request": () => import("./undici-request.ts"),
  "node:http": () => import("./node-http.ts"),
  parseHeaders: () => import("./headers.ts"),
  ClientProtocol: () => import("./protocol.ts"),
  ChunkedDecoder: () => import("./decoder.ts"),
  llhttp: () => import("./llhttp.ts"),
  "http-parser-js": () => import("./http-parser-js.ts"),
};

/** Loads one peer. */
export async function loadPeer(name: PeerName): Promise<Peer> {
  return (await LOADERS[name]()).default;
}
