/**
 * The tests against real servers: `npm run test:interop`. They end with `.interop.ts`, so that `npm test`, which must not need a server, does not find
 * them.
 */
import { defineConfig } from "vitest/config";

const conditions = ["@httplib/source", "node"];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    name: "interop",
    root: import.meta.dirname,
    include: ["test/**/*.interop.ts"],
    testTimeout: 20_000,
    hookTimeout: 40_000,
    expect: { requireAssertions: true },
  },
});
