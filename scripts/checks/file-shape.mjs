/**
 * The shape of source files: names in kebab-case, a bound on length, an index that only
 * re-exports. A long file is allowed when its header says why it is one file.
 */
import { isPunct } from "./imports.mjs";
import { isIndex } from "./workspace.mjs";

/** @import { Package, SourceFile, Violation } from "./workspace.mjs" */
/** @import { Token } from "./tokenize.mjs" */

const MOST_LINES = 500;
/** Above this the header must give the reason. */
const LONG_LINES = 350;

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/;
const REASON = /\b(long|longer|one file|\d{3} lines)\b/i;

/**
 * @param {readonly Package[]} packages
 * @returns {Violation[]}
 */
export function shapeViolations(packages) {
  return packages.flatMap((one) => one.sources).flatMap(fileViolations);
}

/** @param {SourceFile} source @returns {Violation[]} */
function fileViolations(source) {
  /** @type {Violation[]} */
  const found = [];
  /** @param {string} message @param {number} [line] */
  const add = (message, line = 0) => found.push({ file: source.path, line, message });

  const parts = source.inPackage.split("/").slice(1);
  const badPart = parts.find((part) => !KEBAB.test(part.endsWith(".ts") ? part : `${part}.ts`));
  if (badPart !== undefined) add(`"${badPart}" is not kebab-case`);

  const lines = source.text.replace(/\n$/, "").split("\n").length;
  const header = source.comments.filter(({ isHeader }) => isHeader).map(({ text }) => text);
  if (lines > MOST_LINES) add(`${lines} lines, at most ${MOST_LINES}`);
  else if (lines > LONG_LINES && !REASON.test(header.join("\n"))) {
    add(`${lines} lines: above ${LONG_LINES} the header says why ("Long because …")`);
  }

  if (isIndex(source.path)) {
    const line = firstOwnCode(source.tokens);
    if (line !== undefined) add("index.ts only re-exports", line);
  }
  return found;
}

/**
 * The line of the first statement that is not `export … from "…"`, or `export {}`.
 * @param {readonly Token[]} tokens
 * @returns {number | undefined}
 */
function firstOwnCode(tokens) {
  let i = 0;
  while (i < tokens.length) {
    const line = tokens[i]?.line;
    if (tokens[i]?.text !== "export") return line;
    i++;
    if (tokens[i]?.text === "type") i++;
    let names = 1;
    if (isPunct(tokens[i], "*")) {
      i += tokens[i + 1]?.text === "as" ? 3 : 1;
    } else if (isPunct(tokens[i], "{")) {
      const from = i;
      while (i < tokens.length && !isPunct(tokens[i], "}")) i++;
      names = i - from - 1;
      i++;
    } else {
      return line;
    }
    if (tokens[i]?.text === "from" && tokens[i + 1]?.kind === "string") i += 2;
    else if (names > 0) return line;
    if (isPunct(tokens[i], ";")) i++;
  }
  return undefined;
}
