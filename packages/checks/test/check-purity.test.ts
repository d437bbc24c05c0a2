import { describe, expect, test } from "vitest";
import { checkPurity } from "../../../scripts/check-purity.mjs";
import { type Planted, plantPackages, plantTree } from "./planted-tree.ts";

function findings(changes: Planted): string[] {
  return checkPurity(plantPackages(changes)).map(
    ({ file, line, message }) => `${file}:${line} ${message}`,
  );
}

test("a clean tree passes", () => {
  expect(checkPurity(plantTree({}))).toEqual([]);
});

describe("a pure package refuses", () => {
  const words: [word: string, code: string][] = [
    ["Buffer", "export const a = Buffer.alloc(1);"],
    ["Buffer", "export type A = Buffer;"],
    ["process", "export const a = process.env;"],
    ["process", "export const { process: a } = globalThis;"],
    ["process", "export const a = globalThis.process;"],
    ["globalThis", 'export const a = globalThis["process"];'],
    ["setTimeout", "setTimeout(f, 1);"],
    ["setInterval", "setInterval(f, 1);"],
    ["setImmediate", "setImmediate(f);"],
    ["clearTimeout", "clearTimeout(1);"],
    ["queueMicrotask", "queueMicrotask(f);"],
    ["require", "export const a = require;"],
    ["Promise", "export const a = new Promise(f);"],
    ["Promise", "export type A = Promise<void>;"],
    ["PromiseLike", "export type A = PromiseLike<void>;"],
    ["async", "export async function f() {}"],
    ["await", "for await (const x of y) f(x);"],
    ["Promise", "export const a = `${Promise.resolve(1)}`;"],
    ["Promise", "export const a = b / Promise.all(c) / d;"],
    ["Promise", "export const a = /[\"'`]/.test(b) || Promise.all(c);"],
    ["Promise", "export const a = b! / 2; Promise.all(c); d / 2;"],
  ];
  for (const folder of ["status", "errors", "bytes", "headers", "chunked", "protocol"]) {
    test.each(words)(`${folder}: %s in %s`, (word, code) => {
      const path = `packages/${folder}/src/planted.ts`;
      const found = findings({ [path]: `export const own = 1;\n\n${code}\n` });
      expect(found).toContain(`${path}:3 ${word} in a pure package`);
    });
  }
});

describe("a pure package may have", () => {
  const rows: [why: string, code: string][] = [
    ["a comment", "// Promise, Buffer, process and await\n/* setTimeout\n eval() */"],
    ["a string", 'export const a = "Promise process \\" eval(1)" + \'await Buffer\';'],
    ["a template", "export const a = `Promise ${b} process ${`await ${c} eval`} Buffer`;"],
    ["a regular expression", "export const a = /Promise process [/] await\\/ eval/g;"],
    ["a property", "export const a = b.process + b?.Promise + b.await;"],
    ["a private name", "export class A { #process = 1; f() { return this.#process; } }"],
    ["a longer word", "export const processed = awaiting + Promises;"],
    ["a spread", "export const a = [...Promises];"],
    ["an async iterator's name", "export const a = b[Symbol.asyncIterator];"],
  ];
  test.each(rows)("%s", (_why, code) => {
    expect(findings({ "packages/protocol/src/planted.ts": `${code}\n` })).toEqual([]);
  });

  test("promises in its two thin shells, and nothing more", () => {
    const text = "export async function f(): Promise<void> {\n  await 1;\n}\n";
    const shells = {
      "packages/headers/src/read-headers.ts": text,
      "packages/chunked/src/stream.ts": text,
    };
    expect(findings(shells)).toEqual([]);
    const more = `${text}setTimeout(f, 1);\nBuffer.alloc(1);\n`;
    expect(findings({ "packages/chunked/src/stream.ts": more })).toEqual([
      "packages/chunked/src/stream.ts:4 setTimeout in a pure package",
      "packages/chunked/src/stream.ts:5 Buffer in a pure package",
    ]);
  });
});

test("other packages may wait and use the runtime's globals", () => {
  const text = "export async function f() {\n  await process.nextTick(setTimeout);\n}\n";
  expect(findings({ "packages/connection/src/planted.ts": text })).toEqual([]);
});

describe("a module of a runtime stays in its file", () => {
  const rows: [path: string, code: string, message: string | null][] = [
    ["transport/src/node.ts", 'import net from "node:net";', null],
    ["transport/src/workerd.ts", 'const x = () => import("cloudflare:sockets");', null],
    ["transport/src/tls-options.ts", 'import type { A } from "node:tls";', null],
    ["transport/src/tls-options.ts", 'import { type A } from "node:tls";', "outside node.ts"],
    ["transport/src/other.ts", 'import "node:net";', "outside node.ts"],
    ["transport/src/node.ts", 'import "cloudflare:sockets";', "outside node.ts"],
    ["response/src/a.ts", 'import type { A } from "node:stream";', "outside transport"],
    ["errors/src/a.ts", 'export * from "node:util";', "outside transport"],
    ["client/src/a.ts", 'const x = () => import("node:net");', "outside transport"],
    ["client/src/a.ts", 'process.getBuiltinModule?.("node:net");', "outside transport"],
    ["connection/src/a.ts", 'import "node:net";', "outside transport"],
    ["connection/src/a.ts", 'process.getBuiltinModule("node:diagnostics_channel");', null],
    ["response/src/a.ts", 'import "node:diagnostics_channel";', "outside transport"],
    ["response/src/a.ts", 'export const a = "node:net"; // import "node:net"', null],
  ];
  test.each(rows)("%s with %s", (path, code, message) => {
    const found = findings({ [`packages/${path}`]: `${code}\n` });
    if (message === null) expect(found).toEqual([]);
    else expect(found.join("\n")).toContain(message);
  });

  test("only one file of connection uses node:diagnostics_channel", () => {
    const text = 'import "node:diagnostics_channel";\n';
    expect(
      findings({ "packages/connection/src/a.ts": text, "packages/connection/src/b.ts": text }),
    ).toEqual(["packages/connection/src/b.ts:1 a second file imports node:diagnostics_channel"]);
  });
});

describe("no package generates code", () => {
  const rows: [code: string, word: string | null][] = [
    ["eval(a);", "eval"],
    ["(0, eval)(a);", "eval"],
    ["globalThis.eval(a);", "eval"],
    ["new Function(a);", "Function"],
    ["Function(a);", "Function"],
    ["b.eval(a);", null],
    ["export const a = b instanceof Function;", null],
  ];
  test.each(rows)("%s", (code, word) => {
    const found = findings({ "packages/client/src/planted.ts": `\n${code}\n` });
    expect(found).toEqual(
      word === null ? [] : [`packages/client/src/planted.ts:2 ${word} generates code`],
    );
  });
});

describe("no package waits while it loads", () => {
  const refused = [
    "await f();",
    "export const a = await f();",
    "for await (const x of y) f(x);",
    "if (a) {\n  await f();\n}",
    "export const a = async () => 1, b = await f();",
    "export async function g(): Promise<void> {}\nawait g();",
    "class A { async f() { return 1; } }\nawait f();",
    "const async = 1;\nawait f();",
  ];
  test.each(refused)("%s", (code) => {
    const found = findings({ "packages/client/src/planted.ts": `${code}\n` });
    expect(found.join("\n")).toContain("top-level await");
    expect(found).toHaveLength(1);
  });

  const allowed = [
    "async function f<T extends (a: 1) => 2>(a = { b: 1 }): Promise<{ c: T }> {\n  await a;\n}",
    "const f = async <T>(a: T): Promise<() => void> => {\n  await a;\n};",
    "const f = async (a) => await a;",
    "const f = async (a) => (await a).b, g = 1;",
    "const f = async a => { await a; };",
    "class A {\n  async *#f(): AsyncGenerator<1> { yield await 1; }\n  async [a.b]() { await 1; }\n}",
    "const a = { async f() { for await (const x of y) g(x); } };",
    "const f = async function* g() { await 1; };",
    "class A {\n  static async f(): Promise<A> | { a: 1 } {\n    await using x = 1;\n  }\n}",
    "const a = b.await;",
    "// await\nconst a = 'await';",
  ];
  test.each(allowed)("%s", (code) => {
    expect(findings({ "packages/client/src/planted.ts": `${code}\n` })).toEqual([]);
  });
});
