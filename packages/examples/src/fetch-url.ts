/** Fetches one URL with the client and prints the status, the headers and the size of the body. */
import { HTTPConnection, HTTPSConnection, type HTTPResponse } from "@httplib/client";
import { printable } from "./one-line.ts";
import type { Print } from "./session.ts";

const TIMEOUT = { connect: 10_000, head: 20_000, body: 20_000, total: 50_000 };

export interface FetchOptions {
  /** An authority to trust besides nothing else, as PEM text. */
  readonly ca?: string;
}

function parseURL(text: string): URL {
  const expected = "expected http://host/path or https://host/path";
  if (!URL.canParse(text)) throw new TypeError(`Cannot fetch ${text}: it is no URL, ${expected}`);
  const url = new URL(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TypeError(`Cannot fetch ${text}: found ${url.protocol}, ${expected}`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new TypeError(`Cannot fetch ${url.host}: found a user name, expected none in the URL`);
  }
  return url;
}

function open(url: URL, { ca }: FetchOptions): HTTPConnection {
  const port = url.port === "" ? null : Number(url.port);
  if (url.protocol === "http:") return new HTTPConnection(url.hostname, port, { timeout: TIMEOUT });
  const context = ca === undefined ? {} : { context: { ca } };
  return new HTTPSConnection(url.hostname, port, { timeout: TIMEOUT, ...context });
}

async function printResponse(response: HTTPResponse, print: Print): Promise<void> {
  const { version, status, reason } = response;
  print(printable(`HTTP/${(version / 10).toFixed(1)} ${status} ${reason}`.trimEnd()));
  for (const [name, value] of response.getHeaders()) print(printable(`${name}: ${value}`));
  let size = 0;
  for await (const piece of response) size += piece.length;
  print(`\n${size} bytes`);
}

/**
 * Fetches `text` with GET. The body is counted as it comes and never kept.
 *
 * @throws TypeError for what is no http or https URL; what the client throws for all else
 */
export async function fetchURL(
  text: string,
  print: Print,
  options: FetchOptions = {},
): Promise<void> {
  const url = parseURL(text);
  const connection = open(url, options);
  try {
    await connection.request("GET", `${url.pathname}${url.search}`);
    await printResponse(await connection.getResponse(), print);
  } finally {
    await connection.close();
  }
}
