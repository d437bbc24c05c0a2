/**
 * Checks the structure of the workspace: allowed imports, declared dependencies, cycles, the shape
 * of files, and what each package folder must hold. Usage: node scripts/check-arrows.mjs [root]
 */
import { pathToFileURL } from "node:url";
import { ARROWS, arrowViolations } from "./checks/arrows.mjs";
import { cycleViolations } from "./checks/cycles.mjs";
import { shapeViolations } from "./checks/file-shape.mjs";
import { manifestViolations } from "./checks/manifests.mjs";
import { readWorkspace, report } from "./checks/workspace.mjs";

/** @import { Violation } from "./checks/workspace.mjs" */

/**
 * @param {string} root the folder that holds `packages`
 * @returns {Violation[]}
 */
export function checkArrows(root) {
  const packages = readWorkspace(root);
  const published = packages.filter(({ folder }) => folder in ARROWS);
  return [
    ...arrowViolations(root, packages),
    ...cycleViolations(published),
    ...shapeViolations(packages),
    ...manifestViolations(root, packages),
  ];
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  report("arrows", checkArrows(process.argv[2] ?? "."));
}
