/**
 * readHeaders and byteSource: the thin asynchronous shell around HeaderParser.
 *
 * Owns waiting, and giving back what was read too far. Parses nothing itself. The only file of this package with
 * promises.
 */

import { isBytes } from "@httplib/bytes";
import { noBytes } from "./check-input.ts";
import { HeaderParser } from "./header-parser.ts";
import type { HTTPMessage } from "./http-message.ts";
import type { HeaderOptions } from "./limits.ts";

/** A place to read byte runs from, to which a reader can give back what it did not use. */
export interface ByteSource {
  /** The next run, which belongs to the caller for good; null at the end, for ever. */
  read(): Promise<Uint8Array | null>;
  /**
   * Gives back bytes: last in, first out.
   *
   * @param rest what was read too far; kept as it is, not copied
   */
  unread(rest: Uint8Array): void;
  /**
   * Says that no more will be read, so that what stands behind the source can be let go.
   *
   * @param reason what a web stream or an iterator is told
   */
  cancel?(reason?: unknown): Promise<void>;
}

/** What an iterator, an async iterator and the reader of a web stream have in common. */
interface Steps {
  next(): Step | Promise<Step>;
  return?(reason?: unknown): unknown;
}
interface Step {
  readonly done?: boolean | undefined;
  readonly value?: unknown;
}

/** What is used of a WHATWG ReadableStream, so that no DOM or Node types are needed. */
interface WebReadable {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

const EXPECTED = "a Uint8Array, or an iterable or ReadableStream of them";

/** Everything {@link byteSource} can read. */
export type ByteInput = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array> | WebReadable;

/**
 * Makes a {@link ByteSource} of bytes, an iterable or async iterable of byte runs, or a web stream.
 *
 * @param input where the bytes are; empty runs are passed over
 * @throws TypeError when `input` is none of these; read() rejects with one for an item that is no Uint8Array
 * @example
 * ```ts
 * import { byteSource } from "@httplib/headers";
 * const source = byteSource([Uint8Array.of(1, 2), Uint8Array.of(3)]);
 * const first = await source.read();
 * source.unread(first!.subarray(1));
 * if ((await source.read())![0] !== 2 || (await source.read())![0] !== 3) throw new Error("unexpected");
 * if ((await source.read()) !== null) throw new Error("unexpected");
 * ```
 */
export function byteSource(input: ByteInput): ByteSource {
  const steps = iterate(input);
  const returned: Uint8Array[] = [];
  const end = async (): Promise<null> => null;
  let next: () => Promise<Uint8Array | null> = pull;

  async function pull(): Promise<Uint8Array | null> {
    try {
      for (;;) {
        const { done, value } = await steps.next();
        if (done === true) {
          next = end;
          return null;
        }
        if (!isBytes(value)) {
          const error = noBytes(value, EXPECTED);
          await steps.return?.(error);
          throw error;
        }
        if (value.length > 0) return value;
      }
    } catch (error) {
      // For good: an end behind an error would look like all there was.
      next = () => Promise.reject(error);
      throw error;
    }
  }

  return {
    async read() {
      return returned.pop() ?? next();
    },
    unread(rest) {
      if (rest.length > 0) returned.push(rest);
    },
    async cancel(reason) {
      const isOpen = next === pull;
      next = end;
      returned.length = 0;
      if (isOpen) await steps.return?.(reason);
    },
  };
}

/** One way to get the next run, and one to stop early, for each kind of input. */
function iterate(input: ByteInput): Steps {
  if (typeof input === "object" && input !== null) {
    if (isBytes(input)) return [input].values();
    if ("getReader" in input) {
      const reader = input.getReader();
      return { next: () => reader.read(), return: (reason) => reader.cancel(reason) };
    }
    if (Symbol.asyncIterator in input) return input[Symbol.asyncIterator]();
    if (Symbol.iterator in input) return input[Symbol.iterator]();
  }
  throw noBytes(input, EXPECTED);
}

/**
 * Reads one header block from a source and leaves the source at the first byte behind the blank line.
 *
 * @param source bytes from the first byte of the first field line
 * @param options limits and leniencies
 * @throws ProtocolError, LineTooLong, LimitExceeded; IncompleteRead INCOMPLETE_HEAD when the source ends first;
 *   the source's own error when it fails
 * @see document http.client 3.13.3, `parse_headers`
 * @example
 * ```ts
 * import { byteSource, readHeaders } from "@httplib/headers";
 * const encoder = new TextEncoder();
 * const source = byteSource([encoder.encode("A: 1\r\n"), encoder.encode("\r\nbody")]);
 * const headers = await readHeaders(source);
 * if (headers.get("a") !== "1" || (await source.read())!.length !== 4) throw new Error("unexpected");
 * ```
 */
export async function readHeaders(
  source: ByteSource,
  options?: HeaderOptions,
): Promise<HTTPMessage> {
  const parser = new HeaderParser(options);
  while (!parser.done) {
    const run = await source.read();
    if (run === null) break;
    const used = parser.push(run);
    if (used < run.length) source.unread(run.subarray(used));
  }
  return parser.finish();
}
