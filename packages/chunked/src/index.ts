export type { ChunkedOptions } from "./chunked-decoder.ts";
export { ChunkedDecoder } from "./chunked-decoder.ts";
export { ChunkedEncoder } from "./chunked-encoder.ts";
export { decodeChunked, encodeChunked } from "./one-shot.ts";
export { isForbiddenTrailer } from "./trailer-fields.ts";
