/**
 * readHeaders and byteSource: the thin asynchronous shell around HeaderParser.
 *
 * Owns waiting, and giving back what was read too far. Parses nothing itself. The only file of this package with
 * promises.
 */

import { HeaderParser } from "./header-parser.ts";
import type { HTTPMessage } from "./http-message.ts";
import type { HeaderOptions } from "./limits.ts";

/** A place to read byte runs from, to which a reader can give back what it did not use. */
export interface ByteSource {
  /** The next run, which belongs to the caller for good; null at the end, for ever. */
  read(): Promise<Uint8Array | null>;
  /** Gives back bytes: last in, first out. */
  unread(rest: Uint8Array): void;
  /** Says that no more will be read, so that what stands behind the source can be let go. */
  cancel?(reason?: unknown): Promise<void>;
}

/** What is used of a WHATWG ReadableStream, so that no DOM or Node types are needed. */
interface WebReadable {
  getReader(): {
    read(): Promise<{ done: boolean; value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
}

/** Everything {@link byteSource} can read. */
export type ByteInput = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array> | WebReadable;

/**
 * Makes a {@link ByteSource} of bytes, an iterable or async iterable of byte runs, or a web stream.
 *
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
  const { next, cancel } = pull(input);
  const returned: Uint8Array[] = [];
  let ended = false;
  return {
    async read() {
      const given = returned.pop();
      if (given !== undefined) return given;
      while (!ended) {
        let run: Uint8Array | null;
        try {
          run = await next();
          if (run !== null && !(run instanceof Uint8Array)) {
            throw new TypeError(`Cannot read bytes: found ${typeof run}, expected a Uint8Array`);
          }
        } catch (error) {
          ended = true;
          throw error;
        }
        if (run === null) ended = true;
        else if (run.length > 0) return run;
      }
      return null;
    },
    unread(rest) {
      if (rest.length > 0) returned.push(rest);
    },
    async cancel(reason) {
      returned.length = 0;
      if (ended) return;
      ended = true;
      await cancel(reason);
    },
  };
}

/** One way to get the next run, and one to stop early, for each kind of input. */
function pull(input: ByteInput): {
  next: () => Promise<Uint8Array | null>;
  cancel: (reason: unknown) => Promise<void>;
} {
  if (typeof input === "object" && input !== null) {
    if (input instanceof Uint8Array) return pull([input]);
    if ("getReader" in input) {
      const reader = input.getReader();
      return {
        next: async () => (await reader.read()).value ?? null,
        cancel: (reason) => reader.cancel(reason),
      };
    }
    const iterator =
      Symbol.asyncIterator in input
        ? input[Symbol.asyncIterator]()
        : Symbol.iterator in input
          ? (input as Iterable<Uint8Array>)[Symbol.iterator]()
          : null;
    if (iterator !== null) {
      return {
        next: async () => {
          const step = await iterator.next();
          return step.done === true ? null : step.value;
        },
        cancel: async () => {
          await iterator.return?.();
        },
      };
    }
  }
  throw new TypeError(
    `Cannot read from ${input === null ? "null" : typeof input}: expected a Uint8Array, an iterable or async iterable of them, or a ReadableStream`,
  );
}

/**
 * Reads one header block from a source and leaves the source at the first byte behind the blank line.
 *
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
