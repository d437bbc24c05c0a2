/**
 * FEATURES.md, made of the tables. Owns how it looks; judges nothing.
 */

/** @import { Reference, Row, Tables } from "./feature-rows.mjs" */

/** The groups of features by their first id. @type {readonly (readonly [id: string, title: string])[]} */
const GROUPS = [
  ["F001", "The module"],
  ["F015", "class HTTPConnection"],
  ["F032", "class HTTPSConnection"],
  ["F046", "Exceptions"],
  ["F061", "request() and the framing of its body"],
  ["F083", "A request step by step"],
  ["F101", "getresponse() and the states"],
  ["F113", "Tunnels"],
  ["F125", "Debug output"],
  ["F133", "class HTTPResponse"],
  ["F152", "Status line, interim responses, framing"],
  ["F168", "Reading a body"],
  ["F188", "Chunked bodies"],
  ["F195", "parse_headers() and class HTTPMessage"],
  ["F237", "Status codes and methods"],
  ["F247", "The example sessions"],
  ["F256", "What changed, version by version"],
];

const DOCUMENTS = ["2.6.4", "3.1", "3.5", "3.9", "3.13.3"];

/** @param {Tables} tables @returns {string} */
export function featuresPage({ features, conflicts, faults, cpython }) {
  const groups = GROUPS.map(([first, title], i) => {
    const [next = "G"] = GROUPS[i + 1] ?? [];
    const rows = features.filter(({ id }) => id >= first && id < next);
    return section(
      `${title} (${rows.length})`,
      ["", "what", "in", "differs", "proven by"],
      rows.map(featureCells),
    );
  });
  return `${[
    "# Features",
    "<!-- Made by scripts/make-features.mjs from data/*.jsonl: change those, then run it. -->",
    `Every feature of the five documents, \`httplib\` 2.6.4 to \`http.client\` 3.13.3, with the tests that prove it. A test fails when a row
is missing, when a test that is named here does not exist, or when this page is not what the tables say.`,
    counts({ features, conflicts, faults, cpython }),
    `The column **in** names the documents; _code_ is what stands in no document and was read or measured in CPython, _later_ what came
behind 3.13.3. **differs** says what is otherwise here, and why. A title with \`%s\` is that of a table of tests; \`responses\` and
\`requests\` are rows of the [corpus](../corpus). The tests are in the repository, where the links to them lead; the package holds none.`,
    "<!-- prettier-ignore-start -->",
    ...groups,
    section(
      "Where CPython and the RFC disagree (19)",
      ["", "in CPython", "proven by"],
      conflicts.map(shortCells),
    ),
    section(
      "Nine faults seen in production",
      ["", "elsewhere", "proven by"],
      faults.map(shortCells),
    ),
    section(
      `CPython's own tests (${cpython.length})`,
      ["test_httplib", "differs", "the same rule here"],
      cpython.map(methodCells),
    ),
    "<!-- prettier-ignore-end -->",
  ].join("\n\n")}\n`;
}

/** @param {Tables} tables */
function counts({ features, conflicts, faults, cpython }) {
  const tested = features.filter(({ tests }) => tests.length > 0);
  const same = tested.filter(({ divergence }) => divergence === "");
  const tests = new Set(
    [features, conflicts, faults, cpython]
      .flat()
      .flatMap((row) => row.tests.map(({ path, title }) => `${path} ${title}`)),
  );
  return [
    `- ${features.length} documented features: ${tested.length} proven by tests, ${features.length - tested.length} not offered, with the reason`,
    `- of the ${tested.length}: ${same.length} as documented, ${tested.length - same.length} with a difference that is said`,
    `- ${conflicts.length} conflicts between CPython and the RFC, ${faults.length} faults seen in production, ${cpython.length} tests of CPython's own suite`,
    `- ${tests.size} tests and tables of tests are named`,
  ].join("\n");
}

/** @param {string} title @param {readonly string[]} heads @param {readonly (readonly string[])[]} rows */
function section(title, heads, rows) {
  const lines = [heads, heads.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
  return `## ${title}\n\n${lines.join("\n")}`;
}

/** @param {Row} row */
function featureCells({ id, where, what, versions, tests, divergence }) {
  return [
    id,
    `**${cell(where)}** ${cell(what)}`,
    versionCell(versions),
    cell(divergence),
    references(tests),
  ];
}

/** @param {Row} row */
function shortCells({ id, what, tests }) {
  return [id, cell(what), references(tests)];
}

/** @param {Row} row */
function methodCells({ id, tests, divergence }) {
  return [cell(id), cell(divergence), references(tests)];
}

/** @param {readonly string[]} versions */
function versionCell(versions) {
  const isAll = DOCUMENTS.every((one) => versions.includes(one));
  const others = versions.filter((one) => !DOCUMENTS.includes(one)).map((one) => `_${one}_`);
  return (
    isAll ? ["all", ...others] : versions.map((one) => (DOCUMENTS.includes(one) ? one : `_${one}_`))
  ).join(", ");
}

/** Tests of one file stand together behind its name. @param {readonly Reference[]} tests */
function references(tests) {
  /** @type {Map<string, string[]>} */
  const titles = new Map();
  for (const { path, title } of tests) titles.set(path, [...(titles.get(path) ?? []), cell(title)]);
  return Array.from(titles, ([path, list]) => `${link(path)}: ${list.join(" · ")}`).join("<br>");
}

/** @param {string} path */
function link(path) {
  const [, folder = "", ...rest] = path.split("/");
  const name = (rest.at(-1) ?? "").replace(/\.(test\.ts|jsonl)$/, "");
  const target = folder === "client" ? rest.join("/") : `../${folder}/${rest.join("/")}`;
  return `[${folder}/${name}](${target})`;
}

/** Text that stays text in a cell. @param {string} text */
function cell(text) {
  return text.replace(/[\\|<*_[\]]/g, "\\$&");
}
