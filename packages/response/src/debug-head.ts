/**
 * The debug lines of a head, in the documents' forms.
 *
 *     reply: 'HTTP/1.1 200 OK\r\n'
 *     headers: [b'Z: 1\r\n', b'\r\n']                ; the fields of a skipped 100
 *     header: Name: value
 *
 * Owns the forms. Prints nothing itself.
 */

import type { ResponseHead } from "@httplib/protocol";
import { reprBytes, reprText } from "./python-repr.ts";

function replyLine(head: ResponseHead): string {
  const version = `HTTP/${Math.floor(head.version / 10)}.${head.version % 10}`;
  return `reply: ${reprText(`${version} ${head.status} ${head.reason}\r\n`)}`;
}

/**
 * The documents' debug lines about a head: those of an interim one where its status says so, 101 being final.
 *
 * @param head an interim head or a final one
 * @returns the lines in order, without line ends
 * @example
 * ```ts
 * import { debugHead } from "@httplib/response";
 * import { parseResponse } from "@httplib/protocol";
 * const { head } = parseResponse(new TextEncoder().encode("HTTP/1.1 204 No Content\r\nA: b\r\n\r\n"));
 * if (debugHead(head)[1] !== "header: A: b") throw new Error("unexpected");
 * ```
 */
export function debugHead(head: ResponseHead): string[] {
  const lines = [...head.headers];
  if (head.status >= 200 || head.status === 101) {
    return [replyLine(head), ...lines.map(([name, value]) => `header: ${name}: ${value}`)];
  }
  const fields = lines.map(([name, value]) => reprBytes(`${name}: ${value}\r\n`));
  return [replyLine(head), `headers: [${[...fields, reprBytes("\r\n")].join(", ")}]`];
}
