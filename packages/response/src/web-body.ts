/**
 * A body as web streams: a ReadableStream, and a Fetch Response.
 *
 * Owns the adaptation to WHATWG interfaces. Pulls one run at a time, so the stream holds nothing back.
 */

import type { OwnBytes } from "@httplib/bytes";
import type { HTTPMessage } from "@httplib/headers";

/** What is used of a response. */
interface BodyReader {
  readonly closed: boolean;
  read1(): Promise<Uint8Array>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** What is used of a response for a Fetch Response. */
interface WholeResponse extends BodyReader {
  readonly status: number;
  readonly reason: string;
  readonly headers: HTTPMessage;
  readonly body: ReadableStream<Uint8Array>;
}

/** A stream of the rest of the body; its chunks own their memory, cancelling leaves the response. */
export function bodyStream(response: BodyReader): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const run = await response.read1();
        if (run.length > 0) controller.enqueue(ownCopy(run));
        if (run.length === 0 || response.closed) controller.close();
      },
      async cancel() {
        await response[Symbol.asyncDispose]();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The same bytes in an ArrayBuffer that holds nothing else. */
export function ownCopy(bytes: Uint8Array): OwnBytes {
  const { buffer } = bytes;
  if (buffer instanceof ArrayBuffer && buffer.byteLength === bytes.length) {
    return new Uint8Array(buffer);
  }
  return new Uint8Array(bytes);
}

/**
 * A Fetch Response with the status, the fields and the rest of the body.
 *
 * @throws RangeError for a status that a Fetch Response cannot carry: 101 and 600 to 999
 */
export function fetchResponse(response: WholeResponse): Response {
  const { status } = response;
  if (status < 200 || status > 599) {
    throw new RangeError(
      `Cannot make a Fetch Response: found the status ${status}, expected 200 to 599`,
    );
  }
  const headers = new Headers();
  for (const [name, value] of response.headers) headers.append(name, value);
  // A reason may hold control characters (they decide nothing in a status line), and fetch refuses them.
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  const statusText = response.reason.replace(/[\0-\x08\x0a-\x1f\x7f]/g, "");
  return new Response(bodyFor(response), { status, statusText, headers });
}

/** Fetch gives these statuses no body, not even an empty one. What a 205 should not have brought is not read. */
function bodyFor(response: WholeResponse): ReadableStream<Uint8Array> | null {
  const { status } = response;
  if (status !== 204 && status !== 205 && status !== 304) return response.body;
  void response[Symbol.asyncDispose]();
  return null;
}
