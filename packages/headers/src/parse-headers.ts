/**
 * parseHeaders: a whole header block at once.
 *
 * Owns nothing but the shape of the call: HeaderParser decides everything.
 */

import { HeaderParser } from "./header-parser.ts";
import type { HTTPMessage } from "./http-message.ts";
import type { HeaderOptions } from "./limits.ts";

/**
 * Parses the field lines at the beginning of `block` up to and with the blank line.
 *
 * @param block the bytes behind a start line; what follows the blank line is left alone
 * @param options limits and leniencies
 * @returns the fields, and how many bytes they and the blank line took
 * @throws ProtocolError, LineTooLong, LimitExceeded; IncompleteRead INCOMPLETE_HEAD for a block that does not end
 * @see document http.client 3.13.3, `parse_headers`; RFC 9112 §5
 * @example
 * ```ts
 * import { parseHeaders } from "@httplib/headers";
 * const wire = new TextEncoder().encode("Server: x\r\nVia: a\r\n b\r\n\r\nbody");
 * const { headers, bytesRead } = parseHeaders(wire);
 * if (headers.get("via") !== "a b" || bytesRead !== wire.length - 4) throw new Error("unexpected");
 * ```
 */
export function parseHeaders(
  block: Uint8Array,
  options?: HeaderOptions,
): { headers: HTTPMessage; bytesRead: number } {
  const parser = new HeaderParser(options);
  const bytesRead = parser.push(block);
  return { headers: parser.finish(), bytesRead };
}
