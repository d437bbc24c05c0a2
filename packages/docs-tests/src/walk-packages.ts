// Which files may hold examples: the README of every package, and every source. Knows the layout of the repository and nothing else.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type Example,
  examplesInMarkdown,
  examplesInSource,
  type Missing,
} from "./extract-examples.ts";

/** What one package shows its readers. */
export interface PackageExamples {
  readonly name: string;
  readonly examples: readonly Example[];
  readonly missing: readonly Missing[];
}

/** The sources of a folder, however deep, as paths from the root of the repository. */
function sourcesIn(root: string, folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
    .toSorted();
}

/**
 * The examples of every package, in the order of the folders, README first.
 *
 * @param root - The root of the repository.
 */
export function walkPackages(root: string): PackageExamples[] {
  const read = (file: string): string => readFileSync(join(root, file), "utf8");
  return readdirSync(join(root, "packages"))
    .toSorted()
    .map((name) => {
      const folder = `packages/${name}`;
      const readme = `${folder}/README.md`;
      const examples = existsSync(join(root, readme))
        ? examplesInMarkdown(readme, read(readme))
        : [];
      const missing: Missing[] = [];
      for (const file of sourcesIn(root, `${folder}/src`)) {
        const found = examplesInSource(file, read(file));
        examples.push(...found.examples);
        missing.push(...found.missing);
      }
      return { name, examples, missing };
    });
}
