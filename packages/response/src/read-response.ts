/**
 * readResponse: a response from anything that gives bytes: a file, an archive record, an array, a web stream.
 *
 * Owns the loop between a source and the protocol. Reads from the source only while a read waits, and leaves it just
 * behind the message.
 */

import type { ByteSource } from "@httplib/headers";
import { ownOptions } from "@httplib/headers/machine";
import { ClientProtocol } from "@httplib/protocol";
import type { ProtocolOptions, ResponseHead } from "@httplib/protocol";
import { UnimplementedFileMode } from "@httplib/errors";
import { debugHead } from "./debug-head.ts";
import { HTTPResponse } from "./http-response.ts";
import { ResponseBody } from "./response-body.ts";
import type { BodyDriver } from "./response-body.ts";

const INFORMATIONAL = 1;
const HEAD = 2;

/** What {@link readResponse} takes besides the source. */
export interface ReadResponseOptions extends ProtocolOptions {
  /** The method of the request: HEAD and CONNECT change the framing. "GET" unless given. */
  readonly method?: string | undefined;
  /** The URL of the resource; "" unless given. */
  readonly url?: string | undefined;
  /** Whether the request had an Upgrade field, so that 101 is an answer. */
  readonly upgradeRequested?: boolean | undefined;
  /** Above 0 each head is printed; 0 unless given. */
  readonly debugLevel?: number | undefined;
  /** Takes the debug lines; console.log unless given. */
  readonly debugLog?: ((line: string) => void) | undefined;
}

/**
 * Reads a head, and gives a response whose body is read from the same source.
 *
 * The source is left just behind the message once its end has been read. It is cancelled when the bytes are no HTTP, and
 * when the response is closed before its end.
 *
 * @param source bytes from the first byte of the response
 * @param options what is known of the request, limits, leniencies, debug output
 * @returns the response once its head has been read
 * @throws any HTTPException about received bytes; the source's own error
 * @example
 * ```ts
 * import { byteSource } from "@httplib/headers";
 * import { readResponse } from "@httplib/response";
 * const source = byteSource(new TextEncoder().encode("HTTP/1.1 204 No Content\r\n\r\nnext record"));
 * const response = await readResponse(source);
 * if ((await response.read()).length !== 0 || (await source.read())!.length !== 11) throw new Error("unexpected");
 * ```
 */
export async function readResponse(
  source: ByteSource,
  options?: ReadResponseOptions,
): Promise<HTTPResponse> {
  const protocol = new ClientProtocol(options);
  const own = ownOptions(options);
  const upgrade = own.upgradeRequested === true ? { Connection: "upgrade", Upgrade: "x" } : {};
  protocol.sendHead(own.method ?? "GET", "/", upgrade);
  protocol.sendEnd();
  const debugLevel = own.debugLevel ?? 0;
  // oxlint-disable-next-line no-console -- the documents print debug output
  const debugLog = own.debugLog ?? console.log;
  const informational: ResponseHead[] = [];
  try {
    for (let event = protocol.next(); event !== HEAD; event = protocol.next()) {
      if (event === INFORMATIONAL) {
        informational.push(protocol.head!);
        if (debugLevel > 0) debugHead(protocol.head!).forEach((line) => debugLog(line));
      } else await feedFrom(source, protocol);
    }
  } catch (error) {
    letGo(source);
    throw error;
  }
  const driver = new SourceDriver(source, protocol);
  const response = new HTTPResponse({
    head: protocol.head!,
    informational,
    method: own.method ?? "GET",
    url: own.url ?? "",
    body: driver.body,
    debugLevel,
    debugLog,
    timings: {},
  });
  driver.body.receive();
  return response;
}

async function feedFrom(source: ByteSource, protocol: ClientProtocol): Promise<void> {
  const run = await source.read();
  if (run === null) protocol.feedEnd();
  else protocol.feed(run);
}

/** Nothing more is read: a file can be closed, a generator ended. Whether that works is its owner's business. */
function letGo(source: ByteSource): void {
  const cancelled = (async () => source.cancel?.())();
  cancelled.catch(() => {});
}

/** Feeds the protocol while a read waits. */
class SourceDriver implements BodyDriver {
  readonly #source: ByteSource;
  readonly #protocol: ClientProtocol;
  readonly body: ResponseBody;
  #waiting = false;

  constructor(source: ByteSource, protocol: ClientProtocol) {
    this.#source = source;
    this.#protocol = protocol;
    this.body = new ResponseBody(protocol, this);
  }

  setWaiting(waiting: boolean): void {
    this.#waiting = waiting;
    if (waiting) void this.#pump();
  }

  onEnd(): void {
    this.#waiting = false;
    // The chunks of a source belong to their reader, so this view stays good.
    const { rest } = this.#protocol;
    if (rest.length > 0) this.#source.unread(rest);
  }

  abandon(): void {
    this.#waiting = false;
    letGo(this.#source);
  }

  fileno(): number {
    throw new UnimplementedFileMode({
      message:
        "Cannot give a file descriptor: found a response read from a source, expected one from a socket",
    });
  }

  async #pump(): Promise<void> {
    try {
      while (this.#waiting) {
        await feedFrom(this.#source, this.#protocol);
        this.body.receive();
      }
    } catch (error) {
      this.body.fail(error);
    }
  }
}
