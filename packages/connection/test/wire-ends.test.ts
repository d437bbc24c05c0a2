/** A wire that ends or breaks, wherever it does: who is told, and with which error. */
import { HTTPConnection } from "@httplib/connection";
import {
  BadStatusLine,
  type HTTPException,
  IncompleteRead,
  ProtocolError,
  RemoteDisconnected,
  ResponseNotReady,
} from "@httplib/errors";
import { describe, expect, test } from "vitest";
import { bytes, failure, ok, open } from "./support/open.ts";

describe("a wire that ends", () => {
  test.each([
    [
      "an end before any byte",
      [{ early: "" }, { wait: "\r\n\r\n" }, { end: true }],
      RemoteDisconnected,
      "REMOTE_DISCONNECTED",
    ],
    [
      "a reset before any byte",
      [{ wait: "\r\n\r\n" }, { reset: true }],
      RemoteDisconnected,
      "REMOTE_DISCONNECTED",
    ],
    [
      "a close before any byte",
      [{ wait: "\r\n\r\n" }, { close: true }],
      RemoteDisconnected,
      "REMOTE_DISCONNECTED",
    ],
    [
      "an end behind interim heads only",
      [{ early: "HTTP/1.1 100 Continue\r\n\r\n" }, { end: true }],
      RemoteDisconnected,
      "REMOTE_DISCONNECTED",
    ],
    [
      "an end inside the status line",
      [{ early: "HTTP/1.1 20" }, { end: true }],
      BadStatusLine,
      "STATUS_LINE_CUT",
    ],
    [
      "a reset inside the status line",
      [{ early: "HTTP/1.1 20" }, { reset: true }],
      BadStatusLine,
      "STATUS_LINE_CUT",
    ],
    [
      "an end inside the fields",
      [{ early: "HTTP/1.1 200 OK\r\nA: b" }, { end: true }],
      IncompleteRead,
      "INCOMPLETE_HEAD",
    ],
    [
      "a reset inside the fields",
      [{ early: "HTTP/1.1 200 OK\r\nA: b" }, { reset: true }],
      IncompleteRead,
      "INCOMPLETE_HEAD",
    ],
  ] as const)("%s rejects getResponse() and not request()", async (why, script, type, code) => {
    const { connection, wire } = open([[...script], [ok("next")]]);
    await connection.request("GET", "/");
    const error = await failure(connection.getResponse());
    expect(error).toBeInstanceOf(type);
    expect(error).toMatchObject({ code, exchange: { phase: "head", reused: false } });
    expect((error as HTTPException).cause).toEqual(
      why.startsWith("a reset") ? expect.objectContaining({ code: "ECONNRESET" }) : undefined,
    );
    // Ready to reconnect, as documented.
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("next");
    expect(wire.connections).toHaveLength(2);
  });

  test.each([
    ["an end", { end: true }],
    ["a reset", { reset: true }],
  ] as const)("%s inside a body is IncompleteRead with what came", async (_why, step) => {
    const { connection } = open(["HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", step]);
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    const error = await failure(response.read());
    expect(error).toMatchObject({
      name: "IncompleteRead",
      expected: 7,
      exchange: { phase: "body" },
    });
    expect((error as IncompleteRead).partial).toEqual(bytes("abc"));
  });

  test("bytes that break the protocol in a body are that error, and the wire is closed", async () => {
    const { connection, wire } = open([
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcX\r\n",
    ]);
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    const error = await failure(response.read());
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ code: "CHUNK_DATA_END", exchange: { phase: "body" } });
    expect((error as ProtocolError).partial).toEqual(bytes("abc"));
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("an end is the end of a body that has no other", async () => {
    const { connection } = open(["HTTP/1.1 200 OK\r\n\r\nabc", { end: true }]);
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("abc");
  });

  test("a reset is not", async () => {
    const { connection } = open(["HTTP/1.1 200 OK\r\n\r\nabc", { reset: true }]);
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    expect(await failure(response.read())).toBeInstanceOf(IncompleteRead);
  });

  test("an error of dialling passes through untouched, from both promises", async () => {
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
    const { connection } = open([[{ refuse: refused }], [ok()]]);
    const request = connection.request("GET", "/");
    const response = connection.getResponse();
    expect(await failure(request)).toBe(refused);
    expect(await failure(response)).toBe(refused);
    expect(await failure(connection.getResponse())).toBeInstanceOf(ResponseNotReady);
    await connection.request("GET", "/");
    expect((await connection.getResponse()).status).toBe(200);
  });

  test("a Connect that throws is an error of dialling", async () => {
    const fault = new Error("mine");
    const connection = new HTTPConnection("h", null, {
      connect: () => {
        throw fault;
      },
    });
    expect(await failure(connection.request("GET", "/"))).toBe(fault);
    expect(await failure(connection.connect())).toBe(fault);
  });
});
