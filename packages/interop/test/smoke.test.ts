/**
 * The smoke cases on the sources, in the Node that runs the tests: what fails here is no matter of runtimes and tarballs. And the
 * peer as such.
 */
import { readFileSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import { openPeers } from "../src/peer/open-peers.ts";
import { connectionCases } from "../src/smoke/cases/connections.ts";
import { exchangeCases } from "../src/smoke/cases/exchanges.ts";
import { fetchCases, partCases } from "../src/smoke/cases/parts.ts";
import { streamCases } from "../src/smoke/cases/streams.ts";
import { NODE_DISTRUST, tlsCases, tlsOptionCases } from "../src/smoke/cases/tls.ts";
import { transportCases } from "../src/smoke/cases/transports.ts";
import { plainTo } from "../src/smoke/client.ts";
import { type Case, runCases } from "../src/smoke/run-cases.ts";

const peers = await openPeers();
const { stage } = peers;
afterAll(() => peers.close());

const cases: readonly Case[] = [
  ...partCases,
  ...fetchCases,
  ...streamCases,
  ...exchangeCases({ name: "TCP", open: () => plainTo(stage) }),
  ...transportCases(stage),
  ...connectionCases(stage, { code: "ECONNREFUSED" }),
  ...tlsCases(stage, NODE_DISTRUST),
  ...tlsOptionCases(stage, NODE_DISTRUST),
];

test.each(cases.map((one) => [one.name, one] as const))("%s", async (_name, one) => {
  const errors: (string | null)[] = [];
  await runCases([one], ({ error }) => void errors.push(error));
  expect(errors).toEqual([null]);
});

test("case names are unique: the table of limits tells them apart by name", () => {
  const names = cases.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test("the runtimes are pinned to exact versions", () => {
  const url = new URL("../../../tools/runtimes/package.json", import.meta.url);
  const { optionalDependencies } = JSON.parse(readFileSync(url, "utf8")) as {
    optionalDependencies: Record<string, string>;
  };
  for (const version of Object.values(optionalDependencies)) {
    expect(version).toMatch(/^(npm:[\w-]+@)?\d+\.\d+\.\d+$/);
  }
});
