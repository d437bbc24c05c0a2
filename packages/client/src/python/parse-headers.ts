/**
 * parse_headers in the documents' spelling.
 *
 * Owns nothing: readHeaders parses.
 */

import { byteSource, readHeaders } from "@httplib/headers";
import type { ByteInput, ByteSource } from "@httplib/headers";
import { HTTPMessage } from "./http-message.ts";

/**
 * Reads field lines up to the blank line; a source is left at the body.
 *
 * @param fp a byte source, or bytes, an iterable or a stream of them when the body is not wanted
 * @throws ProtocolError, LineTooLong, LimitExceeded, IncompleteRead
 * @see document http.client 3.13.3, `parse_headers`
 * @example
 * ```ts
 * import { parse_headers } from "@httplib/client/python";
 * const msg = await parse_headers(new TextEncoder().encode("Content-Type: text/html\r\n\r\n"));
 * if (msg.get_content_type() !== "text/html") throw new Error("unexpected");
 * ```
 */
export async function parse_headers(fp: ByteSource | ByteInput): Promise<HTTPMessage> {
  const source = "unread" in fp ? fp : byteSource(fp);
  return new HTTPMessage(await readHeaders(source));
}
