/**
 * `npm run test:runtimes` behind its installations: the packed packages inside every runtime that they are made for.
 *
 * The last line is `N passed, N failed`. What the table of limits names counts as neither. Arguments are parts to run, none means
 * all: `smoke`, `workerd`, `chromium`, `tests`, a part with a runtime, `tests:bun`, or one package there, `tests:bun/transport`.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openPeers } from "../peer/open-peers.ts";
import { print } from "../smoke/print.ts";
import { runChromium } from "./chromium-run.ts";
import { LIMITS } from "./limits.ts";
import { CODELESS, nodeLikes, workerdProgram } from "./node-likes.ts";
import { judge, type Outcome } from "./outcome.ts";
import { makeSandbox } from "./sandbox.ts";
import { runSmoke } from "./smoke-run.ts";
import { runVitest } from "./vitest-run.ts";
import { runWorkerd } from "./workerd-run.ts";

const ROOT = join(import.meta.dirname, "..", "..", "..", "..");

const wanted = process.argv.slice(2);
const outcomes: Outcome[] = [];

function isWanted(kind: string, runtime: string): boolean {
  if (wanted.includes(kind) || wanted.includes(`${kind}:${runtime}`)) return true;
  return kind === "tests" && packagesFor(runtime).length > 0;
}

/** The packages named in `tests:runtime/package`. */
function packagesFor(runtime: string): string[] {
  const prefix = `tests:${runtime}/`;
  return wanted.filter((one) => one.startsWith(prefix)).map((one) => one.slice(prefix.length));
}

/** Runs one part and says how long it took; a part that cannot run is one failure. */
async function part(
  kind: string,
  runtime: string,
  run: () => Promise<readonly Outcome[]>,
): Promise<void> {
  if (wanted.length > 0 && !isWanted(kind, runtime)) return;
  const before = performance.now();
  let found: readonly Outcome[];
  try {
    found = await run();
  } catch (error) {
    found = [{ runtime, suite: kind, name: "the part runs", error: String(error) }];
  }
  const seconds = ((performance.now() - before) / 1000).toFixed(1);
  const well = found.filter(({ error }) => error === null).length;
  print(`${kind} in ${runtime}: ${well} of ${found.length} (${seconds} s)`);
  outcomes.push(...found);
}

const peers = await openPeers();
const sandbox = await makeSandbox(ROOT);
try {
  const stageFile = join(sandbox.folder, "stage.json");
  writeFileSync(stageFile, JSON.stringify(peers.stage));
  const runtimes = [...nodeLikes(ROOT), CODELESS];
  for (const one of runtimes) {
    await part("smoke", one.name, () => runSmoke(one, sandbox, stageFile));
  }
  await part("workerd", "workerd", () => runWorkerd(workerdProgram(ROOT), sandbox, peers.stage));
  await part("chromium", "chromium", () => runChromium(sandbox));
  for (const one of runtimes) {
    // In the Node that runs this, `npm test` runs them.
    if (one.name === "node" && wanted.length === 0) continue;
    await part("tests", one.name, () =>
      runVitest(one, ROOT, sandbox.folder, packagesFor(one.name)),
    );
  }
} finally {
  sandbox.close();
  await peers.close();
}

if (outcomes.length === 0)
  print(`Cannot run ${wanted.join(", ")}: expected parts such as smoke, tests or tests:bun`);
const verdicts = judge(outcomes, LIMITS);
const count = (kind: string): number => verdicts.filter((one) => one.kind === kind).length;
print("");
for (const { kind, text } of verdicts) {
  if (kind !== "passed") print(`${kind === "failed" ? "FAILED" : "limit "} ${text}`);
}
if (count("limit") > 0) print(`${count("limit")} known limits of runtimes, each with its reason`);
print(`${count("passed")} passed, ${count("failed")} failed`);
process.exitCode = outcomes.length > 0 && count("failed") === 0 ? 0 : 1;
