/** The README against the package: members, events, limits, leniencies and states that are there, and no others. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ClientProtocol, ReadEvent, RequestHead } from "../src/index.ts";
import type { Lenient, Limits } from "../src/index.ts";
import { CLIENT_TABLE, SERVER_TABLE } from "../src/state.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

function section(heading: string): string {
  const found = readme.split(/^## /m).find((each) => each.startsWith(heading));
  if (found === undefined) throw new Error(`no section ${heading}`);
  return found;
}

/** What stands as code in the first cells of a section's tables. */
function firstCells(heading: string): string[] {
  const rows = section(heading)
    .split("\n")
    .filter((line) => line.startsWith("| `"));
  return rows.flatMap((row) =>
    Array.from((row.split("|")[1] ?? "").matchAll(/`(\w+)/g), ([, name]) => name!),
  );
}

function membersOf(type: { readonly prototype: object }): string[] {
  return Object.getOwnPropertyNames(type.prototype).filter((name) => name !== "constructor");
}

test("every public member of ClientProtocol is named", () => {
  const names = membersOf(ClientProtocol);
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !readme.includes(`\`${name}`))).toEqual([]);
  const listed = [...firstCells("Sending"), ...firstCells("Receiving")];
  const known = new Set([...names, ...Object.keys(ReadEvent)]);
  expect(listed.filter((name) => !known.has(name))).toEqual([]);
});

test("every public member of RequestHead is named", () => {
  const text = section("Sending");
  expect(membersOf(RequestHead).filter((name) => !text.includes(`\`${name}`))).toEqual([]);
});

test("every event has its row", () => {
  expect(firstCells("Receiving")).toEqual(expect.arrayContaining(Object.keys(ReadEvent)));
});

test("every state is in the drawing", () => {
  const drawing = section("States");
  for (const state of [...Object.keys(CLIENT_TABLE), ...Object.keys(SERVER_TABLE)]) {
    expect(drawing).toContain(state);
  }
});

test("every limit has its row with its default", () => {
  const limits: Limits = {
    maxLineBytes: 65_536,
    maxHeadBytes: 262_144,
    maxHeaderFields: 256,
    maxInformational: 100,
    maxChunkOverhead: 16_384,
  };
  const rows = section("Limits").split("\n");
  for (const [name, value] of Object.entries(limits)) {
    expect(rows.find((row) => row.includes(`\`${name}\``))).toMatch(new RegExp(`\\| ${value} `));
  }
  expect(new Set(firstCells("Limits"))).toEqual(new Set(Object.keys(limits)));
});

test("every leniency has its row", () => {
  const names: Record<keyof Lenient, true> = {
    bareLineFeed: true,
    lengthWithTransferEncoding: true,
    chunkedInHTTP10: true,
    spaceAfterChunkSize: true,
    skipInvalidFields: true,
    simpleResponse: true,
  };
  expect(new Set(firstCells("Leniencies"))).toEqual(new Set(Object.keys(names)));
});
