// The sizes that the READMEs name, measured on what is built: a figure may be off by 0.1 kB and no more.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { describe, expect, test } from "vitest";

interface Figure {
  readonly package: string;
  /** What the README says, with # in the place of the number of kB. */
  readonly says: string;
  readonly code: string;
  readonly platform?: "node" | "browser";
  readonly conditions?: string[];
  readonly external?: string[];
  /** Digits behind the point; 1 unless given. */
  readonly digits?: number;
}

const figures = JSON.parse(
  readFileSync(new URL("../data/readme-sizes.json", import.meta.url), "utf8"),
) as readonly Figure[];

// The one package that depends on all others.
const resolveDir = fileURLToPath(new URL("../../client", import.meta.url));

/** kB of 1,000 bytes, minified and compressed. */
async function measure({ code, platform, conditions, external }: Figure): Promise<number> {
  const { outputFiles } = await esbuild.build({
    stdin: { contents: code, resolveDir },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: platform ?? "browser",
    target: "es2022",
    logLevel: "silent",
    ...(conditions && { conditions }),
    ...(external && { external }),
  });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).length / 1000;
}

describe("sizes in READMEs", () => {
  test.each(figures)("$package: $says", async (figure) => {
    const readme = readFileSync(
      new URL(`../../${figure.package}/README.md`, import.meta.url),
      "utf8",
    );
    const [before = "", behind = ""] = figure.says
      .split("#")
      .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const said = new RegExp(`${before}(\\d+(?:\\.\\d+)?)${behind}`).exec(readme)?.[1];
    const size = await measure(figure);
    console.log(`${figure.package}: ${figure.says.replace("#", size.toFixed(3))}`);
    expect(Math.abs(Number(said) - size)).toBeLessThanOrEqual(figure.digits === 0 ? 0.6 : 0.1);
  });
});
