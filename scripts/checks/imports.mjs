/**
 * Finds every way a module names another one: import and export declarations, `import()`,
 * `require()` and `process.getBuiltinModule()`. Works on tokens, so text in comments and strings
 * is never taken for an import.
 */

/** @import { Token } from "./tokenize.mjs" */

/**
 * @typedef {object} Import
 * @property {string | null} specifier null when the name is computed and cannot be checked
 * @property {boolean} typeOnly erased by the compiler
 * @property {boolean} isReexport
 * @property {number} line
 */

const CALLS = new Set(["import", "require", "getBuiltinModule"]);
/** More tokens than any list of imported names has. */
const LONGEST_LIST = 2000;

/**
 * @param {readonly Token[]} tokens
 * @returns {Import[]}
 */
export function findImports(tokens) {
  /** @type {Import[]} */
  const found = [];
  for (let i = 0; i < tokens.length; i++) {
    const token = /** @type {Token} */ (tokens[i]);
    if (token.kind !== "word") continue;
    const before = tokens[i - 1]?.text;
    const isProperty = tokens[i - 1]?.kind === "punct" && (before === "." || before === "?.");
    const next = tokens[i + 1];
    const afterOptional = next?.text === "?." ? tokens[i + 2] : next;

    if (CALLS.has(token.text) && isPunct(afterOptional, "(")) {
      if (isProperty && token.text !== "getBuiltinModule") continue;
      if (before === "function") continue;
      const at = i + (afterOptional === next ? 2 : 3);
      const isWhole = isPunct(tokens[at + 1], ")") || isPunct(tokens[at + 1], ",");
      const argument = isWhole ? tokens[at] : undefined;
      found.push({ ...named(argument, token.line), typeOnly: false, isReexport: false });
    } else if (!isProperty && (token.text === "import" || token.text === "export")) {
      const source = sourceOf(tokens, i);
      if (source === undefined) continue;
      const typeOnly =
        next?.text === "type" &&
        (tokens[i + 2]?.text !== "from" || tokens[i + 3]?.text === "from") &&
        !isPunct(tokens[i + 2], ",");
      found.push({
        ...named(source, token.line),
        typeOnly,
        isReexport: token.text === "export",
      });
    }
  }
  return found;
}

/**
 * The string a declaration ends with: `import "x"`, `import … from "x"`, `export … from "x"`.
 * @param {readonly Token[]} tokens @param {number} start
 */
function sourceOf(tokens, start) {
  const first = tokens[start + 1];
  if (first?.kind === "string") return tokens[start]?.text === "import" ? first : undefined;
  let depth = 0;
  const limit = Math.min(tokens.length - 1, start + LONGEST_LIST);
  for (let i = start + 1; i < limit; i++) {
    const token = /** @type {Token} */ (tokens[i]);
    if (isPunct(token, "{")) depth++;
    else if (isPunct(token, "}")) depth--;
    else if (token.text === "from" && depth === 0 && tokens[i + 1]?.kind === "string") {
      return tokens[i + 1];
    } else if (token.kind !== "word" && token.kind !== "string" && !/^[,*]$/.test(token.text)) {
      return undefined;
    } else if (depth === 0 && token.kind === "word" && ENDS.has(token.text)) return undefined;
  }
  return undefined;
}

/** Words that show `export` to declare something of its own. */
const ENDS = new Set(
  "const let var function class abstract async interface default declare enum import export".split(
    " ",
  ),
);

/** @param {Token | undefined} token @param {number} line */
function named(token, line) {
  const isLiteral =
    (token?.kind === "string" || token?.kind === "template") && !token.text.includes("\\");
  return { specifier: isLiteral ? token.text : null, line };
}

/** @param {Token | undefined} token @param {string} text */
export function isPunct(token, text) {
  return token?.kind === "punct" && token.text === text;
}
