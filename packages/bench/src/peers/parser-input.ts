/**
 * What the parsers are measured on, the same bytes for all of them: heads as an ordinary server sends them, and chunked bodies.
 */

import { fieldLines, wireReply } from "../replies.ts";
import type { DecodeWork, Lane } from "../work.ts";

/** The head of a response without a body: the status line, the field lines, the blank line. */
export function headBytes(fields: number): Buffer {
  return Buffer.from(`HTTP/1.1 200 OK\r\n${fieldLines("Content-Length: 0", fields)}\r\n`);
}

/** The same without its status line. */
export function blockBytes(fields: number): Buffer {
  return Buffer.from(`${fieldLines("Content-Length: 0", fields)}\r\n`);
}

/** A chunked response: its head, and its coded body in the pieces in which it is to be handed over. */
export function codedPieces({ bytes, chunk, piece }: DecodeWork): { head: Buffer; body: Buffer[] } {
  const { head, block, times, tail } = wireReply({ bytes, chunk, fields: 4 });
  const coded = Buffer.concat([...Array.from({ length: times }, () => block), tail]);
  if (piece === 0) return { head, body: [coded] };
  const body: Buffer[] = [];
  for (let at = 0; at < coded.length; at += piece) body.push(coded.subarray(at, at + piece));
  return { head, body };
}

/** The same bytes as our transport gives them: no Buffer, whose subarray() costs twice that of a Uint8Array. */
export function plain(bytes: Buffer): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A lane of work that is done when it returns. */
export function atOnce(work: () => void): Lane {
  return {
    run(next) {
      while (next()) work();
    },
  };
}
