// The README against the package: what it says about names and numbers is what is exported.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as status from "../src/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("every export but the constants is in the README", () => {
  const others = Object.entries(status).filter(([, value]) => typeof value !== "number");
  expect(others.map(([name]) => name).filter((name) => !readme.includes(`\`${name}`))).toEqual([]);
});

test("the renamed codes are listed with their older names", () => {
  const { responses, statusInfo } = status;
  const renamed = Object.keys(responses).flatMap((code) => {
    const info = statusInfo(Number(code));
    return info?.aliases.length === 1 ? [info] : [];
  });
  expect(renamed.map(({ code }) => code)).toEqual([413, 414, 416, 422]);
  for (const { code, name, phrase, aliases } of renamed) {
    const line = readme.split("\n").find((each) => each.startsWith(`| ${code} `)) ?? "";
    expect(line).toContain(`\`${name}\` ${phrase}`);
    expect(line).toContain(`\`${aliases[0]}\``);
  }
});

test("the codes that it says have no name have none", () => {
  expect(status.statusInfo(104)).toBeUndefined();
  expect(status.statusInfo(306)).toBeUndefined();
  expect(status.isInformational(104)).toBe(true);
});
