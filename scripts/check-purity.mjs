/**
 * Checks what published packages may touch: see checks/purity.mjs.
 * Usage: node scripts/check-purity.mjs [root]
 */
import { pathToFileURL } from "node:url";
import { purityViolations } from "./checks/purity.mjs";
import { readWorkspace, report } from "./checks/workspace.mjs";

/**
 * @param {string} root the folder that holds `packages`
 * @returns {import("./checks/workspace.mjs").Violation[]}
 */
export function checkPurity(root) {
  return purityViolations(readWorkspace(root));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  report("purity", checkPurity(process.argv[2] ?? "."));
}
