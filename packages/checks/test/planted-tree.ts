/**
 * A small workspace in a temporary folder: the ten published packages, clean, and one private one.
 * A test plants its fault into it and asks the checks what they see. The folder goes when the
 * test ends.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import { ARROWS } from "../../../scripts/checks/arrows.mjs";

/** Contents by path below the root; null removes the file. */
export type Planted = Readonly<Record<string, string | null>>;

/** Writes the clean tree with some files changed, and gives its root. */
export function plantTree(changes: Planted): string {
  return plantFiles({ ...cleanTree(), ...changes });
}

/** Writes just these files, and a manifest for each package they are in. */
export function plantPackages(files: Planted): string {
  const all: Record<string, string | null> = {};
  for (const path of Object.keys(files)) {
    const folder = path.split("/")[1] ?? "";
    all[`packages/${folder}/package.json`] = manifest(folder, []);
  }
  return plantFiles({ ...all, ...files });
}

function plantFiles(files: Planted): string {
  const root = mkdtempSync(join(tmpdir(), "httplib-checks-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    if (text === null) continue;
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** The manifest of a published package that imports these. */
export function manifest(folder: string, imports: readonly string[], more: object = {}): string {
  return JSON.stringify({
    name: `@httplib/${folder}`,
    exports: { ".": { default: "./dist/index.js" } },
    dependencies: Object.fromEntries(imports.map((name) => [`@httplib/${name}`, "workspace:^"])),
    ...more,
  });
}

function cleanTree(): Record<string, string> {
  const files: Record<string, string> = {
    "packages/tools/package.json": JSON.stringify({ name: "@httplib/tools", private: true }),
    "packages/tools/src/index.ts": 'export { anything } from "./anything.ts";\n',
    "packages/tools/src/anything.ts": 'import "some-tool";\nexport const anything = process.pid;\n',
  };
  for (const [folder, imports] of Object.entries(ARROWS)) {
    const at = `packages/${folder}`;
    files[`${at}/README.md`] = `# ${folder}\n`;
    files[`${at}/LICENSE`] = "MIT\n";
    files[`${at}/test/own-thing.test.ts`] = "";
    files[`${at}/package.json`] = manifest(folder, imports);
    files[`${at}/tsconfig.build.json`] = JSON.stringify({
      references: imports.map((name) => ({ path: `../${name}/tsconfig.build.json` })),
    });
    files[`${at}/src/index.ts`] = 'export { own } from "./own-thing.ts";\n';
    const lines = imports.map((name) => `export { own as ${name} } from "@httplib/${name}";`);
    files[`${at}/src/own-thing.ts`] = `${lines.join("\n")}\nexport const own = 1;\n`;
  }
  return files;
}
