/**
 * A vitest reporter that writes one line of JSON a test to the file that the environment names, as soon as the test is over: what a
 * run that had to be ended got done is known too.
 */
import { appendFileSync } from "node:fs";
import { EOL } from "node:os";

/** The environment variable with the name of the file. */
export const LINES_VARIABLE = "HTTPLIB_LINES_FILE";

/** One line. */
export interface TestLine {
  /** The project, which is the folder of the package. */
  readonly suite: string;
  readonly name: string;
  readonly error: string | null;
}

// The parts of vitest's types that are used; its own are not for the compiler settings of a build.
interface Failure {
  readonly message: string;
  /** The file that was running. */
  readonly VITEST_TEST_PATH?: string;
}
interface TestCase {
  readonly fullName: string;
  readonly project: { readonly name: string };
  readonly module: TestModule;
  result(): { readonly state: string; readonly errors?: readonly Failure[] | undefined };
}
interface TestModule {
  readonly relativeModuleId: string;
  readonly project: { readonly name: string };
  errors(): readonly Failure[];
}

export default class LineReporter {
  onTestCaseResult(test: TestCase): void {
    const { state, errors = [] } = test.result();
    if (state === "skipped") return; // the test says itself that it cannot be
    const found = errors.map(({ message }) => message).join("; ") || state;
    write({
      suite: test.project.name,
      name: `${fileOf(test.module)} > ${test.fullName}`,
      error: state === "passed" ? null : found,
    });
  }

  onTestModuleEnd(module: TestModule): void {
    for (const { message } of module.errors()) {
      write({ suite: module.project.name, name: `${fileOf(module)} loads`, error: message });
    }
  }

  onTestRunEnd(_modules: readonly TestModule[], unhandled: readonly Failure[]): void {
    for (const { message, VITEST_TEST_PATH: path = "" } of unhandled) {
      const [, suite = "vitest", file = "all"] =
        /packages\/([^/]+)\/test\/(.+)\.test\.ts$/.exec(path) ?? [];
      write({ suite, name: `${file} > no error outside every test`, error: message });
    }
  }
}

function fileOf({ relativeModuleId }: TestModule): string {
  return relativeModuleId.replace(/^.*test\//, "").replace(/\.test\.ts$/, "");
}

function write(line: TestLine): void {
  const file = process.env[LINES_VARIABLE];
  if (file !== undefined) appendFileSync(file, JSON.stringify(line) + EOL);
}
