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
 */
export class HTTPResponse extends Base {
  #message: HTTPMessage | null = null;

  /** The fields, with the methods of `email.message`. */
  override get headers(): HTTPMessage {
    return (this.#message ??= new HTTPMessage(super.headers));
  }

  override get msg(): HTTPMessage {
    return this.headers;
  }

  get debuglevel(): number {
    return this.debugLevel;
  }

  set debuglevel(level: number) {
    this.debugLevel = level;
  }

  get will_close(): boolean {
    return this.willClose;
  }

  /** The same as {@link status}. */
  get code(): number {
    return this.status;
  }

  /** The values of a field joined by ", "; an iterable `default` that is no string is joined too. */
  getheader(name: string): string | null;
  getheader<T>(name: string, fallback: T): string | T;
  getheader<T>(name: string, fallback: T | null = null): string | T | null {
    return this.getHeader(name, fallback);
  }

  getheaders(): [string, string][] {
    return this.getHeaders();
  }

  readinto(target: Uint8Array): Promise<number> {
    return this.readInto(target);
  }

  readinto1(target: Uint8Array): Promise<number> {
    return this.readInto1(target);
  }

  readline(limit: number | null = -1): Promise<Uint8Array> {
    return this.readLine(limit);
  }

  readlines(hint: number | null = -1): Promise<Uint8Array[]> {
    return this.readLines(hint);
  }

  isclosed(): boolean {
    return this.closed;
  }

  geturl(): string {
    return this.url;
  }

  getcode(): number {
    return this.status;
  }

  readable(): boolean {
    return true;
  }

  /** A response is read, never written, placed or looked at by a person, as `io.BufferedIOBase` puts it. */
  writable(): boolean {
    return false;
  }

  seekable(): boolean {
    return false;
  }

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
