/**
 * What a caller may give as a body, and how each kind becomes byte runs.
 *
 *     string, bytes, URLSearchParams   all bytes at hand; a string is ISO-8859-1, as documented
 *     Blob                             its size is known, its bytes are read
 *     FileHandle, FileLike             one run for each read of `blockSize`, from the current position, up to the first empty one
 *     (async) iterables, ReadableStream   one run for each item
 *
 * The kinds are tested in that order, with the async iterator before ReadableStream (a ReadableStream has one in some runtimes) and
 * FileLike before the plain iterator (a Python file has both). Knows nothing of framing: a known size becomes Content-Length
 * elsewhere, and everything else chunks.
 */

import {
  asBytes,
  asyncSource,
  describe,
  encodeText,
  type FileHandleLike,
  type FileLike,
  fileSource,
  handleSource,
  iteratorSource,
  type PieceSource,
  readerSource,
  sliceSource,
  tagOf,
  toBytes,
} from "./body-source.ts";

/** Every kind of request body. A string is sent as ISO-8859-1. */
export type Body =
  | string
  | Uint8Array
  | ArrayBuffer
  | ArrayBufferView
  | Blob
  | URLSearchParams
  | ReadableStream<Uint8Array>
  | Iterable<Uint8Array | string>
  | AsyncIterable<Uint8Array | string>
  | FileHandleLike
  | FileLike
  | null;

/** A classified body. */
export interface RequestBody {
  /** All of it, where it needs no reading. */
  readonly bytes: Uint8Array | null;
  /** Its length, where that is known without reading. */
  readonly size: number | undefined;
  /** Whether a second `open()` gives the same bytes again. */
  readonly isReplayable: boolean;
  /** Begins reading; `debug` gets the documents' lines about files. */
  open(blockSize: number, debug: (line: string) => void): PieceSource;
}

/**
 * Finds out what kind of body a value is.
 *
 * @throws TypeError for anything that is no body, with advice; InvalidRequest INVALID_BODY for a string above U+00FF.
 */
export function classifyBody(body: unknown): RequestBody {
  if (typeof body === "string") return atHand(encodeText(body));
  if (typeof body !== "object" || body === null) throw notABody(body);
  const bytes = asBytes(body);
  if (bytes !== null) return atHand(bytes);
  if (isBlob(body)) return blobBody(body);
  if (isURLSearchParams(body)) return atHand(encodeText(String(body)));
  // They have iterators, of pairs: none of them says in which form it wants to be sent.
  if (hasPairs(body)) throw notABody(body);
  if (has<FileHandleLike>(body, "createReadStream") && has<FileHandleLike>(body, "read")) {
    return streamed((size, debug) => handleSource(body, size, debug));
  }
  // Its reader can be cancelled while a piece is waited for, its async iterator cannot.
  if (tagOf(body) === "ReadableStream" && has<ReadableStream<unknown>>(body, "getReader")) {
    return readableBody(body);
  }
  if (has<AsyncIterable<unknown>>(body, Symbol.asyncIterator)) {
    return streamed(() => asyncSource(body));
  }
  if (has<ReadableStream<unknown>>(body, "getReader")) return readableBody(body);
  if (has<FileLike>(body, "read")) return streamed((size, debug) => fileSource(body, size, debug));
  if (has<Iterable<unknown>>(body, Symbol.iterator)) {
    const isList = Array.isArray(body);
    // A list can be looked through before its head is sent; other iterables give their items once.
    if (isList) for (const item of body) toBytes(item);
    return streamed(() => iteratorSource(body), isList);
  }
  throw notABody(body);
}

/**
 * What `send()` takes: the same but for a string, as documented, since bytes are what it sends.
 *
 * @throws TypeError
 */
export function classifySent(data: unknown): RequestBody {
  if (typeof data !== "string") return classifyBody(data);
  throw new TypeError(
    "Cannot send body bytes: found a string, expected bytes; pass new TextEncoder().encode(text)",
  );
}

function atHand(bytes: Uint8Array): RequestBody {
  return {
    bytes,
    size: bytes.length,
    isReplayable: true,
    open: (size) => sliceSource(bytes, size),
  };
}

function streamed(open: RequestBody["open"], isReplayable = false): RequestBody {
  return { bytes: null, size: undefined, isReplayable, open };
}

function blobBody(blob: Blob): RequestBody {
  const open = (): PieceSource => readerSource(blob.stream().getReader());
  return { bytes: null, size: blob.size, isReplayable: true, open };
}

function readableBody(stream: ReadableStream<unknown>): RequestBody {
  if (stream.locked) throw new TypeError("Cannot send the body: found a locked ReadableStream");
  return streamed(() => readerSource(stream.getReader()));
}

const ADVICE: Readonly<Record<string, string>> = {
  Object: "; pass new TextEncoder().encode(JSON.stringify(value))",
  Map: "; pass String(new URLSearchParams([...map]))",
  FormData: "; pass await new Response(form).blob() with its type as Content-Type",
  Headers: "",
  Promise: "; await it first",
  Response: "; pass response.body",
  Request: "; pass request.body",
};

function notABody(body: unknown): TypeError {
  return new TypeError(
    `Cannot send the body: found ${describe(body)}, expected a string, bytes, a Blob, URLSearchParams, a stream, a file or an iterable of bytes${ADVICE[tagOf(body)] ?? ""}`,
  );
}

function isBlob(value: object): value is Blob {
  const tag = tagOf(value);
  return tag === "Blob" || tag === "File";
}

function isURLSearchParams(value: object): value is URLSearchParams {
  return tagOf(value) === "URLSearchParams";
}

function hasPairs(value: object): boolean {
  const tag = tagOf(value);
  return tag === "Map" || tag === "FormData" || tag === "Headers";
}

function has<T extends object>(value: object, key: keyof T): value is T {
  return typeof Reflect.get(value, key) === "function";
}
