/**
 * Which fields may be sent as trailers, and their wire form (RFC 9110 §6.5.1, RFC 9112 §7.1.2).
 *
 * Owns the list of fields that would change how a message is framed, routed, authenticated or understood if a
 * recipient merged them into the head.
 */

import { InvalidRequest } from "@httplib/errors";
import type { HeadersInput } from "@httplib/headers";
import { forEachField, sendableName, sendableValue } from "@httplib/headers/machine";

/** Framing, routing, request modifiers and conditions, authentication, and what the content means. */
const FORBIDDEN =
  /^(?:if-.*|(?:proxy-)?(?:authorization|connection)|(?:proxy|www)-authenticate|content-(?:encoding|length|range|type)|(?:set-)?cookie|cache-control|expect|host|keep-alive|max-forwards|pragma|range|te|trailer|transfer-encoding|upgrade)$/i;

/**
 * Tells whether a field must not be sent as a trailer.
 *
 * @param name compared without case
 * @see RFC 9110 §6.5.1
 * @example
 * ```ts
 * import { isForbiddenTrailer } from "@httplib/chunked";
 * if (!isForbiddenTrailer("Content-Length") || isForbiddenTrailer("Digest")) throw new Error("unexpected");
 * ```
 */
export function isForbiddenTrailer(name: string): boolean {
  return FORBIDDEN.test(name);
}

/**
 * The lines of a trailer section with its blank line.
 *
 * @throws InvalidRequest FORBIDDEN_TRAILER, INVALID_FIELD_NAME, INVALID_FIELD_VALUE
 */
export function trailerLines(trailers: HeadersInput = []): string {
  let text = "";
  forEachField(trailers, (name, value) => {
    const field = sendableName(name);
    if (isForbiddenTrailer(field)) {
      throw new InvalidRequest("FORBIDDEN_TRAILER", {
        message: `Cannot send a trailer: found ${field}, expected a field allowed there`,
      });
    }
    text += `${field}: ${sendableValue(value)}\r\n`;
  });
  return `${text}\r\n`;
}
