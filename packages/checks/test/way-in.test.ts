/** The commands of a fresh clone, with programs of the test in place of npm and npx: what they say when something fails. */
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { run } from "../../../scripts/spawn.mjs";

const root = join(import.meta.dirname, "..", "..", "..");

/** A folder with these files; those in `bin` are programs and come first in PATH. */
function plant(files: Record<string, string>): { folder: string; env: Record<string, string> } {
  const folder = mkdtempSync(join(tmpdir(), "httplib-way-in-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "bin"));
  mkdirSync(join(folder, ".ci"));
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
    if (name.startsWith("bin/")) chmodSync(join(folder, name), 0o755);
  }
  const path = [join(folder, "bin"), process.env["PATH"]].join(delimiter);
  return { folder, env: { PATH: path } };
}

describe("where nothing can be installed", () => {
  const rows: [why: string, manifest: string][] = [
    ["npx gives no pnpm", '{ "packageManager": "pnpm@0.0.0" }'],
    ["the manifest cannot be read", "{"],
  ];

  /** Runs a job of scripts/run.mjs there. */
  async function start(manifest: string, job: string) {
    const npx = "#!/bin/sh\necho no network >&2\nexit 1\n";
    const { folder, env } = plant({ "package.json": manifest, "bin/npx": npx });
    const script = join(root, "scripts", "run.mjs");
    const { code, output } = await run(process.execPath, [script, job], { cwd: folder, env });
    return { code, lines: output.trim().split("\n") };
  }

  test.each(rows)("npm test says that one failed: %s", async (_why, manifest) => {
    const { code, lines } = await start(manifest, "test");
    expect([code, lines.at(-1)]).toEqual([1, "0 passed, 1 failed"]);
    expect(lines.join("\n")).toContain("Cannot ");
  });

  test.each(rows)("npm start fails, and counts nothing: %s", async (_why, manifest) => {
    const { code, lines } = await start(manifest, "start");
    expect(code).toBe(1);
    expect(lines.join("\n")).not.toContain("passed");
  });
});

describe(".ci/run adds up what its suites say", () => {
  const good = "echo '3 passed, 0 failed'";
  const rows: [why: string, test: string, interop: string, last: string, code: number][] = [
    ["all is well", good, good, "6 passed, 0 failed", 0],
    ["a suite that is not there", good, "true", "3 passed, 0 failed", 0],
    ["only the last tally of a suite counts", `${good}; ${good}`, good, "6 passed, 0 failed", 0],
    ["a failure", "echo '2 passed, 1 failed'; exit 1", good, "5 passed, 1 failed", 1],
    ["a failed install", "echo '0 passed, 1 failed'; exit 1", good, "3 passed, 1 failed", 1],
    ["a suite that fails without a tally", "exit 1", good, "3 passed, 1 failed", 1],
    [
      "a suite that fails though its tests passed",
      `${good}; exit 7`,
      good,
      "6 passed, 1 failed",
      1,
    ],
    ["everything fails without a tally", "exit 1", "exit 1", "0 passed, 2 failed", 1],
  ];
  test.each(rows)("%s", async (_why, atTest, atInterop, last, code) => {
    const npm = `#!/bin/sh\ncase "$*" in\ntest) ${atTest} ;;\n*test:interop) ${atInterop} ;;\nesac\n`;
    const { folder, env } = plant({ "bin/npm": npm });
    const script = join(folder, ".ci", "run");
    copyFileSync(join(root, ".ci", "run"), script);
    const outcome = await run("bash", [script], { cwd: folder, env });
    expect([outcome.code, outcome.output.trim().split("\n").at(-1)]).toEqual([code, last]);
  });
});
