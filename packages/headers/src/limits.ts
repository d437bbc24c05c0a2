/**
 * The bounds every parser of the family keeps, and the rules a caller may relax.
 *
 * Declared here because header fields are the lowest layer that needs them; `protocol` re-exports them. A limit is an error when it is passed, never a truncation. A leniency is off until it is named, and each
 * use of it is recorded as a {@link Defect}.
 */

import type { HTTPErrorCode } from "@httplib/errors";
import { ownOptions } from "./own-options.ts";

/** Bounds on what a peer may make a parser hold. All are counts or bytes; each is settable. */
export interface Limits {
  /** Bytes of one line with its CRLF (CPython: 65536). Over it: LineTooLong. */
  readonly maxLineBytes: number;
  /** Bytes of one head or one trailer section (Node: 16384, h11: 16384, Go: 1048576). Over it: LimitExceeded. */
  readonly maxHeadBytes: number;
  /** Field lines of a head or a trailer section, folds counted (CPython: 100, curl: 5000). Over it: LimitExceeded. */
  readonly maxHeaderFields: number;
  /** Interim heads before the final one (CPython from 3.15: 100). Over it: LimitExceeded. */
  readonly maxInformational: number;
  /** Bytes of chunk lines beyond 16 a chunk and twice its data (Go: 16384). Over it: LimitExceeded. */
  readonly maxChunkOverhead: number;
}

/** Rules that can be relaxed, each by its own name, all strict by default. */
export interface Lenient {
  /** A head line may end with LF alone (RFC 9112 §2.2 allows it, many devices send it). */
  readonly bareLineFeed?: boolean;
  /** Content-Length beside Transfer-Encoding is ignored instead of refused (RFC 9112 §6.3). */
  readonly lengthWithTransferEncoding?: boolean;
  /** `Transfer-Encoding: chunked` counts in an HTTP/1.0 response. */
  readonly chunkedInHTTP10?: boolean;
  /** White space may follow a chunk size that has no extension. */
  readonly spaceAfterChunkSize?: boolean;
  /** A field line whose name or value is malformed is dropped with its folds instead of refused. */
  readonly skipInvalidFields?: boolean;
  /** A reply that does not begin with `HTTP/` is an HTTP/0.9 body: what `strict=False` of httplib 2.6 meant. */
  readonly simpleResponse?: boolean;
}

/** What the header parsers take: bounds, and the two leniencies that concern fields. */
export interface HeaderOptions {
  /** Bounds to change; the defaults stand for the others. */
  readonly limits?: Partial<Limits> | undefined;
  /** Rules to relax; none unless given. */
  readonly lenient?: Pick<Lenient, "bareLineFeed" | "skipInvalidFields"> | undefined;
}

/** One rule that a lenient parse let through. */
export interface Defect {
  /** The code the same bytes give as an error without the leniency. */
  readonly code: HTTPErrorCode;
  /** Where that error would have pointed. */
  readonly offset: number;
  /** At most 40 bytes ending with the offending one, as ISO-8859-1 text. */
  readonly excerpt: string;
}

/** The bounds used where a caller names none. */
export const DEFAULT_LIMITS: Limits = {
  maxLineBytes: 65_536,
  maxHeadBytes: 262_144,
  maxHeaderFields: 256,
  maxInformational: 100,
  maxChunkOverhead: 16_384,
};

/**
 * Completes a caller's bounds with the defaults; what they inherit does not count.
 *
 * @throws RangeError when a bound is no integer from 0 to 2^53 - 1
 */
export function resolveLimits(limits: Partial<Limits> | undefined): Limits {
  if (limits === undefined) return DEFAULT_LIMITS;
  const own = ownOptions(limits);
  const resolved: { -readonly [Name in keyof Limits]: number } = { ...DEFAULT_LIMITS };
  // oxlint-disable-next-line no-unsafe-type-assertion -- the keys of a constant
  for (const name of Object.keys(DEFAULT_LIMITS) as (keyof Limits)[]) {
    const limit = own[name] ?? resolved[name];
    if (!Number.isSafeInteger(limit) || limit < 0) {
      throw new RangeError(`Cannot set ${name}: found ${limit}, expected a count`);
    }
    resolved[name] = limit;
  }
  return resolved;
}
