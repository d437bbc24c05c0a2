/**
 * parseResponse: one whole response at once.
 *
 * Owns the joining of the body and the meaning of "these bytes are all there is". ClientProtocol decides everything.
 */

import { append, type OwnBytes } from "@httplib/bytes";
import { ownOptions } from "@httplib/headers/machine";
import { HTTPException, IncompleteRead } from "@httplib/errors";
import type { HTTPMessage } from "@httplib/headers";
import { ClientProtocol } from "./client-protocol.ts";
import type { ProtocolOptions } from "./client-protocol.ts";
import type { ResponseHead } from "./events.ts";

/** What {@link parseResponse} takes besides the bytes. */
export interface ParseResponseOptions extends ProtocolOptions {
  /** The method of the request: HEAD and CONNECT change the framing. "GET" unless given. */
  readonly method?: string | undefined;
  /** Whether the request had an Upgrade field, so that 101 is an answer. */
  readonly upgradeRequested?: boolean | undefined;
  /** Whether the bytes are all there is (the default). With false an unfinished message is IncompleteRead, a body until close included. */
  readonly eof?: boolean | undefined;
}

/** One parsed response. */
export interface ParsedResponse {
  /** The final head. */
  readonly head: ResponseHead;
  /** The interim heads before it, in order. */
  readonly informational: ResponseHead[];
  /** The decoded body, in memory of its own; empty for a tunnel or an upgrade. */
  readonly body: OwnBytes;
  /** The fields behind a chunked body; null where there were none. */
  readonly trailers: HTTPMessage | null;
  /** Whether the connection would persist. */
  readonly keepAlive: boolean;
  /** Bytes of the message; what follows is not counted. */
  readonly bytesRead: number;
}

/**
 * Parses the response at the beginning of `bytes`, interim heads included.
 *
 * @param bytes a response from its first byte
 * @param options method of the request, limits, leniencies
 * @returns heads, body and trailers, and how many bytes they took
 * @throws any HTTPException about received bytes, with the decoded body so far in `partial`
 * @see RFC 9112 §2, §6.3
 * @example
 * ```ts
 * import { parseResponse } from "@httplib/protocol";
 * const wire = new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi and more");
 * const { head, body, bytesRead } = parseResponse(wire);
 * if (head.status !== 200 || body.length !== 2 || bytesRead !== wire.length - 9) throw new Error("unexpected");
 * ```
 */
export function parseResponse(bytes: Uint8Array, options?: ParseResponseOptions): ParsedResponse {
  const { method, upgradeRequested, eof } = ownOptions(options);
  const protocol = new ClientProtocol(options);
  const upgrade = upgradeRequested === true ? { Connection: "upgrade", Upgrade: "x" } : {};
  protocol.sendHead(method ?? "GET", "/", upgrade);
  protocol.sendEnd();
  const informational: ResponseHead[] = [];
  // Room grows with what has been decoded, never with a declared size nor with the number of chunks.
  let room = new Uint8Array(0);
  let length = 0;
  let head: ResponseHead | null = null;
  try {
    protocol.feed(bytes);
    if (eof !== false) protocol.feedEnd();
    for (;;) {
      switch (protocol.next()) {
        case 0: // only where there may be more
          throw new IncompleteRead(new Uint8Array(0), protocol.remaining ?? undefined, {
            code: head === null ? "INCOMPLETE_HEAD" : "INCOMPLETE_READ",
            offset: bytes.length,
          });
        case 1:
          informational.push(protocol.head!);
          break;
        case 2:
          head = protocol.head!;
          break;
        case 3:
          room = append(room, length, protocol.dataSource, protocol.dataStart, protocol.dataEnd);
          length += protocol.dataEnd - protocol.dataStart;
          break;
        default:
          return {
            head: head!,
            informational,
            body: room.length === length ? room : room.slice(0, length),
            trailers: protocol.trailers,
            keepAlive: !protocol.willClose,
            bytesRead: bytes.length - protocol.rest.length,
          };
      }
    }
  } catch (error) {
    if (error instanceof HTTPException && head !== null) error.partial = room.slice(0, length);
    throw error;
  }
}
