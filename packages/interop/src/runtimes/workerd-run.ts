/** Bundles the worker the way its users do, and runs it in workerd with our authority as the only trusted one. */
import { build } from "esbuild";
import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Stage } from "../smoke/stage.ts";
import type { Outcome } from "./outcome.ts";
import { runProgram } from "./run-program.ts";
import type { Sandbox } from "./sandbox.ts";
import { toOutcomes } from "./smoke-run.ts";

const LIMIT = 90_000;

// Loopback is closed to workers unless the network allows it.
const CONFIG = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      bindings = [
        (name = "STAGE", text = embed "stage.json"),
        (name = "CORPUS", text = embed "responses.jsonl"),
      ],
      compatibilityDate = "2026-11-01",
    )),
    (name = "internet", network = (
      allow = ["local", "private"],
      tlsOptions = (trustBrowserCas = false, trustedCertificates = [embed "ca.pem"]),
    )),
  ],
);
`;

export async function runWorkerd(
  program: string,
  sandbox: Sandbox,
  stage: Stage,
): Promise<Outcome[]> {
  const inFolder = (name: string): string => join(sandbox.folder, name);
  await build({
    entryPoints: [sandbox.program("smoke/worker.js")],
    outfile: inFolder("worker.js"),
    bundle: true,
    format: "esm",
    conditions: ["workerd", "worker"],
    external: ["cloudflare:*", "node:*"],
    absWorkingDir: sandbox.folder,
    logLevel: "warning",
  });
  const corpus = join(sandbox.packageFolder("corpus"), "data", "responses.jsonl");
  copyFileSync(corpus, inFolder("responses.jsonl"));
  writeFileSync(inFolder("ca.pem"), stage.trust.ca ?? "");
  writeFileSync(inFolder("stage.json"), JSON.stringify(stage));
  writeFileSync(inFolder("config.capnp"), CONFIG);
  const ended = await runProgram(program, ["test", "config.capnp"], {
    cwd: sandbox.folder,
    limit: LIMIT,
  });
  return toOutcomes("workerd", ended);
}
