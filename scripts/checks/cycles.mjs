/**
 * Import cycles, between files and between packages. Imports of types count as well: two files
 * that need each other's types are one idea in two places.
 */
import { posix } from "node:path";
import { pathsIn, SCOPE } from "./workspace.mjs";

/** @import { Package, Violation } from "./workspace.mjs" */

/**
 * @param {readonly Package[]} packages
 * @returns {Violation[]}
 */
export function cycleViolations(packages) {
  /** @type {Map<string, string[]>} */
  const files = new Map();
  /** @type {Map<string, string[]>} */
  const between = new Map();
  for (const one of packages) {
    /** @type {Set<string>} */
    const targets = new Set();
    for (const source of one.sources) {
      const specifiers = source.imports.flatMap(({ specifier }) => specifier ?? []);
      files.set(
        source.path,
        specifiers.flatMap((specifier) => {
          if (specifier.startsWith(".")) return posix.join(posix.dirname(source.path), specifier);
          if (!specifier.startsWith("#")) return [];
          return pathsIn(one.manifest.imports?.[specifier]).map((to) => posix.join(one.path, to));
        }),
      );
      for (const specifier of specifiers.filter((name) => name.startsWith(SCOPE))) {
        targets.add(`packages/${specifier.slice(SCOPE.length).split("/")[0]}`);
      }
    }
    targets.delete(one.path);
    between.set(one.path, [...targets]);
  }
  return [...findCycles(files), ...findCycles(between)].map((cycle) => ({
    file: /** @type {string} */ (cycle[0]),
    line: 0,
    message: `import cycle: ${[...cycle, cycle[0]].join(" → ")}`,
  }));
}

/**
 * One cycle for each back edge of a depth-first walk.
 * @param {ReadonlyMap<string, readonly string[]>} graph
 * @returns {string[][]}
 */
function findCycles(graph) {
  /** @type {string[][]} */
  const cycles = [];
  /** @type {Set<string>} */
  const finished = new Set();
  /** @type {string[]} */
  const path = [];
  /** @param {string} node */
  const walk = (node) => {
    if (finished.has(node)) return;
    const seen = path.indexOf(node);
    if (seen >= 0) {
      cycles.push(path.slice(seen));
      return;
    }
    path.push(node);
    for (const next of graph.get(node) ?? []) walk(next);
    path.pop();
    finished.add(node);
  };
  for (const node of graph.keys()) walk(node);
  return cycles;
}
