/**
 * The form of an error about received bytes, for the machines of this package and of `chunked`.
 *
 * Owns the sentence and the place it points at. Decides nothing.
 */

import { ProtocolError, escapeText } from "@httplib/errors";
import type { ProtocolErrorCode } from "@httplib/errors";

/** Where an offending byte is, and at most 40 bytes that end with it. */
export interface Place {
  readonly offset: number;
  readonly excerpt: string;
}

/**
 * The error about bytes that break a rule of RFC 9112.
 *
 * @param what the kind of line that was read
 * @param section the part of RFC 9112 that has its grammar
 * @param found what to show in the message, where that is not the excerpt
 */
export function wireError(
  code: ProtocolErrorCode,
  what: string,
  section: string,
  place: Place,
  found: string = place.excerpt,
): ProtocolError {
  const shown = `"${escapeText(found)}" (${code})`;
  const message = `Cannot read a ${what}: found ${shown}, expected RFC 9112, Section ${section}`;
  return new ProtocolError(code, { ...place, message });
}
