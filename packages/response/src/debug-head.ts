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
  const reason = head.reason === "" ? "" : ` ${head.reason}`;
  return `reply: ${reprText(`${version} ${head.status}${reason}\r\n`)}`;
}

/** The lines for the interim heads and the final one, in order. */
export function debugHead(informational: readonly ResponseHead[], final: ResponseHead): string[] {
  const lines: string[] = [];
  for (const head of informational) {
    const fields = [...head.headers].map(([name, value]) => reprBytes(`${name}: ${value}\r\n`));
    lines.push(replyLine(head), `headers: [${[...fields, reprBytes("\r\n")].join(", ")}]`);
  }
  lines.push(replyLine(final));
  for (const [name, value] of final.headers) lines.push(`header: ${name}: ${value}`);
  return lines;
}
