/**
 * Which request may be sent twice (RFC 9110 §9.2.2): its method says that a second time changes nothing, or the caller does, and its
 * body can be read again. A body that comes by send() is kept by nobody.
 */

import type { OutgoingRequest } from "./request-builder.ts";

/** The idempotent methods of RFC 9110, and QUERY, which is safe by its definition; methods are compared with case. */
const IDEMPOTENT: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PUT",
  "DELETE",
  "QUERY",
]);

/** @param idempotent - What the caller says of the request, whatever its method; undefined leaves it to the method. */
export function isReplayable(request: OutgoingRequest, idempotent: boolean | undefined): boolean {
  const { head, body, isOpen } = request;
  if (!(idempotent ?? IDEMPOTENT.has(head.method)) || isOpen) return false;
  return body === null || body.isReplayable;
}
