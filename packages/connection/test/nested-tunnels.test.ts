/** Proxies over TLS and proxies behind proxies, made of `connect`, `setTunnel` and `detach`, on real sockets. */
import { connect as dial, createServer, type Server, type Socket } from "node:net";
import { createServer as createTLSServer } from "node:tls";
import { HTTPConnection, HTTPSConnection } from "@httplib/connection";
import { type Certificates, makeCertificates } from "@httplib/test-certs";
import { connect, type Connect } from "@httplib/transport";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { failure } from "./support/open.ts";
import { closeServers, listen } from "./support/servers.ts";

const BODY = "0123456789abcdef".repeat(60_000);
const CERTIFICATE = /CERT|ISSUER|SELF_SIGNED|LEAF/;

let certificates: Certificates;
const sockets = new Set<Socket>();

beforeAll(async () => {
  certificates = await makeCertificates();
});

afterAll(() => {
  closeServers();
  for (const socket of sockets) socket.destroy();
});

/** Lets a server listen, and keeps its sockets to be closed. */
function watch(server: Server): Promise<number> {
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
  });
  return listen(server);
}

type Pair = Certificates["server"];

/** Answers every request with the number of its connection, the name that was asked for, and a long body. */
function origin(pair: Pair = certificates.server): Promise<number> {
  let count = 0;
  const server = createTLSServer({ ...pair, ALPNProtocols: ["http/1.1"] }, (socket) => {
    const body = `${++count} ${String(socket.servername)} ${BODY}`;
    socket.on("error", () => {});
    socket.on("data", () => {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
    });
  });
  server.on("tlsClientError", () => {});
  return watch(server);
}

interface Proxy {
  readonly port: number;
  /** The request lines that it was sent. */
  readonly asked: string[];
}

/** Opens every tunnel to this machine that it is asked for; over TLS where it is given a certificate. */
async function proxy(pair?: Pair): Promise<Proxy> {
  const asked: string[] = [];
  const serve = (socket: Socket): void => {
    socket.on("error", () => {});
    socket.once("data", (head: Buffer) => {
      const line = head.toString("latin1").split("\r\n")[0] ?? "";
      asked.push(line);
      const outgoing = dial(Number(/:(\d+) /.exec(line)?.[1]), "127.0.0.1", () => {
        socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
        socket.pipe(outgoing).pipe(socket);
      });
      outgoing.on("error", () => socket.destroy());
      socket.on("close", () => outgoing.destroy());
    });
  };
  const server = pair === undefined ? createServer(serve) : createTLSServer(pair, serve);
  server.on("tlsClientError", () => {});
  return { port: await watch(server), asked };
}

/** TLS to whatever is dialled, which is the proxy. */
const overTLS: Connect = (target, handler) =>
  connect({ ...target, tls: { ca: certificates.ca } }, handler);

/** Through a proxy to whatever is dialled; `first` says how the proxy itself is reached. */
function through(port: number, first: Connect): Connect {
  return async (target, handler) => {
    const outer = new HTTPConnection("localhost", port, { connect: first });
    outer.setTunnel(target.host, target.port);
    await outer.connect();
    const { transport } = outer.detach(handler);
    return target.tls === undefined ? transport : transport.startTLS(target.tls, target);
  };
}

/** The same by hand: the CONNECT is a request, and its response is the end of HTTP. */
function throughByHand(port: number): Connect {
  return async (target, handler) => {
    const context = { ca: certificates.ca };
    const outer = new HTTPSConnection("localhost", port, { context });
    await outer.request("CONNECT", `${target.host}:${target.port}`);
    expect((await outer.getResponse()).status).toBe(200);
    const { transport } = outer.detach(handler);
    return target.tls === undefined ? transport : transport.startTLS(target.tls, target);
  };
}

function https(host: string, port: number, dialler: Connect): HTTPSConnection {
  return new HTTPSConnection(host, port, {
    connect: dialler,
    context: { ca: certificates.ca },
    timeout: 10_000,
  });
}

/** Three requests, which one connection must carry. */
async function expectThree(connection: HTTPConnection): Promise<void> {
  for (let i = 0; i < 3; i++) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
    await connection.request("GET", `/${i}`);
    // oxlint-disable-next-line no-await-in-loop
    const text = await (await connection.getResponse()).text();
    expect(text.slice(0, 12)).toBe("1 localhost ");
    expect(text.slice(12)).toBe(BODY);
  }
  await connection.close();
}

describe("a proxy over TLS", () => {
  test("CONNECT goes through its TLS, then TLS is spoken inside of it, for the name of the end", async () => {
    const end = await origin();
    const { port, asked } = await proxy(certificates.server);
    const connection = https("localhost", port, overTLS);
    connection.setTunnel("localhost", end);
    await expectThree(connection);
    expect(asked).toEqual([`CONNECT localhost:${end} HTTP/1.1`]);
  });

  test("a large body goes up through both layers of TLS as it is", async () => {
    const size = 3_000_000;
    let wrong = 0;
    let received = 0;
    const server = createTLSServer(certificates.server, (socket) => {
      let isBody = false;
      socket.on("error", () => {});
      socket.on("data", (chunk: Buffer) => {
        const start = isBody ? 0 : chunk.indexOf("\r\n\r\n") + 4;
        isBody = true;
        for (const byte of chunk.subarray(start)) if (byte !== received++ % 251) wrong++;
        if (received === size) socket.write("HTTP/1.1 204 No Content\r\n\r\n");
      });
    });
    const connection = https("localhost", (await proxy(certificates.server)).port, overTLS);
    connection.setTunnel("localhost", await watch(server));
    const body = Uint8Array.from({ length: size }, (_, i) => i % 251);
    await connection.request("PUT", "/", body);
    expect((await connection.getResponse()).status).toBe(204);
    expect([received, wrong]).toEqual([size, 0]);
    await connection.close();
  });

  test("whose authority nobody trusts is not asked for anything", async () => {
    const { port, asked } = await proxy(certificates.stranger);
    const connection = https("localhost", port, overTLS);
    connection.setTunnel("localhost", await origin());
    expect(await failure(connection.request("GET", "/"))).toMatchObject({
      code: expect.stringMatching(CERTIFICATE) as string,
    });
    expect(asked).toEqual([]);
  });

  test.each([
    ["an end whose authority nobody trusts", "stranger", CERTIFICATE],
    ["an end with a certificate for another name", "elsewhere", /ERR_TLS_CERT_ALTNAME_INVALID/],
  ] as const)("%s is refused inside of it", async (_what, which, code) => {
    const { port } = await proxy(certificates.server);
    const connection = https("localhost", port, overTLS);
    connection.setTunnel("localhost", await origin(certificates[which]));
    expect(await failure(connection.request("GET", "/"))).toMatchObject({
      code: expect.stringMatching(code) as string,
    });
  });
});

describe("a tunnel as the way that a connection dials", () => {
  test("through a proxy over TLS, to TLS", async () => {
    const end = await origin();
    const { port, asked } = await proxy(certificates.server);
    await expectThree(https("localhost", end, through(port, overTLS)));
    expect(asked).toEqual([`CONNECT localhost:${end} HTTP/1.1`]);
  });

  test("the same with CONNECT as a request", async () => {
    const end = await origin();
    const { port, asked } = await proxy(certificates.server);
    await expectThree(https("localhost", end, throughByHand(port)));
    expect(asked).toEqual([`CONNECT localhost:${end} HTTP/1.1`]);
  });

  test("three proxies, each reached through the one before: over TLS, plain, over TLS", async () => {
    const end = await origin();
    const [first, second, third] = [
      await proxy(certificates.server),
      await proxy(),
      await proxy(certificates.server),
    ];
    const toThird: Connect = (target, handler) => {
      const toSecond = through(first.port, overTLS);
      const tls = { ca: certificates.ca };
      return through(second.port, toSecond)({ ...target, tls }, handler);
    };
    const connection = https("localhost", third.port, toThird);
    connection.setTunnel("localhost", end);
    await expectThree(connection);
    expect([first.asked, second.asked, third.asked]).toEqual([
      [`CONNECT localhost:${second.port} HTTP/1.1`],
      [`CONNECT localhost:${third.port} HTTP/1.1`],
      [`CONNECT localhost:${end} HTTP/1.1`],
    ]);
  });

  test("the refusal of an inner proxy is told, with what it said", async () => {
    const refusing = createServer((socket) => {
      socket.once("data", () => {
        socket.end("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno");
      });
    });
    const { port } = await proxy(certificates.server);
    const connection = https("localhost", await watch(refusing), through(port, overTLS));
    connection.setTunnel("localhost", 1);
    // The inner proxy speaks no TLS; what is dialled first is a proxy, and only its end is TLS.
    expect(await failure(connection.request("GET", "/"))).toMatchObject({
      name: "TunnelError",
      status: 403,
      body: new TextEncoder().encode("no"),
    });
  });
});
