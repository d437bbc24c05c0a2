/**
 * `npm run test:interop [-- vitest arguments]`: the client against real servers of Debian, on loopback. Installs what is missing, then runs the
 * `.interop.ts` files of packages/interop on the sources. The last line is `N passed, N failed`.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPrograms } from "./debian.mjs";
import { installWorkspace } from "./install.mjs";
import { run } from "./spawn.mjs";
import { TALLY_VARIABLE } from "./vitest-tally.mjs";

/** @import { Tally } from "./vitest-tally.mjs" */

const PROGRAMS = [
  { command: "nginx", name: "nginx-light" },
  { command: "apache2", name: "apache2" },
  { command: "haproxy", name: "haproxy" },
  { command: "tinyproxy", name: "tinyproxy" },
  { command: "squid", name: "squid-openssl" },
  { command: "lighttpd", name: "lighttpd" },
  {
    command: "lighttpd",
    name: "lighttpd-mod-openssl",
    file: "/usr/lib/lighttpd/mod_openssl.so",
  },
  { command: "caddy", name: "caddy" },
  { command: "python3", name: "python3-minimal" },
  { command: "openssl", name: "openssl" },
  { command: "curl", name: "curl" },
];

const isReady = (await installWorkspace()) && (await installPrograms(PROGRAMS));
const { passed, failed, problems } = isReady
  ? await runTests(process.argv.slice(2))
  : { passed: 0, failed: 1, problems: ["not installed: see the lines above"] };
for (const problem of problems) console.log(problem);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** @param {string[]} args @returns {Promise<Tally>} */
async function runTests(args) {
  const folder = mkdtempSync(join(tmpdir(), "httplib-interop-"));
  const file = join(folder, "tally.json");
  const config = join("packages", "interop", "vitest.interop.config.ts");
  const reporters = [
    "--reporter=default",
    `--reporter=${join(import.meta.dirname, "vitest-tally.mjs")}`,
  ];
  try {
    const options = { show: true, env: { [TALLY_VARIABLE]: file } };
    const { code } = await run(
      "vitest",
      ["run", `--config=${config}`, ...reporters, ...args],
      options,
    );
    /** @type {Tally} */
    const tally = JSON.parse(readFileSync(file, "utf8"));
    if (code === 0 || tally.failed > 0) return tally;
    return { ...tally, failed: 1, problems: [`vitest ended with ${code}`] };
  } catch (error) {
    return { passed: 0, failed: 1, problems: [`vitest gave no result: ${String(error)}`] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
