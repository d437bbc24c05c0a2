/**
 * A body as text: which character coding, and the decoding.
 *
 * Owns the choice. The one asked for wins, then the charset of Content-Type, then UTF-8. An unknown label is refused
 * before the body is read, so that it can still be read as something else.
 *
 * ISO-8859-1 is decoded octet by octet, as Python does; the Encoding Standard takes that label for windows-1252. And
 * windows-1252 is decoded here, because the TextDecoder of Node 20 takes it for ISO-8859-1.
 */

import { latin1, lowerASCII } from "@httplib/bytes";
import { parseParameters } from "@httplib/headers";

/** What windows-1252 has in the places 0x80 to 0x9F. */
const WINDOWS_1252 = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

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
  // Python's name for it, which the Encoding Standard does not have.
  const decoder = new TextDecoder(label === "latin-1" ? "latin1" : label);
  if (decoder.encoding !== "windows-1252") return (bytes) => decoder.decode(bytes);
  return label.includes("1252") ? windows1252 : latin1;
}

function windows1252(bytes: Uint8Array): string {
  return latin1(bytes).replace(/[\u0080-\u009f]/g, (at) => WINDOWS_1252[at.charCodeAt(0) - 0x80]!);
}
