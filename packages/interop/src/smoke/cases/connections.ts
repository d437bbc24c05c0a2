/** What a connection does when things go wrong, or when the caller wants out. */
import { type HTTPConnection, TimeoutError } from "@httplib/client";
import { HTTPConnection as PythonConnection } from "@httplib/client/python";
import { holds, type Refusal, refused, same } from "../check.ts";
import { get, plainTo, using } from "../client.ts";
import type { Case } from "../run-cases.ts";
import type { Stage } from "../stage.ts";

const BLOCK = new Uint8Array(16_384);

async function timedOut(
  phase: string,
  connection: HTTPConnection,
  use: (connection: HTTPConnection) => Promise<unknown>,
): Promise<void> {
  await using(connection, async (open) => {
    const error = await refused(use(open), { name: "TimeoutError", code: "ETIMEDOUT" });
    same(error instanceof TimeoutError && error.phase, phase);
  });
}

/**
 * @param nobody - How the runtime says that a port is closed.
 * @param busy - Keeps the runtime from looking at its sockets for some milliseconds.
 * @param refusing - The page that refuses an upload.
 */
export function connectionCases(
  stage: Stage,
  nobody: Refusal,
  busy: () => void = busyByClock,
  refusing = "/refuse",
): readonly Case[] {
  const { ports } = stage;
  return [
    {
      name: "nobody listens: the system's own error",
      run: () =>
        using(plainTo(stage, "nobody"), async (connection) => {
          await refused(connection.request("GET", "/"), nobody);
        }),
    },
    {
      name: "a peer that does not speak HTTP",
      run: () =>
        using(plainTo(stage), async (connection) => {
          await connection.request("GET", "/nonsense");
          await refused(connection.getResponse(), { name: "BadStatusLine", code: "NOT_HTTP" });
        }),
    },
    {
      name: "a reset in the body is IncompleteRead",
      run: () =>
        using(plainTo(stage), async (connection) => {
          const response = await get(connection, "/reset");
          await refused(response.read(), { name: "IncompleteRead" });
        }),
    },
    {
      name: "a reused connection that was closed: GET goes out again, POST does not",
      run: () =>
        using(plainTo(stage), async (connection) => {
          const first = await (await get(connection, "/once")).text();
          const second = await (await get(connection, "/once")).text();
          holds(first !== second, `on a new connection: ${first}, ${second}`);
          await connection.request("POST", "/once", "x");
          const error = await refused(connection.getResponse(), { name: "RemoteDisconnected" });
          holds("exchange" in error, "the error has the facts of the exchange");
        }),
    },
    {
      name: "a response that nobody asked for is never read as the next one",
      run: () =>
        using(plainTo(stage), async (connection) => {
          same(await (await get(connection, "/extra")).text(), "asked");
          same(await (await get(connection, "/count")).text().then((text) => text.slice(-2)), " 1");
        }),
    },
    {
      name: "a response planted while the client was busy is never taken for the next one",
      async run() {
        for (let i = 0; i < 5; i++) {
          await using(plainTo(stage), async (connection) => {
            same(await (await get(connection, "/late")).text(), "asked");
            busy();
            same((await (await get(connection, "/count")).text()).slice(-2), " 1");
          });
        }
      },
    },
    {
      name: "a connection that was closed while the client was busy carries no POST",
      async run() {
        for (let i = 0; i < 5; i++) {
          await using(plainTo(stage), async (connection) => {
            same(await (await get(connection, "/bye")).text(), "asked");
            busy();
            await connection.request("POST", "/count", "x");
            same((await (await connection.getResponse()).text()).slice(-2), " 1");
          });
        }
      },
    },
    {
      name: "an early refusal ends the upload, and the answer is there",
      run: () =>
        using(plainTo(stage), async (connection) => {
          const sent = connection.request("POST", refusing, new Uint8Array(8_000_000));
          const response = await connection.getResponse();
          same([response.status, await response.text()], [413, "too much"]);
          await sent;
        }),
    },
    {
      name: "an abort before the head",
      run: () =>
        using(plainTo(stage), async (connection) => {
          const controller = new AbortController();
          await connection.request("GET", "/silence", null, {}, { signal: controller.signal });
          const pending = connection.getResponse();
          setTimeout(() => controller.abort(new RangeError("enough")), 20);
          await refused(pending, { name: "RangeError" });
        }),
    },
    {
      name: "an abort inside the body, and the connection goes on with a new wire",
      run: () =>
        using(plainTo(stage), async (connection) => {
          const controller = new AbortController();
          await connection.request("GET", "/stall");
          const response = await connection.getResponse({ signal: controller.signal });
          same((await response.read(5)).length, 5);
          setTimeout(() => controller.abort(), 20);
          await refused(response.read(), { name: "AbortError" });
          same((await get(connection, "/plain")).status, 200);
        }),
    },
    {
      name: "time limits: head, body, total, and a handshake without an answer",
      async run() {
        await timedOut("head", plainTo(stage, "plain", { timeout: { head: 60 } }), (connection) =>
          get(connection, "/silence"),
        );
        await timedOut(
          "body",
          plainTo(stage, "plain", { timeout: { body: 60 } }),
          async (connection) => (await get(connection, "/stall")).read(),
        );
        await timedOut(
          "total",
          plainTo(stage, "plain", { timeout: { total: 80 } }),
          async (connection) => (await get(connection, "/stall")).read(),
        );
      },
    },
    {
      name: "a body is read from its source no faster than the peer takes it",
      async run() {
        const most = 64_000_000;
        let given = 0;
        function* source(): Generator<Uint8Array> {
          for (; given < most; given += BLOCK.length) yield BLOCK;
        }
        await timedOut("send", plainTo(stage, "plain", { timeout: { send: 250 } }), (connection) =>
          connection.request("POST", "/silence", source(), {}, { encodeChunked: true }),
        );
        holds(given < most / 2, `${given} bytes were taken`);
      },
    },
    {
      name: "close() in the middle rejects with NotConnected",
      run: () =>
        using(plainTo(stage), async (connection) => {
          await connection.request("GET", "/silence");
          const pending = connection.getResponse();
          await connection.close();
          await refused(pending, { name: "NotConnected" });
        }),
    },
    {
      name: "a tunnel to a plain origin, and the proxy's fields",
      run: () =>
        using(plainTo(stage), async (connection) => {
          connection.setTunnel("127.0.0.1", ports.guarded);
          same((await get(connection, "/plain")).status, 200);
          same(connection.getProxyResponseHeaders()?.get("proxy-agent"), "peer");
        }),
    },
    {
      name: "a proxy that refuses: status, fields and body of its answer; then with credentials",
      async run() {
        await using(plainTo(stage, "guarded"), async (connection) => {
          connection.setTunnel("127.0.0.1", ports.plain);
          const error = await refused(connection.request("GET", "/plain"), { name: "TunnelError" });
          same("status" in error && error.status, 407);
          same(
            "body" in error && String(error.body),
            String(new TextEncoder().encode("who are you?")),
          );
        });
        await using(plainTo(stage, "guarded"), async (connection) => {
          const credentials = `Basic ${btoa(stage.credentials)}`;
          connection.setTunnel("127.0.0.1", ports.plain, { "Proxy-Authorization": credentials });
          same((await get(connection, "/plain")).status, 200);
        });
      },
    },
    {
      name: "in the documents' spelling",
      async run() {
        const connection = new PythonConnection("127.0.0.1", ports.plain, { timeout: 10 });
        await connection.request("GET", "/plain");
        const response = await connection.getresponse();
        same([response.status, response.getheader("Content-Length")], [200, "13"]);
        same((await response.read()).length, 13);
        await connection.close();
      },
    },
  ];
}

/** Long enough for the peer to have written, whatever else this machine does. */
function busyByClock(): void {
  const end = performance.now() + 60;
  while (performance.now() < end);
}
