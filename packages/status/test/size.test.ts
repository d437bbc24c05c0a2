// What a program pays for what it imports, minified.

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { describe, expect, test } from "vitest";
import * as status from "../src/index.ts";

const resolveDir = fileURLToPath(new URL("../src", import.meta.url));

async function bundle(contents: string): Promise<{ text: string; gzip: number }> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir },
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
  test("a constant that is used costs its digits", async () => {
    const { text } = await bundle(
      `import { NOT_FOUND } from "./index.ts"; console.log(NOT_FOUND);`,
    );
    expect(text.trim()).toBe("console.log(404);");
  });

  test.each([
    ["NOT_FOUND", 60],
    ["REQUEST_ENTITY_TOO_LARGE", 75],
    ["isRedirection", 150],
    ["HTTPMethod", 200],
    ["responses", 1000],
    ["HTTPStatus", 1000],
    ["statusInfo", 3700],
  ])("%s alone stays below %i bytes of gzip", async (name, most) => {
    const { text, gzip } = await bundle(`export { ${name} } from "./index.ts";`);
    console.log(`${name}: ${text.length} B, ${gzip} B gzip`);
    expect(gzip).toBeLessThan(most);
  });

  test("every constant alone stays below 200 bytes, uncompressed", async () => {
    const names = Object.entries(status).filter(([, value]) => typeof value === "number");
    expect(names).toHaveLength(66);
    for (const [name, code] of names) {
      const { text } = await bundle(`export { ${name} } from "./index.ts";`);
      expect(text).toContain(`${code as number}`);
      expect(text.length).toBeLessThan(100);
    }
  });

  test("phrases do not bring descriptions, and descriptions do not come by themselves", async () => {
    expect((await bundle(`export { responses } from "./index.ts";`)).text).not.toContain("RFC");
    expect(
      (await bundle(`import "./index.ts"; import { statusInfo } from "./index.ts";`)).text.trim(),
    ).toBe("");
  });
});
