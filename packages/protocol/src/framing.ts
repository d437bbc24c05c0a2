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
import { ProtocolError, UnknownTransferEncoding, escapeText } from "@httplib/errors";
import type { ProtocolErrorCode } from "@httplib/errors";
import type { Defect, Lenient } from "@httplib/headers";
import type { ResponseFraming, ResponseHead } from "./events.ts";

/** What the framing of a response depends on besides its head. */
export interface RequestFacts {
  readonly method: string;
  readonly upgradeRequested: boolean;
}

export interface BodyFraming {
  readonly framing: ResponseFraming;
  /** Bytes of the body where they are known, else null. */
  readonly length: number | null;
}

const NONE: BodyFraming = { framing: "none", length: 0 };
const CHUNKED: BodyFraming = { framing: "chunked", length: null };
const CLOSE: BodyFraming = { framing: "close", length: null };
const TUNNEL: BodyFraming = { framing: "tunnel", length: 0 };
const UPGRADE: BodyFraming = { framing: "upgrade", length: 0 };

/**
 * Decides the framing of a final response.
 *
 * @param fields the head's flat list of names and values
 * @param offset where the head ends: what errors point at
 * @throws ProtocolError UNEXPECTED_SWITCH, INVALID_CONTENT_LENGTH, LENGTH_WITH_TRANSFER_ENCODING;
 *   UnknownTransferEncoding
 */
export function responseFraming(
  request: RequestFacts,
  head: ResponseHead,
  fields: readonly string[],
  lenient: Lenient,
  defects: Defect[],
  offset: number,
): BodyFraming {
  const { status, version } = head;

  // 101 ends HTTP on this connection, if it was asked to (RFC 9110 §15.2.2).
  if (status === 101) {
    if (request.upgradeRequested) return UPGRADE;
    throw refuse(
      "UNEXPECTED_SWITCH",
      "a 101 response",
      "",
      "an Upgrade field in the request first",
      offset,
    );
  }
  // §6.3 item 2: any 2xx to CONNECT is a tunnel, whatever its fields say. It comes first because of 204.
  if (request.method === "CONNECT" && status >= 200 && status <= 299) return TUNNEL;
  // Item 1: HEAD, 204 and 304 have no body; their framing fields are not even read.
  if (request.method === "HEAD" || status === 204 || status === 304) return NONE;

  let codings: string[] | null = null;
  let lengths: string[] | null = null;
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!;
    if (name.length === 14) {
      if (equalsIgnoreCase(name, "content-length")) (lengths ??= []).push(fields[at + 1]!);
    } else if (name.length === 17) {
      if (equalsIgnoreCase(name, "transfer-encoding")) (codings ??= []).push(fields[at + 1]!);
    }
  }
  // Items 3 and 4: Transfer-Encoding.
  if (codings !== null) {
    const coding = codings.join(", ");
    if (codings.length !== 1 || !equalsIgnoreCase(coding, "chunked")) {
      throw new UnknownTransferEncoding(coding, {
        offset,
        excerpt: coding.slice(-40),
        message: `Cannot read the body: found Transfer-Encoding "${escapeText(coding)}", expected "chunked" once`,
      });
    }
    if (version !== 11) {
      if (lenient.chunkedInHTTP10 !== true) {
        throw new UnknownTransferEncoding(coding, {
          code: "TRANSFER_ENCODING_IN_HTTP_1_0",
          offset,
          excerpt: coding,
          message:
            "Cannot read the body: found Transfer-Encoding in an HTTP/1.0 response, expected none",
        });
      }
      defects.push({ code: "TRANSFER_ENCODING_IN_HTTP_1_0", offset, excerpt: coding });
    }
    if (lengths !== null) {
      if (lenient.lengthWithTransferEncoding !== true) {
        throw refuse(
          "LENGTH_WITH_TRANSFER_ENCODING",
          "Transfer-Encoding beside Content-Length",
          lengths.join(", "),
          "one of them",
          offset,
        );
      }
      const excerpt = lengths.join(", ").slice(-40);
      defects.push({ code: "LENGTH_WITH_TRANSFER_ENCODING", offset, excerpt });
    }
    return CHUNKED;
  }
  // Items 5 and 6: Content-Length, all values of all fields, all equal as text.
  if (lengths !== null) {
    return { framing: "length", length: contentLength(lengths, offset) };
  }
  // Item 8: until the connection closes. (Item 7 is about requests.)
  return CLOSE;
}

/** Content-Length = 1*DIGIT, or a list of equal ones (RFC 9110 §8.6); at most 20 digits, at most 2^53 - 1. */
function contentLength(values: readonly string[], offset: number): number {
  const list = values.join(",");
  const first = trimOWS(list.split(",", 1)[0]!);
  let length = -1;
  if (/^\d{1,20}$/.test(first) && everyItemIs(list, first)) length = Number(first);
  if (length < 0 || length > Number.MAX_SAFE_INTEGER) {
    throw refuse(
      "INVALID_CONTENT_LENGTH",
      "Content-Length",
      list,
      "one number of digits up to 2^53 - 1",
      offset,
    );
  }
  return length;
}

/** Whether every item of a comma list is `text`, in one pass: `5,` and 60,000 blanks cost one look each. */
function everyItemIs(list: string, text: string): boolean {
  if (list === text) return true;
  for (const item of list.split(",")) {
    if (trimOWS(item) !== text) return false;
  }
  return true;
}

function refuse(
  code: ProtocolErrorCode,
  found: string,
  value: string,
  expected: string,
  offset: number,
): ProtocolError {
  return new ProtocolError(code, {
    offset,
    excerpt: value.slice(-40),
    message: `Cannot read the body: found ${found} "${escapeText(value)}", expected ${expected}`,
  });
}
