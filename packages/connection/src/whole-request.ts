/**
 * Requests that are written in one go: a head alone, or with a small body that is at hand and need not wait.
 *
 * That is nearly every request, so it costs no state: what takes longer is the affair of request-sender.ts.
 */

import { concat, encodeLatin1 } from "@httplib/bytes";
import type { Link } from "./link.ts";
import { beginRequest, type OutgoingRequest } from "./request-builder.ts";
import type { SenderHost } from "./request-sender.ts";

/** A body up to this size is copied behind its head: one write costs less than two, and one packet carries both. */
const SMALL_BODY = 16_384;

const NO_RUNS: readonly Uint8Array[] = [];

/** Whether a request can be written in one go. */
export function isWhole({ head, body, trailers, isOpen }: OutgoingRequest): boolean {
  if (isOpen || typeof trailers === "function") return false;
  if (body === null) return true;
  const length = body.bytes?.length ?? Infinity;
  return length === 0 || (length <= SMALL_BODY && !head.expectsContinue);
}

/**
 * Writes such a request.
 *
 * @returns whether there is room for more
 * @throws InvalidRequest, and then nothing was written
 */
export function writeWhole(host: SenderHost, link: Link, request: OutgoingRequest): boolean {
  const { protocol } = link;
  const { body, trailers } = request;
  const head = beginRequest(request, protocol);
  host.announce(head);
  let data = NO_RUNS;
  if (body?.bytes) {
    if (body.bytes.length === 0) host.debug("Zero length chunk ignored");
    data = protocol.sendData(body.bytes);
    if (data.length > 0) host.announce(data);
  }
  const end = protocol.sendEnd(typeof trailers === "function" ? undefined : trailers);
  if (end.length > 0) host.announce(end);
  const isBare = data.length === 0 && end.length === 0;
  const bytes = isBare ? head : concat([encodeLatin1(head), ...data, ...end]);
  // A head was checked field by field, but for a line of the caller's own.
  const hasRoom = link.write(bytes, request.line === null);
  host.wrote(bytes.length, !hasRoom);
  return hasRoom;
}
