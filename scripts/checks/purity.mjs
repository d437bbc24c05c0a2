/**
 * What a published package may touch. The pure packages see bytes only: no runtime module, no
 * Buffer, process, timer or promise, so a parser can never wait. Runtime modules live in
 * `transport`, one file per runtime, and one guarded file of `connection` may use
 * node:diagnostics_channel. Nothing generates code and nothing awaits while a module loads.
 */
import { ARROWS } from "./arrows.mjs";
import { findTopLevelAwait } from "./top-level-await.mjs";
import { isPunct } from "./imports.mjs";

/** @import { Package, SourceFile, Violation } from "./workspace.mjs" */
/** @import { Token } from "./tokenize.mjs" */

const PURE = new Set(["status", "errors", "bytes", "headers", "chunked", "protocol"]);

/** The thin shells of pure packages: they may use promises, and nothing else from this list. */
const SHELLS = new Set(["packages/headers/src/read-headers.ts", "packages/chunked/src/stream.ts"]);

const PROMISES = new Set(["Promise", "PromiseLike", "async", "await"]);
const RUNTIME = new Set([
  "Buffer",
  "process",
  "require",
  "setTimeout",
  "setInterval",
  "setImmediate",
  "clearTimeout",
  "clearInterval",
  "clearImmediate",
  "queueMicrotask",
  "globalThis", // a way around all of the above
]);
const GLOBAL_OBJECTS = new Set(["globalThis", "global", "self", "window"]);

/** The files of `transport` that may import runtime modules as values, and which. */
const RUNTIME_FILES = new Map([
  ["node.ts", /^node:/],
  ["bun.ts", /^node:/],
  ["deno.ts", /^node:/],
  ["workerd.ts", /^(cloudflare|node):/],
]);
const RUNTIME_MODULE = /^(node|cloudflare):/;
const DIAGNOSTICS = "node:diagnostics_channel";

/**
 * @param {readonly Package[]} packages
 * @returns {Violation[]}
 */
export function purityViolations(packages) {
  const published = packages.filter(({ folder }) => folder in ARROWS);
  return published.flatMap((one) => [
    ...one.sources.flatMap((file) => [
      ...bannedWords(one, file),
      ...codeGeneration(file),
      ...findTopLevelAwait(file.tokens).map((line) =>
        violation(file, line, "top-level await: require() of this package would fail"),
      ),
    ]),
    ...runtimeModules(one),
  ]);
}

/** @param {Package} owner @param {SourceFile} file @returns {Violation[]} */
function bannedWords(owner, file) {
  if (!PURE.has(owner.folder)) return [];
  const isShell = SHELLS.has(file.path);
  return file.tokens.flatMap((token, i) => {
    const isBanned = RUNTIME.has(token.text) || (PROMISES.has(token.text) && !isShell);
    if (token.kind !== "word" || !isBanned || !isGlobal(file.tokens, i)) return [];
    return [violation(file, token.line, `${token.text} in a pure package`)];
  });
}

/** @param {SourceFile} file @returns {Violation[]} */
function codeGeneration({ tokens, ...file }) {
  return tokens.flatMap((token, i) => {
    if (token.kind !== "word" || !isGlobal(tokens, i)) return [];
    const isCall = isPunct(tokens[i + 1], "(") || tokens[i - 1]?.text === "new";
    const isGenerator = token.text === "eval" || (token.text === "Function" && isCall);
    return isGenerator ? [violation(file, token.line, `${token.text} generates code`)] : [];
  });
}

/**
 * True unless the word is the name of a property of something else than the global object.
 * @param {readonly Token[]} tokens @param {number} i
 */
function isGlobal(tokens, i) {
  if (!isPunct(tokens[i - 1], ".") && !isPunct(tokens[i - 1], "?.")) return true;
  return GLOBAL_OBJECTS.has(tokens[i - 2]?.text ?? "");
}

/** @param {Package} owner @returns {Violation[]} */
function runtimeModules(owner) {
  /** @type {Violation[]} */
  const found = [];
  /** @type {Set<string>} */
  const withDiagnostics = new Set();
  for (const file of owner.sources) {
    for (const { specifier, typeOnly, line } of file.imports) {
      if (specifier === null || !RUNTIME_MODULE.test(specifier)) continue;
      const name = file.inPackage.slice("src/".length);
      if (owner.folder === "transport") {
        if (typeOnly || RUNTIME_FILES.get(name)?.test(specifier)) continue;
        const allowed = [...RUNTIME_FILES.keys()].join(", ");
        found.push(violation(file, line, `"${specifier}" outside ${allowed}`));
      } else if (owner.folder === "connection" && specifier === DIAGNOSTICS) {
        withDiagnostics.add(file.path);
        if (withDiagnostics.size > 1) {
          found.push(violation(file, line, `a second file imports ${DIAGNOSTICS}`));
        }
      } else {
        found.push(violation(file, line, `"${specifier}" outside transport`));
      }
    }
  }
  return found;
}

/** @param {{ path: string }} file @param {number} line @param {string} message */
function violation(file, line, message) {
  return { file: file.path, line, message };
}
