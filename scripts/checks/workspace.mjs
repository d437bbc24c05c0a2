/**
 * Reads the packages folder of a workspace: manifests and tokenized sources. It judges nothing.
 * Each check takes what this returns and gives back a list of violations.
 */
import { existsSync, lstatSync, readFileSync, readdirSync } from "node:fs";
import { basename, join, relative, sep } from "node:path";
import { findImports } from "./imports.mjs";
import { tokenize } from "./tokenize.mjs";

/** @import { Import } from "./imports.mjs" */
/** @import { Comment, Token } from "./tokenize.mjs" */

/**
 * @typedef {object} Violation
 * @property {string} file relative to the root, with "/"
 * @property {number} line 0 when the whole file is meant
 * @property {string} message
 */

/**
 * @typedef {object} SourceFile
 * @property {string} path relative to the root, with "/"
 * @property {string} inPackage relative to the folder of the package, with "/"
 * @property {string} text
 * @property {readonly Token[]} tokens
 * @property {readonly Comment[]} comments
 * @property {readonly Import[]} imports
 */

/**
 * @typedef {object} TestFile
 * @property {string} path relative to the root, with "/"
 * @property {string} text
 */

/**
 * @typedef {object} Manifest
 * @property {string} [name]
 * @property {boolean} [private]
 * @property {Record<string, unknown>} [exports]
 * @property {Record<string, unknown>} [imports] names that begin with "#", for this package only
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, string>} [optionalDependencies]
 */

/**
 * @typedef {object} Package
 * @property {string} folder the name of its folder, which is its name without the scope
 * @property {string} path relative to the root
 * @property {Manifest} manifest
 * @property {readonly SourceFile[]} sources the .ts files of src, at any depth
 * @property {readonly string[]} strangers whatever else is in src: no check reads it
 * @property {readonly TestFile[]} tests the code in test, at any depth
 */

export const SCOPE = "@httplib/";

/**
 * @param {string} root
 * @returns {Package[]}
 */
export function readWorkspace(root) {
  const folder = join(root, "packages");
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "package.json")))
    .toSorted()
    .map((name) => readPackage(root, name));
}

/** @param {string} root @param {string} name @returns {Package} */
function readPackage(root, name) {
  const folder = join(root, "packages", name);
  const inSource = filesBelow(join(folder, "src"));
  const tests = filesBelow(join(folder, "test")).filter((path) => CODE.test(path));
  return {
    folder: name,
    path: `packages/${name}`,
    manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")),
    sources: inSource.filter(isSource).map((path) => readSource(root, folder, path)),
    strangers: inSource
      .filter((path) => !isSource(path))
      .map((path) => slashes(relative(root, path))),
    tests: tests.map((path) => ({
      path: slashes(relative(root, path)),
      text: readFileSync(path, "utf8"),
    })),
  };
}

/** @param {string} root @param {string} folder @param {string} path @returns {SourceFile} */
function readSource(root, folder, path) {
  const text = readFileSync(path, "utf8");
  const { tokens, comments } = tokenize(text);
  return {
    path: slashes(relative(root, path)),
    inPackage: slashes(relative(folder, path)),
    text,
    tokens,
    comments,
    imports: findImports(tokens),
  };
}

/**
 * Everything below a folder that is no folder itself, sorted; an absent folder has none. Links are
 * not followed: what they lead to is no part of the package.
 * @param {string} folder
 * @returns {string[]}
 */
function filesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path) : [path];
    })
    .toSorted();
}

/** @param {string} path */
const isSource = (path) => path.endsWith(".ts") && lstatSync(path).isFile();

const CODE = /\.[cm]?[jt]sx?$/;

/** @param {string} path */
const slashes = (path) => path.split(sep).join("/");

/**
 * Every path in an exports or imports map, or in a part of one.
 * @param {unknown} map
 * @returns {string[]}
 */
export function pathsIn(map) {
  if (typeof map === "string") return [map];
  return typeof map === "object" && map !== null ? Object.values(map).flatMap(pathsIn) : [];
}

/** @param {string} path */
export const isIndex = (path) => basename(path) === "index.ts";

/**
 * Prints violations the way editors understand, and sets the exit code.
 * @param {string} name @param {readonly Violation[]} violations
 */
export function report(name, violations) {
  for (const { file, line, message } of violations) {
    console.log(`${file}${line > 0 ? `:${line}` : ""}: ${message}`);
  }
  console.log(violations.length === 0 ? `${name}: clean` : `${name}: ${violations.length} found`);
  if (violations.length > 0) process.exitCode = 1;
}
