/**
 * `npm run test:runtimes` behind its installations: the packed packages inside every runtime that they are made for.
 *
 * The last line is `N passed, N failed`. A known limit of a runtime counts as neither.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openPeers } from "../peer/open-peers.ts";
import { LIMITS } from "./limits.ts";
import { CODELESS, nodeLikes } from "./node-likes.ts";
import { judge, type Outcome } from "./outcome.ts";
import { makeSandbox } from "./sandbox.ts";
import { runSmoke } from "./smoke-run.ts";
import { runVitest } from "./vitest-run.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..");

const peers = await openPeers();
const sandbox = await makeSandbox(ROOT);
const outcomes: Outcome[] = [];

/** Runs one part and says how long it took. */
async function part(what: string, run: () => Promise<readonly Outcome[]>): Promise<void> {
  const before = performance.now();
  const found = await run();
  const seconds = ((performance.now() - before) / 1000).toFixed(1);
  const failed = found.filter(({ error }) => error !== null).length;
  console.log(`${what}: ${found.length - failed} of ${found.length} (${seconds} s)`);
  outcomes.push(...found);
}

const stageFile = join(sandbox.folder, "stage.json");
writeFileSync(stageFile, JSON.stringify(peers.stage));
const runtimes = [...nodeLikes(ROOT), CODELESS];
for (const runtime of runtimes) {
  await part(`smoke in ${runtime.name}`, () => runSmoke(runtime, sandbox, stageFile));
}
for (const runtime of runtimes) {
  await part(`tests in ${runtime.name}`, () => runVitest(runtime, ROOT, sandbox.folder));
}

sandbox.close();
await peers.close();

const verdicts = judge(outcomes, LIMITS);
const count = (kind: string): number => verdicts.filter((one) => one.kind === kind).length;
for (const { kind, text } of verdicts) {
  if (kind !== "passed") console.log(`${kind === "failed" ? "FAILED" : "limit "} ${text}`);
}
console.log(`${count("passed")} passed, ${count("failed")} failed`);
process.exitCode = count("failed") === 0 ? 0 : 1;
