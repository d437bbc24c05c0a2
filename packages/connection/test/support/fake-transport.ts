/**
 * A transport that does nothing by itself: the test calls the handler and sees every call of the connection, at the moment it is made.
 */
import { latin1 } from "@httplib/bytes";
import type { Connect, ConnectTarget, Transport, TransportHandler } from "@httplib/transport";
import { bytes } from "./open.ts";

export class FakeTransport implements Transport {
  handler: TransportHandler;
  readonly target: ConnectTarget;
  readonly info: Transport["info"] = {};
  undrained = false;
  /** The calls of the connection, in their order: `write "…"`, `cork`, `pause` and so on. */
  readonly calls: string[] = [];
  /** What write() returns. */
  hasRoom = true;

  constructor(target: ConnectTarget, handler: TransportHandler) {
    this.target = target;
    this.handler = handler;
  }

  write(data: string | Uint8Array): boolean {
    this.calls.push(`write ${JSON.stringify(typeof data === "string" ? data : latin1(data))}`);
    return this.hasRoom;
  }

  cork(): void {
    this.calls.push("cork");
  }

  uncork(): void {
    this.calls.push("uncork");
  }

  limitNextRead(most: number): void {
    this.calls.push(`limitNextRead ${most}`);
  }

  pause(): void {
    this.calls.push("pause");
  }

  resume(): void {
    this.calls.push("resume");
  }

  ref(): void {
    this.calls.push("ref");
  }

  unref(): void {
    this.calls.push("unref");
  }

  startTLS(): Promise<Transport> {
    this.calls.push("startTLS");
    return Promise.resolve(this);
  }

  end(): void {
    this.calls.push("end");
  }

  destroy(): void {
    this.calls.push("destroy");
  }

  /** Bytes come; they are overwritten afterwards, as those of a socket are. */
  receive(text: string): void {
    const chunk = bytes(text);
    this.handler.onData(chunk);
    chunk.fill(0xaa);
  }
}

/** A Connect, and the transports it has made. */
export function fakeConnect(): { connect: Connect; transports: FakeTransport[] } {
  const transports: FakeTransport[] = [];
  const connect: Connect = (target, handler) => {
    const transport = new FakeTransport(target, handler);
    transports.push(transport);
    return Promise.resolve(transport);
  };
  return { connect, transports };
}
