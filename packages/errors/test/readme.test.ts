// The README against the package: each class and each code has its row, and no row is of a class or a code that is not there.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { rows } from "./classes.ts";
import { others, received, requests, statusLine } from "./codes.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

/** The first cells of the table under a heading. */
function firstCells(heading: string): string[] {
  const section = readme.split(/^## /m).find((text) => text.startsWith(heading)) ?? "";
  return section
    .split("\n")
    .filter((line) => /^\|\s*(?:– )?`/.test(line))
    .map((line) => /`(\w+)`/.exec(line)?.[1] ?? "");
}

test("each class has its row, in the order of the tree", () => {
  const listed = firstCells("Classes");
  expect(new Set(listed)).toEqual(new Set(rows.map(({ name }) => name)));
  expect(listed).toHaveLength(rows.length);
  expect(listed.indexOf("RemoteDisconnected")).toBe(listed.indexOf("BadStatusLine") + 1);
});

test("each class that has fields of its own says so", () => {
  const silent = rows.flatMap(({ name, parent, fields }) => {
    const inherited = rows.find((row) => row.name === parent)?.fields ?? {};
    const line = readme
      .split("\n")
      .find((each) => new RegExp(`^\\|\\s*(?:– )?\`${name}\``).test(each));
    return Object.keys(fields)
      .filter((field) => !(field in inherited) && line?.includes(`\`.${field}\``) !== true)
      .map((field) => `${name}.${field}`);
  });
  expect(silent).toEqual([]);
});

test("each code has its row", () => {
  const listed = firstCells("Codes");
  expect(new Set(listed)).toEqual(new Set([...statusLine, ...received, ...requests, ...others]));
  expect(new Set(listed).size).toBe(listed.length);
});
