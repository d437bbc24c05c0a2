/**
 * The tests of the packages inside another runtime: the same tests, found the same way. Only the conditions differ, so that each
 * runtime gets the file that was written for it, and the flags that a Node without a compiler needs.
 *
 * `vitest run --root <workspace> --config <this file>`; HTTPLIB_NODE_FLAGS has the flags, HTTPLIB_TEST_TIMEOUT the
 * milliseconds for one test.
 */
import { defineConfig } from "vitest/config";
import base from "../../vitest.config.ts";

const own = "Bun" in globalThis ? ["bun"] : "Deno" in globalThis ? ["deno"] : [];
const conditions = ["@httplib/source", ...own, "node"];
const resolve = { conditions };
const flags = process.env["HTTPLIB_NODE_FLAGS"] ?? "";
const execArgv = flags.split(" ").filter(Boolean);

const projects = (base.test?.projects ?? []).flatMap((project) =>
  typeof project === "object" && "test" in project
    ? [{ ...project, resolve, ssr: { resolve }, test: { ...project.test, execArgv } }]
    : [],
);

export default defineConfig({
  ...base,
  resolve,
  ssr: { resolve },
  test: {
    ...base.test,
    testTimeout: Number(process.env["HTTPLIB_TEST_TIMEOUT"]),
    projects,
  },
});
