/**
 * data/failing.json names the rows that do not pass yet. It may only shrink: a row that is not named
 * must pass, and a row that is named must fail.
 */
import { readFileSync } from "node:fs";
import { expect } from "vitest";

type ListName = "responses" | "parseResponse" | "readResponse" | "requests";

const url = new URL("../data/failing.json", import.meta.url);
const lists = JSON.parse(readFileSync(url, "utf8")) as Record<ListName, string[]>;

/** Fails on differences in a row that is not listed, and on none in a row that is. */
export function expectRow(list: ListName, id: string, lines: readonly string[]): void {
  if (!lists[list].includes(id)) {
    expect(lines.join("\n")).toBe("");
    return;
  }
  expect(lines, `${id} passes now: take it out of data/failing.json`).not.toEqual([]);
}

/** The listed ids that are no row at all. */
export function strayIds(list: ListName, ids: readonly string[]): string[] {
  return lists[list].filter((id) => !ids.includes(id));
}
