/**
 * A small tokenizer for TypeScript: enough to tell code from comments, strings, templates and
 * regular expressions, and to name the line of each token. It knows no grammar.
 *
 * The checks read its tokens, so a word inside a comment or a string never counts as code, while
 * an expression inside `${ }` of a template does.
 *
 * The one hard case is "/", which divides or opens a regular expression. It is settled by the
 * token before it; an unclosed candidate falls back to division.
 */

/**
 * @typedef {object} Token
 * @property {"word" | "private" | "string" | "template" | "number" | "regex" | "punct"} kind
 * @property {string} text for strings and templates the text between the quotes, as written
 * @property {number} line counted from 1
 */

/**
 * @typedef {object} Comment
 * @property {string} text with its slashes
 * @property {number} line counted from 1
 * @property {boolean} isHeader true when no token stands before it
 */

const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200C\u200D]*/uy;
const NUMBER = /(?:0[xXbBoO][\da-fA-F_]+|(?:\d[\d_]*)?\.?\d[\d_]*\.?(?:[eE][+-]?\d+)?)n?/y;
const REGEX = /\/(?:[^\\/[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;
const PUNCT = /=>|\.\.\.|\?\.(?!\d)|\+\+|--|[\s\S]/y;

/** After these words a value begins, so "/" opens a regular expression. */
const VALUE_FOLLOWS = new Set(
  "return typeof instanceof in of new delete void throw case do else yield await".split(" "),
);
/** The brackets after these words hold a condition, not a value. */
const CONDITION_FOLLOWS = new Set(["if", "while", "for", "with"]);

/**
 * @param {string} source
 * @returns {{ tokens: Token[], comments: Comment[] }}
 */
export function tokenize(source) {
  /** @type {Token[]} */
  const tokens = [];
  /** @type {Comment[]} */
  const comments = [];
  /** One entry per open template expression: the depth of braces inside it. @type {number[]} */
  const templates = [];
  /** One entry per open "(": does a condition stand inside? @type {boolean[]} */
  const brackets = [];
  let endsValue = false;
  let line = 1;
  let at = source.startsWith("#!") ? source.indexOf("\n") : 0;

  /** @param {RegExp} pattern sticky */
  const match = (pattern) => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  /** @param {Token["kind"]} kind @param {string} text @param {number} length @param {boolean} value */
  const push = (kind, text, length, value) => {
    tokens.push({ kind, text, line });
    skip(length);
    endsValue = value;
  };
  /** @param {number} length */
  const skip = (length) => {
    const end = Math.min(source.length, at + length);
    for (; at < end; at++) if (source[at] === "\n") line++;
  };
  /** Reads a template from after its "`" or "}" to its "`" or "${". */
  const template = () => {
    let end = at;
    while (end < source.length && source[end] !== "`" && !source.startsWith("${", end)) {
      end += source[end] === "\\" ? 2 : 1;
    }
    const opens = source.startsWith("${", end);
    push("template", source.slice(at, end), end - at + (opens ? 2 : 1), !opens);
    if (opens) templates.push(0);
  };

  while (at >= 0 && at < source.length) {
    const char = /** @type {string} */ (source[at]);
    if (/\s|\uFEFF/.test(char)) {
      skip(1);
    } else if (source.startsWith("//", at)) {
      const end = source.indexOf("\n", at);
      const text = source.slice(at, end < 0 ? undefined : end);
      comments.push({ text, line, isHeader: tokens.length === 0 });
      skip(text.length);
    } else if (source.startsWith("/*", at)) {
      const end = source.indexOf("*/", at + 2);
      const text = source.slice(at, end < 0 ? undefined : end + 2);
      comments.push({ text, line, isHeader: tokens.length === 0 });
      skip(text.length);
    } else if (char === '"' || char === "'") {
      let end = at + 1;
      while (end < source.length && source[end] !== char && source[end] !== "\n") {
        end += source[end] === "\\" ? 2 : 1;
      }
      push("string", source.slice(at + 1, end), end + 1 - at, true);
    } else if (char === "`") {
      skip(1);
      template();
    } else if (char === "}" && templates.at(-1) === 0) {
      templates.pop();
      skip(1);
      template();
    } else if (char === "#" && /[\p{ID_Start}$_]/u.test(source[at + 1] ?? "")) {
      at++;
      const name = match(WORD) ?? "";
      push("private", name, name.length, true);
    } else {
      const word = match(WORD);
      const number = word === undefined && /[\d.]/.test(char) ? match(NUMBER) : undefined;
      const regex = char === "/" && !endsValue ? match(REGEX) : undefined;
      if (word !== undefined) {
        const isName = tokens.at(-1)?.text === "." || tokens.at(-1)?.text === "?.";
        push("word", word, word.length, isName || !VALUE_FOLLOWS.has(word));
      } else if (number !== undefined && /\d/.test(number)) {
        push("number", number, number.length, true);
      } else if (regex !== undefined) {
        push("regex", regex, regex.length, true);
      } else {
        const punct = match(PUNCT) ?? char;
        const before = tokens.at(-1);
        let value = punct === "]";
        if (punct === "(") {
          brackets.push(before?.kind === "word" && CONDITION_FOLLOWS.has(before.text));
        } else if (punct === ")") {
          value = !(brackets.pop() ?? false);
        } else if (punct === "++" || punct === "--" || (punct === "!" && source[at + 1] !== "=")) {
          value = endsValue; // postfix, or the non-null mark
        } else if (templates.length > 0 && (punct === "{" || punct === "}")) {
          templates.push((templates.pop() ?? 0) + (punct === "{" ? 1 : -1));
        }
        push("punct", punct, punct.length, value);
      }
    }
  }
  return { tokens, comments };
}
