/** The exceptions of the documents: when each is raised, seen from a connection. The classes are tested in errors. */
import { describe, expect, test } from "vitest";
import * as python from "../src/python.ts";
import { answered, bytes, chunks, failure, ok, open } from "./support/wire.ts";

/** What getresponse() is rejected with when these bytes come, and then the end. */
async function refusal(wire: string): Promise<unknown> {
  return failure(answered(wire));
}

describe("HTTPException", () => {
  test("is an Error and the base of every other exception of the module", () => {
    const names =
      "NotConnected InvalidURL UnknownProtocol UnknownTransferEncoding UnimplementedFileMode IncompleteRead " +
      "ImproperConnectionState CannotSendRequest CannotSendHeader ResponseNotReady BadStatusLine LineTooLong RemoteDisconnected";
    expect(python.HTTPException.prototype).toBeInstanceOf(Error);
    for (const name of names.split(" ")) {
      const { prototype } = (python as unknown as Record<string, { prototype: object }>)[name]!;
      expect(prototype, name).toBeInstanceOf(python.HTTPException);
    }
  });
});

describe("NotConnected", () => {
  test("is raised where there is no connection and none may be opened", async () => {
    const { conn } = open();
    conn.auto_open = false;
    expect(await failure(conn.request("GET", "/"))).toBeInstanceOf(python.NotConnected);
  });
});

describe("InvalidURL", () => {
  test.each([
    ["a port that is no number", "h:abc"],
    ["an empty port", "h:"],
    ["control characters in the host", "h\r\n"],
  ])("is raised for %s", (_why, host) => {
    expect(() => new python.HTTPConnection(host)).toThrow(python.InvalidURL);
  });

  test("is raised for control characters, blanks and letters beyond ASCII in the url", async () => {
    for (const url of ["/a b", "/\r\nX: y", "/\u007f", "/caf\u00e9"]) {
      expect(await failure(open().conn.request("GET", url)), url).toBeInstanceOf(python.InvalidURL);
    }
  });
});

describe("UnknownProtocol", () => {
  test("is raised for a version that is not 1.x, and has it", async () => {
    const error = await refusal("HTTP/2.0 200 OK\r\n\r\n");
    expect(error).toBeInstanceOf(python.UnknownProtocol);
    expect(error).toMatchObject({ version: "HTTP/2.0" });
  });
});

describe("UnknownTransferEncoding", () => {
  test("is raised for a coding that nobody here decodes, where CPython hands out coded bytes", async () => {
    const error = await refusal(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    );
    expect(error).toBeInstanceOf(python.UnknownTransferEncoding);
    expect(error).toMatchObject({ value: "gzip, chunked" });
  });
});

describe("UnimplementedFileMode", () => {
  test("is raised by fileno() where the wire has no file descriptor", async () => {
    const response = await answered(ok("hi"));
    expect(() => response.fileno()).toThrow(python.UnimplementedFileMode);
  });
});

describe("IncompleteRead", () => {
  test("has what was read, what is still missing, and says so", async () => {
    const response = await answered("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
    const error = await failure(response.read());
    expect(error).toBeInstanceOf(python.IncompleteRead);
    expect(error).toMatchObject({
      partial: bytes("hello"),
      expected: 4,
      message: "IncompleteRead(5 bytes read, 4 more expected)",
    });
  });

  test("leaves the second part out where nobody knows what is missing", async () => {
    const response = await answered(chunks("hello").slice(0, -5));
    expect(await failure(response.read())).toMatchObject({
      message: "IncompleteRead(5 bytes read)",
      expected: undefined,
    });
  });
});

describe("ImproperConnectionState", () => {
  test("is the base of the three exceptions about the order of calls", () => {
    for (const type of [
      python.CannotSendRequest,
      python.CannotSendHeader,
      python.ResponseNotReady,
    ]) {
      expect(type.prototype).toBeInstanceOf(python.ImproperConnectionState);
    }
  });
});

describe("CannotSendRequest", () => {
  test("is raised by a second putrequest() and has the state", () => {
    const { conn } = open();
    conn.putrequest("GET", "/");
    expect(() => conn.putrequest("GET", "/")).toThrow(
      expect.objectContaining({ name: "CannotSendRequest", state: "Request-started" }),
    );
  });
});

describe("CannotSendHeader", () => {
  test("is raised by putheader() and endheaders() without putrequest()", async () => {
    const { conn } = open();
    expect(() => conn.putheader("A", "b")).toThrow(python.CannotSendHeader);
    expect(await failure(conn.endheaders())).toBeInstanceOf(python.CannotSendHeader);
  });
});

describe("ResponseNotReady", () => {
  test("is raised by getresponse() before a request, and has the state", async () => {
    expect(await failure(open().conn.getresponse())).toMatchObject({
      name: "ResponseNotReady",
      state: "Idle",
    });
  });
});

describe("BadStatusLine", () => {
  test.each([
    ["a status code that is none", "HTTP/1.1 400.100 Not Ok\r\n\r\n"],
    ["a status code below 100", "HTTP/1.1 099 Low\r\n\r\n"],
    ["a line that is no status line", "hello\r\n\r\n"],
  ])("is raised for %s", async (_why, wire) => {
    expect(await refusal(wire)).toBeInstanceOf(python.BadStatusLine);
  });

  test("stores an empty line as Python writes it", () => {
    expect(new python.BadStatusLine("").line).toBe("''");
  });
});

describe("LineTooLong", () => {
  const long = "y".repeat(65_536);
  test.each([
    ["a status line", "status line", `HTTP/1.1 200 ${long}\r\n\r\n`],
    ["a header line", "header line", `HTTP/1.1 200 OK\r\nX-Foo: ${long}\r\n\r\n`],
  ])("is raised for %s of more than 65536 bytes", async (_why, lineType, wire) => {
    expect(await refusal(wire)).toMatchObject({
      name: "LineTooLong",
      lineType,
      max: 65_536,
      message: `got more than 65536 bytes when reading ${lineType}`,
    });
  });

  test.each([
    ["a chunk size", "chunk size", `${"0".repeat(65_536)}1\r\n`],
    ["a trailer line", "trailer line", `0\r\nX: ${long}\r\n\r\n`],
  ])("is raised for %s, too", async (_why, lineType, body) => {
    const response = await answered(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`);
    expect(await failure(response.read())).toMatchObject({ name: "LineTooLong", lineType });
  });
});

describe("RemoteDisconnected", () => {
  test("is raised by getresponse() where the peer closes without a byte, and is two other exceptions as well", async () => {
    const { conn } = open([{ wait: "\r\n\r\n" }, { end: true }]);
    await conn.request("GET", "/");
    const error = await failure(conn.getresponse());
    expect(error).toBeInstanceOf(python.RemoteDisconnected);
    expect(error).toBeInstanceOf(python.ConnectionResetError);
    expect(error).toBeInstanceOf(python.BadStatusLine);
    expect(error).toMatchObject({
      line: "''",
      message: "Remote end closed connection without response",
    });
  });
});
