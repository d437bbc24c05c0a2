// The declarations as the oldest TypeScript reads them that users are promised: without skipLibCheck nothing may be an error, and with
// it nothing may silently become `any`.

import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";

const execute = promisify(execFile);
const packages = fileURLToPath(new URL("../..", import.meta.url));
const tsc = createRequire(import.meta.url).resolve("typescript-oldest/lib/tsc.js");
let work = "";

const ENTRIES = [
  "status",
  "errors",
  "bytes",
  "headers",
  "headers/machine",
  "chunked",
  "chunked/stream",
  "protocol",
  "transport",
  "response",
  "connection",
  "client",
  "client/python",
];

beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "httplib-types-"));
  const scope = join(work, "node_modules", "@httplib");
  mkdirSync(scope, { recursive: true });
  for (const entry of ENTRIES) {
    if (!entry.includes("/")) symlinkSync(join(packages, entry), join(scope, entry));
  }
});

afterAll(() => {
  rmSync(work, { recursive: true });
});

const USE = `${ENTRIES.map((entry, i) => `import * as e${i} from "@httplib/${entry}";`).join("\n")}
import { encodeLatin1, concat, append } from "@httplib/bytes";
import { decodeChunked } from "@httplib/chunked";
import { parseResponse } from "@httplib/protocol";
import { HTTPConnection } from "@httplib/connection";

export const all = [${ENTRIES.map((_, i) => `e${i}`).join(", ")}];

// Bytes are bytes: whatever is any could be assigned to this.
type IsAny<T> = 0 extends 1 & T ? true : false;
const none: [
  IsAny<ReturnType<typeof encodeLatin1>>,
  IsAny<ReturnType<typeof concat>>,
  IsAny<ReturnType<typeof append>>,
  IsAny<ReturnType<typeof decodeChunked>["body"]>,
  IsAny<ReturnType<typeof parseResponse>["body"]>,
] = [false, false, false, false, false];
export { none };

export async function use(): Promise<Uint8Array> {
  const connection = new HTTPConnection("example.com", null, { timeout: 1000 });
  await connection.request("PUT", "/", encodeLatin1("a"), { A: "b" });
  const response = await connection.getResponse();
  const bytes = await response.bytes();
  const isAny: IsAny<typeof bytes> = false;
  return isAny ? new Uint8Array(0) : bytes;
}
`;

test.each([
  ["nodenext", false],
  ["nodenext", true],
  ["bundler", false],
])("moduleResolution %s, skipLibCheck %s", async (resolution, skipLibCheck) => {
  const folder = join(work, `${resolution}-${skipLibCheck}`);
  mkdirSync(folder);
  writeFileSync(join(folder, "use.mts"), USE);
  const compilerOptions = {
    noEmit: true,
    strict: true,
    exactOptionalPropertyTypes: true,
    target: "es2022",
    module: resolution === "bundler" ? "esnext" : resolution,
    moduleResolution: resolution,
    skipLibCheck,
    lib: ["es2022", "dom", "dom.iterable", "esnext.disposable"],
    types: [],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  // tsc says on its standard output what is wrong, and ends with a status other than 0.
  const said = await execute(process.execPath, [tsc, "-p", folder], { timeout: 100_000 }).then(
    ({ stdout }) => stdout,
    (error: unknown) => String(Reflect.get(Object(error), "stdout")),
  );
  expect(said).toBe("");
});
