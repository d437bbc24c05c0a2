/** TLS on real sockets: who is trusted, whose name is verified, what a cut means. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect as dial, createServer, type Socket } from "node:net";
import { createServer as createTLSServer } from "node:tls";
import { fileURLToPath } from "node:url";
import {
  type HTTPConnection,
  HTTPSConnection,
  type HTTPSConnectionOptions,
} from "@httplib/connection";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Certificates, makeCertificates } from "@httplib/test-certs";
import { failure, openTLS } from "./support/open.ts";
import { closeServers, listen } from "./support/servers.ts";

let certificates: Certificates;
const peers: ChildProcess[] = [];

beforeAll(async () => {
  certificates = await makeCertificates();
});

afterAll(() => {
  closeServers();
  for (const peer of peers) peer.kill();
});

/** A server that answers each request with what it was told of the client. */
async function tlsServer(
  pair: { key: string; cert: string },
  options: object = {},
): Promise<number> {
  const server = createTLSServer({ ...pair, ALPNProtocols: ["http/1.1"], ...options }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", () => {
      const { CN = "" } = socket.authorized ? (socket.getPeerCertificate()?.subject ?? {}) : {};
      const body = [socket.servername, socket.alpnProtocol, String(CN)].join(" ");
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    });
  });
  server.on("tlsClientError", () => {});
  return listen(server);
}

async function get(connection: HTTPConnection): Promise<string> {
  try {
    await connection.request("GET", "/");
    return await (await connection.getResponse()).text();
  } finally {
    await connection.close();
  }
}

function https(
  host: string,
  port: number,
  options: HTTPSConnectionOptions["context"] = {},
): HTTPSConnection {
  return new HTTPSConnection(host, port, { context: { ca: certificates.ca, ...options } });
}

describe("HTTPSConnection", () => {
  test("verifies, sends the host's name, and offers http/1.1", async () => {
    const port = await tlsServer(certificates.server);
    expect(await get(https("localhost", port))).toBe("localhost http/1.1 ");
  });

  test("keeps its connection", async () => {
    const port = await tlsServer(certificates.server);
    const connection = https("localhost", port);
    for (let i = 0; i < 5; i++) {
      await connection.request("GET", "/");
      await (await connection.getResponse()).read();
    }
    const { transport } = connection.detach();
    expect(transport.info.authorized).toBe(true);
    transport.destroy();
  });

  test("fails for an authority nobody trusts, with the system's error", async () => {
    const port = await tlsServer(certificates.stranger);
    const connection = https("localhost", port);
    const error = await failure(connection.request("GET", "/"));
    expect(error).toMatchObject({
      code: expect.stringMatching(/CERT|ISSUER|SELF_SIGNED|LEAF/) as string,
    });
    expect(await failure(connection.getResponse())).toBe(error);
  });

  test("fails without a context for a certificate that only the context would trust", async () => {
    const port = await tlsServer(certificates.server);
    expect(await failure(new HTTPSConnection("localhost", port).request("GET", "/"))).toMatchObject(
      {
        code: expect.stringMatching(/CERT|ISSUER|SELF_SIGNED|LEAF/) as string,
      },
    );
  });

  test("fails for another name", async () => {
    const port = await tlsServer(certificates.elsewhere);
    expect(await failure(https("localhost", port).request("GET", "/"))).toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  });

  test("does not verify when it is told so in so many words", async () => {
    const port = await tlsServer(certificates.stranger);
    expect(await get(https("localhost", port, { rejectUnauthorized: false }))).toContain(
      "http/1.1",
    );
  });

  test("shows the client's certificate", async () => {
    const port = await tlsServer(certificates.server, { ca: certificates.ca, requestCert: true });
    const text = await get(https("localhost", port, certificates.client));
    expect(text).toBe("localhost http/1.1 client");
  });

  test("behind a tunnel speaks TLS to its end, and verifies that name", async () => {
    const port = await tlsServer(certificates.server);
    const asked: string[] = [];
    const proxy = createServer((socket: Socket) => {
      socket.once("data", (head) => {
        asked.push(head.toString("latin1").split("\r\n")[0] ?? "");
        const through = dial(port, "127.0.0.1", () => {
          socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
          socket.pipe(through).pipe(socket);
        });
        for (const end of [socket, through]) end.on("error", () => through.destroy());
      });
    });
    const connection = https("127.0.0.1", await listen(proxy));
    connection.setTunnel("localhost", port);
    expect(await get(connection)).toBe("localhost http/1.1 ");
    expect(asked).toEqual([`CONNECT localhost:${port} HTTP/1.1`]);
    connection.setTunnel("elsewhere.test", port);
    expect(await failure(connection.request("GET", "/"))).toMatchObject({
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  });
});

describe("the context", () => {
  const secure = { context: {} };

  test.each([
    ["none", undefined, false, {}],
    ["options", { ca: "pem" }, false, { ca: "pem" }],
    ["none, watching the end", undefined, true, { watchClose: true }],
    ["options, watching the end", { ca: "pem" }, true, { ca: "pem", watchClose: true }],
    [
      "a SecureContext, watching the end",
      secure,
      true,
      { secureContext: secure, watchClose: true },
    ],
  ])("is what TLS is told: %s", async (_why, context, strictTLSClose, told) => {
    const { connection, wire } = openTLS([], { context, strictTLSClose });
    await connection.connect();
    expect(wire.connections[0]?.target.tls).toEqual(told);
  });

  test("is the same object for each connection, by which kept sessions are found", async () => {
    const told = [];
    for (let i = 0; i < 2; i++) {
      const { connection, wire } = openTLS([]);
      await connection.connect();
      told.push(wire.connections[0]?.target.tls);
    }
    expect(told[0]).toBe(told[1]);
  });
});

describe("a body that ends with a TLS connection", () => {
  /** Answers once; then TLS is ended properly, or the TCP connection below it is. */
  async function closing(isProper: boolean): Promise<number> {
    const file = fileURLToPath(new URL("support/tls-end-peer.mjs", import.meta.url));
    const program = process.env["HTTPLIB_PEER_NODE"] ?? process.execPath;
    const peer = spawn(program, [file, isProper ? "proper" : "cut"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    peers.push(peer);
    peer.stdin.write(`${JSON.stringify(certificates.server)}\n`);
    const [port] = (await once(peer.stdout, "data")) as [Buffer];
    return Number(port.toString("latin1"));
  }

  test.each([
    ["properly", true, true],
    ["properly", true, false],
    ["without close_notify", false, false],
  ] as const)(
    "%s is complete (close_notify sent: %s, strictTLSClose: %s)",
    async (_why, isProper, strictTLSClose) => {
      const connection = new HTTPSConnection("localhost", await closing(isProper), {
        context: { ca: certificates.ca },
        strictTLSClose,
      });
      expect(await get(connection)).toBe("abc");
    },
  );

  test("without close_notify is IncompleteRead under strictTLSClose", async () => {
    const connection = new HTTPSConnection("localhost", await closing(false), {
      context: { ca: certificates.ca },
      strictTLSClose: true,
    });
    expect(await failure(get(connection))).toMatchObject({ name: "IncompleteRead" });
  });
});

describe("a polluted prototype verifies no less", () => {
  test.each<[string, unknown, "stranger" | "elsewhere"]>([
    ["rejectUnauthorized", false, "stranger"],
    ["watchClose", true, "stranger"],
    ["checkServerIdentity", () => undefined, "elsewhere"],
    ["servername", "elsewhere.example", "elsewhere"],
  ])("%s", async (key, value, whose) => {
    const port = await tlsServer(certificates[whose]);
    const expected = await failure(get(https("localhost", port)));
    // oxlint-disable-next-line no-extend-native -- for the length of one request
    Object.defineProperty(Object.prototype, key, { value, configurable: true, writable: true });
    let found: unknown;
    try {
      found = await failure(get(https("localhost", port)));
    } finally {
      Reflect.deleteProperty(Object.prototype, key);
    }
    expect(found).toMatchObject({ code: Reflect.get(Object(expected), "code") as string });
  });
});
