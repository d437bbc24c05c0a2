import { HTTPConnection, HTTPSConnection } from "@httplib/connection";
import {
  HTTPException,
  ImproperConnectionState,
  InvalidRequest,
  InvalidURL,
  ProtocolError,
  RemoteDisconnected,
  TunnelError,
} from "@httplib/errors";
import { type Connect, connectMemory } from "@httplib/transport";
import { describe, expect, test, vi } from "vitest";
import { fakeConnect } from "./support/fake-transport.ts";
import { bytes, failure, head, ok, open, openTLS, turns } from "./support/open.ts";

const OPENED = "HTTP/1.1 200 Connection established\r\nX-P: 1\r\n\r\n";

function connectHead(target: string, ...fields: string[]): string {
  return `CONNECT ${target} HTTP/1.1\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`;
}

describe("a tunnel", () => {
  test("is opened by one write, then carries requests for its end", async () => {
    const { connection, wire, packets } = open([OPENED, ok("hi")], {
      host: "proxy.example",
      port: 3128,
    });
    connection.setTunnel("dest.example");
    await connection.request("GET", "/p");
    const response = await connection.getResponse();
    expect(await response.text()).toBe("hi");
    expect(response.url).toBe("http://dest.example/p");
    expect(wire.connections[0]?.target).toMatchObject({ host: "proxy.example", port: 3128 });
    expect(packets()).toEqual([
      connectHead("dest.example:80", "Host: dest.example:80"),
      "GET /p HTTP/1.1\r\nHost: dest.example\r\nAccept-Encoding: identity\r\n\r\n",
    ]);
  });

  test.each([
    ["another port", "dest.example", 444, "dest.example:444", "dest.example:444"],
    ["the port in the host", "dest.example:444", null, "dest.example:444", "dest.example:444"],
    ["IPv6, in brackets both times", "::1", 444, "[::1]:444", "[::1]:444"],
    [
      "a name beyond ASCII",
      "b\u00fccher.example",
      80,
      "xn--bcher-kva.example:80",
      "xn--bcher-kva.example",
    ],
  ])("names its end as authority: %s", async (_why, host, port, target, field) => {
    const { connection, packets } = open([OPENED, ok()]);
    connection.setTunnel(host, port);
    await connection.request("GET", "/");
    expect(packets()).toEqual([
      connectHead(target, `Host: ${target}`),
      `GET / HTTP/1.1\r\nHost: ${field}\r\nAccept-Encoding: identity\r\n\r\n`,
    ]);
  });

  test("sends the caller's fields first, and Host only where they have none", async () => {
    const { connection, packets } = open([OPENED]);
    connection.setTunnel("dest.example", 443, { "Proxy-Authorization": "Basic x" });
    await connection.connect();
    expect(packets()).toEqual([
      connectHead("dest.example:443", "Proxy-Authorization: Basic x", "Host: dest.example:443"),
    ]);
    const other = open([OPENED]);
    other.connection.setTunnel("dest.example", 443, [["host", "h.example"]]);
    await other.connection.connect();
    expect(other.packets()).toEqual([connectHead("dest.example:443", "host: h.example")]);
  });

  test("copies the fields", async () => {
    const { connection, written } = open([OPENED]);
    const headers: Record<string, string> = { X: "1" };
    connection.setTunnel("dest.example", 443, headers);
    headers["X"] = "2";
    await connection.connect();
    expect(written()).toContain("X: 1\r\n");
  });

  test("is opened by any 2xx, whose framing means nothing, behind interim heads", async () => {
    const { connection } = open([
      { early: "HTTP/1.1 102 Processing\r\n\r\n" },
      "HTTP/1.1 204 Fine\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
      ok("hi"),
    ]);
    connection.setTunnel("dest.example");
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("hi");
  });

  test("is opened anew with each connection", async () => {
    const { connection, packets } = open([
      [OPENED, ok("one", "Connection: close\r\n")],
      [OPENED, ok("two")],
    ]);
    connection.setTunnel("dest.example");
    for (const expected of ["one", "two"]) {
      await connection.request("GET", "/");
      expect(await (await connection.getResponse()).text()).toBe(expected);
    }
    expect(packets(1)[0]).toBe(connectHead("dest.example:80", "Host: dest.example:80"));
  });

  test("over TLS: CONNECT in clear, then TLS for the name of its end", async () => {
    const context = { ca: "pem" };
    const { connection, wire, packets } = openTLS([OPENED, ok("hi")], { context });
    connection.setTunnel("dest.example");
    await connection.connect();
    const peer = wire.connections[0] ?? expect.fail("no wire");
    expect(peer.target.tls).toBeUndefined();
    expect(peer.tls).toBe(context);
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    expect(response.url).toBe("https://dest.example/");
    expect(await response.text()).toBe("hi");
    expect(packets()[0]).toBe(connectHead("dest.example:443", "Host: dest.example:443"));
  });

  test("over TLS: TLS begins in the turn of the answer, since workerd can begin it in no other", async () => {
    const { connection, wire } = openTLS([{ wait: "CONNECT" }, { data: OPENED }, { turns: 9 }]);
    connection.setTunnel("dest.example");
    const opening = connection.connect();
    await turns(1);
    const peer = wire.connections[0] ?? expect.fail("no wire");
    let looks = 0;
    while (peer.tls === undefined && looks++ < 9) {
      expect(connection.getProxyResponseHeaders()).toBeNull();
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await turns(1);
    }
    expect(connection.getProxyResponseHeaders()?.get("X-P")).toBe("1");
    await opening;
  });

  test("over TLS: bytes in the same read as the answer are refused before TLS", async () => {
    const { connection, wire } = openTLS([`${OPENED}planted`]);
    connection.setTunnel("dest.example");
    expect(await failure(connection.connect())).toMatchObject({ code: "UNEXPECTED_DATA" });
    expect(wire.connections[0]?.tls).toBeUndefined();
  });

  test("may run through a tunnel", async () => {
    const { connection, wire, packets } = open([OPENED, OPENED, ok("hi")], {
      host: "first.example",
      port: 1,
    });
    connection.setTunnel("second.example", 2);
    const through: Connect = async (_target, handler) => {
      await connection.connect();
      return connection.detach(handler).transport;
    };
    const inner = new HTTPConnection("second.example", 2, { connect: through });
    inner.setTunnel("dest.example", 3);
    await inner.request("GET", "/");
    expect(await (await inner.getResponse()).text()).toBe("hi");
    expect(packets()).toEqual([
      connectHead("second.example:2", "Host: second.example:2"),
      connectHead("dest.example:3", "Host: dest.example:3"),
      "GET / HTTP/1.1\r\nHost: dest.example:3\r\nAccept-Encoding: identity\r\n\r\n",
    ]);
    expect(wire.connections).toHaveLength(1);
  });
});

describe("getProxyResponseHeaders()", () => {
  test("is null where no CONNECT was sent", async () => {
    const { connection } = open([ok()]);
    await connection.request("GET", "/");
    await connection.getResponse();
    expect(connection.getProxyResponseHeaders()).toBeNull();
  });

  test("gives the fields of the proxy, of a refusal too", async () => {
    const { connection } = open([
      [OPENED],
      ["HTTP/1.1 407 Auth\r\nX-P: 2\r\nContent-Length: 0\r\n\r\n"],
    ]);
    connection.setTunnel("dest.example");
    await connection.connect();
    expect(connection.getProxyResponseHeaders()?.get("x-p")).toBe("1");
    await connection.close();
    await failure(connection.connect());
    expect(connection.getProxyResponseHeaders()?.get("x-p")).toBe("2");
  });
});

describe("setTunnel() refuses", () => {
  test.each([
    ["CR LF in a field", "dest.example", 443, { X: "a\r\nY: b" }, InvalidRequest],
    ["a field above U+00FF", "dest.example", 443, { X: "\u2603" }, InvalidRequest],
    ["a length", "dest.example", 443, { "Content-Length": 0 }, InvalidRequest],
    ["a host with a blank", "dest example", 443, {}, InvalidURL],
    ["a port above 65535", "dest.example", 65_536, {}, InvalidURL],
  ] as const)("%s, at the call", (_why, host, port, headers, type) => {
    const { connection } = open([]);
    expect(() => connection.setTunnel(host, port, headers)).toThrow(type);
  });

  test("an open connection, and one that is being opened", async () => {
    const { connection } = open([ok()]);
    const opening = connection.connect();
    expect(() => connection.setTunnel("dest.example")).toThrow(ImproperConnectionState);
    await opening;
    expect(() => connection.setTunnel("dest.example")).toThrow(ImproperConnectionState);
    await connection.close();
    expect(() => connection.setTunnel("dest.example")).not.toThrow();
  });
});

describe("a proxy that does not open the tunnel", () => {
  test("a refusal is a TunnelError with status, fields and body, from both promises", async () => {
    const { connection, wire } = open([
      "HTTP/1.1 407 Auth Required\r\nProxy-Authenticate: Basic\r\nContent-Length: 7\r\n\r\nsign in",
    ]);
    connection.setTunnel("dest.example", 443);
    const request = connection.request("GET", "/");
    const response = connection.getResponse();
    const error = await failure(request);
    expect(error).toBeInstanceOf(TunnelError);
    expect(error).toMatchObject({
      status: 407,
      reason: "Auth Required",
      message: "Tunnel connection failed: 407 Auth Required",
      exchange: { phase: "connect" },
    });
    expect((error as TunnelError).headers.get("Proxy-Authenticate")).toBe("Basic");
    expect((error as TunnelError).body).toEqual(bytes("sign in"));
    expect(await failure(response)).toBe(error);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test.each([
    ["in chunks", ["HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n"]],
    ["up to the end", ["HTTP/1.1 403 No\r\n\r\nno", { end: true }]],
    ["that is cut short", ["HTTP/1.1 403 No\r\nContent-Length: 5\r\n\r\nno", { end: true }]],
    ["that breaks off", ["HTTP/1.1 403 No\r\nContent-Length: 5\r\n\r\nno", { reset: true }]],
    ["that breaks the protocol", ["HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nnoX"]],
  ] as const)("a refusal with a body %s keeps what came", async (_why, script) => {
    const { connection } = open([...script]);
    connection.setTunnel("dest.example", 443);
    const error = await failure(connection.connect());
    expect(error).toMatchObject({ name: "TunnelError", status: 403, body: bytes("no") });
  });

  test("a refusal keeps at most 64 KiB", async () => {
    const { connection } = open([`HTTP/1.1 403 No\r\n\r\n${"x".repeat(100_000)}`]);
    connection.setTunnel("dest.example", 443);
    const error = await failure(connection.connect());
    expect((error as TunnelError).body).toHaveLength(65_536);
  });

  test("a refusal whose body has no end is told once 64 KiB of it have come", async () => {
    const { connect, transports } = fakeConnect();
    const connection = new HTTPConnection("proxy.example", 3128, { connect });
    connection.setTunnel("dest.example", 443);
    let isTold = false;
    const error = failure(connection.connect()).finally(() => {
      isTold = true;
    });
    await turns(1);
    const transport = transports[0] ?? expect.fail("no transport");
    transport.receive("HTTP/1.1 407 Auth Required\r\n\r\n");
    transport.receive("x".repeat(65_535));
    await turns(3);
    expect(isTold).toBe(false);
    transport.receive("y".repeat(10));
    await turns(3);
    expect(isTold).toBe(true);
    expect(await error).toMatchObject({ status: 407, body: bytes(`${"x".repeat(65_535)}y`) });
    expect(transport.calls.at(-1)).toBe("destroy");
  });

  test("a refusal whose body does not end in time is a refusal", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    const { connection } = open(["HTTP/1.1 403 No\r\nContent-Length: 5\r\n\r\nno"], {
      timeout: { connect: 20 },
    });
    connection.setTunnel("dest.example", 443);
    const request = failure(connection.request("GET", "/"));
    const response = failure(connection.getResponse());
    await turns(10);
    await vi.advanceTimersByTimeAsync(20);
    vi.useRealTimers();
    expect(await request).toMatchObject({ name: "TunnelError", body: bytes("no") });
    expect(await response).toBe(await request);
  });

  test("bytes behind the 2xx are a ProtocolError: nobody has asked for anything yet", async () => {
    const { connection, wire } = open([`${OPENED}${ok("planted")}`]);
    connection.setTunnel("dest.example");
    const error = await failure(connection.request("GET", "/"));
    expect(error).toBeInstanceOf(ProtocolError);
    expect(error).toMatchObject({ code: "UNEXPECTED_DATA" });
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("bytes in the next read are not taken for a response either", async () => {
    const { connection } = open([
      { wait: "CONNECT" },
      { poll: [OPENED, ok("planted")] },
      ok("true"),
    ]);
    connection.setTunnel("dest.example");
    const request = connection.request("GET", "/");
    const response = connection.getResponse();
    const error = await failure(request);
    expect(error).toMatchObject({ code: "UNEXPECTED_DATA" });
    expect(await failure(response)).toBe(error);
  });

  test("an end right behind the 2xx is RemoteDisconnected", async () => {
    const { connection } = open([{ wait: "CONNECT" }, { data: OPENED }, { close: true }]);
    connection.setTunnel("dest.example");
    await connection.connect().catch((error: unknown) => {
      expect(error).toBeInstanceOf(RemoteDisconnected);
    });
    const error = await failure(
      connection.request("GET", "/").then(() => connection.getResponse()),
    );
    expect(error).toBeInstanceOf(HTTPException);
  });

  test.each([
    ["an end", { end: true }],
    ["a reset", { reset: true }],
  ] as const)("%s before an answer is RemoteDisconnected", async (_why, step) => {
    const { connection } = open([{ wait: "CONNECT" }, step]);
    connection.setTunnel("dest.example");
    expect(await failure(connection.connect())).toBeInstanceOf(RemoteDisconnected);
  });

  test("what is no HTTP is its error", async () => {
    const { connection } = open([{ wait: "CONNECT" }, { data: "SSH-2.0-x\r\n" }]);
    connection.setTunnel("dest.example");
    expect(await failure(connection.connect())).toMatchObject({ code: "NOT_HTTP" });
  });

  test("a TLS handshake that fails behind it passes through", async () => {
    const fault = new Error("self-signed certificate");
    const memory = connectMemory([OPENED]);
    const connection = new HTTPSConnection("proxy.example", 3128, {
      connect: async (target, handler) => {
        const transport = await memory(target, handler);
        transport.startTLS = () => Promise.reject(fault);
        return transport;
      },
    });
    connection.setTunnel("dest.example");
    expect(await failure(connection.request("GET", "/"))).toBe(fault);
    await turns(1);
    expect(memory.connections[0]?.closed).toBe(true);
  });
});

test("the head of the inner request does not go to the proxy before it has answered", async () => {
  const { connection, written } = open([{ turns: 1 }]);
  connection.setTunnel("dest.example");
  void connection.request("GET", "/").catch(() => {});
  await turns(6);
  expect(written()).toBe(connectHead("dest.example:80", "Host: dest.example:80"));
  expect(written()).not.toContain(head("GET /"));
});
