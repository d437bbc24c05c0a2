/**
 * decodeChunked and encodeChunked: a whole body at once.
 *
 * Owns the joining of runs. The decoder and the encoder decide everything.
 */

import { append, concat, isBytes, type OwnBytes } from "@httplib/bytes";
import { HTTPException } from "@httplib/errors";
import type { HTTPMessage, HeadersInput } from "@httplib/headers";
import { ChunkedDecoder } from "./chunked-decoder.ts";
import type { ChunkedOptions } from "./chunked-decoder.ts";
import { ChunkedEncoder } from "./chunked-encoder.ts";

/**
 * Decodes the chunked body at the beginning of `bytes`.
 *
 * @param bytes a whole coded body; what follows its end is left alone
 * @param options limits and leniencies
 * @returns the payload in memory of its own, the trailer fields or null, and how many bytes the coded body took
 * @throws ProtocolError, LineTooLong, LimitExceeded; IncompleteRead for a body that does not end; all of them with
 *   every decoded byte in `partial`
 * @example
 * ```ts
 * import { decodeChunked } from "@httplib/chunked";
 * const { body, bytesRead } = decodeChunked(new TextEncoder().encode("2\r\nhi\r\n0\r\n\r\nrest"));
 * if (body.length !== 2 || bytesRead !== 12) throw new Error("unexpected");
 * ```
 */
export function decodeChunked(
  bytes: Uint8Array,
  options?: ChunkedOptions,
): { body: OwnBytes; trailers: HTTPMessage | null; bytesRead: number } {
  const decoder = new ChunkedDecoder(options);
  // Room grows with what has been decoded, never with a declared size nor with the number of chunks.
  let room = new Uint8Array(0);
  let length = 0;
  try {
    decoder.push(bytes);
    while (decoder.advance() === 1) {
      room = append(room, length, bytes, decoder.start, decoder.runEnd);
      length += decoder.runEnd - decoder.start;
    }
    decoder.end();
  } catch (error) {
    if (error instanceof HTTPException) error.partial = room.slice(0, length);
    throw error;
  }
  const body = room.length === length ? room : room.slice(0, length);
  return { body, trailers: decoder.trailers, bytesRead: decoder.position };
}

/**
 * Codes a whole body: one chunk for bytes, one chunk for each item of an iterable, none for empty items.
 *
 * @param body the payload; it is copied
 * @param trailers fields to send behind it; none unless given
 * @returns the coded body, its last chunk and blank line included
 * @throws InvalidRequest FORBIDDEN_TRAILER, INVALID_FIELD_NAME, INVALID_FIELD_VALUE
 * @example
 * ```ts
 * import { encodeChunked } from "@httplib/chunked";
 * const coded = encodeChunked(new TextEncoder().encode("hi"), { "X-Sum": "1" });
 * if (new TextDecoder().decode(coded) !== "2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n") throw new Error("unexpected");
 * ```
 */
export function encodeChunked(
  body: Uint8Array | Iterable<Uint8Array>,
  trailers?: HeadersInput,
): OwnBytes {
  const encoder = new ChunkedEncoder();
  const parts: Uint8Array[] = [];
  for (const run of isBytes(body) ? [body] : body) parts.push(...encoder.encode(run));
  parts.push(encoder.finish(trailers));
  return concat(parts);
}
