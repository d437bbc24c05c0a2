// The tree of exceptions: what each class is, carries and says.

import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import * as errors from "../src/index.ts";
import { ancestors, body, proxyHeaders, rows } from "./classes.ts";

const { BadStatusLine, HTTPException, IncompleteRead, InvalidRequest, ProtocolError } = errors;

test("the table has every exported class", () => {
  const exported = Object.entries(errors).filter(
    ([, value]) => typeof value === "function" && value.prototype instanceof Error,
  );
  expect(exported.map(([name]) => name).toSorted()).toEqual(
    rows.map(({ name }) => name).toSorted(),
  );
});

describe.each(rows)("$name", (row) => {
  test("has its code, fault, fields and message", () => {
    const error = row.make(errors);
    expect(error).toMatchObject({ code: row.code, fault: row.fault, ...row.fields });
    expect(error.message).toBe(row.message);
  });

  test("is called by the name of its class, in stack and string too", () => {
    const error = row.make(errors);
    expect(error.name).toBe(row.name);
    expect(String(error)).toBe(`${row.name}: ${row.message}`);
    expect(error.stack?.split("\n")[0]).toBe(`${row.name}: ${row.message}`);
    expect(error.stack).toContain("classes.ts");
  });

  test("is an instance of its ancestors and of nothing else", () => {
    const error = row.make(errors);
    expect(error).toBeInstanceOf(Error);
    expect(
      rows
        .filter(({ name }) => error instanceof errors[name])
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(ancestors(row.name).toSorted());
  });

  test("takes message, cause, offset and excerpt", () => {
    const cause = new Error("below");
    const error = row.make(errors, { message: "said so", cause, offset: 17, excerpt: "a\rb" });
    expect(error.message).toBe("said so");
    expect(error.cause).toBe(cause);
    expect(error).toMatchObject({ code: row.code, offset: 17, excerpt: "a\rb", ...row.fields });
  });

  test("has no cause, offset, excerpt or exchange unless one is given", () => {
    const error = row.make(errors);
    for (const key of ["cause", "offset", "excerpt", "exchange"])
      expect(error).not.toHaveProperty(key);
  });

  test("shows its own fields and no others in loops and JSON", () => {
    const keys = ["code", "fault", ...Object.keys(row.fields)].toSorted();
    const looped: string[] = [];
    const error = row.make(errors);
    error.partial = body;
    for (const key in error) looped.push(key);
    expect(looped.toSorted()).toEqual(keys);
    expect(Object.keys(JSON.parse(JSON.stringify(error)) as object).toSorted()).toEqual(keys);
  });

  test("shows class, message and code in console output, and no body bytes", () => {
    const error = row.make(errors);
    error.partial = body;
    const shown = inspect(error);
    expect(shown).toContain(`${row.name}: ${row.message}`);
    expect(shown).toContain(`code: '${row.code}'`);
    expect(shown).not.toContain("Uint8Array");
  });

  test("lets a reader put in what it holds of the body, and a connection how far it was", () => {
    const error = row.make(errors);
    error.partial = body;
    error.exchange = {
      phase: "body",
      bytesSent: 1,
      bytesReceived: 2,
      reused: false,
      replayable: true,
    };
    expect(error.partial).toBe(body);
    expect(error.exchange.bytesReceived).toBe(2);
  });
});

describe("codes", () => {
  test("a class takes a narrower code than its default", () => {
    expect(new BadStatusLine("x", { code: "NOT_HTTP" }).code).toBe("NOT_HTTP");
    expect(new IncompleteRead(body, undefined, { code: "INCOMPLETE_HEAD" }).code).toBe(
      "INCOMPLETE_HEAD",
    );
    expect(
      new errors.UnknownTransferEncoding("chunked", { code: "TRANSFER_ENCODING_IN_HTTP_1_0" }).code,
    ).toBe("TRANSFER_ENCODING_IN_HTTP_1_0");
  });

  test("where the code is an argument, options cannot change it", () => {
    expect(new ProtocolError("NUL", { code: "BARE_CR" }).code).toBe("NUL");
    expect(new InvalidRequest("INVALID_BODY", { code: "BARE_CR" }).code).toBe("INVALID_BODY");
  });
});

describe("BadStatusLine", () => {
  test("stores an empty line as two quotes", () => {
    const error = new BadStatusLine("");
    expect(error.line).toBe("''");
    expect(error.message).toContain("found ''");
  });

  test("keeps the whole line and shows forty characters of it", () => {
    const error = new BadStatusLine("x".repeat(1000));
    expect(error.line).toHaveLength(1000);
    expect(error.message).toContain(`'${"x".repeat(40)}'`);
  });
});

describe("IncompleteRead", () => {
  test("leaves the second part out where the length is not known", () => {
    expect(new IncompleteRead(body).message).toBe("IncompleteRead(6 bytes read)");
    expect(new IncompleteRead(body).expected).toBeUndefined();
  });

  test("says that nothing is missing when nothing is", () => {
    expect(new IncompleteRead(new Uint8Array(), 0).message).toBe(
      "IncompleteRead(0 bytes read, 0 more expected)",
    );
  });

  test("always has partial bytes", () => {
    expect(new IncompleteRead(body, 4).partial).toBe(body);
    expect(new IncompleteRead(body, 4, { partial: new Uint8Array(1) }).partial).toBe(body);
  });

  test("counts the bytes that a reader puts in later, in the message and in the stack", () => {
    const error = new IncompleteRead(new Uint8Array(), 4);
    error.partial = body;
    expect(error.message).toBe("IncompleteRead(6 bytes read, 4 more expected)");
    expect(error.stack).toContain("IncompleteRead(6 bytes read, 4 more expected)");
    expect(error.stack).not.toContain("(0 bytes");
  });

  test("leaves a stack alone that is no text, as Error.prepareStackTrace may give it", () => {
    const prepared: unknown = Reflect.get(Error, "prepareStackTrace");
    Error.prepareStackTrace = (_error, sites) => sites;
    try {
      const error = new IncompleteRead(new Uint8Array(), 4);
      error.partial = body;
      expect(error.partial).toBe(body);
    } finally {
      Reflect.set(Error, "prepareStackTrace", prepared);
    }
  });

  test("leaves a message that was given as it is", () => {
    const error = new IncompleteRead(new Uint8Array(), 4, { message: "cut off" });
    error.partial = body;
    expect(error.message).toBe("cut off");
  });
});

describe("TunnelError", () => {
  test("holds the proxy's body", () => {
    expect(rows.find(({ name }) => name === "TunnelError")?.make(errors)).toHaveProperty(
      "body",
      body,
    );
  });

  test("says the code alone where there is no reason", () => {
    expect(new errors.TunnelError(502, "", proxyHeaders, body).message).toBe(
      "Tunnel connection failed: 502",
    );
  });
});

test("partial is undefined outside a body", () => {
  expect(new HTTPException().partial).toBeUndefined();
  expect(new ProtocolError("NUL", { partial: body }).partial).toBe(body);
});
