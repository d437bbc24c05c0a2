/** What only runtimes with the modules of Node can show: wires of their own, require(), diagnostics, an end by itself. */
import { connectDuplex, connectStreams, HTTPConnection, setDefaultTimeout } from "@httplib/client";
import { spawn } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createRequire } from "node:module";
import { connect } from "node:net";
import { duplexPair, Duplex } from "node:stream";
import { fileURLToPath } from "node:url";
import { holds, same } from "../check.ts";
import { get, plainTo, secureTo, using } from "../client.ts";
import type { Case } from "../run-cases.ts";
import { HOST, type Stage } from "../stage.ts";
import type { Wire } from "./exchanges.ts";

/** Every entry point of the published packages. */
const ENTRIES: readonly (readonly [name: string, load: () => Promise<object>])[] = [
  ["@httplib/bytes", () => import("@httplib/bytes")],
  ["@httplib/chunked", () => import("@httplib/chunked")],
  ["@httplib/chunked/stream", () => import("@httplib/chunked/stream")],
  ["@httplib/client", () => import("@httplib/client")],
  ["@httplib/client/python", () => import("@httplib/client/python")],
  ["@httplib/connection", () => import("@httplib/connection")],
  ["@httplib/errors", () => import("@httplib/errors")],
  ["@httplib/headers", () => import("@httplib/headers")],
  ["@httplib/protocol", () => import("@httplib/protocol")],
  ["@httplib/response", () => import("@httplib/response")],
  ["@httplib/status", () => import("@httplib/status")],
  ["@httplib/transport", () => import("@httplib/transport")],
];

/** The wires that the list of exchanges runs over. */
export function hostWires(stage: Stage): readonly Wire[] {
  const { ports, socketPath } = stage;
  const socket = async () => {
    const opened = connect(ports.plain, HOST);
    await once(opened, "connect");
    return opened;
  };
  return [
    { name: "TCP", open: () => plainTo(stage) },
    { name: "TLS", open: () => secureTo(stage) },
    { name: "a Unix socket", open: () => plainTo(stage, "nobody", { socketPath }) },
    {
      name: "a Duplex",
      open: async () => plainTo(stage, "nobody", { connect: connectDuplex(await socket()) }),
    },
    {
      name: "web streams",
      open: async () => {
        const pair = Duplex.toWeb(await socket());
        return plainTo(stage, "nobody", { connect: connectStreams(pair) });
      },
    },
  ];
}

export function hostCases(stage: Stage): readonly Case[] {
  return [
    {
      name: "require() of every package gives the same objects as import",
      async run() {
        const require = createRequire(import.meta.url);
        for (const [name, load] of ENTRIES) {
          const imported = Object.entries(await load());
          const required = exportsOf(require(name));
          holds(imported.length > 0, `${name} exports nothing`);
          for (const [key, value] of imported) {
            holds(required.get(key) === value, `${key} of ${name} is another object by require()`);
          }
        }
      },
    },
    {
      name: "TLS over a Duplex pair in memory",
      async run() {
        const [here, there] = duplexPair();
        const upstream = connect(stage.ports.secure, HOST);
        there.pipe(upstream).pipe(there);
        const connection = secureTo(stage, "secure", { connect: connectDuplex(here) });
        await using(connection, async () => same((await get(connection, "/plain")).status, 200));
        upstream.destroy();
      },
    },
    {
      name: "the channels http.client.connect and http.client.send",
      async run() {
        const seen: string[] = [];
        const note = (_message: unknown, name: string | symbol): void =>
          void seen.push(String(name));
        const channels = ["http.client.connect", "http.client.send"];
        for (const name of channels) subscribe(name, note);
        await using(plainTo(stage), async (one) => void (await (await get(one, "/plain")).read()));
        for (const name of channels) unsubscribe(name, note);
        same(seen, channels);
      },
    },
    {
      name: "the global default timeout is used where none is given",
      async run() {
        setDefaultTimeout(60);
        try {
          const connection = new HTTPConnection(HOST, stage.ports.plain);
          let name = "";
          await connection.request("GET", "/silence");
          await connection.getResponse().catch((error: unknown) => {
            name = error instanceof Error ? error.name : "";
          });
          same(name, "TimeoutError");
          await connection.close();
        } finally {
          setDefaultTimeout(null);
        }
      },
    },
    {
      name: "an idle connection does not keep the process alive",
      run: () => endsByItself(stage.ports.plain),
    },
    {
      name: "an idle connection over TLS does not either",
      run: () => endsByItself(stage.ports.secure, stage.trust.ca ?? ""),
    },
  ];
}

/** Runs `idle.ts`; a process that is kept alive is ended after some time. */
async function endsByItself(port: number, ...trust: readonly string[]): Promise<void> {
  const program = fileURLToPath(new URL("../idle.js", import.meta.url));
  const args = [...runtimeArguments(), program, `${port}`, ...trust];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const killer = setTimeout(() => child.kill("SIGKILL"), 8000);
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString("latin1");
  });
  await once(child, "close");
  clearTimeout(killer);
  same([child.exitCode, output.trim()], [0, "200"]);
}

function exportsOf(module: unknown): Map<string, unknown> {
  return new Map(typeof module === "object" && module !== null ? Object.entries(module) : []);
}

/** What this runtime needs in front of a program. */
function runtimeArguments(): readonly string[] {
  if ("Deno" in globalThis) return ["run", "-A", "--node-modules-dir=manual"];
  return "Bun" in globalThis ? [] : process.execArgv;
}
