// A response fed by hand, with a driver that writes down what it is told. Every fed chunk is overwritten when receive() has
// returned, as the receive buffer of a transport is.

import { encodeLatin1, latin1 } from "@httplib/bytes";
import { byteSource } from "@httplib/headers";
import { ClientProtocol, type ProtocolOptions, type ResponseHead } from "@httplib/protocol";
import {
  type BodyDriver,
  HTTPResponse,
  type ReadResponseOptions,
  ResponseBody,
  readResponse,
} from "../src/index.ts";

export const bytes = (text: string): Uint8Array<ArrayBuffer> => encodeLatin1(text);
export const text = (run: Uint8Array): string => latin1(run);

export interface WireOptions {
  readonly method?: string;
  readonly upgradeRequested?: boolean;
  readonly protocol?: ProtocolOptions;
  readonly debugLevel?: number;
  readonly url?: string;
}

export class Wire implements BodyDriver {
  readonly protocol: ClientProtocol;
  readonly body: ResponseBody;
  readonly response: HTTPResponse;
  /** What the driver was told, in order. */
  readonly told: string[] = [];
  readonly printed: string[] = [];
  /** Fed one by one in a later microtask while a read waits; a function is called in its turn. */
  pieces: (string | Uint8Array | (() => void))[] = [];
  /** The most that was ever parked when nobody waited. */
  mostParked = 0;
  /** What the driver was told last: whether a read waits. */
  isWaiting = false;

  /** @param first the head, perhaps with the beginning of the body */
  constructor(first: string | Uint8Array, options: WireOptions = {}) {
    const method = options.method ?? "GET";
    this.protocol = new ClientProtocol(options.protocol);
    const upgrade = options.upgradeRequested === true ? { Upgrade: "x" } : {};
    this.protocol.sendHead(method, "/", upgrade);
    this.protocol.sendEnd();
    const lent = typeof first === "string" ? bytes(first) : first.slice();
    this.protocol.feed(lent);
    const informational: ResponseHead[] = [];
    while (this.protocol.next() === 1) informational.push(this.protocol.head!);
    this.body = new ResponseBody(this.protocol, this);
    this.response = new HTTPResponse({
      head: this.protocol.head!,
      informational,
      method,
      url: options.url ?? "/",
      body: this.body,
      debugLevel: options.debugLevel ?? 0,
      debugLog: (line) => this.printed.push(line),
      timings: {},
    });
    this.body.receive();
    lent.fill(0xaa);
    this.#note();
  }

  /** Feeds one chunk. */
  feed(run: string | Uint8Array): void {
    const lent = typeof run === "string" ? bytes(run) : run.slice();
    this.protocol.feed(lent);
    this.body.receive();
    lent.fill(0xaa);
    this.#note();
  }

  /** The peer closes. */
  end(): void {
    this.protocol.feedEnd();
    this.body.receive();
  }

  setWaiting(waiting: boolean): void {
    this.told.push(waiting ? "waits" : "pauses");
    this.isWaiting = waiting;
    if (waiting && this.pieces.length > 0) queueMicrotask(() => this.#supply());
  }

  onEnd(): void {
    this.told.push("end");
    this.isWaiting = false;
  }

  onClosed(read: boolean): void {
    this.told.push(read ? "closed read" : "closed unread");
  }

  abandon(): void {
    this.told.push("abandon");
    this.isWaiting = false;
  }

  fileno(): number {
    return 7;
  }

  #supply(): void {
    while (this.isWaiting) {
      const piece = this.pieces.shift();
      if (piece === undefined) return;
      if (typeof piece === "function") piece();
      else this.feed(piece);
    }
  }

  #note(): void {
    if (!this.isWaiting) this.mostParked = Math.max(this.mostParked, this.body.parked);
  }
}

/** A response read from one array or several. */
export function fromSource(
  wire: string | readonly string[],
  options?: ReadResponseOptions,
): Promise<HTTPResponse> {
  const runs = typeof wire === "string" ? [wire] : wire;
  return readResponse(byteSource(runs.map(bytes)), options);
}

export const lengthHead = (length: number): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\n\r\n`;
export const CHUNKED_HEAD = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
export const CLOSE_HEAD = "HTTP/1.1 200 OK\r\n\r\n";

/** One chunk, or the last one and the blank line behind it. */
export function chunk(payload = ""): string {
  return `${payload.length.toString(16)}\r\n${payload}\r\n`;
}
