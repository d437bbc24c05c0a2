/**
 * The contract of a transport, against a peer of Node's own: what a runtime's tests with a peer of the same runtime cannot show is
 * whose fault a failure is.
 *
 * All rules use the page `/upgrade`, which gives every byte back, and ends its half when we have ended ours.
 */
import { connect, type Transport, type TransportHandler } from "@httplib/transport";
import { firstWrong, pattern } from "../../pattern.ts";
import { CheckFailure, holds, same, textOf } from "../check.ts";
import type { Case } from "../run-cases.ts";
import { HOST, type Stage } from "../stage.ts";

const BLOCK = 16_384;
const READY = "ready";

/** A handler that writes down what it is told, and can be waited for. */
class Recorder implements TransportHandler {
  readonly events: string[] = [];
  received = 0;
  head = "";
  /** Bytes behind the 101 are checked against the pattern from here. */
  #echoed = -1;
  onChunk: () => void = () => {};
  #look: () => void = () => {};

  onData(chunk: Uint8Array): void {
    this.received += chunk.length;
    if (this.#echoed < 0) {
      this.head += textOf(chunk);
    } else {
      if (firstWrong(chunk, this.#echoed) >= 0) this.events.push(`wrong behind ${this.#echoed}`);
      this.#echoed += chunk.length;
    }
    this.onChunk();
    this.#look();
  }
  onEnd(): void {
    this.#note("end");
  }
  onDrain(): void {
    this.#note("drain");
  }
  onError(error: Error): void {
    this.#note(`error ${error.name}`);
  }
  onClose(): void {
    this.#note("close");
  }
  /** From now on the pattern is expected. */
  begin(): void {
    this.#echoed = 0;
    this.received = 0;
  }
  until(ready: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (ready()) resolve();
      };
      this.#look();
    });
  }
  #note(event: string): void {
    this.events.push(event);
    this.#look();
  }
}

interface Open {
  readonly transport: Transport;
  readonly heard: Recorder;
}

type Opener = (heard: Recorder) => Promise<Transport>;

function openers({ ports, trust }: Stage): readonly (readonly [string, Opener])[] {
  const tunnel = async (heard: Recorder, outer: Transport): Promise<Transport> => {
    outer.write(
      `CONNECT ${HOST}:${ports.secure} HTTP/1.1\r\nHost: ${HOST}:${ports.secure}\r\n\r\n`,
    );
    await heard.until(() => heard.head.includes("\r\n\r\n"));
    heard.head = "";
    return outer.startTLS(trust, { host: HOST, port: ports.secure });
  };
  const plain = { host: HOST, port: ports.plain };
  const secure = { host: HOST, port: ports.secure, tls: trust };
  return [
    ["TCP", (heard) => connect(plain, heard)],
    ["TLS", (heard) => connect(secure, heard)],
    ["TLS started later", async (heard) => tunnel(heard, await connect(plain, heard))],
    ["TLS in TLS", async (heard) => tunnel(heard, await connect(secure, heard))],
  ];
}

async function open(opener: Opener): Promise<Open> {
  const heard = new Recorder();
  const transport = await opener(heard);
  transport.write(
    `GET /upgrade HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n`,
  );
  await heard.until(() => heard.head.endsWith(READY));
  heard.begin();
  return { transport, heard };
}

/** Writes blocks of the pattern until there is no room. */
function fill(transport: Transport, most: number): number {
  let written = 0;
  while (written < most) {
    const isRoom = transport.write(pattern(written, written + BLOCK));
    written += BLOCK;
    if (!isRoom) break;
  }
  return written;
}

const rules: readonly (readonly [string, (open: Open) => Promise<void>])[] = [
  [
    "after write() has said no there is one onDrain, and every byte comes back",
    async ({ transport, heard }) => {
      const written = fill(transport, 64_000_000);
      holds(written < 64_000_000, "write() never says no");
      same(heard.events, [], "before the drain");
      await heard.until(() => heard.events.includes("drain") && heard.received === written);
      same(heard.events, ["drain"]);
    },
  ],
  [
    "pause() stops reading, resume() gives everything in order",
    async ({ transport, heard }) => {
      transport.pause();
      const written = fill(transport, 100_000);
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
      same(heard.received, 0, "bytes while paused");
      transport.resume();
      await heard.until(() => heard.received === written);
    },
  ],
  [
    "pause() inside onData holds until resume()",
    async ({ transport, heard }) => {
      let isPaused = false;
      let early = 0;
      heard.onChunk = () => {
        if (isPaused) early++;
        isPaused = true;
        transport.pause();
        setTimeout(() => {
          isPaused = false;
          transport.resume();
        }, 0);
      };
      let written = 0;
      while (written < 500_000) {
        transport.write(pattern(written, written + BLOCK));
        written += BLOCK;
      }
      await heard.until(() => heard.received === written);
      same(early, 0, "chunks while paused");
    },
  ],
  [
    "our end does not end the peer's half: what is on its way still comes, then its end",
    async ({ transport, heard }) => {
      const written = fill(transport, 200_000);
      transport.end();
      await heard.until(() => heard.events.includes("close"));
      same(heard.received, written);
      same(
        heard.events.filter((event) => event !== "drain"),
        ["end", "close"],
      );
    },
  ],
  [
    "destroy() is told once and nothing follows",
    async ({ transport, heard }) => {
      fill(transport, 200_000);
      transport.destroy();
      transport.destroy();
      await heard.until(() => heard.events.includes("close"));
      same(heard.events.at(-1), "close");
      same(heard.events.filter((event) => event === "close").length, 1);
    },
  ],
];

/** @param without - Wires that the runtime does not have. */
export function transportCases(stage: Stage, without: readonly string[] = []): readonly Case[] {
  return openers(stage)
    .filter(([wire]) => !without.includes(wire))
    .flatMap(([wire, opener]) =>
      rules.map(([rule, run]) => ({
        name: `transport, ${wire}: ${rule}`,
        run: async () => {
          const opened = await open(opener);
          try {
            await run(opened);
          } finally {
            opened.transport.destroy();
          }
          const wrong = opened.heard.events.find((event) => event.startsWith("wrong"));
          if (wrong !== undefined) throw new CheckFailure(wrong);
        },
      })),
    );
}
