/**
 * Where a request ends, so that a scripted peer knows when to answer.
 *
 * Owns a deliberately loose reading of the request's framing (RFC 9112, Section 6.3), for tests only: the bytes
 * come from our own client, whose framing other tests judge. Must not be used on bytes of a stranger.
 */
import { findHeadEnd, latin1 } from "@httplib/bytes";

/** Index just behind the head that begins at `start`, or -1. */
export function endOfHead(bytes: Uint8Array, start: number): number {
  return findHeadEnd(bytes, start, bytes.length);
}

/** Index just behind the request that begins at `start`, body included, or -1 while it is not whole. */
export function endOfRequest(bytes: Uint8Array, start: number): number {
  const body = endOfHead(bytes, start);
  if (body === -1) return -1;
  const head = latin1(bytes, start, body);
  if (/^transfer-encoding:.*chunked/im.test(head)) return endOfChunks(bytes, body);
  const length = /^content-length:[ \t]*(\d+)/im.exec(head)?.[1];
  const end = body + Number(length ?? 0);
  return end <= bytes.length ? end : -1;
}

/** Index just behind the last chunk and its trailers, or -1. */
function endOfChunks(bytes: Uint8Array, start: number): number {
  for (let at = start; ;) {
    const line = bytes.indexOf(0x0a, at) + 1;
    if (line === 0) return -1;
    const size = Number.parseInt(latin1(bytes, at, line), 16);
    if (!(size > 0))
      return bytes[line] === 0x0d ? endIfWithin(bytes, line + 2) : endOfHead(bytes, line);
    at = line + size + 2;
    if (at > bytes.length) return -1;
  }
}

function endIfWithin(bytes: Uint8Array, end: number): number {
  return end <= bytes.length ? end : -1;
}
