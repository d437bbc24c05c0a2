/**
 * ChunkedEncoder: puts the chunked transfer coding on a body (RFC 9112 §7.1).
 *
 * Owns the size line, the extensions a caller names, and the one last chunk. The size is written in capital
 * hexadecimal without leading zeros, as CPython does. Data is passed on, never copied.
 */

import { encodeLatin1, isBytes } from "@httplib/bytes";
import { ownOptions } from "@httplib/headers/machine";
import { InvalidRequest, escapeText } from "@httplib/errors";
import type { HeadersInput } from "@httplib/headers";
import { ChunkedDecoder } from "./chunked-decoder.ts";
import { trailerLines } from "./trailer-fields.ts";

/**
 * A sans-IO encoder of the chunked coding.
 *
 * @see RFC 9112 §7.1
 * @example
 * ```ts
 * import { ChunkedEncoder } from "@httplib/chunked";
 * const encoder = new ChunkedEncoder();
 * const [line, data, end] = encoder.encode(Uint8Array.of(1, 2, 3), { extensions: ";sig=a" });
 * if (new TextDecoder().decode(line) !== "3;sig=a\r\n" || data!.length !== 3 || end!.length !== 2) throw new Error("unexpected");
 * if (new TextDecoder().decode(encoder.finish({ "X-Sum": "6" })) !== "0\r\nX-Sum: 6\r\n\r\n") throw new Error("unexpected");
 * ```
 */
export class ChunkedEncoder {
  #finished = false;

  /**
   * Codes one chunk as `[size line, data itself, CRLF]`; nothing for empty data, which would end the body.
   *
   * @param data the payload of the chunk, at least 1 byte to be sent
   * @param options `extensions`: text by the chunk-ext grammar, with its ";"
   * @throws InvalidRequest INVALID_BODY after finish() or for malformed extensions; TypeError for what is no Uint8Array
   */
  encode(data: Uint8Array, options?: { extensions?: string | undefined }): readonly Uint8Array[] {
    this.#mustBeOpen();
    if (!isBytes(data)) {
      throw new TypeError(`Cannot encode a chunk: found ${typeof data}, expected a Uint8Array`);
    }
    if (data.length === 0) return [];
    const extensions = ownOptions(options).extensions ?? "";
    const line = `${data.length.toString(16).toUpperCase()}${extensions}\r\n`;
    if (extensions !== "") checkLine(line, data.length);
    const frame = encodeLatin1(`${line}\r\n`);
    return [frame.subarray(0, line.length), data, frame.subarray(line.length)];
  }

  /**
   * Codes the last chunk, the trailers and the blank line.
   *
   * @param trailers fields in order; none unless given
   * @throws InvalidRequest INVALID_BODY after finish(); FORBIDDEN_TRAILER, INVALID_FIELD_NAME, INVALID_FIELD_VALUE, and
   *   then the encoder is as before
   */
  finish(trailers?: HeadersInput): Uint8Array {
    this.#mustBeOpen();
    const lines = trailerLines(trailers);
    this.#finished = true;
    return encodeLatin1(`0\r\n${lines}`);
  }

  /** An encoder in the same place that goes on by itself. */
  clone(): ChunkedEncoder {
    const twin = new ChunkedEncoder();
    twin.#finished = this.#finished;
    return twin;
  }

  #mustBeOpen(): void {
    if (this.#finished) throw refusal("the last one before it", "none");
  }
}

/** What a strict decoder would refuse is not written, nor what it would take for another size: "0" behind "5" is 80. */
function checkLine(line: string, size: number): void {
  try {
    const decoder = new ChunkedDecoder();
    decoder.push(encodeLatin1(line));
    if (decoder.pull() === null && decoder.chunkSize === size) return;
  } catch {
    // The refusal below says what a decoder would say.
  }
  throw refusal(`"${escapeText(line)}"`, "extensions by RFC 9112, Section 7.1.1");
}

function refusal(found: string, expected: string): InvalidRequest {
  const message = `Cannot encode a chunk: found ${found}, expected ${expected}`;
  return new InvalidRequest("INVALID_BODY", { message });
}
