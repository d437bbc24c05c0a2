/** HTTPConnection.getresponse(), and the states that putrequest(), endheaders() and getresponse() walk through. */
import { describe, expect, test } from "vitest";
import {
  BadStatusLine,
  CannotSendHeader,
  CannotSendRequest,
  ConnectionResetError,
  HTTPResponse,
  RemoteDisconnected,
  ResponseNotReady,
} from "../src/python.ts";
import { failure, head, ok, open, turns } from "./support/wire.ts";

describe("getresponse", () => {
  test("gives an HTTPResponse once a request is sent", async () => {
    const { conn } = open([ok("hi")]);
    await conn.request("GET", "/");
    expect(await conn.getresponse()).toBeInstanceOf(HTTPResponse);
  });

  test("skips 100 Continue and the other interim responses, which CPython takes for the answer", async () => {
    const { conn } = open([
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok("hi")}`,
    ]);
    await conn.request("GET", "/");
    const response = await conn.getresponse();
    expect(response.status).toBe(200);
    expect(response.informational.map(({ status }) => status)).toEqual([100, 103]);
  });

  test("needs the whole response to be read before the next request goes out", async () => {
    const { conn, written, wire } = open([ok("one"), ok("two")]);
    await conn.request("GET", "/1");
    const r1 = await conn.getresponse();
    await conn.request("GET", "/2");
    expect(await failure(conn.getresponse())).toBeInstanceOf(ResponseNotReady);
    expect(written()).toBe(head("GET /1"));
    await r1.read();
    const r2 = await conn.getresponse();
    expect(new TextDecoder().decode(await r2.read())).toBe("two");
    expect(wire.connections).toHaveLength(1);
  });

  test.each([
    ["an end without an answer", { end: true }, RemoteDisconnected],
    ["a reset", { reset: true }, ConnectionResetError],
  ] as const)("behind %s the connection is ready to reconnect", async (_why, step, type) => {
    const { conn, wire } = open([[{ wait: "\r\n\r\n" }, step], [ok("again")]]);
    await conn.request("GET", "/");
    expect(await failure(conn.getresponse())).toBeInstanceOf(type);
    await conn.request("GET", "/");
    expect((await conn.getresponse()).status).toBe(200);
    expect(wire.connections).toHaveLength(2);
  });

  test("behind any other error it is ready to reconnect, too, where CPython stays in Request-sent", async () => {
    const { conn, wire } = open([["SSH-2.0-x\r\n"], [ok()]]);
    await conn.request("GET", "/");
    expect(await failure(conn.getresponse())).toBeInstanceOf(BadStatusLine);
    await conn.request("GET", "/");
    expect((await conn.getresponse()).status).toBe(200);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("of a response that will close leaves it its connection, and the next request dials", async () => {
    const closing = ok("0123456789", "Connection: close");
    const { conn, wire } = open([
      [{ early: closing.slice(0, -5) }, { turns: 8 }, { data: closing.slice(-5) }],
      [ok("two")],
    ]);
    await conn.request("GET", "/1");
    const r1 = await conn.getresponse();
    expect(r1.will_close).toBe(true);
    await conn.request("GET", "/2");
    expect((await conn.getresponse()).status).toBe(200);
    expect(wire.connections).toHaveLength(2);
    expect(new TextDecoder().decode(await r1.read())).toBe("0123456789");
  });
});

describe("the states", () => {
  test("Idle: putrequest() only", async () => {
    const { conn } = open();
    expect(() => conn.putheader("A", "b")).toThrow(CannotSendHeader);
    expect(await failure(conn.endheaders())).toMatchObject({ state: "Idle" });
    expect(await failure(conn.getresponse())).toMatchObject({ state: "Idle" });
  });

  test("Request-started: putheader() and endheaders() only", async () => {
    const { conn } = open();
    conn.putrequest("GET", "/");
    expect(() => conn.putrequest("GET", "/")).toThrow(CannotSendRequest);
    expect(await failure(conn.getresponse())).toMatchObject({ state: "Request-started" });
    conn.putheader("A", "b");
  });

  test("Request-sent: getresponse() only, which leads back to Idle", async () => {
    const { conn } = open([ok()]);
    await conn.request("GET", "/");
    expect(await failure(conn.request("GET", "/"))).toMatchObject({ state: "Request-sent" });
    expect(await failure(conn.endheaders())).toMatchObject({ state: "Request-sent" });
    await conn.getresponse();
    conn.putrequest("GET", "/");
  });

  test("with a response unread: putrequest() and endheaders() are let through, the request waits", async () => {
    const { conn, written } = open([ok("one"), ok("two")]);
    await conn.request("GET", "/1");
    const r1 = await conn.getresponse();
    conn.putrequest("GET", "/2");
    conn.putheader("A", "b");
    await conn.endheaders();
    await turns(5);
    expect(written()).toBe(head("GET /1"));
    expect(await failure(conn.getresponse())).toMatchObject({ state: "Request-sent" });
    await r1.read();
    await conn.getresponse();
    expect(written()).toBe(head("GET /1") + head("GET /2", "A: b"));
  });
});
