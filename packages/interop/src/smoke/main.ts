/**
 * The smoke program for runtimes with the modules of Node: `main.js <stage.json>`. One line of JSON a case on stdout.
 *
 * The packages are imported behind a snapshot of the globals, so that a package which adds or changes one is found out.
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { CheckFailure } from "./check.ts";
import { print } from "./print.ts";
import { type Case, type Result, runCases } from "./run-cases.ts";
import type { Stage } from "./stage.ts";

const globalNames = (): string => Reflect.ownKeys(globalThis).map(String).join(" ");
const builtIns: readonly { readonly prototype: object }[] = [
  Object,
  Array,
  Promise,
  Uint8Array,
  String,
  Function,
  Error,
  Map,
];
const members = (): string =>
  builtIns
    .map((one) => [...Reflect.ownKeys(one), ...Reflect.ownKeys(one.prototype)].map(String))
    .join(" ");

// oxlint-disable-next-line no-unsafe-type-assertion -- written by openPeers()
const stage = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as Stage;
const corpus = createRequire(import.meta.url).resolve("@httplib/corpus/data/responses.jsonl");

const before = [globalNames(), members()];
const { fetchCases, partCases } = await import("./cases/parts.ts");
const { streamCases } = await import("./cases/streams.ts");
const { exchangeCases } = await import("./cases/exchanges.ts");
const { connectionCases } = await import("./cases/connections.ts");
const { NODE_DISTRUST, tlsCases, tlsOptionCases } = await import("./cases/tls.ts");
const { transportCases } = await import("./cases/transports.ts");
const { hostCases, hostWires } = await import("./cases/host.ts");
const { corpusCases } = await import("./cases/corpus.ts");
const after = [globalNames(), members()];

const untouched: Case = {
  name: "importing the packages changes no global and no built-in",
  run() {
    if (after.join() !== before.join()) throw new CheckFailure("a global or a built-in changed");
  },
};

const cases: readonly Case[] = [
  untouched,
  ...partCases,
  ...fetchCases,
  ...streamCases,
  ...hostWires(stage).flatMap(exchangeCases),
  ...transportCases(stage),
  ...connectionCases(stage, { code: "ECONNREFUSED" }),
  ...tlsCases(stage, NODE_DISTRUST),
  ...tlsOptionCases(stage, NODE_DISTRUST),
  ...hostCases(stage),
  ...corpusCases(readFileSync(corpus, "utf8")),
];

await runCases(cases, (result: Result) => print(JSON.stringify(result)));
