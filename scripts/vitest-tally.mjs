/**
 * A vitest reporter that counts. What did not run did not pass: a skipped or todo test counts as
 * failed, and so does a file that did not load, an error outside every test, and a run without a
 * single test. The result goes to the file that the environment names.
 */
import { writeFileSync } from "node:fs";

/** @import { SerializedError } from "vitest" */
/** @import { Reporter, TestModule } from "vitest/node" */

/**
 * @typedef {object} Tally
 * @property {number} passed
 * @property {number} failed
 * @property {string[]} problems what failed without being a failed test
 */

/** The environment variable with the name of the file to write. */
export const TALLY_VARIABLE = "HTTPLIB_TALLY_FILE";

/**
 * @param {ReadonlyArray<TestModule>} modules
 * @param {ReadonlyArray<SerializedError>} unhandled errors outside every test
 * @returns {Tally}
 */
export function tally(modules, unhandled) {
  let passed = 0;
  let failed = 0;
  /** @type {string[]} */
  const problems = [];
  for (const module of modules) {
    let count = 0;
    for (const test of module.children.allTests()) {
      count++;
      const { state } = test.result();
      if (state === "passed") passed++;
      else if (state === "failed") failed++;
      else problems.push(`${module.relativeModuleId}: skipped: ${test.fullName}`);
    }
    for (const { message } of module.errors()) {
      problems.push(`${module.relativeModuleId}: did not load: ${message}`);
    }
    if (count === 0 && module.errors().length === 0) {
      problems.push(`${module.relativeModuleId}: no test in this file`);
    }
    for (const suite of module.children.allSuites()) {
      for (const { message } of suite.errors()) {
        problems.push(`${module.relativeModuleId}: ${suite.fullName}: ${message}`);
      }
    }
  }
  for (const { message } of unhandled) problems.push(`unhandled error: ${message}`);
  if (passed + failed + problems.length === 0) problems.push("no test ran");
  return { passed, failed: failed + problems.length, problems };
}

/** @implements {Reporter} */
export default class TallyReporter {
  /**
   * @param {ReadonlyArray<TestModule>} modules
   * @param {ReadonlyArray<SerializedError>} unhandled
   */
  onTestRunEnd(modules, unhandled) {
    const file = process.env[TALLY_VARIABLE];
    if (file !== undefined) writeFileSync(file, JSON.stringify(tally(modules, unhandled)));
  }
}
