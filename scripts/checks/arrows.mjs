/**
 * Which package may import which: the table of ARCHITECTURE.md as data, and the rules around it.
 * A published package imports only the packages of its row, stays inside its own folder with
 * relative imports, uses no third-party code, and declares exactly what it imports. Its src holds
 * nothing but .ts files, which are what the checks read.
 */
import { existsSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { pathsIn, SCOPE } from "./workspace.mjs";

/** @import { Package, SourceFile, Violation } from "./workspace.mjs" */

/** The published packages and the only arrows between them. @type {Record<string, string[]>} */
export const ARROWS = {
  status: [],
  errors: [],
  bytes: [],
  headers: ["errors", "bytes"],
  chunked: ["headers", "errors", "bytes"],
  protocol: ["chunked", "headers", "errors", "bytes"],
  transport: ["errors", "bytes"],
  response: ["protocol", "headers", "errors", "bytes"],
  connection: ["response", "protocol", "transport", "headers", "errors", "bytes"],
  client: [
    "status",
    "errors",
    "bytes",
    "headers",
    "chunked",
    "protocol",
    "transport",
    "response",
    "connection",
  ],
};

const STRANGER = "is no .ts file: what it imports and touches is not checked";

/**
 * @param {string} root
 * @param {readonly Package[]} packages
 * @returns {Violation[]}
 */
export function arrowViolations(root, packages) {
  const byFolder = new Map(packages.map((one) => [one.folder, one]));
  const published = packages.filter((one) => one.folder in ARROWS);
  return published.flatMap((one) => [
    ...one.sources.flatMap((file) => sourceViolations(one, file, byFolder)),
    ...one.strangers.map((file) => ({ file, line: 0, message: STRANGER })),
    ...manifestViolations(one),
    ...referenceViolations(root, one),
  ]);
}

/**
 * @param {Package} owner @param {SourceFile} file @param {ReadonlyMap<string, Package>} byFolder
 * @returns {Violation[]}
 */
function sourceViolations(owner, file, byFolder) {
  /** @type {Violation[]} */
  const found = [];
  for (const { specifier, line } of file.imports) {
    const message = judge(owner, file, specifier, byFolder);
    if (message !== undefined) found.push({ file: file.path, line, message });
  }
  for (const { text, line } of file.comments) {
    if (/^\/\/\/\s*<(reference|amd)/.test(text)) {
      found.push({ file: file.path, line, message: "a triple-slash reference hides an import" });
    }
  }
  return found;
}

/**
 * @param {Package} owner @param {SourceFile} file @param {string | null} specifier
 * @param {ReadonlyMap<string, Package>} byFolder
 * @returns {string | undefined}
 */
function judge(owner, file, specifier, byFolder) {
  if (specifier === null) return "an import whose name is computed cannot be checked";
  if (specifier.startsWith(".")) {
    const target = posix.normalize(posix.join(posix.dirname(file.inPackage), specifier));
    if (!target.startsWith("src/")) return `"${specifier}" leaves the sources of the package`;
    return undefined;
  }
  if (specifier.startsWith("#")) {
    const targets = pathsIn(owner.manifest.imports?.[specifier]);
    const areOurs = targets.every((path) => /^\.\/(src|dist)\//.test(path));
    if (targets.length > 0 && areOurs) return undefined;
    return `"${specifier}" must be in "imports" and lead to files of this package`;
  }
  if (/^(node|cloudflare):/.test(specifier)) return undefined; // judged by the purity check
  if (!specifier.startsWith(SCOPE)) return `third-party import "${specifier}"`;

  const [folder = "", ...rest] = specifier.slice(SCOPE.length).split("/");
  if (folder === owner.folder) return `"${specifier}" is this package: import the file itself`;
  const target = byFolder.get(folder);
  if (target === undefined) return `"${specifier}" is no package of this workspace`;
  if (!(folder in ARROWS)) return `"${specifier}" is private, a published package may not use it`;
  if (!ARROWS[owner.folder]?.includes(folder)) return `no arrow ${owner.folder} → ${folder}`;
  const subpath = rest.length === 0 ? "." : `./${rest.join("/")}`;
  if (!(subpath in (target.manifest.exports ?? {}))) {
    return `"${specifier}" is not in the exports of ${SCOPE}${folder}`;
  }
  return undefined;
}

/** The names a package imports from others, without the scope. @param {Package} one */
function importedFolders(one) {
  const names = one.sources
    .flatMap((file) => file.imports)
    .flatMap(({ specifier }) => (specifier?.startsWith(SCOPE) ? [specifier] : []))
    .map((specifier) => specifier.slice(SCOPE.length).split("/")[0] ?? "");
  return new Set(names.filter((name) => name !== one.folder));
}

/** @param {Package} one @returns {Violation[]} */
function manifestViolations(one) {
  const file = `${one.path}/package.json`;
  const { dependencies = {}, peerDependencies, optionalDependencies } = one.manifest;
  const imported = [...importedFolders(one)].map((folder) => SCOPE + folder);
  const messages = [
    ...imported
      .filter((name) => !(name in dependencies))
      .map((name) => `${name} is imported and not in dependencies`),
    ...Object.keys(dependencies)
      .filter((name) => !imported.includes(name))
      .map((name) => `${name} is in dependencies and never imported`),
    ...Object.entries(dependencies)
      .filter(([, range]) => range !== "workspace:^")
      .map(([name, range]) => `${name} must be "workspace:^", not "${range}"`),
  ];
  if (peerDependencies !== undefined) messages.push("no peerDependencies");
  if (optionalDependencies !== undefined) messages.push("no optionalDependencies");
  return messages.map((message) => ({ file, line: 0, message }));
}

/**
 * The compiler builds along `references`: they must name the dependencies, or a clean build fails.
 * @param {string} root @param {Package} one
 * @returns {Violation[]}
 */
function referenceViolations(root, one) {
  const file = `${one.path}/tsconfig.build.json`;
  if (!existsSync(join(root, file))) return [{ file, line: 0, message: "is missing" }];
  /** @type {{ references?: { path: string }[] }} */
  const config = JSON.parse(readFileSync(join(root, file), "utf8"));
  const references = (config.references ?? []).map(({ path }) => path).toSorted();
  const wanted = Object.keys(one.manifest.dependencies ?? {})
    .map((name) => `../${name.slice(SCOPE.length)}/tsconfig.build.json`)
    .toSorted();
  if (references.join() === wanted.join()) return [];
  const message = `references must name exactly the dependencies: ${wanted.join(", ") || "none"}`;
  return [{ file, line: 0, message }];
}
