import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, onTestFinished, test } from "vitest";
import { readTarball } from "../../../scripts/checks/read-tarball.mjs";
import { tarballProblems } from "../../../scripts/checks/tarball.mjs";

type Files = Readonly<Record<string, string>>;

const GOOD: Files = {
  "package.json": JSON.stringify({
    exports: { ".": { types: "./dist/index.d.ts", default: "./dist/index.js" } },
    dependencies: { "@httplib/errors": "^0.1.0" },
  }),
  "README.md": "# a",
  LICENSE: "MIT",
  "dist/index.js": "export {};",
  "dist/index.d.ts": "export {};",
  "dist/index.js.map": JSON.stringify({ sources: ["../src/index.ts"] }),
  "src/index.ts": "export {};",
};

function problems(files: Files): string[] {
  return tarballProblems(
    new Map(Object.entries(files).map(([name, text]) => [name, Buffer.from(text)])),
  );
}

function without(name: string): Files {
  return Object.fromEntries(Object.entries(GOOD).filter(([other]) => other !== name));
}

describe("a tarball", () => {
  test("with all it needs passes", () => {
    expect(problems(GOOD)).toEqual([]);
  });

  test.each(["README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"])("needs %s", (name) => {
    expect(problems(without(name))).toEqual([`${name} is missing`]);
  });

  test("needs every file that its exports and imports name", () => {
    const exports = { "./stream": { types: "./dist/stream.d.ts", default: "./dist/stream.js" } };
    const imports = { "#connect": { node: "./dist/node.js" } };
    expect(problems({ ...GOOD, "package.json": JSON.stringify({ exports, imports }) })).toEqual([
      "dist/stream.d.ts is missing",
      "dist/stream.js is missing",
      "dist/node.js is missing",
    ]);
  });

  test("needs the sources that its maps name", () => {
    expect(problems(without("src/index.ts"))).toEqual([
      "dist/index.js.map names src/index.ts, which is missing",
      "dist/index.d.ts has no source any more: delete dist and build again",
    ]);
  });

  test.each([
    ["test/a.ts", "a test"],
    ["src/a.test.ts", "a test"],
    ["dist/.tsbuildinfo", "compiler state"],
    ["tsconfig.build.json", "a compiler config"],
    ["node_modules/a/index.js", "installed code"],
  ])("must not hold %s", (name, what) => {
    expect(problems({ ...GOOD, [name]: "" })).toEqual([`${name} is ${what}`]);
  });

  test("must not hold what is left of a deleted source", () => {
    expect(problems({ ...GOOD, "dist/old.d.ts": "" })).toEqual([
      "dist/old.d.ts has no source any more: delete dist and build again",
    ]);
  });

  test("holds code for its entries and what they share, nothing else", () => {
    expect(problems({ ...GOOD, "dist/shared/a.js": "" })).toEqual([]);
    expect(problems({ ...GOOD, "dist/old.js": "" })).toEqual([
      "dist/old.js is no entry of package.json: delete dist and build again",
    ]);
  });

  test.each(["workspace:^", "catalog:"])("must not say %s", (range) => {
    const text = JSON.stringify({ dependencies: { a: range } });
    expect(problems({ ...GOOD, "package.json": text }).join()).toContain("package.json still says");
  });
});

describe("reading a tarball", () => {
  /** One entry of a tar file: header block and padded content. */
  function entry(name: string, text: string, type = "0", prefix = ""): Buffer {
    const header = Buffer.alloc(512);
    header.write(name, 0);
    header.write(`${text.length.toString(8).padStart(11, "0")}\0`, 124);
    header.write(type, 156);
    header.write(prefix, 345);
    return Buffer.concat([
      header,
      Buffer.from(text.padEnd(Math.ceil(text.length / 512) * 512, "\0")),
    ]);
  }

  test("names, prefixes and long names are found, folders are left out", () => {
    const long = `package/src/${"long-".repeat(30)}name.ts`;
    const record = ` path=${long}\n`;
    const folder = mkdtempSync(join(tmpdir(), "httplib-tar-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, "a.tgz");
    const tar = Buffer.concat([
      entry("package/README.md", "# a"),
      entry("package/src/", "", "5"),
      entry("index.ts", "x".repeat(600), "0", "package/src"),
      entry("pax", `${record.length + 3}${record}`, "x"),
      entry(long.slice(0, 100), "long"),
      Buffer.alloc(1024),
    ]);
    writeFileSync(file, gzipSync(tar));
    const sizes = [...readTarball(file)].map(([name, content]) => [name, content.length]);
    expect(sizes).toEqual([
      ["README.md", 3],
      ["src/index.ts", 600],
      [long.slice("package/".length), 4],
    ]);
  });
});
