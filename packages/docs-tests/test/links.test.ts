// What Markdown points at exists: files, headings, and what SECURITY.md says of rows and tests.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));
const read = (file: string): string => readFileSync(join(root, file), "utf8");

interface Manifest {
  readonly private?: boolean;
  readonly files?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
}
const manifest = (name: string): Manifest =>
  JSON.parse(read(`packages/${name}/package.json`)) as Manifest;

/** The packages that people install. */
const published = readdirSync(join(root, "packages")).filter(
  (name) => manifest(name).private !== true,
);

/** Every page that people read: at the top, and one level down in each package. */
const pages = [
  ...readdirSync(root).filter((name) => name.endsWith(".md")),
  ...readdirSync(join(root, "packages")).flatMap((name) => {
    const folder = join("packages", name);
    const files = readdirSync(join(root, folder)).filter((file) => file.endsWith(".md"));
    return files.map((file) => join(folder, file));
  }),
];

/** A page without its code, in which brackets mean other things. */
function prose(file: string): string {
  return read(file).replace(/^(`{3,})[^]*?^\1/gm, "");
}

/** The targets of inline links and of reference definitions. */
function targets(file: string): string[] {
  const text = prose(file);
  const inline = [...text.matchAll(/\]\(([^()\s]+)\)/g)];
  const defined = [...text.matchAll(/^\[[^\]]+\]: +(\S+)$/gm)];
  return [...inline, ...defined].map(([, target = ""]) => target);
}

/** The anchors of a page, by the rule of those who show it. */
function anchors(file: string): string[] {
  return [...prose(file).matchAll(/^#+ +(.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(pages)("the links of %s lead somewhere", (page) => {
  const dead = targets(page).filter((target) => {
    if (/^[a-z]+:/.test(target)) return false;
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? page : join(dirname(page), path);
    if (!existsSync(join(root, file))) return true;
    return anchor !== undefined && !anchors(file).includes(anchor);
  });
  expect(dead).toEqual([]);
});

/** What npm packs whether a manifest names it or not. */
const ALWAYS_PACKED = ["package.json", "README.md", "LICENSE"];

test.each(published)("the README of %s links only to what is packed with it", (name) => {
  const packed = [...ALWAYS_PACKED, ...(manifest(name).files ?? [])];
  const dead = targets(`packages/${name}/README.md`).filter((target) => {
    if (/^[a-z]+:|^#/.test(target)) return false;
    const [path = ""] = normalize(target).split("#");
    return !packed.some((file) => path === file || path.startsWith(`${file}/`));
  });
  expect(dead).toEqual([]);
});

test.each(published.filter((name) => name !== "client"))(
  "the README of %s names all that it exports",
  (name) => {
    const lists = read(`packages/${name}/src/index.ts`).matchAll(/export (?:type )?\{([^}]*)\}/g);
    const names = [...lists].flatMap(([, list = ""]) => list.match(/\w+(?=,|\s*$)/g) ?? []);
    expect(names.length).toBeGreaterThan(0);
    const words = new Set(read(`packages/${name}/README.md`).match(/\w+/g));
    expect(names.filter((word) => !words.has(word))).toEqual([]);
  },
);

test.each(published)("README.md names what %s imports", (name) => {
  const row = new RegExp(`^\\| \\[\`@httplib/${name}\`\\].*$`, "m").exec(read("README.md"))?.[0];
  const named = (row?.split(" | ")[2] ?? "").trim().split(", ");
  const imported = Object.keys(manifest(name).dependencies ?? {}).map((full) => full.slice(9));
  const shown = imported.length === 9 ? ["all below"] : imported.length === 0 ? ["–"] : imported;
  expect(named.toSorted()).toEqual(shown.toSorted());
});

test.each(pages)("the commands of %s are there", (page) => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const text = read(page);
  const names = [...text.matchAll(/\bnpm (?:run )?(start|test|(?<=run )[\w:]+)/g)];
  expect(names.map(([, name = ""]) => name).filter((name) => !(name in scripts))).toEqual([]);
  const files = [...text.matchAll(/\bnode ((?:scripts|packages)\/[\w/.-]+\.mjs)/g)];
  expect(
    files.map(([, file = ""]) => file).filter((file) => !existsSync(join(root, file))),
  ).toEqual([]);
});

describe("SECURITY.md", () => {
  const page = read("SECURITY.md");
  const ids = read("packages/corpus/data/responses.jsonl")
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { id: string }).id);
  const files = new Map(
    [...page.matchAll(/^\[([^\]]+)\]: +(\S+)$/gm)].map(([, name = "", file = ""]) => [name, file]),
  );

  /** A line of a table: the rule first, its tests last; the rows of the corpus where there is a column of options. */
  const rules = page
    .split("\n")
    .filter((line) => /^\| (?!-|rule |what )/.test(line))
    .map((line) => line.split(" |").map((cell) => cell.replace(/^\| |^ /, "").trim()))
    .map((cells) => cells.slice(0, -1))
    .map((cells) => ({
      rule: cells[0] ?? "",
      words: [
        ...(cells
          .slice(1, 3)
          .join()
          .match(/`[A-Z][A-Z_\d]{2,}`|`[A-Z]\w+`/g) ?? []),
      ],
      rows: cells.length === 6 ? (cells[4] ?? "") : "",
      tests: cells.at(-1)?.match(/(?<=\[)[^\]]+/g) ?? [],
    }));

  test("has its three tables", () => {
    expect(rules.length).toBe(35);
    expect(rules.filter(({ rows }) => rows !== "").length).toBe(20);
  });

  test.each(rules)("$rule: a test is named that speaks of each code", ({ words, tests }) => {
    const paths = tests.map((name) => files.get(name) ?? `nowhere: ${name}`);
    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
    expect(paths.length).toBeGreaterThan(0);
    const text = paths.map(read).join("\n");
    expect(words.filter((word) => !text.includes(word.slice(1, -1)))).toEqual([]);
  });

  test.each(rules.filter(({ rows }) => rows !== ""))("$rule: the corpus has $rows", ({ rows }) => {
    for (const part of rows.split(", ")) {
      const [first = "", last = first] = part.split(" to ");
      const found = ids.filter((id) =>
        part === first ? id.startsWith(first) : id >= first && id <= last,
      );
      expect(found.length, part).toBeGreaterThan(0);
      if (first.includes("-")) expect(found).toContain(first);
      if (last.includes("-")) expect(found).toContain(last);
    }
  });

  test("names no test that it does not use", () => {
    const used = new Set([...page.matchAll(/\[([^\]]+)\](?!:|\()/g)].map(([, name = ""]) => name));
    expect([...files.keys()].filter((name) => !used.has(name))).toEqual([]);
  });
});
