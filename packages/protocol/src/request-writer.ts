/**
 * The sending side of a body: as many bytes as were declared, or chunks, or what the caller codes himself.
 *
 * Owns the count. Knows nothing of states and heads. A body that would run over its declared length is refused before
 * any of it is handed on, since what runs over would be read as the next request.
 */

import { ChunkedEncoder } from "@httplib/chunked";
import { InvalidRequest } from "@httplib/errors";
import type { HeadersInput } from "@httplib/headers";
import type { RequestFraming } from "./request-head.ts";

export class RequestWriter {
  readonly #framing: RequestFraming;
  readonly #strict: boolean;
  readonly #encoder: ChunkedEncoder | null;
  #sent = 0;

  constructor(framing: RequestFraming, strict: boolean) {
    this.#framing = framing;
    this.#strict = strict;
    this.#encoder = framing.kind === "chunked" ? new ChunkedEncoder() : null;
  }

  /** @throws InvalidRequest BODY_TOO_LONG, and then nothing has been counted */
  data(data: Uint8Array): readonly Uint8Array[] {
    if (data.length === 0) return [];
    if (this.#encoder !== null) return this.#encoder.encode(data);
    const { kind, length } = this.#framing;
    if (kind === "none" || (kind === "length" && this.#strict && this.#sent + data.length > length)) {
      throw new InvalidRequest("BODY_TOO_LONG", {
        message: `Cannot send the body: found ${this.#sent + data.length} bytes, expected ${length}`,
      });
    }
    this.#sent += data.length;
    return [data];
  }

  /** @throws InvalidRequest BODY_TOO_SHORT, FRAMING_CONFLICT for trailers without chunks, or as ChunkedEncoder.finish */
  end(trailers: HeadersInput | undefined): readonly Uint8Array[] {
    if (this.#encoder !== null) return [this.#encoder.finish(trailers)];
    if (trailers !== undefined) {
      throw new InvalidRequest("FRAMING_CONFLICT", {
        message: "Cannot send trailers: found a body without chunked coding, expected a chunked one",
      });
    }
    const { kind, length } = this.#framing;
    if (kind === "length" && this.#strict && this.#sent < length) {
      throw new InvalidRequest("BODY_TOO_SHORT", {
        message: `Cannot end the body: found ${this.#sent} bytes, expected ${length}`,
      });
    }
    return [];
  }
}

