import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { command, runChecks } from "../../../scripts/jobs.mjs";
import { run } from "../../../scripts/spawn.mjs";
import { TALLY_VARIABLE, type Tally } from "../../../scripts/vitest-tally.mjs";

const root = join(import.meta.dirname, "..", "..", "..");
const ends = (name: string, code: number) =>
  command(name, process.execPath, "-e", `console.log("I am ${name}"); process.exit(${code})`);

describe("npm test", () => {
  const lines: string[] = [];
  beforeEach(() => {
    lines.length = 0;
    const log = vi
      .spyOn(console, "log")
      .mockImplementation((line: string) => void lines.push(line));
    const error = vi.spyOn(console, "error").mockImplementation(() => undefined);
    onTestFinished(() => {
      log.mockRestore();
      error.mockRestore();
    });
  });

  test("adds up tests and jobs on its last line", async () => {
    const tests = async (): Promise<Tally> => ({ passed: 40, failed: 0, problems: [] });
    const code = await runChecks([], [ends("one", 0), { name: "tests", work: tests }]);
    expect([code, lines.at(-1)]).toEqual([0, "41 passed, 0 failed"]);
    expect(lines.join()).not.toContain("I am one");
  });

  test("runs every job though one fails, shows that one's output, and fails", async () => {
    const code = await runChecks([], [ends("one", 3), ends("two", 0), ends("three", 1)]);
    expect([code, lines.at(-1), lines.at(-2)]).toEqual([
      1,
      "1 passed, 2 failed",
      "failed jobs: one, three",
    ]);
    expect(lines.join()).toContain("I am three");
    expect(lines.join()).not.toContain("I am two");
  });

  test("a program that cannot be started has failed", async () => {
    const code = await runChecks([], [command("gone", "/nowhere/to/be/found")]);
    expect([code, lines.at(-1)]).toEqual([1, "0 passed, 1 failed"]);
  });

  test("runs only what is named, and refuses an unknown name", async () => {
    expect(await runChecks(["two"], [ends("one", 1), ends("two", 0)])).toBe(0);
    expect(lines.at(-1)).toBe("1 passed, 0 failed");
    expect(await runChecks(["three"], [ends("one", 0)])).toBe(2);
  });
});

describe("the count of tests", () => {
  /** Runs a real vitest over these files, in a folder of its own. */
  async function count(files: Record<string, string>): Promise<Tally> {
    const folder = mkdtempSync(join(tmpdir(), "httplib-tally-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    mkdirSync(join(folder, "test"));
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, "test", name), text);
    }
    const result = join(folder, "tally.json");
    const reporter = join(root, "scripts", "vitest-tally.mjs");
    await run(
      process.execPath,
      [
        join(root, "node_modules", "vitest", "vitest.mjs"),
        "run",
        "--globals",
        `--root=${folder}`,
        `--reporter=${reporter}`,
      ],
      { cwd: folder, env: { [TALLY_VARIABLE]: result } },
    );
    return JSON.parse(readFileSync(result, "utf8")) as Tally;
  }

  test("passed and failed tests count by themselves", async () => {
    const text = 'test("a", () => {});\ndescribe("b", () => { test("c", () => { throw 1; }); });\n';
    expect(await count({ "a.test.ts": text })).toEqual({ passed: 1, failed: 1, problems: [] });
  });

  test("what did not run has failed, and is named", async () => {
    const { passed, failed, problems } = await count({
      "broken.test.ts": 'import "./nothing.ts";\n',
      "empty.test.ts": "export {};\n",
      "hook.test.ts":
        'describe("h", () => { beforeAll(() => { throw 1; }); test("i", () => {}); });\n',
      "skipped.test.ts": 'test.skip("s", () => {});\ntest.todo("t");\ntest("u", () => {});\n',
      "stray.test.ts": 'test("v", () => { Promise.reject(new Error("stray")); });\n',
    });
    expect(passed).toBe(2);
    expect(failed).toBe(problems.length);
    const text = problems.join("\n");
    for (const part of ["broken.test.ts", "empty.test.ts", "hook.test.ts", "skipped: s"]) {
      expect(text).toContain(part);
    }
    for (const part of ["skipped: t", "unhandled error: stray"]) expect(text).toContain(part);
  });

  test("a run without a test has failed", async () => {
    expect(await count({})).toEqual({ passed: 0, failed: 1, problems: ["no test ran"] });
  });
});
