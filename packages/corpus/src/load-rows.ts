/**
 * Reads the rows from the files beside this package. The only file here that needs node.
 */
import { readFileSync } from "node:fs";
import { parseRequestRow, parseResponseRow, parseScenarioRow } from "./parse-rows.ts";
import type { RequestRow, ResponseRow, ScenarioRow } from "./rows.ts";

function linesOf(name: string): string[] {
  const url = new URL(`../data/${name}.jsonl`, import.meta.url);
  return readFileSync(url, "utf8").split("\n").filter(Boolean);
}

/**
 * All response rows, in file order.
 *
 * @throws TypeError naming the row when a field has another type than the format says.
 * @example
 * ```ts
 * import { loadResponses } from "@httplib/corpus";
 *
 * const row = loadResponses().find(({ id }) => id === "CL-045");
 * if (row?.expected.error?.class !== "IncompleteRead") throw new Error("a short body");
 * ```
 */
export function loadResponses(): ResponseRow[] {
  return linesOf("responses").map(parseResponseRow);
}

/**
 * All request rows, in file order.
 *
 * @throws TypeError naming the row when a field has another type than the format says.
 */
export function loadRequests(): RequestRow[] {
  return linesOf("requests").map(parseRequestRow);
}

/**
 * All scenario rows, in file order.
 *
 * @throws TypeError naming the row when a field has another type than the format says.
 */
export function loadScenarios(): ScenarioRow[] {
  return linesOf("scenarios").map(parseScenarioRow);
}
