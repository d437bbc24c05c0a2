import { symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { checkArrows } from "../../../scripts/check-arrows.mjs";
import { manifest, type Planted, plantTree } from "./planted-tree.ts";

/** What the check says about a tree, as "file:line message". */
function findings(changes: Planted): string[] {
  return checkArrows(plantTree(changes)).map(
    ({ file, line, message }) => `${file}:${line} ${message}`,
  );
}

test("a clean tree passes", () => {
  expect(findings({})).toEqual([]);
});

describe("an import that no arrow allows is refused", () => {
  const rows: [why: string, line: string, message: string][] = [
    ["against an arrow", 'import { x } from "@httplib/transport";', "no arrow errors → transport"],
    ["between leaves", 'import type { x } from "@httplib/bytes";', "no arrow errors → bytes"],
    ["by re-export", 'export * from "@httplib/client";', "no arrow errors → client"],
    ["by import()", 'const x = () => import("@httplib/client");', "no arrow errors → client"],
    ["in a type", 'type X = import("@httplib/client").X;', "no arrow errors → client"],
    ["over lines", 'import {\n  x,\n} from "@httplib/client";', "no arrow errors → client"],
    ["third-party", 'import x from "left-pad";', 'third-party import "left-pad"'],
    ["side effect", 'import "left-pad";', 'third-party import "left-pad"'],
    ["require", 'const x = require("left-pad");', 'third-party import "left-pad"'],
    ["builtin without scheme", 'import net from "net";', 'third-party import "net"'],
    ["a private package", 'import "@httplib/tools";', "is private"],
    ["an unknown package", 'import "@httplib/nothing";', "is no package of this workspace"],
    ["itself by name", 'import "@httplib/errors";', "is this package"],
    ["out of the package", 'import "../../bytes/src/index.ts";', "leaves the sources"],
    ["into the tests", 'import "../test/helper.ts";', "leaves the sources"],
    ["a computed name", "const x = (y: string) => import(y);", "cannot be checked"],
    ["a name in pieces", 'const x = () => import("left" + "-pad");', "cannot be checked"],
    ["an escaped name", 'import "left\\x2dpad";', "cannot be checked"],
    ["a template with a hole", "const x = () => import(`a${1}`);", "cannot be checked"],
    ["a reference", '/// <reference types="node" />', "triple-slash"],
  ];
  test.each(rows)("%s", (_why, code, message) => {
    const text = `export const own = 1;\n${code}\n`;
    const found = findings({ "packages/errors/src/own-thing.ts": text });
    expect(found.join("\n")).toContain("packages/errors/src/own-thing.ts:2 ");
    expect(found.join("\n")).toContain(message);
  });

  test("a subpath that its package does not export", () => {
    const text = 'export { own as errors } from "@httplib/errors/inner";\nexport const own = 1;\n';
    expect(findings({ "packages/transport/src/own-thing.ts": text }).join("\n")).toContain(
      '"@httplib/errors/inner" is not in the exports of @httplib/errors',
    );
  });
});

describe("a file in src that no check reads is refused", () => {
  const text = 'import "node:net";\n';
  test.each([
    "a.mts",
    "a.cts",
    "a.js",
    "a.mjs",
    "a.cjs",
    "a.tsx",
    "a.json",
    "a.ts.txt",
    ".hidden",
    "more/a.d.mts",
  ])("%s", (name) => {
    expect(findings({ [`packages/errors/src/${name}`]: text })).toEqual([
      `packages/errors/src/${name}:0 is no .ts file: what it imports and touches is not checked`,
    ]);
  });

  test("a link, whatever it leads to", () => {
    const root = plantTree({});
    symlinkSync("own-thing.ts", join(root, "packages", "errors", "src", "link.ts"));
    symlinkSync(tmpdir(), join(root, "packages", "errors", "src", "folder"));
    expect(checkArrows(root).map(({ file }) => file)).toEqual([
      "packages/errors/src/folder",
      "packages/errors/src/link.ts",
    ]);
  });

  test("no folder is left out, whatever its name", () => {
    for (const folder of ["dist", "node_modules", "coverage", ".turbo"]) {
      const found = findings({ [`packages/errors/src/${folder}/a.ts`]: 'import "left-pad";\n' });
      expect(found.join("\n")).toContain('third-party import "left-pad"');
    }
  });

  test("a private package may have such files", () => {
    expect(findings({ "packages/tools/src/a.mjs": text })).toEqual([]);
  });
});

describe("what only looks like an import is left alone", () => {
  const rows: [why: string, code: string][] = [
    ["a line comment", '// import "left-pad";'],
    ["a block comment", '/* import "left-pad";\n import "@httplib/client"; */'],
    ["a string", "export const a = 'import \"left-pad\"';"],
    ["a template", 'export const b = `import "left-pad"; require("left-pad")`;'],
    ["a regular expression", 'export const c = /import "left-pad"/;'],
    ["a property", 'export const d = (x: any) => x.require("left-pad");'],
    ["import.meta", "export const e = import.meta;"],
    ["an export of its own", "const f = 1;\nexport { f };\nexport type G = string;"],
  ];
  test.each(rows)("%s", (_why, code) => {
    const text = `export const own = 1;\n${code}\n`;
    expect(findings({ "packages/errors/src/own-thing.ts": text })).toEqual([]);
  });

  test("but the expression inside a template counts", () => {
    const text = 'export const own = `${"`"}${require("left-pad")}`;\n';
    expect(findings({ "packages/errors/src/own-thing.ts": text }).join()).toContain("third-party");
  });
});

describe("a name with # leads to files of its own package", () => {
  const rows: [why: string, imports: object, message: string | null][] = [
    ["by condition", { "#a": { node: "./src/a.ts", default: "./dist/own-thing.js" } }, null],
    ["not at all", {}, '"#a" must be in "imports"'],
    ["to third-party code", { "#a": { node: "left-pad" } }, '"#a" must be in "imports"'],
    ["out of the sources", { "#a": "./test/a.ts" }, '"#a" must be in "imports"'],
    ["in a circle", { "#a": { bun: "./src/own-thing.ts" } }, "import cycle"],
  ];
  test.each(rows)("%s", (_why, imports, message) => {
    const found = findings({
      "packages/errors/package.json": manifest("errors", [], { imports }),
      "packages/errors/src/own-thing.ts": 'import "#a";\nexport const own = 1;\n',
      "packages/errors/src/a.ts": "export const a = 1;\n",
    });
    if (message === null) expect(found).toEqual([]);
    else expect(found.join("\n")).toContain(message);
  });
});

describe("the manifest declares exactly what is imported", () => {
  const rows: [why: string, manifest: string, message: string][] = [
    ["too little", manifest("transport", ["errors"]), "@httplib/bytes is imported and not in"],
    ["too much", manifest("transport", ["errors", "bytes", "status"]), "@httplib/status is in dep"],
    [
      "third-party",
      manifest("transport", ["errors", "bytes"], {
        dependencies: {
          "@httplib/errors": "workspace:^",
          "@httplib/bytes": "workspace:^",
          "left-pad": "1.0.0",
        },
      }),
      "left-pad is in dependencies and never imported",
    ],
    [
      "a fixed version",
      manifest("transport", [], {
        dependencies: { "@httplib/errors": "workspace:^", "@httplib/bytes": "1.0.0" },
      }),
      '@httplib/bytes must be "workspace:^", not "1.0.0"',
    ],
    ["peers", manifest("transport", ["errors", "bytes"], { peerDependencies: {} }), "no peerDep"],
    [
      "optional ones",
      manifest("transport", ["errors", "bytes"], { optionalDependencies: {} }),
      "no optionalDependencies",
    ],
  ];
  test.each(rows)("%s", (_why, text, message) => {
    expect(findings({ "packages/transport/package.json": text }).join("\n")).toContain(
      `packages/transport/package.json:0 ${message}`,
    );
  });

  test("the references of the build are the dependencies", () => {
    const found = findings({ "packages/transport/tsconfig.build.json": "{}" });
    expect(found.join()).toContain("references must name exactly the dependencies");
  });

  test("a package without a build config is named", () => {
    const found = findings({ "packages/status/tsconfig.build.json": null });
    expect(found).toEqual(["packages/status/tsconfig.build.json:0 is missing"]);
  });
});

describe("import cycles are refused", () => {
  test("between files", () => {
    const found = findings({
      "packages/errors/src/own-thing.ts": 'import "./b.ts";\nexport const own = 1;\n',
      "packages/errors/src/b.ts": 'import type { c } from "./c.ts";\n',
      "packages/errors/src/c.ts": 'import "./own-thing.ts";\n',
    });
    expect(found).toEqual([
      "packages/errors/src/b.ts:0 import cycle: packages/errors/src/b.ts → " +
        "packages/errors/src/c.ts → packages/errors/src/own-thing.ts → packages/errors/src/b.ts",
    ]);
  });

  test("between packages", () => {
    const found = findings({
      "packages/errors/src/own-thing.ts": 'import "@httplib/transport";\nexport const own = 1;\n',
    });
    expect(found.join("\n")).toContain(
      "import cycle: packages/errors → packages/transport → packages/errors",
    );
  });
});

describe("the shape of files", () => {
  const lines = (count: number, header = ""): string =>
    `${header}${"export const own = 1;\n".repeat(count)}`;
  const rows: [why: string, path: string, text: string, message: string | null][] = [
    ["more than 500 lines", "errors/src/a.ts", lines(501), "501 lines, at most 500"],
    ["more than 350 without a reason", "errors/src/a.ts", lines(351), "351 lines: above 350"],
    [
      "more than 350 with a reason",
      "errors/src/a.ts",
      lines(360, "// Long because it is.\n"),
      null,
    ],
    [
      "a reason not in the header",
      "errors/src/a.ts",
      `${lines(351)}// Long because it is.\n`,
      "352 lines: above 350",
    ],
    ["a test of 500 lines", "errors/test/a.test.ts", lines(500), null],
    ["a test of more", "errors/test/a.test.ts", lines(501), "501 lines, at most 500"],
    ["a helper of tests", "tools/test/support/b.mjs", lines(501), "501 lines, at most 500"],
    ["data of tests, which may be long", "errors/test/a.txt", lines(501), null],
    ["a name in camelCase", "errors/src/ownThing.ts", "", '"ownThing.ts" is not kebab-case'],
    ["a name with a line below", "errors/src/own_thing.ts", "", "is not kebab-case"],
    ["a folder with a capital", "errors/src/Own/a.ts", "", '"Own" is not kebab-case'],
    ["a private package too", "tools/src/ownThing.ts", "", "is not kebab-case"],
    ["code in an index", "errors/src/index.ts", "export const own = 1;\n", "only re-exports"],
    ["an import in an index", "errors/src/index.ts", 'import "./a.ts";\n', "only re-exports"],
    ["an index below", "errors/src/more/index.ts", "const own = 1;\n", "only re-exports"],
    ["a default in an index", "errors/src/index.ts", "export default 1;\n", "only re-exports"],
    [
      "every form of re-export",
      "errors/src/index.ts",
      '/** Ours. */\nexport { own, type A as B } from "./own-thing.ts";\n' +
        'export type { C } from "./own-thing.ts";\nexport * from "./own-thing.ts";\n' +
        'export * as all from "./own-thing.ts"\nexport type * from "./own-thing.ts";\nexport {};\n',
      null,
    ],
  ];
  test.each(rows)("%s", (_why, path, text, message) => {
    const found = findings({ [`packages/${path}`]: text });
    if (message === null) expect(found).toEqual([]);
    else expect(found.join("\n")).toContain(message);
  });

  const reasons: [header: string, isReason: boolean][] = [
    ["/** Long because it is one table. */", true],
    ["/**\n * Owns a.\n *\n * Longer than most files: one class.\n */", true],
    ["/**\n * Owns a. Long because\n * it is one table.\n */", true],
    ["/**\n *     a = b\n *\n * Long because it is one table.\n */", true],
    ['/** Owns "a." Longer because it is one table. */', true],
    ["/** Says how long a wait takes. */", false],
    ["/** Takes 100 lines in one file. Not long. */", false],
    ["/**\n * Says how\n * Long a wait takes.\n */", false],
    ["/** Owns a. Longing for b. */", false],
    ["/** Owns a. Long */", false],
  ];
  test.each(reasons)(
    "a reason is a sentence that begins with Long or Longer: %j",
    (text, isReason) => {
      const found = findings({ "packages/errors/src/a.ts": lines(351, `${text}\n`) });
      expect(found).toHaveLength(isReason ? 0 : 1);
    },
  );

  test("the line of the first own statement of an index is named", () => {
    const text = 'export { own } from "./own-thing.ts";\n\nconst x = 1;\nexport { x };\n';
    expect(findings({ "packages/errors/src/index.ts": text })).toEqual([
      "packages/errors/src/index.ts:3 index.ts only re-exports",
    ]);
  });
});

describe("what a package folder holds", () => {
  const tools = { name: "@httplib/tools" };
  const rows: [why: string, changes: Planted, message: string][] = [
    ["no README", { "packages/bytes/README.md": null }, "README.md is missing"],
    ["no LICENSE", { "packages/bytes/LICENSE": null }, "LICENSE is missing"],
    ["no test", { "packages/bytes/test/own-thing.test.ts": null }, "has no test/*.test.ts"],
    [
      "a helper that is not private",
      { "packages/tools/package.json": JSON.stringify(tools) },
      'must say "private": true',
    ],
    [
      "a published package that is private",
      { "packages/bytes/package.json": manifest("bytes", [], { private: true }) },
      "is one of the published packages, yet private",
    ],
    [
      "another name",
      { "packages/bytes/package.json": manifest("byte", []) },
      "its name must be @httplib/bytes",
    ],
    ["a package is gone", { "packages/status/package.json": null }, "published package is gone"],
  ];
  test.each(rows)("%s", (_why, changes, message) => {
    expect(findings(changes).join("\n")).toContain(message);
  });

  test("the corpus may be public, with README and LICENSE", () => {
    const found = findings({
      "packages/corpus/package.json": JSON.stringify({ name: "@httplib/corpus" }),
    });
    expect(found).toEqual([
      "packages/corpus/package.json:0 README.md is missing",
      "packages/corpus/package.json:0 LICENSE is missing",
    ]);
  });
});
