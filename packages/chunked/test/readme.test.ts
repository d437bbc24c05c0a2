/** The README against the package: exports, members, limits and codes that are there, each named. */

import { readFileSync } from "node:fs";
import { DEFAULT_LIMITS } from "@httplib/headers/machine";
import { describe, expect, test } from "vitest";
import * as chunked from "../src/index.ts";
import * as stream from "../src/stream.ts";

const read = (name: string): string => readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
const readme = read("README.md");

function section(heading: string): string {
  const found = readme.split(/^## /m).find((each) => each.startsWith(heading));
  if (found === undefined) throw new Error(`no section ${heading}`);
  return found;
}

describe("the README", () => {
  test("names every export", () => {
    const names = [...Object.keys(chunked), ...Object.keys(stream), "ChunkedOptions"];
    expect(names.filter((name) => !readme.includes(`\`${name}`))).toEqual([]);
  });

  test.each([
    [
      "Decoding in pieces",
      [...Object.getOwnPropertyNames(chunked.ChunkedDecoder.prototype), "end"],
    ],
    ["Encoding in pieces", Object.getOwnPropertyNames(chunked.ChunkedEncoder.prototype)],
  ])("names every member: %s", (heading, members) => {
    const names = members.filter((name) => name !== "constructor");
    expect(names.filter((name) => !section(heading).includes(`\`${name}`))).toEqual([]);
  });

  test("has the defaults of the limits", () => {
    for (const name of [
      "maxChunkOverhead",
      "maxLineBytes",
      "maxHeadBytes",
      "maxHeaderFields",
    ] as const) {
      expect(section("Limits")).toContain(`\`${name}\``);
      expect(section("Limits")).toContain(`${DEFAULT_LIMITS[name]}`);
    }
  });

  test("has the codes that the sources throw", () => {
    const sources = [
      "chunk-line",
      "chunked-decoder",
      "chunked-encoder",
      "trailer-fields",
      "stream",
    ];
    const codes = sources.flatMap((name) =>
      Array.from(read(`src/${name}.ts`).matchAll(/"([A-Z]+(?:_[A-Z]+)+)"/g), ([, code]) => code!),
    );
    expect(new Set(codes).size).toBeGreaterThan(8);
    expect(
      [...new Set(codes)].filter((code) => !section("Errors").includes(`\`${code}\``)),
    ).toEqual([]);
  });
});
