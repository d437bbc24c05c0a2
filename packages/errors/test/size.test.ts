// What a program pays for importing some of the classes, minified and compressed.

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import { rows } from "./classes.ts";

const resolveDir = fileURLToPath(new URL("../src", import.meta.url));

async function bundle(names: readonly string[]): Promise<{ text: string; gzip: number }> {
  const { outputFiles } = await build({
    stdin: { contents: `export { ${names.join(", ")} } from "./index.ts";`, resolveDir },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "neutral",
  });
  const text = outputFiles[0]?.text ?? "";
  return { text, gzip: gzipSync(text, { level: 9 }).length };
}

describe("size", () => {
  test.each([
    ["escapeText alone", ["escapeText"], 200],
    ["the base alone", ["HTTPException"], 500],
    ["one leaf", ["InvalidURL"], 540],
    [
      "what a header parser needs",
      [
        "HTTPException",
        "ProtocolError",
        "LineTooLong",
        "LimitExceeded",
        "IncompleteRead",
        "InvalidRequest",
        "escapeText",
      ],
      1030,
    ],
    ["everything", [...rows.map(({ name }) => name), "escapeText", "isConnectionReset"], 1900],
  ] as const)("%s: %j stays below %i bytes", async (_what, names, most) => {
    const { text, gzip } = await bundle(names);
    console.log(
      `${names.length === 1 ? names[0] : `${names.length} names`}: ${text.length} B, ${gzip} B gzip`,
    );
    expect(gzip).toBeLessThan(most);
  });

  test.each(rows)("$name brings its ancestors and no other class", async ({ name }) => {
    const { text } = await bundle([name]);
    const kept = rows.filter((row) => text.includes(`"${row.name}"`)).map((row) => row.name);
    const wanted = new Set<string>();
    for (let at = rows.find((row) => row.name === name); at;) {
      wanted.add(at.name);
      const { parent } = at;
      at = rows.find((row) => row.name === parent);
    }
    expect(new Set(kept)).toEqual(wanted);
  });

  test("an import that is not used costs nothing", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: `import { TunnelError } from "./index.ts"; import "./index.ts";`,
        resolveDir,
      },
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "neutral",
    });
    expect(outputFiles[0]?.text.trim()).toBe("");
  });
});
