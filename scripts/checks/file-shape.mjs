/**
 * The shape of source files: names in kebab-case, a bound on length, an index that only
 * re-exports. A long file is allowed when its header says why it is one file: in a sentence that
 * begins with "Long" or "Longer". Of tests only the greatest length is asked.
 */
import { isPunct } from "./imports.mjs";
import { isIndex } from "./workspace.mjs";

/** @import { Package, SourceFile, Violation } from "./workspace.mjs" */
/** @import { Token } from "./tokenize.mjs" */

const MOST_LINES = 500;
/** Above this the header must give the reason. */
const LONG_LINES = 350;

const KEBAB = /^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/;
/** At the beginning, or behind the end of a paragraph or of a sentence. */
const REASON = /(?:^|\n\n|[.!?][)"'`]*\s)Long(?:er)?\s+\S/;

/**
 * @param {readonly Package[]} packages
 * @returns {Violation[]}
 */
export function shapeViolations(packages) {
  return packages.flatMap((one) => [
    ...one.sources.flatMap(fileViolations),
    ...one.tests.flatMap(({ path, text }) => {
      const lines = countLines(text);
      return lines > MOST_LINES ? [{ file: path, line: 0, message: tooLong(lines) }] : [];
    }),
  ]);
}

/** @param {string} text */
const countLines = (text) => text.replace(/\n$/, "").split("\n").length;

/** @param {number} lines */
const tooLong = (lines) => `${lines} lines, at most ${MOST_LINES}`;

/**
 * What a comment says, without its marks; a blank line stands between paragraphs.
 * @param {string} comment
 */
const prose = (comment) =>
  comment
    .split("\n")
    .map((line) => line.replace(/^\s*(?:\/\*+|\*\/|\*|\/\/)?\s*|\s*\*\/$/g, ""))
    .join("\n")
    .trim();

/** @param {SourceFile} source @returns {Violation[]} */
function fileViolations(source) {
  /** @type {Violation[]} */
  const found = [];
  /** @param {string} message @param {number} [line] */
  const add = (message, line = 0) => found.push({ file: source.path, line, message });

  const parts = source.inPackage.split("/").slice(1);
  const badPart = parts.find((part) => !KEBAB.test(part.endsWith(".ts") ? part : `${part}.ts`));
  if (badPart !== undefined) add(`"${badPart}" is not kebab-case`);

  const lines = countLines(source.text);
  const header = source.comments.filter(({ isHeader }) => isHeader);
  if (lines > MOST_LINES) add(tooLong(lines));
  else if (lines > LONG_LINES && !header.some(({ text }) => REASON.test(prose(text)))) {
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
