/**
 * What each package folder must hold before anything is published: the ten packages are public and
 * tested, everything else says `"private": true`, and whatever is public has README and LICENSE.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ARROWS } from "./arrows.mjs";
import { SCOPE } from "./workspace.mjs";

/** @import { Package, Violation } from "./workspace.mjs" */

/** Not among the ten, and worth publishing by itself: its own manifest decides. */
const MAY_BE_PUBLIC = new Set(["corpus"]);

/**
 * @param {string} root
 * @param {readonly Package[]} packages
 * @returns {Violation[]}
 */
export function manifestViolations(root, packages) {
  /** @type {Violation[]} */
  const found = [];
  for (const { folder, path, manifest } of packages) {
    const file = `${path}/package.json`;
    /** @param {string} message */
    const add = (message) => found.push({ file, line: 0, message });
    const isPrivate = manifest.private === true;
    if (manifest.name !== SCOPE + folder) add(`its name must be ${SCOPE}${folder}`);
    if (folder in ARROWS && isPrivate) add("is one of the published packages, yet private");
    if (!(folder in ARROWS) && !isPrivate && !MAY_BE_PUBLIC.has(folder)) {
      add('is no published package and must say "private": true');
    }
    if (folder in ARROWS && !hasTest(join(root, path, "test"))) add("has no test/*.test.ts");
    if (isPrivate) continue;
    for (const name of ["README.md", "LICENSE"]) {
      if (!existsSync(join(root, path, name))) add(`${name} is missing`);
    }
  }
  const folders = new Set(packages.map(({ folder }) => folder));
  for (const folder of Object.keys(ARROWS).filter((name) => !folders.has(name))) {
    found.push({ file: `packages/${folder}`, line: 0, message: "this published package is gone" });
  }
  return found;
}

/** @param {string} folder */
function hasTest(folder) {
  return existsSync(folder) && readdirSync(folder).some((name) => name.endsWith(".test.ts"));
}
