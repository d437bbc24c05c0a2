/**
 * A body as text: which character coding, and the decoding.
 *
 * Owns the choice. The one asked for wins, then the charset of Content-Type, then UTF-8. ISO-8859-1 is decoded octet
 * by octet, as Python does: the Encoding Standard takes that label for windows-1252. An unknown label is refused before
 * the body is read, so that it can still be read as something else.
 */

import { latin1, lowerASCII } from "@httplib/bytes";
import { parseParameters } from "@httplib/headers";

/**
 * Chooses how to decode a whole body.
 *
 * @param encoding the label asked for, if any
 * @param contentType the Content-Type value, if there is one
 * @throws RangeError for a label that the runtime does not know
 */
export function textDecoder(
  encoding: string | undefined,
  contentType: string | undefined,
): (bytes: Uint8Array) => string {
  const declared = encoding ?? parseParameters(contentType ?? "").parameters.get("charset");
  const label = lowerASCII(declared ?? "utf-8");
  if (label === "iso-8859-1" || label === "latin1" || label === "latin-1") return latin1;
  const decoder = new TextDecoder(label);
  return (bytes) => decoder.decode(bytes);
}
