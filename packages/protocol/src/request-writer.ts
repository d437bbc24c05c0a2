/**
 * The sending side of a body: as many bytes as were declared, or chunks, or what the caller codes himself.
 *
 * Owns the count. Knows nothing of states and heads. A body that would run over its declared length is refused before
 * any of it is handed on, since what runs over would be read as the next request.
 */

import { isBytes } from "@httplib/bytes";
import { ChunkedEncoder } from "@httplib/chunked";
import type { InvalidRequest } from "@httplib/errors";
import type { HeadersInput } from "@httplib/headers";
import { NO_BYTES } from "./lent-input.ts";
import { NO_BODY, bad } from "./request-head.ts";
import type { RequestFraming } from "./request-head.ts";

/** No runs to write. */
const NOTHING: readonly Uint8Array[] = /* @__PURE__ */ Object.freeze([]);

export class RequestWriter {
  readonly #framing: RequestFraming;
  readonly #strict: boolean;
  #encoder: ChunkedEncoder | null;
  #sent = 0;
  /** The last chunk's size, and what stood before and behind it. */
  #size = 0;
  #line: Uint8Array = NO_BYTES;
  #end: Uint8Array = NO_BYTES;

  /** @param strict whether a declared length is enforced */
  constructor(framing: RequestFraming, strict: boolean) {
    this.#framing = framing;
    this.#strict = strict;
    this.#encoder = framing.kind === "chunked" ? new ChunkedEncoder() : null;
  }

  /** Whether what was sent is not what was declared, so that the peer cannot know where the next request begins. */
  get isOff(): boolean {
    return this.#framing.kind === "length" && this.#sent !== this.#framing.length;
  }

  /** @throws InvalidRequest BODY_TOO_LONG, INVALID_BODY, and then nothing has been counted */
  data(data: Uint8Array): readonly Uint8Array[] {
    // Elements must be bytes, and counted as such: a string, an ArrayBuffer or a Uint16Array would put a wrong number on the wire.
    if (!isBytes(data)) {
      throw bad("INVALID_BODY", `a body of ${typeof data}`, "a Uint8Array");
    }
    if (data.length === 0) return [];
    if (this.#encoder !== null) return this.#chunk(this.#encoder, data);
    const { kind, length } = this.#framing;
    if (
      kind === "none" ||
      (kind === "length" && this.#strict && this.#sent + data.length > length)
    ) {
      throw wrongLength(this.#sent + data.length, length);
    }
    this.#sent += data.length;
    return [data];
  }

  /** @throws InvalidRequest BODY_TOO_SHORT, FRAMING_CONFLICT for trailers without chunks, or as ChunkedEncoder.finish */
  end(trailers: HeadersInput | undefined): readonly Uint8Array[] {
    if (this.#encoder !== null) return [this.#encoder.finish(trailers)];
    if (trailers !== undefined) {
      throw bad("FRAMING_CONFLICT", "trailers without chunked coding", "a chunked body");
    }
    const { kind, length } = this.#framing;
    if (kind === "length" && this.#strict && this.#sent < length) {
      throw wrongLength(this.#sent, length);
    }
    // Even an empty body has a last chunk, and a peer that gets none waits for ever.
    if (kind === "raw" && this.#sent === 0) {
      throw bad("BODY_TOO_SHORT", "no chunks, though the caller makes them", "at least the last");
    }
    return NOTHING;
  }

  /**
   * Pieces are mostly of one size. What stands around them is then given again, if nobody has transferred it away: memory for each cost
   * an upload of 64 KiB pieces 15 % of its rate.
   */
  #chunk(encoder: ChunkedEncoder, data: Uint8Array): readonly Uint8Array[] {
    const isAlike = data.length === this.#size && this.#line.length > 0 && this.#end.length > 0;
    if (isAlike) return [this.#line, data, this.#end];
    const runs = encoder.encode(data);
    this.#size = data.length;
    this.#line = runs[0] ?? NO_BYTES;
    this.#end = runs[2] ?? NO_BYTES;
    return runs;
  }

  /** A writer in the same place that goes on by itself. */
  clone(): RequestWriter {
    const twin = new RequestWriter(this.#framing, this.#strict);
    twin.#encoder = this.#encoder?.clone() ?? null;
    twin.#sent = this.#sent;
    return twin;
  }
}

/** What all requests without a body share: it has nothing to count. */
const BODILESS: RequestWriter = /* @__PURE__ */ new RequestWriter(NO_BODY, true);

/**
 * The writer of a request.
 *
 * @param strict whether a declared length is enforced
 * @param size bytes of the body, where they are known beforehand
 * @throws InvalidRequest BODY_TOO_LONG, BODY_TOO_SHORT for a size that differs from the declared length
 */
export function writerOf(framing: RequestFraming, strict: boolean, size?: number): RequestWriter {
  const { kind, length } = framing;
  if (kind === "none") return BODILESS;
  if (strict && kind === "length" && size !== undefined && size !== length) {
    throw wrongLength(size, length);
  }
  return new RequestWriter(framing, strict);
}

function wrongLength(size: number, length: number): InvalidRequest {
  const code = size > length ? "BODY_TOO_LONG" : "BODY_TOO_SHORT";
  return bad(code, `a body of ${size} bytes`, `${length}`);
}
