/** Laws that hold whatever is called in whichever order: every promise settles, and none of them is an unhandled rejection. */
import { HTTPConnection } from "@httplib/connection";
import { HTTPException } from "@httplib/errors";
import type { HTTPResponse } from "@httplib/response";
import { connectMemory } from "@httplib/transport";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bytes, ok, open, type Script, turns } from "./support/open.ts";

const unhandled: unknown[] = [];
const onUnhandled = (reason: unknown): void => void unhandled.push(reason);

beforeEach(() => {
  unhandled.length = 0;
  process.on("unhandledRejection", onUnhandled);
});
afterEach(() => {
  process.off("unhandledRejection", onUnhandled);
});

/** A promise that nobody looks at. */
function forget(promise: Promise<unknown>): void {
  void promise;
}

describe("no promise of ours is ever an unhandled rejection", () => {
  const gone: Script = [{ wait: "\r\n\r\n" }, { reset: true }];

  test.each<[string, Script, (connection: HTTPConnection) => void]>([
    ["a refused request", [], (connection) => forget(connection.request("G T", "/"))],
    [
      "a request in the wrong state",
      [],
      (connection) => {
        forget(connection.request("GET", "/"));
        forget(connection.request("GET", "/"));
      },
    ],
    ["a response in the wrong state", [], (connection) => forget(connection.getResponse())],
    [
      "a dial that fails",
      [{ refuse: new Error("refused") }],
      (connection) => {
        forget(connection.connect());
        forget(connection.request("GET", "/"));
        forget(connection.getResponse());
      },
    ],
    [
      "a wire that breaks",
      gone,
      (connection) => {
        forget(connection.request("GET", "/"));
        forget(connection.getResponse());
      },
    ],
    [
      "a wire that breaks before getResponse()",
      gone,
      (connection) => forget(connection.request("GET", "/")),
    ],
    [
      "a source that throws",
      [],
      (connection) => {
        forget(
          connection.request(
            "POST",
            "/",
            (async function* () {
              yield "a";
              throw new Error("source");
            })(),
          ),
        );
        forget(connection.getResponse());
      },
    ],
    [
      "close() under everything",
      [{ hang: true }],
      (connection) => {
        forget(connection.connect());
        forget(connection.request("GET", "/"));
        forget(connection.getResponse());
        forget(connection.close());
      },
    ],
    [
      "send() of a string",
      [],
      (connection) => {
        connection.putRequest("POST", "/");
        connection.putHeader("Content-Length", "3");
        forget(connection.endHeaders());
        forget(connection.send("abc"));
        forget(connection.send(bytes("abcdef")));
        forget(connection.getResponse());
      },
    ],
    [
      "a signal that aborts",
      [{ wait: "never" }],
      (connection) => {
        const controller = new AbortController();
        forget(connection.request("GET", "/", null, {}, { signal: controller.signal }));
        forget(connection.getResponse({ signal: controller.signal }));
        controller.abort();
      },
    ],
    [
      "a proxy that refuses",
      ["HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"],
      (connection) => {
        connection.setTunnel("dest.example");
        forget(connection.request("GET", "/"));
      },
    ],
    [
      "trailers that throw",
      [],
      (connection) => {
        forget(
          connection.request(
            "POST",
            "/",
            "x",
            {},
            { trailers: () => Promise.reject(new Error("trailers")) },
          ),
        );
      },
    ],
  ])("%s", async (_why, script, act) => {
    const { connection } = open(script);
    act(connection);
    await turns(12);
    forget(connection.close());
    await turns(4);
    expect(unhandled).toEqual([]);
  });
});

// What the peer of one connection does.
const peer = fc.constantFrom<Script>(
  [ok("one"), ok("two"), ok("three")],
  [ok("one"), { end: true }],
  [ok("one"), { wait: "HTTP/1.1\r\n" }, { reset: true }],
  [{ early: ok("early") }, ok("late")],
  [{ early: ok("0123456789").slice(0, -5) }, { turns: 3 }, { data: "56789" }],
  [{ early: ok("0123456789").slice(0, -5) }, { turns: 3 }, { close: true }],
  ["HTTP/1.1 200 OK\r\n\r\nuntil the end", { turns: 2 }, { end: true }],
  ["HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nhi"],
  ["HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nraw"],
  [{ early: "HTTP/1.1 100 Continue\r\n\r\n" }, ok("got it")],
  [ok("one") + ok("planted"), ok("two")],
  [{ data: ok("too soon") }],
  [{ wait: "\r\n\r\n" }, { data: "garbage\r\n" }],
  [{ failWrites: true }, { turns: 2 }, { close: true }],
  [{ full: true }, { turns: 3 }, { full: false }, ok("one")],
  [{ hang: true }],
  [{ refuse: new Error("refused") }],
  [{ wait: "never" }],
);

const step = fc.constantFrom(
  "get",
  "post",
  "stream",
  "step by step",
  "send",
  "getResponse",
  "read",
  "read a little",
  "close response",
  "connect",
  "close",
  "detach",
  "turn",
  "turns",
  "abort",
  "expect",
);

describe("any calls in any order", () => {
  test("every promise settles once the connection is closed, with a response, an HTTPException or the error that was given", async () => {
    const property = fc.asyncProperty(
      fc.array(peer, { minLength: 1, maxLength: 6 }),
      fc.array(step, { minLength: 1, maxLength: 12 }),
      async (peers, steps) => {
        // A list of scripts has an array in it, so that each connection gets its own.
        const connect = connectMemory(peers as never);
        const connection = new HTTPConnection("example.com", null, { connect, expectTimeout: 1 });
        const controller = new AbortController();
        const { signal } = controller;
        const responses: HTTPResponse[] = [];
        const strange: unknown[] = [];
        let pending = 0;
        const use = (act: () => Promise<unknown>): void => {
          const judge = (error: unknown): void => {
            const isGiven = error === signal.reason || (error as Error).message === "refused";
            if (!isGiven && !(error instanceof HTTPException)) strange.push(error);
          };
          try {
            const promise = act();
            pending++;
            void promise.catch(judge).finally(() => pending--);
          } catch (error) {
            judge(error);
          }
        };
        for (const name of steps) {
          const response = responses.at(-1);
          if (name === "get") use(() => connection.request("GET", "/", null, {}, { signal }));
          if (name === "post") use(() => connection.request("POST", "/", "body"));
          if (name === "stream") use(() => connection.request("PUT", "/", new Set(["a", "b"])));
          if (name === "expect")
            use(() => connection.request("PUT", "/", "body", { Expect: "100-continue" }));
          if (name === "step by step") {
            use(() => {
              connection.putRequest("POST", "/");
              connection.putHeader("Content-Length", "2");
              return connection.endHeaders();
            });
          }
          if (name === "send") use(() => connection.send(bytes("a")));
          if (name === "getResponse") {
            use(() => connection.getResponse().then((got) => responses.push(got)));
          }
          if (name === "read" && response !== undefined) use(() => response.read());
          if (name === "read a little" && response !== undefined) use(() => response.read(2));
          if (name === "close response" && response !== undefined) use(() => response.close());
          if (name === "connect") use(() => connection.connect());
          if (name === "close") use(() => connection.close());
          if (name === "abort") controller.abort(new Error("aborted"));
          if (name === "detach") {
            use(() => Promise.resolve(connection.detach().transport.destroy()));
          }
          if (name === "turn") await turns(1);
          if (name === "turns") await turns(6);
        }
        await connection.close();
        // A response that has its connection for itself may still be read after close().
        for (const response of responses) void response.close();
        await turns(20);
        expect(strange).toEqual([]);
        expect(pending).toBe(0);
        expect(unhandled).toEqual([]);
      },
    );
    await fc.assert(property, { seed: 20_240_613, numRuns: 400 });
  }, 60_000);
});
