/**
 * HTTPResponse: the response object of the documents, with every reader operation.
 *
 * Owns what the operations mean. Knows nothing of transports and parses nothing: {@link ResponseBody} gives it bytes.
 * Reads bytes as they are coded: no content coding is taken off, no redirect followed.
 *
 * The rule for a body that ends short: bytes that came are never lost and the end is never silent. What reads the whole
 * rest (read(), readLines(), text() …) throws at once with everything in `partial`; what asks for less gives what came,
 * and the next call throws.
 *
 * Longer than most files here: one public class with one method for each documented operation.
 */

import type { OwnBytes } from "@httplib/bytes";
import { NotConnected } from "@httplib/errors";
import type { HTTPMessage } from "@httplib/headers";
import type { ResponseHead } from "@httplib/protocol";
import { textDecoder } from "./body-text.ts";
import { debugHead } from "./debug-head.ts";
import { quiet } from "./quiet.ts";
import type { ResponseBody } from "./response-body.ts";
import { bodyStream, fetchResponse, ownCopy } from "./web-body.ts";

/** Marks of one exchange in milliseconds from the beginning of the request; those that did not happen are absent. */
export interface Timings {
  /** The name was looked up. */
  dns?: number;
  /** The socket was open. */
  connect?: number;
  /** TLS was agreed on. */
  tls?: number;
  /** The last byte of the request was handed over. */
  sent?: number;
  /** The first byte of the response came. */
  firstByte?: number;
  /** The final head was whole. */
  head?: number;
  /** The message ended. */
  end?: number;
}

/** What the constructor of {@link HTTPResponse} takes, from whatever reads the wire. */
export interface HTTPResponseInit {
  /** The final head. */
  readonly head: ResponseHead;
  /** The interim heads before it. */
  readonly informational: readonly ResponseHead[];
  /** The method of the request. */
  readonly method: string;
  /** The URL of the resource, "" where it is not known. */
  readonly url: string;
  /** The body, not yet read from. */
  readonly body: ResponseBody;
  /** Above 0 the head is printed. */
  readonly debugLevel: number;
  /** Takes the lines of the head. */
  readonly debugLog: (line: string) => void;
  /** The marks so far; later ones are added to this object. */
  readonly timings: Timings;
}

/** What is drained of an unread body to keep its connection: less than a new connection costs. */
const DRAIN_BYTES = 65_536;
/** How long is waited for such a rest, in milliseconds. */
const DRAIN_TIME = 100;
const LF = 0x0a;

/**
 * The response to one request.
 *
 * @see document http.client 3.13.3, "HTTPResponse Objects"
 * @example
 * ```ts
 * import { byteSource } from "@httplib/headers";
 * import { readResponse } from "@httplib/response";
 * const wire = new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nhello\nworld");
 * const response = await readResponse(byteSource(wire));
 * const line = await response.readLine();
 * if (response.status !== 200 || line.length !== 6) throw new Error("unexpected");
 * if ((await response.text()) !== "world" || !response.closed) throw new Error("unexpected");
 * ```
 */
export class HTTPResponse implements AsyncIterable<Uint8Array>, AsyncDisposable {
  readonly #head: ResponseHead;
  readonly #body: ResponseBody;
  #stream: ReadableStream<Uint8Array> | null = null;

  /** The interim (1xx) heads that came before this one, 100 included. */
  readonly informational: readonly ResponseHead[];
  /** The method of the request. */
  readonly method: string;
  /** The URL of the resource, or the request target where the host is not known. */
  readonly url: string;
  /** Above 0, the status line and the fields were printed when the response was made. */
  debugLevel: number;
  /** Marks of the exchange, in milliseconds. */
  readonly timings: Timings;

  /** @param init what the wire gave, and what is known of the request */
  constructor(init: HTTPResponseInit) {
    this.#head = init.head;
    this.#body = init.body;
    this.informational = init.informational;
    this.method = init.method;
    this.url = init.url;
    this.debugLevel = init.debugLevel;
    this.timings = init.timings;
    if (init.debugLevel > 0) debugHead(init.head).forEach((line) => init.debugLog(line));
  }

  /** 100 to 999. */
  get status(): number {
    return this.#head.status;
  }

  /** The reason phrase, "" where there was none. */
  get reason(): string {
    return this.#head.reason;
  }

  /** 11 for HTTP/1.1, 10 for HTTP/1.0, 9 for a simple response. */
  get version(): 9 | 10 | 11 {
    return this.#head.version;
  }

  /** The fields of the head. */
  get headers(): HTTPMessage {
    return this.#head.headers;
  }

  /** The same object as {@link headers}. */
  get msg(): HTTPMessage {
    return this.#head.headers;
  }

  /** The trailer fields once a chunked body has ended; null before, and where there were none. */
  get trailers(): HTTPMessage | null {
    return this.#body.trailers;
  }

  /** Whether the connection ends with this response. */
  get willClose(): boolean {
    return this.#body.willClose;
  }

  /** True once the body has been read to its end, its error was thrown, or the response was closed. */
  get closed(): boolean {
    return this.#body.closed;
  }

  /** Bytes of the body still to be read; null where that is not known. */
  get length(): number | null {
    return this.#body.remaining;
  }

  /**
   * Reads the rest of the body, or up to `bytes` bytes of it: fewer only at its end, none behind it.
   *
   * @param bytes how many; undefined, null and negative numbers mean all
   * @throws IncompleteRead, ProtocolError, LineTooLong, LimitExceeded, without `bytes` at once and with everything in
   *   `partial`; NotConnected; ImproperConnectionState while another read waits; RangeError for what is no count
   * @see document http.client 3.13.3, `HTTPResponse.read`
   * @example
   * ```ts
   * import { byteSource, readResponse } from "@httplib/client";
   * const response = await readResponse(byteSource(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\nhello")));
   * (await response.read(2)).length; // => 2
   * (await response.read()).length; // => 3
   * ```
   */
  read(bytes?: number | null): Promise<Uint8Array> {
    const whole = bytes === undefined ? this.#body.takeWhole() : null;
    return whole === null ? this.#read(bytes) : Promise.resolve(whole);
  }

  /**
   * Reads what is at hand, up to `bytes` bytes, and waits only if that is nothing.
   *
   * @param bytes how many at most; undefined, null and negative numbers set no bound
   * @throws what `read(bytes)` does
   */
  read1(bytes?: number | null): Promise<Uint8Array> {
    const most = bound(bytes);
    const body = this.#body;
    return body.wait(Math.min(most, 1), () => body.take(most));
  }

  /**
   * Fills `target` with the next bytes of the body, all of it unless the body ends.
   *
   * @param target 1 byte or more to fill; with none nothing is read
   * @returns how many bytes were written; 0 at the end
   * @throws what `read(bytes)` does; TypeError for what is no Uint8Array, or was transferred meanwhile
   * @see document http.client 3.13.3, `HTTPResponse.readinto`
   * @example
   * ```ts
   * import { byteSource, readResponse } from "@httplib/client";
   * const response = await readResponse(byteSource(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\nhello")));
   * await response.readInto(new Uint8Array(8)); // => 5
   * ```
   */
  readInto(target: Uint8Array): Promise<number> {
    return this.#readInto(target, Infinity);
  }

  /** Fills `target` with what is at hand, and waits only if that is nothing. @param target as for readInto() @throws as there */
  readInto1(target: Uint8Array): Promise<number> {
    return this.#readInto(target, 1);
  }

  /**
   * Reads through the next LF, or to the end of the body.
   *
   * @param limit bytes at most; undefined, null and negative numbers set no bound
   * @throws what `read(bytes)` does; a line that is cut short is given first
   * @example
   * ```ts
   * import { byteSource, readResponse } from "@httplib/client";
   * const response = await readResponse(byteSource(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\none\ntwo")));
   * (await response.readLine()).length; // => 4
   * ```
   */
  readLine(limit?: number | null): Promise<Uint8Array> {
    const body = this.#body;
    return body.waitLine(0, bound(limit), (count) => body.take(count));
  }

  /**
   * Reads lines to the end of the body, or until they have more than `hint` bytes together.
   *
   * @param hint bytes beyond which no further line is read; undefined, null, 0 and negative numbers mean all
   * @throws without `hint`, as read()
   */
  readLines(hint?: number | null): Promise<Uint8Array[]> {
    const enough = bound(hint === 0 ? null : hint);
    const body = this.#body;
    const finish = (count: number): Uint8Array[] => splitLines(body.take(count));
    if (enough === Infinity) return body.wait(Infinity, finish);
    // The last line is the one with the byte that is one more than enough.
    return body.waitLine(enough, Infinity, finish);
  }

  /** The lines of the rest of the body, each with its LF. */
  lines(): AsyncIterable<Uint8Array> {
    return { [Symbol.asyncIterator]: () => iterate(() => this.readLine()) };
  }

  /**
   * Shows the next bytes without reading them: at most `bytes`, at least 1 unless the body is at its end, never one
   * behind the body. They are a copy.
   *
   * @param bytes how many at most; undefined, null, 0 and negative numbers show all that is at hand
   * @throws what `read(bytes)` does
   * @example
   * ```ts
   * import { byteSource, readResponse } from "@httplib/client";
   * const response = await readResponse(byteSource(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\nhello")));
   * (await response.peek(2)).length; // => 2
   * await response.text(); // => "hello"
   * ```
   */
  peek(bytes?: number | null): Promise<Uint8Array> {
    const most = bound(bytes === 0 ? null : bytes);
    const body = this.#body;
    return body.wait(Math.min(most, 1), () => body.peek(most));
  }

  /** The rest of the body in an ArrayBuffer of its own. @throws as read() */
  bytes(): Promise<OwnBytes> {
    return quiet(this.read().then(ownCopy));
  }

  /** The rest of the body as an ArrayBuffer. @throws as read() */
  arrayBuffer(): Promise<ArrayBuffer> {
    return quiet(this.bytes().then(({ buffer }) => buffer));
  }

  /**
   * The rest of the body as text.
   *
   * @param encoding a label; without one the charset of Content-Type, else UTF-8
   * @throws as read(); RangeError for a label that the runtime does not know, before anything is read
   * @example
   * ```ts
   * import { byteSource, readResponse } from "@httplib/client";
   * const response = await readResponse(byteSource(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\ncafé")));
   * await response.text(); // => "café"
   * ```
   */
  text(encoding?: string): Promise<string> {
    return quiet(this.#text(encoding));
  }

  /**
   * The rest of the body as JSON, which is UTF-8 (RFC 8259 §8.1).
   *
   * @throws as read(); SyntaxError for what is no JSON
   * @example
   * ```ts
   * import { byteSource, readResponse } from "@httplib/client";
   * const response = await readResponse(byteSource(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n[1]")));
   * await response.json(); // => [1]
   * ```
   */
  json(): Promise<unknown> {
    return quiet(this.#text("utf-8").then((text): unknown => JSON.parse(text)));
  }

  /** The rest of the body as a stream, made at the first use. Cancelling it is leaving an `await using` block. */
  get body(): ReadableStream<Uint8Array> {
    return (this.#stream ??= bodyStream(this));
  }

  /**
   * A Fetch Response with the rest of the body. Statuses 204, 205 and 304 have none there: what came is given up.
   *
   * @throws RangeError for a status that a Fetch Response cannot carry: 101 and 600 to 999
   */
  toResponse(): Response {
    return fetchResponse(this);
  }

  /**
   * The values of a field joined by ", ".
   *
   * @param name compared without case
   * @param fallback what to give when there is none; an iterable that is no string is joined too
   * @see document http.client 3.13.3, `HTTPResponse.getheader`
   */
  getHeader(name: string): string | undefined;
  /** The same, with `fallback` where there is none. */
  getHeader<T>(name: string, fallback: T): string | T;
  getHeader<T>(name: string, fallback?: T): string | T | undefined {
    const value = this.headers.getJoined(name);
    if (value !== undefined || !isIterable(fallback)) return value ?? fallback;
    return [...fallback].join(", ");
  }

  /** The fields in order, with their case, repeated ones each. */
  getHeaders(): [string, string][] {
    return [...this.headers];
  }

  /**
   * The file descriptor of the socket, where the runtime tells it.
   *
   * @throws NotConnected once the body has ended, but for a tunnel or an upgrade; UnimplementedFileMode where there is none
   * @see document http.client 3.13.3, `HTTPResponse.fileno`
   */
  fileno(): number {
    if (this.closed && !this.#body.isSwitched) {
      throw new NotConnected({
        message:
          "Cannot give a file descriptor: found a response that is closed, expected an open one",
      });
    }
    return this.#body.fileno;
  }

  /** Whether the body has been read to its end or the response was closed. */
  isClosed(): boolean {
    return this.closed;
  }

  /** @deprecated since 3.9 in the documents: use {@link headers}. */
  info(): HTTPMessage {
    return this.headers;
  }

  /** @deprecated since 3.9 in the documents: use {@link url}. */
  getURL(): string {
    return this.url;
  }

  /** @deprecated since 3.9 in the documents: use {@link status}. */
  getCode(): number {
    return this.status;
  }

  /**
   * Gives up what was not read of the body, and with it the connection. A read that waits rejects with NotConnected, and
   * has what it had gathered in `partial`; later reads give nothing.
   *
   * Resolves at once, also when called again.
   */
  async close(): Promise<void> {
    this.#body.close(
      new NotConnected({
        message: "Cannot read: found a response that was closed, expected an open one",
      }),
    );
  }

  /**
   * Leaves the response at the end of an `await using` block: a rest of at most 64 KiB that comes within 100 ms is read,
   * so that the connection lives; a longer one is given up as by close().
   */
  async [Symbol.asyncDispose](): Promise<void> {
    const body = this.#body;
    const mayDrain = !body.closed && !body.willClose;
    if (mayDrain && (body.remaining ?? 0) <= DRAIN_BYTES) await this.#drain();
    await this.close();
  }

  /** Runs of the body as they come; each belongs to the caller. {@link lines} gives lines. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return iterate(() => this.read1());
  }

  #read(bytes: number | null | undefined): Promise<Uint8Array> {
    const body = this.#body;
    return body.wait(bound(bytes), (count) => body.take(count));
  }

  async #text(encoding: string | undefined): Promise<string> {
    const decode = textDecoder(encoding, this.headers.get("content-type"));
    return decode(await this.read());
  }

  #readInto(target: Uint8Array, least: number): Promise<number> {
    if (!ArrayBuffer.isView(target) || target.length !== target.byteLength) {
      const message = "Cannot read: found no bytes to fill, expected a Uint8Array";
      return quiet(Promise.reject(new TypeError(message)));
    }
    const need = Math.min(target.length, least);
    const finish = (count: number): number => {
      if (target.length >= need) return count;
      throw new TypeError("Cannot read: found a target that was transferred, expected its memory");
    };
    return this.#body.wait(need, finish, target);
  }

  /** Reads a small rest, in bounded bytes and time; what goes wrong meanwhile is nobody's business any more. */
  async #drain(): Promise<void> {
    const body = this.#body;
    const timer = body.ended ? undefined : setTimeout(() => void this.close(), DRAIN_TIME);
    try {
      await body.wait(DRAIN_BYTES + 1, () => {
        if (body.ended) body.take(Infinity);
      });
    } catch {
      // The body broke or was closed: there is no connection left to keep.
    } finally {
      clearTimeout(timer);
    }
  }
}

/**
 * An async iterator that ends at the first empty run. Not a generator, which costs 120 ns an item where this costs 45
 * (60-byte lines, Node 20).
 */
function iterate(next: () => Promise<Uint8Array>): AsyncIterableIterator<Uint8Array> {
  let done = false;
  return {
    async next() {
      if (done) return { done: true, value: undefined };
      const value = await next();
      if (value.length > 0) return { done: false, value };
      done = true;
      return { done: true, value: undefined };
    },
    async return() {
      done = true;
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A count as the documents give it: nothing or a negative number means all. NaN for what is no count. */
function bound(bytes: number | null | undefined): number {
  if (bytes === undefined || bytes === null || bytes < 0) return Infinity;
  return Number.isInteger(bytes) || bytes === Infinity ? bytes : Number.NaN;
}

/** Views of the lines of `bytes`, each with its LF but perhaps the last. */
function splitLines(bytes: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(LF, start);
    const end = found < 0 ? bytes.length : found + 1;
    lines.push(bytes.subarray(start, end));
    start = end;
  }
  return lines;
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === "object" && value !== null && Symbol.iterator in value;
}
