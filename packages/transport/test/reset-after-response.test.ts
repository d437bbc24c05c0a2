/** An upload that is answered and then reset: the answer must arrive, every time. */
import { connect, type ConnectTarget } from "@httplib/transport";
import { fork } from "node:child_process";
import { afterEach, expect, test } from "vitest";
import { Recorder } from "./support/recorder.ts";
import { certificates } from "./support/wires.ts";

const disconnects: (() => void)[] = [];
afterEach(() => {
  for (const disconnect of disconnects.splice(0)) disconnect();
});

/** Starts the peer in a process of its own; it ends when it is disconnected. */
async function startPeer(identity: object): Promise<number> {
  const peer = fork(new URL("support/reset-peer.mjs", import.meta.url), { execArgv: [] });
  disconnects.push(() => peer.connected && peer.disconnect());
  peer.send(identity);
  return new Promise((resolve, reject) => {
    peer.once("error", reject);
    peer.once("message", ({ port }: { port: number }) => resolve(port));
  });
}

const block = new Uint8Array(65_536);
const MOST = 1000; // blocks; the reset comes after the first few

/** Uploads until the wire says that it is broken; tells what came back. */
async function upload(target: ConnectTarget): Promise<Recorder> {
  const heard = new Recorder();
  const transport = await connect(target, heard);
  let sent = 0;
  const fill = (): void => {
    while (sent++ < MOST && transport.write(block));
  };
  const drained = heard.onDrain.bind(heard);
  heard.onDrain = () => {
    drained();
    fill();
  };
  transport.write("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 65536000\r\n\r\n");
  fill();
  await heard.has("close");
  return heard;
}

test.each([
  ["TCP", 300],
  ["TLS", 100],
] as const)(
  "%s: an answer that came before the reset is never lost (%d times)",
  async (kind, times) => {
    const port = await startPeer(kind === "TLS" ? certificates.server : {});
    const target = {
      host: "127.0.0.1",
      port,
      ...(kind === "TLS" ? { tls: { ca: certificates.ca } } : {}),
    };
    let kept = 0;
    let failedWrites = 0;
    for (let i = 0; i < times; i++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      const heard = await upload(target);
      if (heard.received > 1000 && heard.text.startsWith("HTTP/1.1 413")) kept++;
      if (heard.log.some((entry) => entry.startsWith("error"))) failedWrites++;
      expect(heard.faults).toEqual([]);
      expect(heard.log.at(-1)).toBe("close");
    }
    expect(kept).toBe(times);
    expect(failedWrites).toBeGreaterThan(0); // else this test has not tested anything
  },
);
