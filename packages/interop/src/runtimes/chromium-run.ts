/**
 * The pure packages in a real browser: headless Chromium opens a page of ours, whose import map leads to the extracted tarballs, and
 * whose Content-Security-Policy allows scripts of this origin and nothing else.
 */
import { build } from "esbuild";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { join, normalize } from "node:path";
import type { Outcome } from "./outcome.ts";
import { endGroup } from "./run-program.ts";
import type { Sandbox } from "./sandbox.ts";
import { parseResult } from "./smoke-run.ts";

const LIMIT = 60_000;

const PURE = ["status", "errors", "bytes", "headers", "chunked", "protocol", "response"];

const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--enable-logging=stderr", // what the page has to say of its errors
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
];

const TYPES: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript",
  jsonl: "text/plain; charset=utf-8",
};

/** A page with one script; `map` is its import map. */
function pageOf(script: string, map = ""): { html: string; policy: string } {
  const hash = createHash("sha256").update(map).digest("base64");
  const importMap = map === "" ? "" : `<script type="importmap">${map}</script>`;
  return {
    html: `<!doctype html><meta charset="utf-8">${importMap}<script type="module" src="/${script}"></script>`,
    // The hash is for the import map, which cannot be a file of its own.
    policy: `default-src 'none'; script-src 'self'${map === "" ? "" : ` 'sha256-${hash}'`}; connect-src 'self'`,
  };
}

export async function runChromium(sandbox: Sandbox): Promise<Outcome[]> {
  await bundle(
    sandbox,
    "page",
    PURE.flatMap((name) => [`@httplib/${name}`, `@httplib/${name}/*`]),
  );
  const metafile = await bundle(sandbox, "page-client", []);
  const foreign = metafile.filter((path) => /^(node|cloudflare):/.test(path));

  const imports = Object.fromEntries(PURE.flatMap((name) => entriesOf(sandbox, name)));
  const importMap = JSON.stringify({ imports });
  const suite = "smoke";
  const runtime = "chromium";
  return [
    ...(await visit(sandbox, pageOf("page.js", importMap), "the page with an import map")),
    ...(await visit(sandbox, pageOf("page-client.js"), "the page with a bundle")),
    {
      runtime,
      suite,
      name: "the bundle of the client imports nothing of a runtime",
      error: foreign.length === 0 ? null : foreign.join(", "),
    },
  ];
}

interface Manifest {
  readonly exports: Readonly<Record<string, { readonly default?: string } | string>>;
}

/** What a package exports, and where that lies on our server. */
function entriesOf(sandbox: Sandbox, name: string): [specifier: string, path: string][] {
  const text = readFileSync(join(sandbox.packageFolder(name), "package.json"), "utf8");
  // oxlint-disable-next-line no-unsafe-type-assertion -- a manifest of our own
  const { exports } = JSON.parse(text) as Manifest;
  return Object.entries(exports).flatMap(([subpath, target]): [string, string][] => {
    if (typeof target === "string" || target.default === undefined) return [];
    const specifier = `@httplib/${name}${subpath.slice(1)}`;
    return [[specifier, `/packages/${name}${target.default.slice(1)}`]];
  });
}

/** @returns what is imported and not part of the bundle */
async function bundle(sandbox: Sandbox, name: string, external: string[]): Promise<string[]> {
  const { metafile } = await build({
    entryPoints: [sandbox.program(`smoke/${name}.js`)],
    outfile: join(sandbox.folder, `${name}.js`),
    bundle: true,
    format: "esm",
    platform: "browser",
    // Named here so that one which is left can be found, instead of ending the build.
    external: [...external, "node:*", "cloudflare:*"],
    metafile: true,
    absWorkingDir: sandbox.folder,
    logLevel: "warning",
  });
  return Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(({ path }) => path));
}

async function visit(
  sandbox: Sandbox,
  page: { html: string; policy: string },
  what: string,
): Promise<Outcome[]> {
  let posted: (text: string) => void = () => {};
  const results = new Promise<string>((resolve) => {
    posted = resolve;
  });
  const missing: string[] = [];
  const server = createServer((request, response) => {
    if (request.url === "/results") void readText(request).then(posted);
    const file = fileFor(sandbox, request.url ?? "");
    if (request.url === "/") send(response, page.html, "html", page.policy);
    else if (file === null || request.method === "POST") response.writeHead(204).end();
    else if (!sendFile(response, file)) missing.push(request.url ?? "");
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const profile = `--user-data-dir=${join(sandbox.folder, `profile-${port}`)}`;
  const browser = spawn("chromium", [...FLAGS, profile, `http://127.0.0.1:${port}/`], {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  const keep = (text: Buffer): void => {
    output += text.toString("latin1");
  };
  browser.stdout.on("data", keep);
  browser.stderr.on("data", keep);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const gaveUp = new Promise<string>((resolve) => {
    timer = setTimeout(() => resolve(""), LIMIT);
    browser.on("error", () => resolve(""));
    browser.on("exit", () => resolve(""));
  });
  const text = await Promise.race([results, gaveUp]);
  clearTimeout(timer);
  endGroup(browser.pid);
  server.closeAllConnections();
  server.close();

  const suite = "smoke";
  const outcomes = text.split("\n").flatMap((line): Outcome[] => {
    const result = parseResult(line);
    return result === null ? [] : [{ runtime: "chromium", suite, ...result }];
  });
  const said = output.split("\n").filter((line) => line.includes("CONSOLE"));
  const why = `no results; not found: ${missing.join(", ") || "-"}; ${(said.length > 0 ? said.join("\n") : output).slice(-1500)}`;
  const name = `${what} runs to its end`;
  return [
    ...outcomes,
    { runtime: "chromium", suite, name, error: outcomes.length > 0 ? null : why },
  ];
}

/** The file that a path stands for: the bundle, the corpus, or a file of a package. */
function fileFor(sandbox: Sandbox, url: string): string | null {
  const path = normalize(url);
  if (path === "/responses.jsonl") {
    return join(sandbox.packageFolder("corpus"), "data", "responses.jsonl");
  }
  const [, name = "", inside = ""] = /^\/packages\/([a-z]+)\/(dist\/.+\.js)$/.exec(path) ?? [];
  if (name !== "") return join(sandbox.packageFolder(name), inside);
  return /^\/[a-z-]+\.js$/.test(path) ? join(sandbox.folder, path) : null;
}

function sendFile(response: ServerResponse, file: string): boolean {
  try {
    send(response, readFileSync(file, "utf8"), file.split(".").at(-1) ?? "");
    return true;
  } catch {
    response.writeHead(404).end();
    return false;
  }
}

function send(response: ServerResponse, text: string, type: string, policy?: string): void {
  response.writeHead(200, {
    "Content-Type": TYPES[type] ?? "text/plain",
    ...(policy === undefined ? {} : { "Content-Security-Policy": policy }),
  });
  response.end(text);
}

async function readText(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += String(piece);
  return text;
}
