/** The README against the package: exports, members, limits and leniencies that are there, each named. */

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as headers from "../src/index.ts";
import { DEFAULT_LIMITS } from "../src/machine.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
const sources = ["field-syntax", "fields-input", "limits", "read-headers"].map((name) =>
  readFileSync(new URL(`../src/${name}.ts`, import.meta.url), "utf8"),
);

function section(heading: string): string {
  const found = readme.split(/^## /m).find((each) => each.startsWith(heading));
  if (found === undefined) throw new Error(`no section ${heading}`);
  return found;
}

describe("the README", () => {
  test("names every export", () => {
    expect(
      Object.keys(headers).filter(
        (name) => !readme.includes(`\`${name}`) && !readme.includes(`new ${name}(`),
      ),
    ).toEqual([]);
  });

  test("names every type that is exported", () => {
    const index = readFileSync(new URL("../src/index.ts", import.meta.url), "utf8");
    const types = Array.from(index.matchAll(/export type \{([^}]*)\}/g), ([, list]) =>
      list!.split(","),
    ).flat();
    const names = types.map((name) => name.trim());
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
  });

  test.each([
    ["HTTPMessage", headers.HTTPMessage.prototype],
    ["Parsing", headers.HeaderParser.prototype],
  ])("names every member: %s", (heading, prototype) => {
    const members = Object.getOwnPropertyNames(prototype).filter((name) => name !== "constructor");
    expect(members.filter((name) => !section(heading).includes(`\`${name}`))).toEqual([]);
  });

  test("has the defaults of the limits", () => {
    for (const name of ["maxLineBytes", "maxHeadBytes", "maxHeaderFields"] as const) {
      expect(section("Limits")).toMatch(new RegExp(`\`${name}\` +\\| ${DEFAULT_LIMITS[name]} `));
    }
  });

  test("has the codes that the sources throw", () => {
    const machine = readFileSync(new URL("../src/field-machine.ts", import.meta.url), "utf8");
    const codes = [machine, ...sources].flatMap((text) =>
      Array.from(text.matchAll(/"([A-Z]+(?:_[A-Z]+)+|NUL)"/g), ([, code]) => code!),
    );
    expect(new Set(codes).size).toBeGreaterThan(6);
    expect(
      [...new Set(codes)].filter((code) => !section("Errors").includes(`\`${code}\``)),
    ).toEqual([]);
  });
});
