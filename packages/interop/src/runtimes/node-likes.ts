/** The runtimes that have the modules of Node: how each is called, with the smoke program and with vitest. */
import { join } from "node:path";

export interface NodeLike {
  readonly name: string;
  readonly program: string;
  /** In front of the file to run. */
  readonly args: readonly string[];
  /** Flags for the workers of vitest, which itself needs WebAssembly; the smoke program gets them too. */
  readonly nodeFlags?: readonly string[];
}

/** The runtimes of `tools/runtimes`, and the Node that runs this. */
export function nodeLikes(root: string): readonly NodeLike[] {
  const modules = join(root, "tools", "runtimes", "node_modules");
  const node = (version: number): NodeLike => ({
    name: `node${version}`,
    program: join(modules, `node${version}`, "bin", "node"),
    args: [],
  });
  return [
    { name: "node", program: process.execPath, args: [] },
    node(22),
    node(24),
    node(26),
    {
      name: "bun",
      program: join(modules, "@oven", "bun-linux-x64", "bin", "bun"),
      args: ["--bun"],
    },
    {
      name: "deno",
      program: join(modules, "@deno", "linux-x64-glibc", "deno"),
      args: ["run", "-A", "--node-modules-dir=manual"],
    },
  ];
}

/** The Node that runs this without a compiler behind it: no machine code, no WebAssembly, no code out of strings. */
export const CODELESS: NodeLike = {
  name: "codeless",
  program: process.execPath,
  args: [],
  nodeFlags: ["--jitless", "--disallow-code-generation-from-strings"],
};

export function workerdProgram(root: string): string {
  const modules = join(root, "tools", "runtimes", "node_modules");
  return join(modules, "@cloudflare", "workerd-linux-64", "bin", "workerd");
}
