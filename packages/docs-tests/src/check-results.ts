// Turns the comments `// => value` of an example into checks, so that a shown result that is not the real one fails. Lines keep their
// numbers. Must not know where the example came from.
//
//   expression; // => value            the expression equals the value
//   console.log(expression); // => …   likewise, or is printed as that text
//   const name = …; // => value        the name equals the value

import { transformSync } from "esbuild";

/** The name of the function that a rewritten example calls; `checkSource` defines it. */
const CHECK = "__checkResult";

/** What is put in front of an example that has checks, on its first line. */
export const checkSource: string = [
  'import { deepStrictEqual as __same } from "node:assert/strict";',
  'import { inspect as __inspect } from "node:util";',
  `function ${CHECK}(actual, shown, expected) {`,
  "  if (actual === shown || __inspect(actual, { breakLength: Infinity }) === shown) return;",
  "  let value; try { value = expected(); } catch { value = { shown }; }",
  "  __same(actual, value);",
  "}",
].join(" ");

/** In the place of a value where plain text is shown: it equals nothing. */
const NO_VALUE = "(() => { throw 0; })()";

function isValid(code: string): boolean {
  try {
    transformSync(code, { loader: "ts", format: "esm", logLevel: "silent" });
    return true;
  } catch {
    return false;
  }
}

/**
 * Rewrites the results that an example shows into checks.
 *
 * @param code - The example, TypeScript.
 * @returns The example with a check behind each result, line for line; null where it shows none.
 * @throws Error when a result stands behind something that is neither an expression nor a declaration.
 */
export function checkResults(code: string): string | null {
  const lines = code.split("\n");
  let checked = 0;
  for (const [index, line] of lines.entries()) {
    const match = /^(.*?);?\s*\/\/ => (.*)$/.exec(line);
    if (match === null) continue;
    const [, statement = "", shown = ""] = match;
    // What is shown may be plain text; then it is compared with what is printed.
    const expected = isValid(`(${shown}\n)`) ? `(${shown})` : NO_VALUE;
    const call = (value: string): string =>
      `${CHECK}(${value}, ${JSON.stringify(shown.trim())}, () => ${expected});`;
    rewrite(lines, index, statement, call);
    checked += 1;
  }
  return checked === 0 ? null : lines.join("\n");
}

/** Replaces the statement that ends on line `last` by one with a check. */
function rewrite(
  lines: string[],
  last: number,
  end: string,
  call: (value: string) => string,
): void {
  // The statement may have begun some lines above: the nearest line from which on it is one.
  for (let first = last; first >= 0 && last - first < 40; first -= 1) {
    const statement = [...lines.slice(first, last), end].join("\n");
    const declared = /^\s*(?:const|let) (\w+)\b/.exec(statement)?.[1];
    if (declared !== undefined && isValid(statement)) {
      lines[last] = `${end}; ${call(declared)}`;
      return;
    }
    const printed = /^\s*console\.log\(([^]*)\)\s*$/.exec(statement)?.[1];
    for (const value of printed === undefined ? [statement] : [printed, statement]) {
      if (value.trim() === "" || !isValid(`(${value}\n)`)) continue;
      const rewritten = call(`(${value})`).split("\n");
      lines.splice(first, last - first + 1, ...rewritten);
      return;
    }
  }
  throw new Error(
    `Cannot check "${end.trim()}": expected an expression or a declaration before "// =>"`,
  );
}
