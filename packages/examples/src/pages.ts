/**
 * What the embedded origin answers: the pages, forms and files that the documents' sessions ask
 * for, small and the same in each run.
 */

/** An answer, made before anything of it is sent. */
export interface Page {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Sent in chunks instead of with a length. */
  readonly chunked: boolean;
}

const HTML = { "Content-Type": "text/html; charset=utf-8" };
const TEXT = { "Content-Type": "text/plain" };

function paragraphs(count: number): string {
  const lines = Array.from(
    { length: count },
    (_, i) => `<p>Paragraph ${i + 1}: spam, eggs, bacon</p>`,
  );
  return `${lines.join("\n")}\n`;
}

/** Of 3.1 and 3.5: with a length, read in more than one piece of 200 bytes. */
export const INDEX: string =
  '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"' +
  ' "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n' +
  `<title>The origin of the examples</title>\n${paragraphs(20)}`;

/** Of 3.9 and 3.13: in chunks. */
export const HOME: string = `<!doctype html>\n<!--[if lt IE 7]> <![endif]-->\n${paragraphs(16)}`;

const DOCS = `<!doctype html>\n<title>3 Documentation</title>\n${paragraphs(4)}`;

const ISSUE = "https://bugs.python.org/issue12524";
export const REDIRECT: string = `Redirecting to <a href="${ISSUE}">${ISSUE}</a>`;

function page(body: string, headers: Readonly<Record<string, string>> = HTML): Page {
  return { status: 200, headers, body, chunked: false };
}

/** The answer to one request; HEAD is answered as GET, the server leaves the body out. */
export function answer(method: string, target: string): Page {
  switch (`${method === "HEAD" ? "GET" : method} ${target}`) {
    case "GET /":
      return { ...page(HOME), chunked: true };
    case "GET /index.html":
      return page(INDEX);
    case "GET /3/":
      return page(DOCS);
    case "POST /":
      return { ...page(REDIRECT), status: 302, headers: { ...HTML, Location: ISSUE } };
    case "POST /cgi-bin/query":
      return page("spam 1, eggs 2, bacon 0\n", TEXT);
    case "PUT /file":
      return page("stored\n", TEXT);
    default:
      return { ...page("Not here\n", TEXT), status: 404 };
  }
}
