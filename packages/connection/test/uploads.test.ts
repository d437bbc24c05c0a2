/** A body on its way out: when it goes, when it waits, what stops it, and what comes behind it. */
import { HTTPConnection } from "@httplib/connection";
import { afterEach, describe, expect, test, vi } from "vitest";
import { fakeConnect } from "./support/fake-transport.ts";
import { bytes, failure, head, ok, open, turns } from "./support/open.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("uploads", () => {
  const upload = async function* (state: {
    stopped: boolean;
    asked: number;
  }): AsyncGenerator<Uint8Array> {
    try {
      for (; state.asked < 1000; state.asked++) {
        yield bytes("x".repeat(100));
        await turns(1);
      }
    } finally {
      state.stopped = true;
    }
  };

  test("an early final response is delivered, sending stops, the connection is not used again", async () => {
    const { connection, wire, written } = open([
      [{ wait: 500 }, { data: "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig" }],
      [ok("next")],
    ]);
    const state = { stopped: false, asked: 0 };
    const request = connection.request("POST", "/", upload(state));
    const response = await connection.getResponse();
    await request;
    expect(response.status).toBe(413);
    expect(await response.text()).toBe("big");
    await turns(3);
    expect(state.stopped).toBe(true);
    expect(state.asked).toBeLessThan(1000);
    expect(written().endsWith("0\r\n\r\n")).toBe(false);
    expect(wire.connections[0]?.closed).toBe(true);
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("next");
    expect(wire.connections).toHaveLength(2);
  });

  test("a write that fails stops sending, and the response that is there is delivered", async () => {
    const { connection } = open([
      { wait: 500 },
      { failWrites: true },
      { turns: 3 },
      { data: "HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig" },
    ]);
    const state = { stopped: false, asked: 0 };
    await connection.request("POST", "/", upload(state));
    const response = await connection.getResponse();
    expect(await response.text()).toBe("big");
    expect(state.stopped).toBe(true);
  });

  test("a write that fails with no response behind it rejects getResponse() only", async () => {
    const { connection } = open([
      { wait: 500 },
      { failWrites: true },
      { turns: 3 },
      { close: true },
    ]);
    const state = { stopped: false, asked: 0 };
    await connection.request("POST", "/", upload(state));
    expect(await failure(connection.getResponse())).toMatchObject({
      name: "RemoteDisconnected",
      cause: { code: "EPIPE" },
    });
    expect(state.stopped).toBe(true);
  });

  test("a source that throws rejects both promises with its error, and no last chunk is sent", async () => {
    const { connection, wire, written } = open([]);
    const fault = new Error("the source broke");
    const request = connection.request(
      "POST",
      "/",
      (async function* () {
        yield "a";
        throw fault;
      })(),
    );
    const response = connection.getResponse();
    expect(await failure(request)).toBe(fault);
    expect(await failure(response)).toBe(fault);
    expect(written()).toBe(`${head("POST /", "Transfer-Encoding: chunked")}1\r\na\r\n`);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test.each([
    [
      "request()",
      async (connection: HTTPConnection, body: Iterable<string>) =>
        connection.request("PUT", "/", body),
    ],
    [
      "send()",
      async (connection: HTTPConnection, body: Iterable<string>) => {
        connection.putRequest("PUT", "/");
        connection.putHeader("Content-Length", 4);
        await connection.endHeaders();
        await connection.send(body);
      },
    ],
  ])("a source given to %s is asked for one piece each time there is room", async (_how, give) => {
    const { connect, transports } = fakeConnect();
    const connection = new HTTPConnection("example.com", null, { connect });
    await connection.connect();
    const transport = transports[0] ?? expect.fail("no transport");
    transport.hasRoom = false;
    let asked = 0;
    const body = (function* () {
      while (asked < 4) {
        asked++;
        yield "x";
      }
    })();
    const sent = give(connection, body);
    await turns(8);
    expect(asked).toBe(0); // the head has filled the wire
    for (const expected of [1, 2, 3, 4]) {
      transport.handler.onDrain();
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await turns(2);
      expect(asked).toBe(expected);
    }
    transport.hasRoom = true;
    transport.handler.onDrain();
    await sent;
    expect(asked).toBe(4);
  });

  test("full duplex: the response streams while the body is not there yet", async () => {
    const { connection } = open([{ early: "HTTP/1.1 103 Early Hints\r\n\r\n" }, ok("late")]);
    let release = (): void => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const request = connection.request(
      "POST",
      "/",
      (async function* () {
        yield "a";
        await gate;
        yield "b";
      })(),
    );
    const response = connection.getResponse({ onInformational: () => release() });
    await request;
    expect(await (await response).text()).toBe("late");
  });
});

describe("trailers", () => {
  test("go behind the body, which is chunked, and are announced", async () => {
    const { connection, written } = open([]);
    await connection.request("PUT", "/", "abc", {}, { trailers: { "X-Sum": "1", "X-Size": 3 } });
    expect(written()).toBe(
      `${head("PUT /", "Transfer-Encoding: chunked", "Trailer: X-Sum, X-Size")}3\r\nabc\r\n0\r\nX-Sum: 1\r\nX-Size: 3\r\n\r\n`,
    );
  });

  test("may be computed when the body has been sent", async () => {
    const { connection, written } = open([]);
    let size = 0;
    const body = (async function* () {
      for (const piece of ["ab", "cde"]) {
        size += piece.length;
        yield piece;
      }
    })();
    await connection.request(
      "PUT",
      "/",
      body,
      { Trailer: "X-Size" },
      { trailers: async () => ({ "X-Size": size }) },
    );
    expect(written()).toBe(
      `${head("PUT /", "Transfer-Encoding: chunked", "Trailer: X-Size")}2\r\nab\r\n3\r\ncde\r\n0\r\nX-Size: 5\r\n\r\n`,
    );
  });

  test("computed ones that are forbidden end the request", async () => {
    const { connection, wire } = open([]);
    const request = connection.request(
      "PUT",
      "/",
      "x",
      {},
      { trailers: () => ({ "Content-Length": "1" }) },
    );
    expect(await failure(request)).toMatchObject({ code: "FORBIDDEN_TRAILER" });
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("of a request without a body make an empty chunked one", async () => {
    const { connection, written } = open([]);
    await connection.request("POST", "/", null, {}, { trailers: { X: "1" } });
    expect(written()).toBe(
      `${head("POST /", "Transfer-Encoding: chunked", "Trailer: X")}0\r\nX: 1\r\n\r\n`,
    );
  });
});

describe("Expect: 100-continue", () => {
  const expectation = { Expect: "100-Continue" };

  test("the body waits for 100", async () => {
    const { connection, packets } = open(
      [{ early: "HTTP/1.1 100 Continue\r\n\r\n" }, ok("got it")],
      { expectTimeout: 60_000 },
    );
    const request = connection.request("PUT", "/", "abc", expectation);
    const response = await connection.getResponse();
    await request;
    expect(await response.text()).toBe("got it");
    expect(response.informational.map(({ status }) => status)).toEqual([100]);
    expect(packets()).toEqual([head("PUT /", "Content-Length: 3", "Expect: 100-Continue"), "abc"]);
  });

  test("a final response means that it is never sent", async () => {
    const { connection, written, wire } = open(
      [{ early: "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno" }],
      { expectTimeout: 60_000 },
    );
    const request = connection.request("PUT", "/", "abc", expectation);
    const response = await connection.getResponse();
    await request;
    expect(await response.text()).toBe("no");
    expect(written()).toBe(head("PUT /", "Content-Length: 3", "Expect: 100-Continue"));
    await turns(2);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test.each([
    ["a 100", [{ early: "HTTP/1.1 100 Continue\r\n\r\n" }, ok()]],
    ["a final response", [{ early: ok() }, { turns: 1000 }]],
  ])("%s ends the wait, and no timer is left", async (_why, script) => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { connection } = open(script, { expectTimeout: 60_000 });
    const sent = connection.request("PUT", "/", "abc", expectation);
    const asked = connection.getResponse();
    expect(vi.getTimerCount()).toBe(0); // nothing waits before the head is written
    await sent;
    expect((await asked).status).toBe(200);
    await vi.advanceTimersByTimeAsync(0); // where a turn is a timer, one may still be on its way
    expect(vi.getTimerCount()).toBe(0);
  });

  test("another interim response does not let it go", async () => {
    const { connection, packets } = open(
      [
        { early: "HTTP/1.1 102 Processing\r\n\r\n" },
        { turns: 3 },
        { data: "HTTP/1.1 100 Continue\r\n\r\n" },
        ok(),
      ],
      { expectTimeout: 60_000 },
    );
    void connection.request("PUT", "/", "abc", expectation);
    const seen: string[] = [];
    await connection.getResponse({
      onInformational: ({ status }) => seen.push(`${status} ${packets().length}`),
    });
    expect(seen).toEqual(["102 1", "100 1"]);
  });

  test.each([0, 5])("a server that is silent gets it after %d ms", async (expectTimeout) => {
    const { connection, written } = open([ok("got it")], { expectTimeout });
    await connection.request("PUT", "/", ["abc"], expectation);
    expect(written().endsWith("\r\n\r\n3\r\nabc\r\n0\r\n\r\n")).toBe(true);
    expect(await (await connection.getResponse()).text()).toBe("got it");
  });

  test.each([null, ""])("a request without a body to send waits for nothing: %j", async (body) => {
    const { connection, wire } = open([ok("hi"), ok("next")], { expectTimeout: 60_000 });
    await connection.request("GET", "/", body, expectation);
    expect(await (await connection.getResponse()).text()).toBe("hi");
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("next");
    expect(wire.connections).toHaveLength(1);
  });

  test("a body that comes by send() waits too", async () => {
    const { connection, packets } = open(
      [{ early: "HTTP/1.1 100 Continue\r\n\r\n" }, ok("got it")],
      { expectTimeout: 60_000 },
    );
    connection.putRequest("PUT", "/");
    connection.putHeader("Content-Length", 3);
    connection.putHeader("Expect", "100-continue");
    await connection.endHeaders();
    expect(packets()).toHaveLength(1);
    await connection.send(bytes("abc"));
    expect(packets()).toHaveLength(2);
    const response = await connection.getResponse();
    expect(response.informational).toHaveLength(1);
    expect(await response.text()).toBe("got it");
  });
});
