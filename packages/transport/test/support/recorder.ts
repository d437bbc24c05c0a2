/**
 * A handler that writes down what it is told, and checks at every call what must hold always: nothing after onClose,
 * no data after onEnd, and no call while one of the transport's own methods is on the stack.
 */
import { latin1 } from "@httplib/bytes";
import type { Transport, TransportHandler } from "@httplib/transport";

export type Entry = "data" | "end" | "drain" | "close" | `error ${string}`;

export class Recorder implements TransportHandler {
  /** What happened, runs of data as one entry. */
  readonly log: Entry[] = [];
  /** Everything received. */
  text = "";
  received = 0;
  /** What must never happen. */
  readonly faults: string[] = [];
  readonly chunks: number[] = [];
  onChunk: (chunk: Uint8Array) => void = () => {};
  /** Set by `calling()`. */
  inside = "";
  #waits: { ready: () => boolean; done: () => void }[] = [];

  #note(entry: Entry): void {
    if (this.inside !== "") this.faults.push(`${entry} inside ${this.inside}()`);
    if (this.log.at(-1) === "close") this.faults.push(`${entry} after close`);
    if (entry === "data" && this.log.includes("end")) this.faults.push("data after end");
    if (entry !== "data" || this.log.at(-1) !== "data") this.log.push(entry);
  }

  #look(): void {
    const ready = this.#waits.filter((wait) => wait.ready());
    this.#waits = this.#waits.filter((wait) => !ready.includes(wait));
    for (const wait of ready) wait.done();
  }

  onData(chunk: Uint8Array): void {
    this.#note("data");
    this.chunks.push(chunk.length);
    this.received += chunk.length;
    if (this.received < 1_000_000) this.text += latin1(chunk);
    this.onChunk(chunk);
    this.#look();
  }

  onEnd(): void {
    this.#note("end");
    this.#look();
  }

  onDrain(): void {
    this.#note("drain");
    this.#look();
  }

  onError(error: Error): void {
    this.#note(`error ${"code" in error ? String(error.code) : error.message}`);
    this.#look();
  }

  onClose(): void {
    this.#note("close");
    this.#look();
  }

  /** Waits until something holds; asked again after each call. The test's own time limit bounds the wait. */
  until(ready: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#waits.push({ ready, done: resolve });
      this.#look();
    });
  }

  has(entry: Entry): Promise<void> {
    return this.until(() => this.log.includes(entry));
  }

  count(entry: Entry): number {
    return this.log.filter((one) => one === entry).length;
  }
}

/** Marks every call of a transport's methods, so that a handler call inside one is seen. */
export function watched(transport: Transport, recorder: Recorder): Transport {
  for (const name of ["write", "pause", "resume", "end", "destroy", "cork", "uncork"] as const) {
    const method = transport[name]?.bind(transport) as (...args: unknown[]) => unknown;
    Object.defineProperty(transport, name, {
      value: (...args: unknown[]): unknown => {
        recorder.inside = name;
        try {
          return method(...args);
        } finally {
          recorder.inside = "";
        }
      },
    });
  }
  return transport;
}

const later = setTimeout; // the real one, whatever a test makes of it
/** In Deno a turn is a timer: its setImmediate polls no socket. */
export const nextTurn: (done: () => void) => unknown =
  "Deno" in globalThis ? (done) => later(done, 0) : setImmediate;

/** Lets turns of the event loop pass. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    await new Promise<void>((resolve) => {
      nextTurn(resolve);
    });
  }
}
