/**
 * The tables behind FEATURES.md: what each document promises, and the test that proves it or the reason why it is otherwise here.
 *
 * Owns reading and judging. A row that is missing, a test that does not exist, and a row with neither test nor reason are faults.
 * Knows nothing of how the page looks.
 */
import { existsSync, readFileSync } from "node:fs";

/**
 * @typedef {object} Row
 * @property {string} id
 * @property {string} where what it is about; "" where the table has no such column
 * @property {string} what one line
 * @property {readonly string[]} versions
 * @property {readonly Reference[]} tests
 * @property {string} divergence why it is otherwise here; "" where it is not
 */

/**
 * A test by its file and title, or a row of the corpus by its file and id.
 *
 * @typedef {object} Reference
 * @property {string} path from the root of the repository
 * @property {string} title as it stands in the file: of a table its template, or the name of a row
 */

/** @typedef {Readonly<Record<"features" | "conflicts" | "faults" | "cpython", readonly Row[]>>} Tables */

const SEPARATOR = " › ";

/** The documents, oldest first, and what stands in no document. */
export const VERSIONS = ["2.6.4", "3.1", "3.5", "3.9", "3.13.3", "code", "later"];

/** The ids that each table must have, in their order. */
const IDS = {
  features: Array.from({ length: 268 }, (_, i) => `F${String(i + 1).padStart(3, "0")}`),
  conflicts: Array.from({ length: 19 }, (_, i) => `C${String(i + 1).padStart(2, "0")}`),
  faults: Array.from({ length: 9 }, (_, i) => `N${i + 1}`),
};

/** How many test methods CPython 3.11's suite has. */
const CPYTHON_TESTS = 110;

/**
 * @param {string} line JSON
 * @returns {Row}
 */
export function parseRow(line) {
  /** @type {unknown} */
  const value = JSON.parse(line);
  /** @type {[string, unknown][]} */
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  const fields = new Map(entries);
  /** @param {string} name */
  const text = (name) => {
    const found = fields.get(name) ?? "";
    if (typeof found === "string" && !/[\n\r]/.test(found)) return found;
    throw new TypeError(`Cannot read a row: found no line of text as ${name} in ${line}`);
  };
  /** @param {string} name */
  const list = (name) => {
    const found = fields.get(name) ?? [];
    if (Array.isArray(found)) return found.map((item) => String(item));
    throw new TypeError(`Cannot read a row: found no list as ${name} in ${line}`);
  };
  return {
    id: text("id"),
    where: text("where"),
    what: text("what"),
    versions: list("versions"),
    tests: list("tests").map(parseReference),
    divergence: text("divergence"),
  };
}

/** @param {string} text @returns {Reference} */
function parseReference(text) {
  const at = text.indexOf(SEPARATOR);
  if (at < 0) throw new TypeError(`Cannot read a row: found no '${SEPARATOR}' in ${text}`);
  return { path: text.slice(0, at), title: text.slice(at + SEPARATOR.length) };
}

/** @param {URL} folder of the package @returns {Tables} */
export function readTables(folder) {
  /** @param {string} name */
  const read = (name) =>
    readFileSync(new URL(`data/${name}.jsonl`, folder), "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map(parseRow);
  return {
    features: read("features"),
    conflicts: read("conflicts"),
    faults: read("faults"),
    cpython: read("cpython"),
  };
}

/**
 * What is wrong with the tables, one line each; none when all is well.
 *
 * @param {Tables} tables
 * @param {URL} root of the repository
 * @returns {string[]}
 */
export function tableFaults(tables, root) {
  const read = reader(root);
  const found = Object.values(tables)
    .flat()
    .flatMap((row) => rowFaults(row, read));
  for (const name of /** @type {const} */ (["features", "conflicts", "faults"])) {
    found.push(...idFaults(name, tables[name], IDS[name]));
    for (const { id, what } of tables[name]) {
      if (what === "") found.push(`${id}: says nothing of what it is`);
    }
  }
  for (const row of tables.features) {
    if (row.where === "") found.push(`${row.id}: says nothing of where it is`);
    if (row.versions.length === 0) found.push(`${row.id}: names no document`);
    for (const version of row.versions.filter((one) => !VERSIONS.includes(one))) {
      found.push(`${row.id}: ${version} is no document`);
    }
  }
  const count = new Set(tables.cpython.map(({ id }) => id)).size;
  if (count !== CPYTHON_TESTS) found.push(`cpython: ${count} methods, expected ${CPYTHON_TESTS}`);
  return found;
}

/** @param {string} name @param {readonly Row[]} rows @param {readonly string[]} ids @returns {string[]} */
function idFaults(name, rows, ids) {
  const there = rows.map(({ id }) => id);
  const missing = ids.filter((id) => !there.includes(id)).map((id) => `${id}: is missing`);
  if (missing.length > 0) return missing;
  return there.join() === ids.join()
    ? []
    : [`${name}: the rows are not ${ids[0]} to ${ids.at(-1)}`];
}

/** @typedef {(path: string) => string | undefined} ReadFile */

/** @param {Row} row @param {ReadFile} read @returns {string[]} */
function rowFaults({ id, tests, divergence }, read) {
  const found = [];
  if (tests.length === 0 && divergence === "") found.push(`${id}: has neither test nor divergence`);
  for (const { path, title } of tests) {
    const text = read(path);
    if (text === undefined) found.push(`${id}: there is no ${path}`);
    else if (!hasTitle(text, title)) found.push(`${id}: ${path} has no "${title}"`);
  }
  return found;
}

/** Whether a text stands in a source as a whole literal. @param {string} source @param {string} title */
function hasTitle(source, title) {
  return (
    source.includes(JSON.stringify(title)) ||
    source.includes(`'${title}'`) ||
    source.includes(`\`${title}\``)
  );
}

const PROOF = /^packages\/[a-z-]+\/(test\/[a-z0-9-]+\.test\.ts|data\/[a-z]+\.jsonl)$/;

/**
 * Reads files, each once; undefined where there is no such test file or corpus.
 *
 * @param {URL} root
 * @returns {ReadFile}
 */
function reader(root) {
  /** @type {Map<string, string | undefined>} */
  const texts = new Map();
  return (path) => {
    if (!texts.has(path)) {
      const file = new URL(path, root);
      const isThere = PROOF.test(path) && existsSync(file);
      texts.set(path, isThere ? readFileSync(file, "utf8") : undefined);
    }
    return texts.get(path);
  };
}
