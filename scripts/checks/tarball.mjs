/**
 * What a published tarball must hold and must not hold. Takes names and contents, so a test can
 * hand it any tarball it likes.
 */

import { pathsIn } from "./workspace.mjs";

/** @typedef {{ exports?: unknown, imports?: unknown }} PackedManifest */

const WANTED = ["package.json", "README.md", "LICENSE", "dist/index.js", "dist/index.d.ts"];
/** @type {[RegExp, string][]} */
const UNWANTED = [
  [/(^|\/)test\/|\.test\./, "a test"],
  [/\.tsbuildinfo$/, "compiler state"],
  [/(^|\/)tsconfig[^/]*\.json$/, "a compiler config"],
  [/(^|\/)node_modules\//, "installed code"],
];

/**
 * @param {ReadonlyMap<string, Buffer>} files contents by path inside the package
 * @returns {string[]} what is wrong
 */
export function tarballProblems(files) {
  const names = [...files.keys()];
  const manifestText = files.get("package.json")?.toString("utf8") ?? "{}";
  /** @type {PackedManifest} */
  const manifest = JSON.parse(manifestText);
  const targets = pathsIn([manifest.exports, manifest.imports]).filter(
    (path) => !path.includes("*"),
  );
  const wanted = new Set([...WANTED, ...targets.map((path) => path.replace(/^\.\//, ""))]);
  return [
    ...[...wanted].filter((name) => !files.has(name)).map((name) => `${name} is missing`),
    ...UNWANTED.flatMap(([pattern, what]) =>
      names.filter((name) => pattern.test(name)).map((name) => `${name} is ${what}`),
    ),
    ...["workspace:", "catalog:"]
      .filter((protocol) => manifestText.includes(`"${protocol}`))
      .map((protocol) => `package.json still says "${protocol}"`),
    ...missingSources(files),
    ...names
      .filter((name) => /^dist\/.*\.d\.ts$/.test(name))
      .filter((name) => !files.has(name.replace(/^dist(.*)\.d\.ts$/, "src$1.ts")))
      .map((name) => `${name} has no source any more: delete dist and build again`),
    ...names
      .filter((name) => /^dist\/(?!shared\/).*\.js$/.test(name) && !wanted.has(name))
      .map((name) => `${name} is no entry of package.json: delete dist and build again`),
  ];
}

/**
 * Source maps are of use only when the sources they name are there.
 * @param {ReadonlyMap<string, Buffer>} files
 * @returns {Generator<string>}
 */
function* missingSources(files) {
  for (const [name, content] of files) {
    if (!name.startsWith("dist/") || !name.endsWith(".map")) continue;
    /** @type {{ sources: string[] }} */
    const { sources } = JSON.parse(content.toString("utf8"));
    for (const source of sources) {
      const path = new URL(source, `file:///${name}`).pathname.slice(1);
      if (!files.has(path)) yield `${name} names ${path}, which is missing`;
    }
  }
}
