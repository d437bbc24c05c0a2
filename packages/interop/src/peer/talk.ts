/**
 * The server's side of one connection: reads requests, writes whatever bytes a page wants.
 *
 * The parser here is naive on purpose and shares no line with the packages: a fault that both sides had in common would
 * be seen by nobody. It trusts its client, so it is fit for loopback only.
 */
import { setTimeout as delay } from "node:timers/promises";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/** One request head as it arrived. */
export interface PeerRequest {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  /** Field lines in wire order and case. */
  readonly fields: readonly (readonly [name: string, value: string])[];
}

/** Bytes that may wait here before the stream is told to stop. */
const ROOM = 1_048_576;

/** The value of the first field of this name. */
export function field({ fields }: PeerRequest, name: string): string | undefined {
  return fields.find(([given]) => given.toLowerCase() === name)?.[1];
}

/** See the top of this file. */
export class Talk {
  /** The number of the connection, from 1. */
  readonly number: number;
  readonly stream: Duplex;
  readonly #socket: Socket;
  #parts: Buffer[] = [];
  #waiting = 0;
  #ended = false;
  #wake: () => void = () => {};
  readonly #listeners: [event: string, listener: (chunk: Buffer) => void][] = [
    ["data", (chunk) => this.#receive(chunk)],
    ["end", () => this.#finish()],
    ["close", () => this.#finish()],
    ["error", () => this.#finish()],
  ];

  /**
   * @param stream - What the bytes come over, TLS or not.
   * @param socket - The socket below it, to reset.
   */
  constructor(stream: Duplex, socket: Socket, number: number) {
    this.stream = stream;
    this.#socket = socket;
    this.number = number;
    for (const [event, listener] of this.#listeners) stream.on(event, listener);
  }

  /** The next request; null when the client has closed. */
  async readRequest(): Promise<PeerRequest | null> {
    const first = await this.#readLine();
    if (first === null) return null;
    const [method = "", target = "", version = ""] = first.split(" ");
    return { method, target, version, fields: await this.#readFields() };
  }

  /**
   * Reads the body of a request.
   *
   * @returns its trailer fields
   * @throws Error when the client closes in the middle
   */
  async readBody(
    request: PeerRequest,
    take: (piece: Buffer) => void,
  ): Promise<PeerRequest["fields"]> {
    if (field(request, "transfer-encoding") === undefined) {
      await this.#readBytes(Number(field(request, "content-length") ?? 0), take);
      return [];
    }
    for (;;) {
      const size = Number.parseInt((await this.#readLine()) ?? "", 16);
      if (size === 0) return this.#readFields();
      await this.#readBytes(size, take);
      await this.#readLine();
    }
  }

  /** Writes text as ISO-8859-1, or bytes; resolves when there is room for more. */
  async write(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
    if (this.stream.destroyed || this.stream.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.stream.off("drain", done);
        this.stream.off("close", done);
        resolve();
      };
      this.stream.on("drain", done);
      this.stream.on("close", done);
    });
  }

  /** Lets a turn pass, so that what was written is a packet of its own. */
  async pause(): Promise<void> {
    await delay(2);
  }

  /** Ends our half behind everything written. */
  async end(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.stream.once("close", resolve);
      this.stream.end(resolve);
    });
  }

  /** Ends the connection below TLS: the client gets no close_notify. */
  cut(): void {
    this.#socket.destroy();
  }

  /** Breaks the connection. */
  reset(): void {
    this.#socket.resetAndDestroy();
  }

  /** Gives the stream away, and what has come and was not read. */
  handOver(): { stream: Duplex; rest: Buffer } {
    for (const [event, listener] of this.#listeners) this.stream.off(event, listener);
    this.stream.on("error", () => this.stream.destroy());
    return { stream: this.stream, rest: Buffer.concat(this.#parts) };
  }

  #receive(chunk: Buffer): void {
    this.#parts.push(chunk);
    this.#waiting += chunk.length;
    if (this.#waiting > ROOM) this.stream.pause();
    this.#wake();
  }

  #finish(): void {
    this.#ended = true;
    this.#wake();
  }

  /** Waits for bytes; false when none will come. */
  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    this.stream.resume();
    const before = this.#waiting;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return this.#waiting > before;
  }

  async #readLine(): Promise<string | null> {
    for (;;) {
      const all = Buffer.concat(this.#parts);
      const end = all.indexOf("\r\n");
      if (end >= 0) {
        this.#keep(all.subarray(end + 2));
        return all.toString("latin1", 0, end);
      }
      this.#keep(all);
      if (!(await this.#more())) return null;
    }
  }

  async #readFields(): Promise<PeerRequest["fields"]> {
    const fields: [string, string][] = [];
    for (;;) {
      const line = await this.#readLine();
      if (line === null || line === "") return fields;
      const colon = line.indexOf(":");
      fields.push([line.slice(0, colon), line.slice(colon + 1).trim()]);
    }
  }

  async #readBytes(count: number, take: (piece: Buffer) => void): Promise<void> {
    let missing = count;
    while (missing > 0) {
      const next = this.#parts[0];
      if (next === undefined) {
        if (!(await this.#more())) throw new Error(`the client closed ${missing} bytes early`);
        continue;
      }
      take(next.subarray(0, missing));
      this.#parts.shift();
      this.#waiting -= next.length;
      if (next.length > missing) this.#putBack(next.subarray(missing));
      missing -= Math.min(missing, next.length);
    }
  }

  #keep(rest: Buffer): void {
    this.#parts = [];
    this.#waiting = 0;
    if (rest.length > 0) this.#putBack(rest);
  }

  #putBack(rest: Buffer): void {
    this.#parts.unshift(rest);
    this.#waiting += rest.length;
  }
}
