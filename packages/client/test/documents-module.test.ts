/** What the documents say of the module itself: its names, its constants, and what it leaves to others. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import * as modern from "../src/index.ts";
import * as python from "../src/python.ts";
import { answered, bytes, open, ok, sent } from "./support/wire.ts";

describe("the module", () => {
  test("has an entry of its own for the documents' spelling", async () => {
    const manifest = JSON.parse(
      readFileSync(new URL("../package.json", import.meta.url), "utf8"),
    ) as { name: string; exports: Record<string, unknown> };
    expect(manifest.name).toBe("@httplib/client");
    expect(Object.keys(manifest.exports)).toEqual([".", "./python", "./package.json"]);
  });

  test("stays low level: a redirect, a cookie and a content coding are the caller's affair", async () => {
    const { conn, written, wire } = open([
      "HTTP/1.1 301 Moved Permanently\r\nLocation: /other\r\nSet-Cookie: a=1\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\n\x1f\x8b",
      ok(),
    ]);
    await conn.request("GET", "/");
    const response = await conn.getresponse();
    expect(response.status).toBe(python.MOVED_PERMANENTLY);
    expect(response.getheader("location")).toBe("/other");
    expect(await response.read()).toEqual(bytes("\x1f\x8b"));
    await conn.request("GET", "/next");
    await conn.getresponse();
    expect(written()).not.toMatch(/cookie|\/other/i);
    expect(wire.connections).toHaveLength(1);
  });

  test("has the names that Python lists as public, and the old alias of the base exception", () => {
    const all =
      "HTTPResponse HTTPConnection HTTPException NotConnected UnknownProtocol UnknownTransferEncoding UnimplementedFileMode " +
      "IncompleteRead InvalidURL ImproperConnectionState CannotSendRequest CannotSendHeader ResponseNotReady BadStatusLine " +
      "LineTooLong RemoteDisconnected error responses HTTPSConnection";
    expect(Object.keys(python)).toEqual(expect.arrayContaining(all.split(" ")));
    expect(python.error).toBe(python.HTTPException);
  });

  test("the classes of the documents' spelling are those of the main entry", () => {
    expect(Object.getPrototypeOf(python.HTTPConnection)).toBe(modern.HTTPConnection);
    expect(Object.getPrototypeOf(python.HTTPResponse)).toBe(modern.HTTPResponse);
    expect(Object.getPrototypeOf(python.HTTPMessage)).toBe(modern.HTTPMessage);
    expect(python.IncompleteRead).toBe(modern.IncompleteRead);
  });

  test("the main entry has every name of the nine packages below it", async () => {
    const below = await Promise.all([
      import("@httplib/bytes"),
      import("@httplib/chunked"),
      import("@httplib/chunked/stream"),
      import("@httplib/connection"),
      import("@httplib/errors"),
      import("@httplib/headers"),
      import("@httplib/protocol"),
      import("@httplib/response"),
      import("@httplib/status"),
      import("@httplib/transport"),
    ]);
    const names = below.flatMap((one) => Object.keys(one));
    expect(new Set(names).size).toBe(names.length);
    expect(Object.keys(modern).toSorted()).toEqual(names.toSorted());
  });
});

describe("HTTP_PORT and HTTPS_PORT", () => {
  test("are always 80 and 443", () => {
    expect([python.HTTP_PORT, python.HTTPS_PORT]).toEqual([80, 443]);
  });
});

describe("responses", () => {
  test("maps a code to its phrase: NOT_FOUND to Not Found", () => {
    expect(python.responses[python.NOT_FOUND]).toBe("Not Found");
    expect(Object.keys(python.responses)).toHaveLength(62);
  });
});

describe("the status constants", () => {
  test("are integers, under each of their names", () => {
    expect([python.OK, python.REQUEST_URI_TOO_LONG, python.URI_TOO_LONG]).toEqual([200, 414, 414]);
    for (const [name, code] of Object.entries(python.HTTPStatus)) {
      expect((python as unknown as Record<string, number>)[name], name).toBe(code);
    }
  });

  test("compare with the status of a response", async () => {
    const response = await answered("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    expect(response.status === python.NOT_FOUND).toBe(true);
  });
});

describe("HTTPMethod", () => {
  test("is what request() takes", async () => {
    expect(await sent(python.HTTPMethod.OPTIONS, "*")).toMatch(/^OPTIONS \* HTTP\/1\.1\r\n/);
  });
});
