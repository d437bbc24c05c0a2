// Who is an instance of what: across two installed copies, after minification, and for classes that users derive.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as here from "../src/index.ts";
import { ancestors, type Module, rows } from "./classes.ts";

const index = fileURLToPath(new URL("../src/index.ts", import.meta.url));
let folder: string;
let copy: Module;

// A second installed copy: the package bundled into one file, minified, loaded from elsewhere.
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "errors-copy-"));
  const outfile = join(folder, "errors.mjs");
  await build({ entryPoints: [index], outfile, bundle: true, minify: true, format: "esm" });
  copy = (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as Module;
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function matches(error: unknown, from: Module): string[] {
  return rows
    .filter(({ name }) => error instanceof from[name])
    .map(({ name }) => name)
    .toSorted();
}

function systemError(code: string): Error {
  return Object.assign(new Error("system"), { code });
}

function makeTwin() {
  return class Twin extends here.ProtocolError {};
}

describe.each(rows)("$name of another copy", (row) => {
  test("is a different class", () => {
    expect(copy[row.name]).not.toBe(here[row.name]);
    expect(Object.getPrototypeOf(row.make(copy))).not.toBe(here[row.name].prototype);
  });

  test("is an instance of the same classes of this copy, and the other way round", () => {
    const names = ancestors(row.name).toSorted();
    expect(matches(row.make(copy), here)).toEqual(names);
    expect(matches(row.make(here), copy)).toEqual(names);
    expect(matches(row.make(copy), copy)).toEqual(names);
  });

  test("keeps its name when minified", () => {
    expect(row.make(copy).name).toBe(row.name);
    expect(row.make(copy).stack).toContain(`${row.name}: ${row.message}`);
  });
});

describe("a class that a user derives", () => {
  class Refused extends here.ProtocolError {
    constructor() {
      super("UNEXPECTED_DATA");
    }
  }
  class Sibling extends here.ProtocolError {}
  class Deeper extends Refused {}

  test("matches its own instances and those of its subclasses only", () => {
    expect(new Refused()).toBeInstanceOf(Refused);
    expect(new Deeper()).toBeInstanceOf(Refused);
    for (const stranger of [
      new here.ProtocolError("UNEXPECTED_DATA"),
      new copy.ProtocolError("UNEXPECTED_DATA"),
      new Sibling("NUL"),
      new Error("other"),
    ]) {
      expect(stranger).not.toBeInstanceOf(Refused);
    }
    expect(new Refused()).not.toBeInstanceOf(Deeper);
  });

  test("is an instance of the classes it extends, in both copies", () => {
    for (const from of [here, copy]) {
      expect(new Deeper()).toBeInstanceOf(from.ProtocolError);
      expect(new Deeper()).toBeInstanceOf(from.HTTPException);
      expect(new Deeper()).not.toBeInstanceOf(from.LimitExceeded);
    }
  });

  test("two classes of the same name stay apart", () => {
    const [First, Second] = [makeTwin(), makeTwin()];
    expect(new First("NUL")).toBeInstanceOf(First);
    expect(new First("NUL")).not.toBeInstanceOf(Second);
  });

  test("that takes a name of this package does not become that class", () => {
    const Impostor = { TimeoutError: class TimeoutError extends here.HTTPException {} }
      .TimeoutError;
    expect(new Impostor().name).toBe("TimeoutError");
    expect(new Impostor()).not.toBeInstanceOf(here.TimeoutError);
    expect(new here.TimeoutError("head")).not.toBeInstanceOf(Impostor);
  });

  test("is called by its class name unless it sets one, in any of the usual ways", () => {
    class ByField extends here.HTTPException {
      override readonly name = "Field";
    }
    class ByGetter extends here.HTTPException {
      override get name(): string {
        return "Getter";
      }
    }
    class ByAssignment extends here.HTTPException {
      constructor() {
        super();
        this.name = "Assigned";
      }
    }
    expect(new Refused().name).toBe("Refused");
    expect(new ByField().name).toBe("Field");
    expect(new ByGetter().name).toBe("Getter");
    expect(new ByAssignment().name).toBe("Assigned");
    expect(Object.keys(new ByAssignment())).not.toContain("name");
  });

  test("may choose code, fault and message", () => {
    class Quota extends here.HTTPException {
      constructor() {
        super({ offset: 3 }, "LIMIT_EXCEEDED", "remote", "too many");
      }
    }
    expect(new Quota()).toMatchObject({
      code: "LIMIT_EXCEEDED",
      fault: "remote",
      message: "too many",
      offset: 3,
    });
  });
});

test("what is no error of this package is an instance of nothing", () => {
  const strangers: unknown[] = [
    null,
    undefined,
    0,
    "ProtocolError",
    Symbol("x"),
    {},
    [],
    () => {},
    Object.create(null),
    Object.create(Object.create(null) as object),
    new Error("x"),
    JSON.parse('{"constructor":{"httplibName":"ProtocolError"},"name":"ProtocolError"}'),
    here.ProtocolError,
  ];
  for (const stranger of strangers) {
    expect(stranger instanceof here.ProtocolError).toBe(false);
    expect(stranger instanceof here.HTTPException).toBe(false);
  }
});

describe("isConnectionReset", () => {
  test.each(["ECONNRESET", "EPIPE", "ECONNABORTED"])("is true for the system error %s", (code) => {
    expect(here.isConnectionReset(systemError(code))).toBe(true);
  });

  test("is true for RemoteDisconnected, of both copies", () => {
    expect(here.isConnectionReset(new here.RemoteDisconnected())).toBe(true);
    expect(here.isConnectionReset(new copy.RemoteDisconnected())).toBe(true);
  });

  test("is false for everything else", () => {
    for (const other of [
      new here.BadStatusLine(""),
      new here.IncompleteRead(new Uint8Array(), 1, { cause: systemError("ECONNRESET") }),
      new here.TimeoutError("head"),
      systemError("ECONNREFUSED"),
      new Error("ECONNRESET"),
      "ECONNRESET",
      null,
      undefined,
    ]) {
      expect(here.isConnectionReset(other)).toBe(false);
    }
  });
});
