/**
 * One way to read every kind of body: `next()` gives a run of bytes, at once or later, and null at the end.
 *
 * A source that has its bytes at hand answers without a promise, so that a list of strings is written in one turn. Strings are
 * ISO-8859-1, as documented for bodies and for files opened as text. Knows nothing of which value is which kind.
 */

import { encodeLatin1 } from "@httplib/bytes";
import { InvalidRequest } from "@httplib/errors";

/** Anything with the documents' `read(size)`; nothing, or nothing left, ends it. */
export interface FileLike {
  /**
   * Gives the next block.
   *
   * @param size - Bytes or characters at most: the connection's `blockSize`.
   * @returns Bytes, or text that is sent as ISO-8859-1; nothing, or an empty block, at the end.
   */
  read(
    size: number,
  ): Uint8Array | string | null | undefined | Promise<Uint8Array | string | null | undefined>;
}

/** The part of a FileHandle of `node:fs/promises` that is used; `createReadStream` tells it from a {@link FileLike}. */
export interface FileHandleLike {
  /** Looked for and never called. */
  createReadStream(): unknown;
  /**
   * Reads from the current position on.
   *
   * @param buffer - Memory to fill.
   * @param offset - First index to fill, inclusive.
   * @param length - Bytes to read at most.
   * @param position - Always null: the current position, which moves on.
   * @returns How many bytes were read; 0 at the end.
   */
  read(
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: null,
  ): Promise<{ bytesRead: number }>;
}

/** A body piece by piece; null is its end. */
export interface PieceSource {
  next(): Uint8Array | null | Promise<Uint8Array | null>;
  /** Tells the caller's source that nothing more will be asked. Never throws. */
  stop(): void;
}

/** Bytes at hand, cut into runs, so that sending many of them can be stopped and its progress be seen. */
export function sliceSource(bytes: Uint8Array, size: number): PieceSource {
  let start = 0;
  return {
    next: () => {
      if (start >= bytes.length) return null;
      const piece = bytes.subarray(start, start + size);
      start += size;
      return piece;
    },
    stop: ignore,
  };
}

/** The chunks of a ReadableStream. */
export function readerSource(reader: ReadableStreamDefaultReader<unknown>): PieceSource {
  return {
    next: async () => {
      const { done, value } = await reader.read();
      return done ? null : toBytes(value);
    },
    stop: () => swallow(() => reader.cancel()),
  };
}

/** The items of an async iterable. */
export function asyncSource(iterable: AsyncIterable<unknown>): PieceSource {
  const iterator = iterable[Symbol.asyncIterator]();
  /** Whether return() would wait for a piece that may never come, or reach nothing because nothing has begun. */
  let isDeaf = true;
  // A Readable of Node may fail before its iterator listens: the first next() then tells.
  callIfThere(iterable, "on", "error", ignore);
  const listened = once(() => callIfThere(iterable, "off", "error", ignore));
  return {
    next: async () => {
      isDeaf = true;
      const next = iterator.next();
      listened();
      const step: IteratorResult<unknown, unknown> = await next;
      isDeaf = false;
      return step.done === true ? null : toBytes(step.value);
    },
    stop: () => {
      swallow(() => iterator.return?.());
      // A Readable of Node would keep its file or its socket open.
      if (isDeaf) swallow(() => callIfThere(iterable, "destroy"));
    },
  };
}

/** The items of an iterable. */
export function iteratorSource(iterable: Iterable<unknown>): PieceSource {
  const iterator = iterable[Symbol.iterator]();
  return {
    next: () => {
      const step: IteratorResult<unknown, unknown> = iterator.next();
      return step.done === true ? null : toBytes(step.value);
    },
    stop: () => swallow(() => iterator.return?.()),
  };
}

/**
 * The blocks of the documents' `read(size)`. The first empty one ends it (CPython test_send_updating_file: `None` is empty too).
 *
 * @param debug - Gets the documents' lines about files.
 */
export function fileSource(
  file: FileLike,
  blockSize: number,
  debug: (line: string) => void,
): PieceSource {
  const begin = once(() => debug("reading a readable"));
  let isText = false;
  const convert = (block: Uint8Array | string | null | undefined): Uint8Array | null => {
    if (typeof block === "string" && !isText) {
      isText = true;
      debug("encoding file using iso-8859-1");
    }
    const bytes = block === null || block === undefined ? null : toBytes(block);
    return bytes === null || bytes.length === 0 ? null : bytes;
  };
  return {
    next: () => {
      begin();
      const block = file.read(blockSize);
      return isPromise(block) ? Promise.resolve(block).then(convert) : convert(block);
    },
    stop: ignore,
  };
}

/** The blocks of a FileHandle, from its current position; it stays open. */
export function handleSource(
  handle: FileHandleLike,
  blockSize: number,
  debug: (line: string) => void,
): PieceSource {
  const begin = once(() => debug("reading a readable"));
  return {
    next: async () => {
      begin();
      const block = new Uint8Array(blockSize);
      const { bytesRead } = await handle.read(block, 0, blockSize, null);
      return bytesRead === 0 ? null : block.subarray(0, bytesRead);
    },
    stop: ignore,
  };
}

/**
 * One item of a source as bytes.
 *
 * @throws TypeError for what is neither bytes nor a string; InvalidRequest INVALID_BODY for a string above U+00FF.
 */
export function toBytes(item: unknown): Uint8Array {
  if (typeof item === "string") return encodeText(item);
  const bytes = asBytes(item);
  if (bytes !== null) return bytes;
  const advice = typeof item === "number" ? "; pass Uint8Array.from(list)" : "";
  throw new TypeError(
    `Cannot send a piece of the body: found ${describe(item)}, expected bytes or a string${advice}`,
  );
}

/** The bytes of a value that consists of them: any view, whatever its element, and any buffer. */
export function asBytes(value: unknown): Uint8Array | null {
  if (value instanceof Uint8Array) return value;
  if (ArrayBuffer.isView(value)) {
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  return isBuffer(value) ? new Uint8Array(value) : null;
}

/** A string as ISO-8859-1, the documents' encoding; no high bits are ever dropped. */
export function encodeText(text: string): Uint8Array {
  try {
    return encodeLatin1(text);
  } catch (cause) {
    const index = text.search(/[^\0-\xff]/);
    const code = text.charCodeAt(index).toString(16).toUpperCase().padStart(4, "0");
    throw new InvalidRequest("INVALID_BODY", {
      message: `Cannot send the body: found U+${code} at index ${index}, expected U+0000 to U+00FF; pass new TextEncoder().encode(text)`,
      cause,
    });
  }
}

/** How a value is named in a message. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  return typeof value === "object" ? `an object (${tagOf(value)})` : `a ${typeof value}`;
}

/** `Map`, `FormData`, `Object` …; the same for values of another realm, which `instanceof` would not know. */
export function tagOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1);
}

function once(call: () => void): () => void {
  let isDue = true;
  return () => {
    if (isDue) call();
    isDue = false;
  };
}

function isBuffer(value: unknown): value is ArrayBuffer {
  const tag = tagOf(value);
  return tag === "ArrayBuffer" || tag === "SharedArrayBuffer";
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return typeof value === "object" && value !== null && "then" in value;
}

/** What a source does on being stopped is its own affair: the failure that stopped it is the one to report. */
function swallow(call: () => unknown): void {
  try {
    Promise.resolve(call()).catch(ignore);
  } catch {
    // As above.
  }
}

function callIfThere(target: object, key: string, ...values: unknown[]): unknown {
  const method: unknown = Reflect.get(target, key);
  return typeof method === "function" ? Reflect.apply(method, target, values) : undefined;
}

function ignore(): void {
  // There is nothing to stop.
}
