/**
 * A process that reads one long body and tells by how much the most memory it ever had exceeds what it had before.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { HTTPConnection } from "@httplib/client";
import { checkLength } from "../peers/payload.ts";
import { pathOf } from "../replies.ts";
import type { Reading } from "../work.ts";

/** What the process is started with. */
export interface StreamTask {
  readonly port: number;
  readonly bytes: number;
  readonly reading: Reading;
}

/** Bytes of memory in use, and the most so far. Linux tells both and can forget the most; elsewhere it is that of the whole life. */
function resident(): { now: number; most: number } {
  try {
    const status = readFileSync("/proc/self/status", "utf8");
    const kilobytes = (name: string): number =>
      Number(new RegExp(`${name}:\\s*(\\d+)`).exec(status)?.[1]) * 1024;
    return { now: kilobytes("VmRSS"), most: kilobytes("VmHWM") };
  } catch {
    return { now: process.memoryUsage.rss(), most: process.resourceUsage().maxRSS * 1024 };
  }
}

function forgetMost(): void {
  try {
    writeFileSync("/proc/self/clear_refs", "5");
  } catch {
    // Not Linux.
  }
}

async function read(connection: HTTPConnection, bytes: number, reading: Reading): Promise<void> {
  await connection.request("GET", pathOf({ bytes, chunk: 0, fields: 4 }));
  const response = await connection.getResponse();
  let total = 0;
  if (reading === "into") {
    const buffer = new Uint8Array(65_536);
    for (let filled = -1; filled !== 0; total += filled) filled = await response.readInto(buffer);
  } else {
    for await (const run of response) total += run.length;
  }
  checkLength(total, bytes);
}

// oxlint-disable-next-line no-unsafe-type-assertion -- written by footprint.ts
const { port, bytes, reading } = JSON.parse(process.argv[2] ?? "{}") as StreamTask;
const connection = new HTTPConnection("127.0.0.1", port);
await read(connection, 100, reading);
forgetMost();
const before = resident().now;
await read(connection, bytes, reading);
process.send?.(resident().most - before);
