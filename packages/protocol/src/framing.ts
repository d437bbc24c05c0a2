/**
 * Where a response body ends: the cases of RFC 9112 §6.3 in the RFC's order, on one page.
 *
 * Owns the decision and its errors. Knows nothing of bytes: it is asked when a head is complete, since status, method
 * and the other fields say whether a framing field matters at all.
 *
 * Stricter than the RFC: Transfer-Encoding beside Content-Length is refused ("ought to be handled as an error",
 * request smuggling and its mirror image), as is any coding but one `chunked`, and Transfer-Encoding before HTTP/1.1.
 */

import { equalsIgnoreCase, trimOWS } from "@httplib/bytes";
import { UnknownTransferEncoding } from "@httplib/errors";
import type { ProtocolError, ProtocolErrorCode } from "@httplib/errors";
import type { Defect, Lenient } from "@httplib/headers";
import { wireError } from "@httplib/headers/machine";
import { cannot } from "./cannot.ts";
import type { ResponseFraming, ResponseHead } from "./events.ts";
import { CONTENT_LENGTH, TRANSFER_ENCODING } from "./own-fields.ts";
import type { OwnFields } from "./own-fields.ts";

/** What the framing of a response depends on besides its head. */
export interface RequestFacts {
  readonly method: string;
  readonly upgradeRequested: boolean;
}

/** What it depends on within the head. */
export interface HeadFacts {
  /** The fields that count. */
  readonly own: OwnFields;
  /** Where what is let through is recorded. */
  readonly defects: Defect[];
  /** The last bytes, at most 40: the head is judged as a whole, at its last byte. */
  readonly tail: string;
}

/**
 * Decides the framing of a final response.
 *
 * @param facts the head's fields that count, its defects, and its last bytes
 * @param offset where the head ends: what errors point at
 * @returns the bytes of the body where they are declared, else the kind of its end
 * @throws ProtocolError UNEXPECTED_SWITCH, INVALID_CONTENT_LENGTH, LENGTH_WITH_TRANSFER_ENCODING;
 *   UnknownTransferEncoding
 */
export function responseFraming(
  request: RequestFacts,
  { status, version }: ResponseHead,
  facts: HeadFacts,
  lenient: Lenient,
  offset: number,
): Exclude<ResponseFraming, "length"> | number {
  // 101 ends HTTP on this connection, if it was asked to (RFC 9110 §15.2.2).
  if (status === 101) {
    if (request.upgradeRequested) return "upgrade";
    throw refusal("UNEXPECTED_SWITCH", "101", facts, offset);
  }
  // §6.3 item 2: any 2xx to CONNECT is a tunnel, whatever its fields say. It comes first because of 204.
  if (request.method === "CONNECT" && status >= 200 && status <= 299) return "tunnel";
  // Item 1: HEAD, 204 and 304 have no body; their framing fields are not even read.
  if (request.method === "HEAD" || status === 204 || status === 304) return "none";

  const { own, defects } = facts;
  const coding = own[TRANSFER_ENCODING]!;
  const lengths = own[CONTENT_LENGTH]!;
  // Items 3 and 4: Transfer-Encoding.
  if (coding !== null) {
    if (!equalsIgnoreCase(coding, "chunked")) {
      throw new UnknownTransferEncoding(coding, { offset, excerpt: facts.tail });
    }
    if (version !== 11) {
      const code = "TRANSFER_ENCODING_IN_HTTP_1_0";
      const excerpt = facts.tail;
      if (lenient.chunkedInHTTP10 !== true) {
        const sentence = cannot("read the body", "Transfer-Encoding", "none in HTTP/1.0");
        throw new UnknownTransferEncoding(coding, { code, offset, excerpt, ...sentence });
      }
      defects.push({ code, offset, excerpt });
    }
    if (lengths !== null) {
      const code = "LENGTH_WITH_TRANSFER_ENCODING";
      if (lenient.lengthWithTransferEncoding !== true) throw refusal(code, lengths, facts, offset);
      defects.push({ code, offset, excerpt: facts.tail });
    }
    return "chunked";
  }
  // Items 5 and 6: Content-Length, all values of all fields, all equal as text.
  if (lengths !== null) return contentLength(lengths, facts, offset);
  // Item 8: until the connection closes. (Item 7 is about requests.)
  return "close";
}

/** Content-Length = 1*DIGIT, or a list of equal ones (RFC 9110 §8.6); at most 20 digits, at most 2^53 - 1. */
function contentLength(list: string, facts: HeadFacts, offset: number): number {
  let length = decimal(list);
  if (length < 0) {
    const items = list.split(",").map((item) => trimOWS(item));
    if (items.every((item) => item === items[0])) length = decimal(items[0]!);
  }
  if (length < 0) throw refusal("INVALID_CONTENT_LENGTH", list, facts, offset);
  return length;
}

/** The value of 1 to 20 digits, -1 for any other text and above 2^53 - 1 (11 ns; a regular expression and Number() take 24). */
export function decimal(text: string): number {
  if (text.length === 0 || text.length > 20) return -1;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value > Number.MAX_SAFE_INTEGER ? -1 : value;
}

function refusal(
  code: ProtocolErrorCode,
  value: string,
  { tail }: HeadFacts,
  offset: number,
): ProtocolError {
  return wireError(code, "body", "6.3", { offset, excerpt: tail }, value);
}
