/**
 * One vitest for the whole workspace, one project a package: `npx vitest run --project chunked`.
 * Packages resolve to each other's sources, so tests need no build.
 */
import { existsSync, readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";

const conditions = ["@httplib/source", "node"];
const packages = readdirSync("packages").filter((name) => existsSync(`packages/${name}/test`));

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // Room for two busy cores; no test waits on purpose.
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // A test that asserts nothing proves nothing.
    expect: { requireAssertions: true },
    projects: packages.map((name) => ({
      extends: true as const,
      test: { name, root: `packages/${name}`, include: ["test/**/*.test.ts"] },
    })),
    coverage: { provider: "v8", include: ["packages/*/src/**"] },
  },
});
