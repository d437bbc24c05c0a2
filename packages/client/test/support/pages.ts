/** What the servers of the documents' sessions answer, in memory and on real sockets. */

export interface Page {
  readonly status: number;
  readonly reason: string;
  readonly body: string;
  readonly isChunked: boolean;
}

/** Longer than two pieces of 200 bytes, and no multiple of them. */
export const INDEX: string = `<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN">\n${"<p>spam, eggs\n".repeat(30)}`;
export const HOME: string = `<!doctype html>\n<!--[if IE 7]><![endif]-->\n${"<p>bacon\n".repeat(50)}`;
export const ISSUE: string =
  'Redirecting to <a href="http://bugs.python.org/issue12524">http://bugs.python.org/issue12524</a>';

const PAGES: Readonly<Record<string, Partial<Page>>> = {
  "GET /index.html": { body: INDEX },
  "HEAD /index.html": { body: INDEX },
  "GET /": { body: HOME, isChunked: true },
  "HEAD /": { body: HOME, isChunked: true },
  "GET /3/": { body: "<!doctype html>\n" },
  "POST /cgi-bin/query": { body: "3 results\n" },
  "POST /": { status: 302, reason: "Found", body: ISSUE },
  "PUT /file": { body: "" },
};

/** The answer to a request, by its method and target. */
export function page(line: string): Page {
  const found = PAGES[line] ?? { status: 404, reason: "Not Found", body: "not here\n" };
  return { status: 200, reason: "OK", body: "", isChunked: false, ...found };
}

/** The same as bytes on the wire. */
export function reply(line: string): string {
  const { status, reason, body, isChunked } = page(line);
  const start = `HTTP/1.1 ${status} ${reason}\r\n`;
  const isHead = line.startsWith("HEAD ");
  if (!isChunked) {
    return `${start}Content-Length: ${body.length}\r\n\r\n${isHead ? "" : body}`;
  }
  const pieces = body.match(/[^]{1,64}/g) ?? [];
  const coded = pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`).join("");
  return `${start}Transfer-Encoding: chunked\r\n\r\n${isHead ? "" : `${coded}0\r\n\r\n`}`;
}
