/** Debug lines and diagnostics messages: one for each piece, whatever the writes. */
import { AsyncLocalStorage } from "node:async_hooks";
import diagnostics from "node:diagnostics_channel";
import { latin1 } from "@httplib/bytes";
import { HTTPConnection } from "@httplib/connection";
import { connectMemory } from "@httplib/transport";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { pythonBytes } from "../src/python-bytes.ts";
import { bytes, head, ok, open, type OpenOptions, type Script } from "./support/open.ts";

async function linesOf(
  script: Script,
  options: OpenOptions,
  use: (connection: HTTPConnection) => Promise<unknown>,
): Promise<string[]> {
  const lines: string[] = [];
  const { connection } = open(script, { ...options, debugLog: (line) => lines.push(line) });
  connection.setDebugLevel(1);
  await use(connection);
  await connection.close();
  return lines;
}

async function get(connection: HTTPConnection, path: string): Promise<void> {
  await connection.request("GET", path);
  await (await connection.getResponse()).read();
}

describe("debug output", () => {
  test("shows a GET and its response", async () => {
    const lines = await linesOf([ok("hi", "X: 1\r\n")], {}, async (connection) => {
      await connection.request("GET", "/");
      await (await connection.getResponse()).read();
    });
    expect(lines).toEqual([
      String.raw`send: b'GET / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\n\r\n'`,
      String.raw`reply: 'HTTP/1.1 200 OK\r\n'`,
      "header: Content-Length: 2",
      "header: X: 1",
    ]);
  });

  test("shows head and body apart, though they are one write", async () => {
    const lines = await linesOf([], {}, (connection) => connection.request("POST", "/", "a'b"));
    expect(lines).toEqual([
      `send: ${pythonBytes(head("POST /", "Content-Length: 3"))}`,
      `send: b"a'b"`,
    ]);
  });

  test("shows each chunk as it is coded, the last one too, and what is left out", async () => {
    const lines = await linesOf([], {}, (connection) =>
      connection.request("POST", "/", ["a", "", "bc"]),
    );
    expect(lines).toEqual([
      "Unable to determine size of [object Array]",
      `send: ${pythonBytes(head("POST /", "Transfer-Encoding: chunked"))}`,
      String.raw`send: b'1\r\na\r\n'`,
      "Zero length chunk ignored",
      String.raw`send: b'2\r\nbc\r\n'`,
      String.raw`send: b'0\r\n\r\n'`,
    ]);
  });

  test("shows an empty body", async () => {
    const lines = await linesOf([], {}, (connection) => connection.request("POST", "/", ""));
    expect(lines.at(-1)).toBe("Zero length chunk ignored");
  });

  test("shows that a file is read, and as what", async () => {
    const blocks = ["ab", "c"];
    const lines = await linesOf([], {}, (connection) =>
      connection.request(
        "POST",
        "/",
        { read: () => blocks.shift() ?? "" },
        { "Content-Length": 3 },
      ),
    );
    expect(lines).toEqual([
      `send: ${pythonBytes(head("POST /", "Content-Length: 3"))}`,
      "reading a readable",
      "encoding file using iso-8859-1",
      "send: b'ab'",
      "send: b'c'",
    ]);
  });

  test("shows that a file is sent by send()", async () => {
    const lines = await linesOf([], {}, async (connection) => {
      connection.putRequest("POST", "/");
      connection.putHeader("Content-Length", 1);
      await connection.endHeaders();
      const blocks = [bytes("a")];
      await connection.send({ read: () => blocks.shift() });
    });
    expect(lines.slice(1)).toEqual(["sending a readable", "send: b'a'"]);
  });

  test("shows a large body as one piece", async () => {
    const text = "x".repeat(600_000);
    const lines = await linesOf([], {}, (connection) => connection.request("POST", "/", text));
    expect(lines).toHaveLength(2);
    expect(lines[1]).toBe(`send: b'${text}'`);
  });

  test("shows a skipped 100 with its fields", async () => {
    const lines = await linesOf(
      [{ early: "HTTP/1.1 100 Continue\r\nZ: 1\r\n\r\n" }, ok()],
      {},
      async (connection) => {
        await connection.request("GET", "/");
        await connection.getResponse();
      },
    );
    expect(lines.slice(1)).toEqual([
      String.raw`reply: 'HTTP/1.1 100 Continue\r\n'`,
      String.raw`headers: [b'Z: 1\r\n', b'\r\n']`,
      String.raw`reply: 'HTTP/1.1 200 OK\r\n'`,
      "header: Content-Length: 0",
    ]);
  });

  test("shows CONNECT and the fields of its answer", async () => {
    const lines = await linesOf(["HTTP/1.1 200 OK\r\nX-P: 1\r\n\r\n"], {}, (connection) => {
      connection.setTunnel("dest.example");
      return connection.connect();
    });
    expect(lines).toEqual([
      String.raw`send: b'CONNECT dest.example:80 HTTP/1.1\r\nHost: dest.example:80\r\n\r\n'`,
      "header: X-P: 1\r\n",
      "header: \r\n",
    ]);
  });

  test("is silent at level 0, and goes to console.log unless it is told otherwise", async () => {
    const log = vi.spyOn(console, "log").mockImplementation(() => {});
    const { connection } = open([]);
    await connection.request("GET", "/");
    await connection.close();
    expect(log).not.toHaveBeenCalled();
    connection.debugLevel = 1;
    await connection.request("GET", "/");
    expect(log.mock.calls).toEqual([[`send: ${pythonBytes(head("GET /"))}`]]);
    log.mockRestore();
  });
});

describe("diagnostics channels", () => {
  const messages: [string, unknown][] = [];
  const onConnect = (message: unknown): void => void messages.push(["connect", message]);
  const onSend = (message: unknown): void => void messages.push(["send", message]);

  beforeEach(() => {
    messages.length = 0;
    diagnostics.subscribe("http.client.connect", onConnect);
    diagnostics.subscribe("http.client.send", onSend);
  });
  afterEach(() => {
    diagnostics.unsubscribe("http.client.connect", onConnect);
    diagnostics.unsubscribe("http.client.send", onSend);
  });

  test("tell of the connection before it is dialled, and of each piece", async () => {
    const connection = new HTTPConnection("proxy.example", 3128, { connect: connectMemory([]) });
    await connection.request("POST", "/", ["ab"]);
    expect(messages).toEqual([
      ["connect", { connection, host: "proxy.example", port: 3128 }],
      [
        "send",
        {
          connection,
          data: bytes(
            "POST / HTTP/1.1\r\nHost: proxy.example:3128\r\nAccept-Encoding: identity\r\nTransfer-Encoding: chunked\r\n\r\n",
          ),
        },
      ],
      ["send", { connection, data: bytes("2\r\nab\r\n") }],
      ["send", { connection, data: bytes("0\r\n\r\n") }],
    ]);
  });

  test("tell in the async context of the caller, also of a request that waits some turns for its connection", async () => {
    const caller = new AsyncLocalStorage<string>();
    const seen: string[] = [];
    const onCall = (message: unknown): void => {
      const { data } = message as { data: Uint8Array };
      seen.push(`${caller.getStore()} sends ${/^\S+ (\S+)/.exec(latin1(data))?.[1]}`);
    };
    const used = [open([ok(), ok()]).connection, open([ok(), ok()]).connection];
    await Promise.all(used.map(async (connection) => get(connection, "/before")));
    // By this clock both have been quiet for so long that turns must pass before the next write.
    const clock = vi.spyOn(performance, "now").mockReturnValue(performance.now() + 1000);
    diagnostics.subscribe("http.client.send", onCall);
    try {
      const both = used.map((connection, at) =>
        caller.run(`caller ${at}`, async () => get(connection, `/${at}`)),
      );
      expect(seen).toEqual([]);
      await Promise.all(both);
    } finally {
      diagnostics.unsubscribe("http.client.send", onCall);
      clock.mockRestore();
    }
    expect(seen.toSorted()).toEqual(["caller 0 sends /0", "caller 1 sends /1"]);
  });

  test("tell of the tunnel too", async () => {
    const { connection } = open(["HTTP/1.1 200 OK\r\n\r\n"]);
    connection.setTunnel("dest.example");
    await connection.connect();
    expect(messages.map(([name]) => name)).toEqual(["connect", "send"]);
    const { data } = messages[1]![1] as { data: Uint8Array };
    expect(latin1(data)).toMatch(/^CONNECT dest/);
  });
});

test("a runtime without node:diagnostics_channel is none the worse", async () => {
  vi.resetModules();
  const fresh = await import("../src/diagnostics.ts");
  vi.stubGlobal("process", undefined);
  try {
    fresh.publishConnect({}, "h", 80);
    fresh.publishSend({}, "x");
  } finally {
    vi.unstubAllGlobals();
  }
  expect(diagnostics.hasSubscribers("http.client.send")).toBe(false);
});
