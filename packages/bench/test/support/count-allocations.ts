/** The process of allocations.test.ts: GETs in turn over a real socket, and what they leave on the heap. */
import { HTTPConnection } from "@httplib/client";
import { PerformanceObserver } from "node:perf_hooks";

const WARM_UP = 3000;
const REQUESTS = 2000;

const [, , port = "", path = ""] = process.argv;
const connection = new HTTPConnection("127.0.0.1", Number(port));

async function get(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await connection.request("GET", path);
    const response = await connection.getResponse();
    await response.read();
  }
}

let collections = 0;
const observer = new PerformanceObserver((list) => {
  collections += list.getEntries().length;
});

await get(WARM_UP);
globalThis.gc?.();
observer.observe({ entryTypes: ["gc"] });
const before = process.memoryUsage();
await get(REQUESTS);
const after = process.memoryUsage();
observer.disconnect();
process.stdout.write(
  JSON.stringify({
    heap: (after.heapUsed - before.heapUsed) / REQUESTS,
    buffers: (after.arrayBuffers - before.arrayBuffers) / REQUESTS,
    collections,
  }),
);
await connection.close();
