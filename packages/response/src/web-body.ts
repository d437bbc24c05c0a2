/**
 * A body as web streams: a ReadableStream, and a Fetch Response.
 *
 * Owns the adaptation to WHATWG interfaces. Pulls one run at a time, so the stream holds nothing back.
 */

import type { HTTPResponse } from "./http-response.ts";

/** A stream of the rest of the body; its chunks own their memory, cancelling closes the response. */
export function bodyStream(response: HTTPResponse): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const run = await response.read1();
        if (run.length > 0) controller.enqueue(ownCopy(run));
        else controller.close();
      },
      async cancel() {
        await response.close();
      },
    },
    { highWaterMark: 0 },
  );
}

/** The same bytes in an ArrayBuffer that holds nothing else. */
export function ownCopy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
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
export function fetchResponse(response: HTTPResponse): Response {
  const { status } = response;
  if (status < 200 || status > 599) {
    throw new RangeError(
      `Cannot make a Fetch Response: found the status ${status}, expected 200 to 599`,
    );
  }
  const headers = new Headers();
  for (const [name, value] of response.headers) headers.append(name, value);
  // These statuses must not be given a body, not even an empty one.
  const body = status === 204 || status === 205 || status === 304 ? null : response.body;
  return new Response(body, { status, statusText: response.reason, headers });
}
