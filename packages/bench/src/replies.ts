/**
 * The bytes the origin sends: fixed, made once, the same for every peer.
 *
 * A path says which reply is wanted: `/<bytes>/<chunk>/<fields>`, chunk 0 for Content-Length. Bodies are zeros in one block that is
 * written as often as needed, so that a gibibyte costs the origin no memory and hardly any time.
 */

import type { Reply } from "./work.ts";

/** What is written at once of a body that is larger. */
const BLOCK = 1_048_576;

/** A reply as writes: the head, `times` blocks, the tail. */
export interface WireReply {
  readonly head: Buffer;
  readonly block: Buffer;
  readonly times: number;
  readonly tail: Buffer;
  /** Bytes of all of it. */
  readonly length: number;
}

/** The fields of an ordinary server, the most usual first. */
const USUAL = [
  "Date: Thu, 01 Jan 2026 00:00:00 GMT",
  "Content-Type: text/html; charset=utf-8",
  "Server: nginx/1.27.3",
  "Connection: keep-alive",
  "Cache-Control: max-age=604800, public",
  'ETag: "3147526947+gzip"',
  "Vary: Accept-Encoding",
];

/** The path that asks for a reply. */
export function pathOf({ bytes, chunk, fields }: Reply): string {
  return `/${bytes}/${chunk}/${fields}`;
}

/** The reply a path asks for; null for any other path. */
export function replyOf(path: string): Reply | null {
  const match = /^\/(\d+)\/(\d+)\/(\d+)$/.exec(path);
  if (match === null) return null;
  return { bytes: Number(match[1]), chunk: Number(match[2]), fields: Number(match[3]) };
}

/** The field lines of a head, each with its line end, without the blank line. */
export function fieldLines(framing: string, fields: number): string {
  const lines = [framing];
  for (let index = 1; index < fields; index++) {
    lines.push(
      USUAL[index - 1] ?? `X-Custom-Field-${index}: some value of a usual length ${index}`,
    );
  }
  return lines.map((line) => `${line}\r\n`).join("");
}

/** A chunked body of zeros, in blocks of whole chunks. */
function chunkedBody(bytes: number, chunk: number): Pick<WireReply, "block" | "times" | "tail"> {
  const frame = (size: number): Buffer =>
    Buffer.concat([
      Buffer.from(`${size.toString(16)}\r\n`),
      Buffer.alloc(size),
      Buffer.from("\r\n"),
    ]);
  const whole = Math.floor(bytes / chunk);
  const inBlock = Math.min(whole, Math.max(1, Math.floor(BLOCK / chunk)));
  const times = inBlock === 0 ? 0 : Math.floor(whole / inBlock);
  const left = whole - times * inBlock;
  const one = frame(chunk);
  const rest = bytes - whole * chunk;
  const tail = [
    ...Array.from({ length: left }, () => one),
    ...(rest === 0 ? [] : [frame(rest)]),
    Buffer.from("0\r\n\r\n"),
  ];
  const block = Buffer.concat(Array.from({ length: inBlock }, () => one));
  return { block, times, tail: Buffer.concat(tail) };
}

function plainBody(bytes: number): Pick<WireReply, "block" | "times" | "tail"> {
  const times = Math.floor(bytes / BLOCK);
  const block = times === 0 ? Buffer.alloc(0) : Buffer.alloc(BLOCK);
  return { block, times, tail: Buffer.alloc(bytes - times * BLOCK) };
}

/** The bytes of a reply. */
export function wireReply({ bytes, chunk, fields }: Reply): WireReply {
  const framing = chunk === 0 ? `Content-Length: ${bytes}` : "Transfer-Encoding: chunked";
  const head = Buffer.from(`HTTP/1.1 200 OK\r\n${fieldLines(framing, fields)}\r\n`);
  const body = chunk === 0 ? plainBody(bytes) : chunkedBody(bytes, chunk);
  const length = head.length + body.block.length * body.times + body.tail.length;
  return { head, ...body, length };
}
