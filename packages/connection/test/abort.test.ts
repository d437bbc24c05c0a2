import { NotConnected } from "@httplib/errors";
import { describe, expect, test, vi } from "vitest";
import { failure, head, ok, open, type Script, turns } from "./support/open.ts";

/** A signal that counts its listeners. */
function counted(): { controller: AbortController; listeners: () => number } {
  const controller = new AbortController();
  const { signal } = controller;
  let count = 0;
  const add = signal.addEventListener.bind(signal);
  const remove = signal.removeEventListener.bind(signal);
  signal.addEventListener = (...call: Parameters<typeof add>) => {
    count++;
    add(...call);
  };
  signal.removeEventListener = (...call: Parameters<typeof remove>) => {
    count--;
    remove(...call);
  };
  return { controller, listeners: () => count };
}

const reason = { any: "value" };

describe("the signal of request()", () => {
  test("that is aborted already sends nothing, and the connection is as it was", async () => {
    const { connection, wire } = open([ok("hi")]);
    await connection.connect();
    const request = connection.request("GET", "/", null, {}, { signal: AbortSignal.abort(reason) });
    expect(await failure(request)).toBe(reason);
    expect(await failure(connection.getResponse())).toBe(reason);
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("hi");
    expect(wire.connections).toHaveLength(1);
  });

  const phases: [string, Script, unknown, number][] = [
    ["while dialling", [{ hang: true }], null, 2],
    [
      "while sending",
      [{ wait: "never" }],
      { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) },
      4,
    ],
    ["while waiting for room", [{ full: true }], new Set(["a", "b"]), 6],
    ["while waiting for the head", [{ wait: "never" }], null, 4],
    ["inside the head", [{ early: "HTTP/1.1 200" }], null, 6],
  ];
  test.each(phases)("%s ends both promises with its reason", async (_why, script, body, after) => {
    const { connection, wire } = open([script as never, [ok("next")]] as never);
    const { controller, listeners } = counted();
    const request = connection.request(
      "POST",
      "/",
      body as never,
      {},
      { signal: controller.signal },
    );
    const response = connection.getResponse();
    const settled = Promise.allSettled([request, response]);
    await turns(after);
    expect(listeners()).toBe(1);
    controller.abort(reason);
    const [sent, got] = await settled;
    if (sent.status === "rejected") expect(sent.reason).toBe(reason);
    expect(got).toEqual({ status: "rejected", reason });
    expect(listeners()).toBe(0);
    if (wire.connections[0] !== undefined && !_why.includes("dial"))
      expect(wire.connections[0].closed).toBe(true);
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("next");
  });

  test("ends a body that is being read", async () => {
    const { connection, wire } = open([{ early: ok("0123456789").slice(0, -5) }]);
    const { controller, listeners } = counted();
    await connection.request("GET", "/", null, {}, { signal: controller.signal });
    const response = await connection.getResponse();
    expect(await response.read(2)).toHaveLength(2);
    const read = response.read();
    controller.abort(reason);
    expect(await failure(read)).toBe(reason);
    expect(wire.connections[0]?.closed).toBe(true);
    expect(listeners()).toBe(0);
  });

  test("has no listener left when the body has ended, and does nothing then", async () => {
    const { connection, wire } = open([ok("one"), ok("two")]);
    const { controller, listeners } = counted();
    await connection.request("GET", "/", null, {}, { signal: controller.signal });
    await (await connection.getResponse()).read();
    expect(listeners()).toBe(0);
    controller.abort(reason);
    await connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("two");
    expect(wire.connections).toHaveLength(1);
  });

  test("has no listener left when the exchange has failed", async () => {
    const { connection } = open([{ wait: "\r\n\r\n" }, { reset: true }]);
    const { controller, listeners } = counted();
    await connection.request("GET", "/", null, {}, { signal: controller.signal });
    await failure(connection.getResponse());
    expect(listeners()).toBe(0);
  });

  test("gives up between two turns of reuse without touching the connection", async () => {
    const { connection, wire, written } = open([ok("one"), ok("two")]);
    await connection.request("GET", "/1");
    await (await connection.getResponse()).read();
    const controller = new AbortController();
    // Long enough after the read for two turns to pass before the write.
    const clock = vi.spyOn(performance, "now").mockReturnValue(performance.now() + 1000);
    const request = connection.request("GET", "/2", null, {}, { signal: controller.signal });
    clock.mockRestore();
    controller.abort(reason);
    expect(await failure(request)).toBe(reason);
    await connection.request("GET", "/3");
    expect(await (await connection.getResponse()).text()).toBe("two");
    expect(written()).toBe(head("GET /1") + head("GET /3"));
    expect(wire.connections).toHaveLength(1);
  });
});

describe("the signal of getResponse()", () => {
  test("that is aborted already ends the exchange", async () => {
    const { connection, wire } = open([{ wait: "never" }]);
    await connection.request("GET", "/");
    expect(await failure(connection.getResponse({ signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    );
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("ends the wait for the head", async () => {
    const { connection } = open([{ wait: "never" }]);
    const { controller, listeners } = counted();
    await connection.request("GET", "/");
    const response = connection.getResponse({ signal: controller.signal });
    controller.abort(reason);
    expect(await failure(response)).toBe(reason);
    expect(listeners()).toBe(0);
  });

  test("covers the body too", async () => {
    const { connection } = open([{ early: ok("0123456789").slice(0, -5) }]);
    const { controller, listeners } = counted();
    await connection.request("GET", "/");
    const response = await connection.getResponse({ signal: controller.signal });
    const read = response.read();
    controller.abort(reason);
    expect(await failure(read)).toBe(reason);
    expect(listeners()).toBe(0);
  });

  test("of a response that has come whole is not kept", async () => {
    const { connection } = open([ok("hi")]);
    const { controller, listeners } = counted();
    await connection.request("GET", "/");
    await turns(5);
    const response = await connection.getResponse({ signal: controller.signal });
    expect(await response.text()).toBe("hi");
    expect(listeners()).toBe(0);
  });

  test("that is aborted already refuses a response that has come whole, too", async () => {
    const { connection } = open([ok("hi")]);
    await connection.request("GET", "/");
    await turns(5);
    expect(await failure(connection.getResponse({ signal: AbortSignal.abort(reason) }))).toBe(
      reason,
    );
  });
});

describe("close()", () => {
  test.each([
    ["while dialling", [{ hang: true }], null, 2],
    [
      "while sending",
      [{ wait: "never" }],
      { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) },
      4,
    ],
    ["while waiting for the head", [{ wait: "never" }], null, 4],
  ] as [string, Script, unknown, number][])(
    "%s rejects what is pending with NotConnected",
    async (_why, script, body, after) => {
      const { connection } = open([script as never, [ok("next")]] as never);
      const opening = connection.connect();
      const request = connection.request("POST", "/", body as never);
      const response = connection.getResponse();
      const settled = Promise.allSettled([opening, request, response]);
      await turns(after);
      await connection.close();
      const results = await settled;
      expect(results[2]).toMatchObject({ status: "rejected", reason: { name: "NotConnected" } });
      for (const result of results) {
        if (result.status === "rejected") expect(result.reason).toBeInstanceOf(NotConnected);
      }
      await connection.request("GET", "/");
      expect(await (await connection.getResponse()).text()).toBe("next");
    },
  );

  test("rejects a read of a kept connection, behind what has come", async () => {
    const { connection, wire } = open([{ early: ok("0123456789").slice(0, -5) }]);
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    const read = response.read();
    await connection.close();
    expect(await failure(read)).toBeInstanceOf(NotConnected);
    expect(wire.connections[0]?.closed).toBe(true);
  });

  test("leaves a response that will close its transport", async () => {
    const text = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 10\r\n\r\n0123456789";
    const { connection } = open([
      { early: text.slice(0, -5) },
      { turns: 5 },
      { data: text.slice(-5) },
    ]);
    await connection.request("GET", "/");
    const response = await connection.getResponse();
    await connection.close();
    expect(await response.text()).toBe("0123456789");
  });

  test("drops a request that waits", async () => {
    const { connection, written } = open([{ early: ok("0123456789").slice(0, -5) }]);
    await connection.request("GET", "/1");
    await connection.getResponse();
    await connection.request("GET", "/2");
    await connection.close();
    expect(await failure(connection.getResponse())).toMatchObject({ state: "Idle" });
    await turns(3);
    expect(written()).toBe(head("GET /1"));
  });

  test("may be called at any time and any number of times", async () => {
    const { connection } = open([ok()]);
    await connection.close();
    connection.putRequest("GET", "/");
    await connection.close();
    await connection.close();
    await connection.request("GET", "/");
    expect((await connection.getResponse()).status).toBe(200);
  });

  test("is what leaving a block with `await using` does", async () => {
    const { connection, wire } = open([ok()]);
    {
      await using used = connection;
      await used.connect();
    }
    expect(wire.connections[0]?.closed).toBe(true);
  });
});

describe("connect()", () => {
  test("opens once, however often it is called", async () => {
    const { connection, wire } = open([ok("hi")]);
    await Promise.all([connection.connect(), connection.connect()]);
    await connection.connect();
    await connection.request("GET", "/");
    await connection.connect();
    expect(await (await connection.getResponse()).text()).toBe("hi");
    expect(wire.connections).toHaveLength(1);
  });

  test("is waited for by a request made meanwhile", async () => {
    const { connection, wire } = open([ok("hi")]);
    const connected = connection.connect();
    const request = connection.request("GET", "/");
    expect(await (await connection.getResponse()).text()).toBe("hi");
    await Promise.all([connected, request]);
    expect(wire.connections).toHaveLength(1);
  });

  test("tells the transport where to, and from where", async () => {
    const { connection, wire } = open([], {
      host: "[fe80::1%lo]",
      port: 81,
      sourceAddress: ["127.0.0.1", 4321],
      socketPath: "/tmp/s",
      options: { family: 6 },
      timeout: 5000,
    });
    await connection.connect();
    expect(wire.connections[0]?.target).toMatchObject({
      host: "fe80::1%lo",
      port: 81,
      localAddress: "127.0.0.1",
      localPort: 4321,
      socketPath: "/tmp/s",
      options: { family: 6 },
      timeout: 5000,
    });
    expect(wire.connections[0]?.target.tls).toBeUndefined();
  });

  test("an empty source host and port 0 mean any", async () => {
    const { connection, wire } = open([], { sourceAddress: ["", 0] });
    await connection.connect();
    expect(wire.connections[0]?.target).toMatchObject({
      localAddress: undefined,
      localPort: undefined,
    });
  });
});
