/**
 * A body as text: which character coding, and the decoding.
 *
 * Owns the choice. The one asked for wins, then the charset of Content-Type, then UTF-8. ISO-8859-1 is decoded octet
 * by octet, as Python does: the Encoding Standard takes that label for windows-1252.
 */

import { latin1, lowerASCII } from "@httplib/bytes";
import { parseParameters } from "@httplib/headers";

/**
 * Decodes a whole body.
 *
 * @param encoding the label asked for, if any
 * @param contentType the Content-Type value, if there is one
 * @throws RangeError for a label that the runtime does not know
 */
export function decodeText(
  bytes: Uint8Array,
  encoding: string | undefined,
  contentType: string | undefined,
): string {
  const declared = encoding ?? parseParameters(contentType ?? "").parameters.get("charset");
  const label = lowerASCII(declared ?? "utf-8");
  if (label === "iso-8859-1" || label === "latin1" || label === "latin-1") return latin1(bytes);
  return new TextDecoder(label).decode(bytes);
}
