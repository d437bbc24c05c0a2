/**
 * The events of a response, as small integers: an event object a piece of data would cost more than the piece.
 *
 * Owns the five numbers. What belongs to an event stands on the protocol's own fields until the next one.
 *
 *     events = *INFORMATIONAL HEAD *DATA END        ; NEED_DATA may come between any two
 */

import type { HTTPMessage } from "@httplib/headers";

/**
 * What {@link ClientProtocol.next} returns.
 *
 * @example
 * ```ts
 * import { ClientProtocol, ReadEvent } from "@httplib/protocol";
 * if (new ClientProtocol().next() !== ReadEvent.NEED_DATA) throw new Error("unexpected");
 * ```
 */
export const ReadEvent: {
  readonly NEED_DATA: 0;
  readonly INFORMATIONAL: 1;
  readonly HEAD: 2;
  readonly DATA: 3;
  readonly END: 4;
} = { NEED_DATA: 0, INFORMATIONAL: 1, HEAD: 2, DATA: 3, END: 4 };

/** One of the numbers of {@link ReadEvent}. */
export type ReadEventCode = 0 | 1 | 2 | 3 | 4;

/** The status line and the fields of one head, interim or final. */
export interface ResponseHead {
  /** 11 for HTTP/1.1 to 1.9, 10 for HTTP/1.0 and 0.9, 9 for a reply without a head (`simpleResponse`). */
  readonly version: 9 | 10 | 11;
  /** 100 to 999. */
  readonly status: number;
  /** The reason phrase as ISO-8859-1 text, "" where there is none. */
  readonly reason: string;
  /** The fields in order; what a leniency let through is in their `defects`. */
  readonly headers: HTTPMessage;
}

/** How the end of a response body is found (RFC 9112 §6.3). */
export type ResponseFraming = "none" | "length" | "chunked" | "close" | "tunnel" | "upgrade";
