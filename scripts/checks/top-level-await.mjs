/**
 * Finds `await` outside every async function. Node can `require()` a module only when loading it
 * never waits, so one such line would take CommonJS users away.
 */
import { isPunct } from "./imports.mjs";

/** @import { Token } from "./tokenize.mjs" */

const OPENING = new Set(["(", "[", "{"]);
const CLOSING = new Set([")", "]", "}"]);

/**
 * @param {readonly Token[]} tokens
 * @returns {number[]} the lines
 */
export function findTopLevelAwait(tokens) {
  /** @type {number[]} */
  const lines = [];
  let coveredUntil = -1;
  tokens.forEach((token, i) => {
    if (token.kind !== "word" || isPunct(tokens[i - 1], ".") || isPunct(tokens[i - 1], "?."))
      return;
    if (token.text === "async") coveredUntil = Math.max(coveredUntil, endOfFunction(tokens, i));
    else if (token.text === "await" && i > coveredUntil && !isPunct(tokens[i + 1], ":")) {
      lines.push(token.line);
    }
  });
  return lines;
}

/**
 * The index of the last token of the async function that starts here; the start itself when the
 * word is only a name.
 * @param {readonly Token[]} tokens @param {number} start
 */
function endOfFunction(tokens, start) {
  let i = start + 1;
  if (isPunct(tokens[i + 1], "=>")) {
    i++; // async name => …
  } else {
    while (i < tokens.length && !isPunct(tokens[i], "(")) {
      const isHead = tokens[i]?.kind === "word" || tokens[i]?.kind === "private";
      if (isPunct(tokens[i], "<")) i = skipAngles(tokens, i);
      else if (isPunct(tokens[i], "[")) i = skipBrackets(tokens, i);
      else if (!isHead && !isPunct(tokens[i], "*")) return start;
      i++;
    }
    i = skipBrackets(tokens, i) + 1;
    if (isPunct(tokens[i], ":")) i = skipType(tokens, i + 1);
  }
  if (isPunct(tokens[i], "{")) return skipBrackets(tokens, i);
  if (!isPunct(tokens[i], "=>")) return start;
  if (isPunct(tokens[i + 1], "{")) return skipBrackets(tokens, i + 1);
  return endOfExpression(tokens, i + 1);
}

/** From an opening bracket to its closing one. @param {readonly Token[]} tokens @param {number} i */
function skipBrackets(tokens, i) {
  let depth = 0;
  for (; i < tokens.length; i++) {
    const token = /** @type {Token} */ (tokens[i]);
    if (token.kind !== "punct") continue;
    if (OPENING.has(token.text)) depth++;
    else if (CLOSING.has(token.text) && --depth === 0) return i;
  }
  return i;
}

/** From "<" to its ">". @param {readonly Token[]} tokens @param {number} i */
function skipAngles(tokens, i) {
  let depth = 0;
  for (; i < tokens.length; i++) {
    if (isPunct(tokens[i], "<")) depth++;
    else if (isPunct(tokens[i], ">") && --depth === 0) return i;
  }
  return i;
}

/** A return type, up to the "{" or "=>" of the body. @param {readonly Token[]} tokens @param {number} i */
function skipType(tokens, i) {
  let wantsOperand = true;
  for (; i < tokens.length; i++) {
    const token = /** @type {Token} */ (tokens[i]);
    if (isPunct(token, "=>")) return i;
    if (isPunct(token, "<")) i = skipAngles(tokens, i);
    else if (isPunct(token, "{") && !wantsOperand) return i;
    else if (token.kind === "punct" && OPENING.has(token.text)) i = skipBrackets(tokens, i);
    wantsOperand = isPunct(token, "|") || isPunct(token, "&");
  }
  return i;
}

/** An arrow's body without braces. @param {readonly Token[]} tokens @param {number} i */
function endOfExpression(tokens, i) {
  let depth = 0;
  for (; i < tokens.length; i++) {
    const token = /** @type {Token} */ (tokens[i]);
    if (token.kind !== "punct") continue;
    if (OPENING.has(token.text)) depth++;
    else if (CLOSING.has(token.text) && --depth < 0) return i - 1;
    else if (depth === 0 && (token.text === ";" || token.text === ",")) return i - 1;
  }
  return i;
}
