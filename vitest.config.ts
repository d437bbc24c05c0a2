import { readdirSync } from "node:fs";
import { defineConfig } from "vitest/config";
const conditions = ["@httplib/source"];
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    projects: readdirSync("packages").map((name) => ({
      extends: true as const,
      test: { name, root: `packages/${name}`, include: ["test/**/*.test.ts"] },
    })),
  },
});
