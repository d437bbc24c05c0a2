/**
 * Which fields may be sent as trailers, and their wire form (RFC 9110 §6.5.1, RFC 9112 §7.1.2).
 *
 * Owns the list of fields that would change how a message is framed, routed, authenticated or understood if a
 * recipient merged them into the head.
 */

import { lowerASCII } from "@httplib/bytes";
import { InvalidRequest } from "@httplib/errors";
import type { HeadersInput } from "@httplib/headers";
import { forEachField, sendableName, sendableValue } from "@httplib/headers/machine";

/** Framing, routing, request modifiers, authentication and content meaning; "if-" is met by its prefix. */
const FORBIDDEN =
  "|authorization|cache-control|connection|content-encoding|content-length|content-range|content-type|cookie|expect|host|keep-alive|max-forwards|pragma|proxy-authenticate|proxy-authorization|proxy-connection|range|set-cookie|te|trailer|transfer-encoding|upgrade|www-authenticate|";

/**
 * Tells whether a field must not be sent as a trailer.
 *
 * @see RFC 9110 §6.5.1
 * @example
 * ```ts
 * import { isForbiddenTrailer } from "@httplib/chunked";
 * if (!isForbiddenTrailer("Content-Length") || isForbiddenTrailer("Digest")) throw new Error("unexpected");
 * ```
 */
export function isForbiddenTrailer(name: string): boolean {
  const lower = lowerASCII(name);
  return lower.startsWith("if-") || FORBIDDEN.includes(`|${lower}|`);
}

/**
 * The lines of a trailer section with its blank line.
 *
 * @throws InvalidRequest FORBIDDEN_TRAILER, INVALID_FIELD_NAME, INVALID_FIELD_VALUE
 */
export function trailerLines(trailers: HeadersInput | undefined): string {
  let text = "";
  if (trailers !== undefined) {
    forEachField(trailers, (name, value) => {
      const field = sendableName(name);
      if (isForbiddenTrailer(field)) {
        throw new InvalidRequest("FORBIDDEN_TRAILER", {
          message: `Cannot send a trailer: found ${field}, expected a field that is safe behind the body`,
        });
      }
      text += `${field}: ${sendableValue(value)}\r\n`;
    });
  }
  return `${text}\r\n`;
}
