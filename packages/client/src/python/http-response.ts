/**
 * HTTPResponse in the documents' spellings.
 *
 * Owns names only, with one difference that the documents ask for: iterating gives lines. Every method is one call of
 * the class it extends.
 */

import { HTTPResponse as Base } from "@httplib/response";
import { HTTPMessage } from "./http-message.ts";

/**
 * The documents' `http.client.HTTPResponse`.
 *
 * @see document http.client 3.13.3, "HTTPResponse Objects"
 * @example
 * ```ts
 * import { connectMemory } from "@httplib/client";
 * import { HTTPConnection } from "@httplib/client/python";
 * const connect = connectMemory("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\none\ntwo\n");
 * const conn = new HTTPConnection("a.example", 80, { connect });
 * await conn.request("GET", "/");
 * const r1 = await conn.getresponse();
 * r1.getheader("content-length"); // => "8"
 * let lines = 0;
 * for await (const line of r1) lines += line.length === 4 ? 1 : 0;
 * lines; // => 2
 * r1.isclosed(); // => true
 * ```
 */
export class HTTPResponse extends Base {
  #message: HTTPMessage | null = null;

  /** The fields, with the methods of `email.message`. */
  override get headers(): HTTPMessage {
    return (this.#message ??= new HTTPMessage(super.headers));
  }

  /** The same object as {@link headers}. */
  override get msg(): HTTPMessage {
    return this.headers;
  }

  /** Above 0 the head was printed when it came. */
  get debuglevel(): number {
    return this.debugLevel;
  }

  set debuglevel(level: number) {
    this.debugLevel = level;
  }

  /** Whether the connection ends with this response. */
  get will_close(): boolean {
    return this.willClose;
  }

  /** The same as {@link status}. */
  get code(): number {
    return this.status;
  }

  /**
   * The values of a field joined by ", "; null where there is none.
   *
   * @param name compared without case
   * @see document http.client 3.13.3, `HTTPResponse.getheader`
   */
  getheader(name: string): string | null;
  /** The same, with `fallback` where there is none; an iterable that is no string is joined by ", ". */
  getheader<T>(name: string, fallback: T): string | T;
  getheader<T>(name: string, fallback: T | null = null): string | T | null {
    return this.getHeader(name, fallback);
  }

  /** Name and value of each field line, in order. */
  getheaders(): [string, string][] {
    return this.getHeaders();
  }

  /**
   * Fills `target` with the next bytes of the body, all of it unless the body ends.
   *
   * @param target 1 byte or more to fill
   * @returns how many bytes were written; 0 at the end
   * @throws (rejects) as `readInto()` of the modern class
   * @see document http.client 3.13.3, `HTTPResponse.readinto`
   */
  readinto(target: Uint8Array): Promise<number> {
    return this.readInto(target);
  }

  /**
   * Fills `target` with what is at hand, and waits only if that is nothing.
   *
   * @param target 1 byte or more to fill
   * @returns how many bytes were written; 0 at the end
   * @throws (rejects) as `readInto()` of the modern class
   */
  readinto1(target: Uint8Array): Promise<number> {
    return this.readInto1(target);
  }

  /**
   * Reads through the next LF, or to the end of the body.
   *
   * @param limit bytes at most; null and negative numbers set no bound
   * @throws (rejects) as `readLine()` of the modern class
   */
  readline(limit: number | null = -1): Promise<Uint8Array> {
    return this.readLine(limit);
  }

  /**
   * Reads lines to the end of the body, or until they have more than `hint` bytes together.
   *
   * @param hint bytes beyond which no further line is read; null, 0 and negative numbers mean all
   * @throws (rejects) as `readLines()` of the modern class
   */
  readlines(hint: number | null = -1): Promise<Uint8Array[]> {
    return this.readLines(hint);
  }

  /** Whether the body has been read to its end, or the response was closed. */
  isclosed(): boolean {
    return this.closed;
  }

  /** The URL of the resource. */
  geturl(): string {
    return this.url;
  }

  /** The same as {@link status}. */
  getcode(): number {
    return this.status;
  }

  /** True, as `io.BufferedIOBase` puts it. */
  readable(): boolean {
    return true;
  }

  /** False: a response is read. */
  writable(): boolean {
    return false;
  }

  /** False: what was read is gone. */
  seekable(): boolean {
    return false;
  }

  /** False. */
  isatty(): boolean {
    return false;
  }

  /** There is nothing to flush. */
  flush(): void {
    // A stream that is read has no output.
  }

  /** Lines, as documented. */
  override [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.lines()[Symbol.asyncIterator]();
  }
}
