/**
 * ChunkedDecoderStream and ChunkedEncoderStream: the coding as WHATWG streams, for pipeThrough().
 *
 * Owns waiting, backpressure, and who is told when one side stops. Parses nothing: the decoder and the encoder decide
 * everything. The only file of this package with promises.
 *
 * The decoding stream makes its two ends itself instead of being a transformer. A transformer that throws takes back
 * what it has enqueued, is not told on Node 20 that the reader cancelled, and holds up abort() while a write waits for
 * the reader. Here payload is decoded when it is asked for: each run is a view of what was written, it is handed over
 * before the bytes behind it can be found wrong, and a write settles when its bytes are used up.
 */

import { isBytes } from "@httplib/bytes";
import { ownOptions } from "@httplib/headers/machine";
import { HTTPException, ProtocolError } from "@httplib/errors";
import type { HTTPMessage, HeadersInput } from "@httplib/headers";
import { ChunkedDecoder } from "./chunked-decoder.ts";
import type { ChunkedOptions } from "./chunked-decoder.ts";
import { ChunkedEncoder } from "./chunked-encoder.ts";

/**
 * Takes the chunked coding off a stream of bytes.
 *
 * The readable side closes when the writable side is closed behind a complete body. It errors where the coding is
 * broken or cut, after every byte decoded before that, and with UNEXPECTED_DATA for bytes behind the end.
 *
 * @see RFC 9112 §7.1
 * @example
 * ```ts
 * import { ChunkedDecoderStream } from "@httplib/chunked/stream";
 * const coded = new Blob(["5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"]).stream();
 * const decoder = new ChunkedDecoderStream();
 * const text = await new Response(coded.pipeThrough(decoder)).text();
 * const trailers = await decoder.trailers;
 * if (text !== "hello" || trailers?.get("x-sum") !== "1") throw new Error("unexpected");
 * ```
 */
export class ChunkedDecoderStream extends TransformStream<Uint8Array, Uint8Array> {
  /**
   * The trailer fields once their blank line has been read, null where there are none. Rejects with what stopped the
   * stream before that: an error, the reason of cancel() or of abort(). Nobody has to look at it.
   */
  readonly trailers: Promise<HTTPMessage | null>;
  /** The payload. */
  override readonly readable: ReadableStream<Uint8Array>;
  /** Takes the coded body. */
  override readonly writable: WritableStream<Uint8Array>;

  /** @throws RangeError for a bound that is no integer from 0 to 2^53 - 1 */
  constructor(options?: ChunkedOptions) {
    super();
    const ends = decoderEnds(new ChunkedDecoder(options));
    this.trailers = ends.trailers;
    this.readable = ends.readable;
    this.writable = ends.writable;
  }
}

interface Settle<T> {
  resolve(value: T): void;
  reject(reason: unknown): void;
}

interface DecoderEnds {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
  readonly trailers: Promise<HTTPMessage | null>;
}

function decoderEnds(decoder: ChunkedDecoder): DecoderEnds {
  let reading: ReadableStreamDefaultController<Uint8Array>;
  let writing: WritableStreamDefaultController;
  let known: Settle<HTTPMessage | null>;
  /** Settles the write whose bytes are being decoded. */
  let written: Settle<void> | null = null;
  let input: Uint8Array;
  /** Bytes of the writes before that one. */
  let before = 0;
  /** The next run of payload, until the reader asks for it. */
  let run: Uint8Array | null = null;
  let isAsked = false;

  /** Hands over what the reader asks for, and goes on to the next run or to the end of what was written. */
  function flow(): void {
    try {
      do {
        if (run !== null) {
          if (!isAsked) return;
          const given = run;
          run = null; // enqueue() may ask for more before it returns
          isAsked = false;
          reading.enqueue(given);
        }
        run = decoder.pull();
      } while (run !== null);
      if (decoder.done) {
        known.resolve(decoder.trailers);
        refuseSurplus(decoder.position);
      }
      before += input.length;
      written?.resolve();
    } catch (error) {
      fail(error);
    }
  }

  function refuseSurplus(from: number): void {
    if (from >= input.length) return;
    throw new ProtocolError("UNEXPECTED_DATA", {
      offset: before + from,
      excerpt: String.fromCharCode(input[from]!),
      message: `Cannot end a chunked body: found ${input.length - from} bytes behind it, expected none`,
    });
  }

  /** Tells everybody but the writable side. What has settled already stays as it is. */
  function stop(reason: unknown): void {
    if (reason instanceof HTTPException) reason.partial ??= new Uint8Array(0);
    run = null;
    known.reject(reason);
    written?.reject(reason);
    reading.error(reason);
  }

  function fail(reason: unknown): void {
    stop(reason);
    writing.error(reason);
  }

  const trailers = new Promise<HTTPMessage | null>((resolve, reject) => {
    known = { resolve, reject };
  });
  trailers.catch(() => {});

  const readable = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        reading = controller;
      },
      pull() {
        isAsked = true;
        if (run !== null) flow();
      },
      cancel(reason: unknown) {
        fail(reason ?? new DOMException("The body is not read on", "AbortError"));
      },
    },
    { highWaterMark: 0 },
  );

  const writable = new WritableStream<Uint8Array>({
    start(controller: WritableStreamDefaultController & { readonly signal?: AbortSignal }) {
      writing = controller;
      // abort() below comes only when the write under way has settled, and that may wait for the reader.
      const { signal } = controller;
      signal?.addEventListener("abort", () => stop(signal.reason));
    },
    abort: stop,
    write(chunk: unknown) {
      return new Promise<void>((resolve, reject) => {
        written = { resolve, reject };
        try {
          if (!isBytes(chunk)) {
            throw new TypeError(
              `Cannot decode a chunk: found ${typeof chunk}, expected a Uint8Array`,
            );
          }
          input = chunk;
          if (decoder.done) refuseSurplus(0);
          decoder.push(chunk);
        } catch (error) {
          fail(error);
          return;
        }
        flow();
      });
    },
    close() {
      try {
        decoder.end();
        known.resolve(decoder.trailers);
        reading.close();
      } catch (error) {
        fail(error);
        throw error;
      }
    },
  });
  return { readable, writable, trailers };
}

/**
 * Puts the chunked coding on a stream of bytes: one chunk for each that is not empty, then the last chunk.
 *
 * @see RFC 9112 §7.1
 * @example
 * ```ts
 * import { ChunkedEncoderStream } from "@httplib/chunked/stream";
 * let length = 0;
 * const count = new TransformStream<Uint8Array, Uint8Array>({
 *   transform(chunk, controller) {
 *     length += chunk.length;
 *     controller.enqueue(chunk);
 *   },
 * });
 * const encoder = new ChunkedEncoderStream({ trailers: () => ({ "X-Length": length }) });
 * const coded = new Blob(["hello"]).stream().pipeThrough(count).pipeThrough(encoder);
 * const text = await new Response(coded).text();
 * if (text !== "5\r\nhello\r\n0\r\nX-Length: 5\r\n\r\n") throw new Error(text);
 * ```
 */
export class ChunkedEncoderStream extends TransformStream<Uint8Array, Uint8Array> {
  /**
   * @param options `trailers` is called once the body has been written, so that it can tell what it was; what it
   *   throws, and the InvalidRequest of trailers that cannot be sent, error both sides
   */
  constructor(options?: { trailers?: (() => HeadersInput | Promise<HeadersInput>) | undefined }) {
    const encoder = new ChunkedEncoder();
    const { trailers } = ownOptions(options);
    super({
      transform(chunk, controller) {
        for (const part of encoder.encode(chunk)) controller.enqueue(part);
      },
      async flush(controller) {
        controller.enqueue(encoder.finish(await trailers?.()));
      },
    });
  }
}
