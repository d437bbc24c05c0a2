/** TLS: who is trusted, what is offered, what is remembered, and TLS on a wire that is already open. */
import {
  connect,
  connectDuplex,
  connectMemory,
  startTLSOver,
  type TLSOptions,
  type Transport,
} from "@httplib/transport";
import { duplexPair } from "node:stream";
import { createSecureContext, createServer, type Server, type TlsOptions } from "node:tls";
import type { AddressInfo, Socket } from "node:net";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { Recorder, turns } from "./support/recorder.ts";
import {
  endTLSPeer,
  listenTLS,
  type RemoteConnection,
  type RemoteServer,
} from "./support/tls-peer.ts";
import { acceptTLS, certificates, closeAll, listen } from "./support/wires.ts";

const { ca, server, client, elsewhere, stranger } = certificates;

afterAll(endTLSPeer);

const servers = new Set<Server>();
const sockets = new Set<Socket>();
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  for (const one of servers) one.close();
  sockets.clear();
  servers.clear();
  closeAll();
});

/** What a server knew of a client when the handshake was done. */
interface Visit {
  readonly name: unknown;
  readonly client: string;
}

/** A TLS server that reads everything and ends when the client does; `visits(n)` waits for n handshakes. */
async function serve(options: TlsOptions = {}): Promise<{
  port: number;
  visits: (count: number) => Promise<Visit[]>;
}> {
  const seen: Visit[] = [];
  let look = (): void => {};
  const all = { ...server, ALPNProtocols: ["http/1.1"], ...options };
  const listener = createServer(all, (socket) => {
    const { subject } = socket.getPeerCertificate();
    seen.push({
      name: typeof socket.servername === "string" ? socket.servername : false, // null in Deno
      client: String(subject?.CN),
    });
    look();
    socket.on("error", () => {}).resume();
    socket.on("end", () => socket.end());
  });
  listener.on("connection", (socket: Socket) => sockets.add(socket));
  servers.add(listener);
  await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
  return {
    port: (listener.address() as AddressInfo).port,
    visits: (count) =>
      new Promise((resolve) => {
        look = (): void => void (seen.length >= count && resolve(seen));
        look();
      }),
  };
}

async function dial(port: number, tls: TLSOptions, host = "localhost"): Promise<Transport> {
  return connect({ host, port, tls }, new Recorder());
}

async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => "connected",
    (error: unknown) => {
      const { code, message } = error as Error & { code?: string };
      return code ?? message;
    },
  );
}

describe("trust", () => {
  test("a certificate of a trusted authority for the right name is accepted", async () => {
    const { port, visits } = await serve();
    const transport = await dial(port, { ca });
    expect(transport.info).toMatchObject({ authorized: true, alpn: "http/1.1" });
    const { connect: connected = 0, tls = 0 } = transport.info.times ?? {};
    expect(tls).toBeGreaterThan(connected);
    expect(await visits(1)).toMatchObject([{ name: "localhost" }]);
    transport.destroy();
  });

  test.each<[string, TlsOptions, TLSOptions, string, string]>([
    ["an unknown authority", stranger, { ca }, "localhost", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["an authority nobody named", server, {}, "localhost", "UNABLE_TO_VERIFY_LEAF_SIGNATURE"],
    ["another name", elsewhere, { ca }, "localhost", "ERR_TLS_CERT_ALTNAME_INVALID"],
    [
      "another name than the one asked for",
      server,
      { ca, servername: "elsewhere.test" },
      "localhost",
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ],
    [
      "an address that the certificate does not carry",
      elsewhere,
      { ca },
      "127.0.0.1",
      "ERR_TLS_CERT_ALTNAME_INVALID",
    ],
    [
      "no common version",
      { maxVersion: "TLSv1.2" },
      { ca, minVersion: "TLSv1.3" },
      "localhost",
      "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
    ],
  ])("%s is refused with the system's error", async (_what, offered, options, host, code) => {
    const { port } = await serve(offered);
    expect(await codeOf(dial(port, options, host))).toBe(code);
  });

  test("the environment cannot switch verification off", async () => {
    const { port } = await serve(stranger);
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    try {
      expect(await codeOf(dial(port, { ca }))).toBe("UNABLE_TO_VERIFY_LEAF_SIGNATURE");
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
      warned.mockRestore();
    }
  });

  test("an explicit rejectUnauthorized: false can, and info says so", async () => {
    const { port } = await serve(stranger);
    const transport = await dial(port, { ca, rejectUnauthorized: false });
    expect(transport.info.authorized).toBe(false);
    transport.destroy();
  });

  test("a check of the caller's own replaces the comparison of names and is given the name", async () => {
    const { port } = await serve(elsewhere);
    const asked: string[] = [];
    const check = (host: string): undefined => void asked.push(host);
    const transport = await dial(port, { ca, checkServerIdentity: check });
    expect(asked).toEqual(["localhost"]);
    expect(transport.info.authorized).toBe(true);
    transport.destroy();
  });

  test("a server that speaks plain text is a system error", async () => {
    const { port, accept } = await listen({ port: 0, host: "127.0.0.1" });
    const code = codeOf(dial(port, { ca }));
    (await accept()).end("HTTP/1.1 400 Bad Request\r\n\r\n");
    expect(await code).toBe("ERR_SSL_WRONG_VERSION_NUMBER");
  });

  test("a server that closes in the handshake is a reset", async () => {
    const { port, accept } = await listen({ port: 0, host: "127.0.0.1" });
    const code = codeOf(dial(port, { ca }));
    (await accept()).end();
    expect(await code).toBe("ECONNRESET");
  });

  test("a certificate that cannot be read is refused before anything is dialled", async () => {
    expect(await codeOf(dial(1, { cert: "nonsense", key: "nonsense" }))).toMatch(/^ERR_OSSL/);
  });
});

describe("what is sent", () => {
  test("no name for an address (RFC 6066, Section 3)", async () => {
    const { port, visits } = await serve();
    const transport = await dial(port, { ca }, "127.0.0.1");
    expect(await visits(1)).toMatchObject([{ name: false }]);
    expect(transport.info.authorized).toBe(true);
    transport.destroy();
  });

  test("servername names another host than the one dialled", async () => {
    const { port, visits } = await serve(elsewhere);
    const transport = await dial(port, { ca, servername: "elsewhere.test" });
    expect(await visits(1)).toMatchObject([{ name: "elsewhere.test" }]);
    transport.destroy();
  });

  test("ALPN protocols of the caller's own", async () => {
    const { port } = await serve({ ALPNProtocols: ["one", "two"] });
    const transport = await dial(port, { ca, ALPNProtocols: ["two"] });
    expect(transport.info.alpn).toBe("two");
    transport.destroy();
  });

  test("no ALPN in the answer: info has none", async () => {
    const listener = createServer(server, (socket) => socket.on("error", () => {}).resume());
    servers.add(listener);
    listener.on("connection", (socket: Socket) => sockets.add(socket));
    await new Promise<void>((resolve) => listener.listen(0, "127.0.0.1", resolve));
    const transport = await dial((listener.address() as AddressInfo).port, { ca });
    expect(transport.info.alpn).toBeUndefined();
    transport.destroy();
  });

  test("a client certificate", async () => {
    const { port, visits } = await serve({ requestCert: true, rejectUnauthorized: true, ca });
    const transport = await dial(port, { ca, ...client });
    expect(await visits(1)).toMatchObject([{ client: "client" }]);
    transport.destroy();
  });

  test.each<[string, () => TLSOptions]>([
    [
      "as the option secureContext",
      () => ({ secureContext: createSecureContext({ ca, ...client }) }),
    ],
    ["in the place of the options", () => createSecureContext({ ca, ...client })],
  ])("a SecureContext of node:tls %s", async (_how, options) => {
    const { port, visits } = await serve({ requestCert: true, rejectUnauthorized: true, ca });
    const transport = await dial(port, options());
    expect(await visits(1)).toMatchObject([{ client: "client" }]);
    transport.destroy();
  });
});

describe("sessions", () => {
  /** Connects, lets the tickets come, closes; whether the peer, which is Node, saw a session resumed. */
  async function visit(
    { port, accept }: RemoteServer,
    options: TLSOptions,
    { host = "localhost", later = false } = {},
  ): Promise<boolean> {
    const heard = new Recorder();
    const target = { host, port };
    const opening = later
      ? connect(target, heard).then((plain) => plain.startTLS(options, target))
      : connect({ ...target, tls: options }, heard);
    const peer = await accept();
    const transport = await opening;
    const resumed = await peer.resumed();
    peer.send("x"); // Bun takes the tickets of TLS 1.3 with the first byte behind them
    await heard.has("data");
    transport.end();
    for (let i = 0; i < 10_000_000 && !peer.ended(); i++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      await turns(1);
    }
    peer.end();
    await heard.has("close");
    return resumed;
  }

  test.each(["TLSv1.2", "TLSv1.3"])(
    "%s: the same options object resumes, and newer tickets are honoured",
    async (version) => {
      const remote = await listenTLS({ ...server, minVersion: version, maxVersion: version });
      const options = { ca };
      const resumed: boolean[] = [];
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      for (let i = 0; i < 4; i++) resumed.push(await visit(remote, options));
      expect(resumed).toEqual([false, true, true, true]);
    },
  );

  test("another options object, equal or not, does not resume", async () => {
    const remote = await listenTLS(server);
    expect(await visit(remote, { ca })).toBe(false);
    expect(await visit(remote, { ca })).toBe(false);
  });

  test("another host does not resume", async () => {
    const remote = await listenTLS(server);
    const options = { ca };
    expect(await visit(remote, options)).toBe(false);
    expect(await visit(remote, options, { host: "127.0.0.1" })).toBe(false);
  });

  test("a session of a peer that was not verified is not kept", async () => {
    const remote = await listenTLS(stranger);
    const options = { ca, rejectUnauthorized: false };
    expect(await visit(remote, options)).toBe(false);
    expect(await visit(remote, options)).toBe(false);
  });

  test("a session is resumed on TLS that is started later, too", async () => {
    const remote = await listenTLS(server);
    const options = { ca };
    const first = await visit(remote, options, { later: true });
    const second = await visit(remote, options, { later: true });
    expect([first, second]).toEqual([false, true]);
  });
});

describe("startTLS", () => {
  test("info keeps the addresses and gains TLS; the handler goes along", async () => {
    const { port, visits } = await serve();
    const heard = new Recorder();
    const plain = await connect({ host: "127.0.0.1", port }, heard);
    const transport = await plain.startTLS({ ca }, { host: "localhost" });
    expect(transport.info).toMatchObject({
      authorized: true,
      alpn: "http/1.1",
      remote: { host: "127.0.0.1", port },
    });
    expect(transport.info.times?.tls).toBeGreaterThan(0);
    expect(transport.handler).toBe(heard);
    expect(await visits(1)).toMatchObject([{ name: "localhost" }]);
    transport.destroy();
    await heard.has("close");
    expect(heard.log).toEqual(["close"]);
  });

  test("the name to verify may come as servername alone", async () => {
    const { port } = await serve();
    const plain = await connect({ host: "127.0.0.1", port }, new Recorder());
    const transport = await plain.startTLS({ ca, servername: "localhost" });
    expect(transport.info.authorized).toBe(true);
    transport.destroy();
  });

  test("without any name it is refused: there would be nothing to verify", async () => {
    const { port } = await serve();
    const plain = await connect({ host: "127.0.0.1", port }, new Recorder());
    expect(await codeOf(plain.startTLS({ ca }))).toBe("NOT_CONNECTED");
  });

  test("what had come and was not yet delivered is read by TLS", async () => {
    const { port, accept } = await listen({ port: 0, host: "127.0.0.1" });
    const heard = new Recorder();
    const plain = await connect({ host: "127.0.0.1", port }, heard);
    const socket = await accept();
    plain.pause();
    socket.write("no TLS record");
    await turns(20);
    expect(await codeOf(plain.startTLS({ ca }, { host: "localhost" }))).toBe(
      "ERR_SSL_WRONG_VERSION_NUMBER",
    );
    expect(heard.log).toEqual([]);
  });

  test("what had come over TLS and was parked while paused is read by the TLS inside", async () => {
    const { port, accept } = await listenTLS(server);
    const heard = new Recorder();
    const dialled = connect({ host: "localhost", port, tls: { ca } }, heard);
    const outside = await accept();
    const transport = await dialled;
    let chunks = 0;
    heard.onChunk = () => {
      chunks++;
      transport.pause(); // the other records of this read are parked
    };
    outside.send("a".repeat(16_384));
    outside.send("b".repeat(1_000_000)); // more than any runtime gives in one chunk
    await heard.has("data");
    await turns(20);
    expect(chunks).toBe(1);
    expect(await codeOf(transport.startTLS({ ca }, { host: "localhost" }))).toBe(
      "ERR_SSL_WRONG_VERSION_NUMBER",
    );
    expect(chunks).toBe(1);
  });

  test.each([
    ["a time limit", { timeout: 30 }, "ETIMEDOUT"],
    ["a signal", { signal: AbortSignal.abort(new Error("not wanted")) }, "not wanted"],
  ])("%s bounds the handshake, and the socket is closed", async (_what, bounds, code) => {
    const { port, accept } = await listen({ port: 0, host: "127.0.0.1" });
    const heard = new Recorder();
    const plain = await connect({ host: "127.0.0.1", port }, heard);
    const socket = await accept();
    expect(await codeOf(plain.startTLS({ ca }, { host: "localhost", ...bounds }))).toBe(code);
    socket.resume();
    await new Promise((resolve) => socket.once("end", resolve));
    expect(heard.log).toEqual([]);
  });

  test("a certificate that is refused closes the wire", async () => {
    const { port } = await serve(stranger);
    const heard = new Recorder();
    const plain = await connect({ host: "127.0.0.1", port }, heard);
    expect(await codeOf(plain.startTLS({ ca }, { host: "localhost" }))).toBe(
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    );
    expect(plain.write("x")).toBe(false);
    await turns(5);
    expect(heard.log).toEqual([]);
  });

  test("three layers: TLS in TLS in TLS over a Duplex pair", async () => {
    const [here, there] = duplexPair();
    const heard = new Recorder();
    const innermost = acceptTLS(acceptTLS(acceptTLS(there)));
    innermost.on("data", (chunk: Uint8Array) => innermost.write(chunk));
    const peer = { host: "localhost" };
    let transport = await connectDuplex(here)({ host: "localhost", port: 443, tls: { ca } }, heard);
    transport = await transport.startTLS({ ca }, peer);
    transport = await transport.startTLS({ ca }, peer);
    transport.write("through all of them");
    await heard.has("data");
    expect(heard.text).toBe("through all of them");
    transport.destroy();
  });

  test("startTLSOver works on a transport of the user's own", async () => {
    const [here, there] = duplexPair();
    const heard = new Recorder();
    const inside = acceptTLS(there);
    inside.on("data", (chunk: Uint8Array) => inside.end(chunk));
    const wire = await connectDuplex(here)({ host: "x", port: 1 }, heard);
    const own: Transport = {
      handler: wire.handler,
      info: {},
      write: (data) => wire.write(data),
      pause: () => wire.pause(),
      resume: () => wire.resume(),
      end: () => wire.end(),
      destroy: (error) => wire.destroy(error),
      startTLS: (options, peer) => startTLSOver(own, options, peer),
    };
    wire.handler = {
      onData: (chunk) => own.handler.onData(chunk),
      onEnd: () => own.handler.onEnd(),
      onDrain: () => own.handler.onDrain(),
      onError: (error) => own.handler.onError(error),
      onClose: () => own.handler.onClose(),
    };
    const transport = await own.startTLS({ ca }, { host: "localhost" });
    transport.write("echo");
    await heard.has("end");
    expect(heard.text).toBe("echo");
    transport.destroy();
  });

  test("in memory TLS is taken for granted", async () => {
    const dialMemory = connectMemory(["one", { data: "two" }]);
    const heard = new Recorder();
    const plain = await dialMemory({ host: "localhost", port: 80 }, heard);
    const transport = await plain.startTLS({ ca });
    expect(transport.info).toMatchObject({ authorized: true, alpn: "http/1.1" });
    expect(dialMemory.connections[0]?.tls).toEqual({ ca });
    transport.write("GET / HTTP/1.1\r\n\r\n");
    await heard.until(() => heard.text === "onetwo");
    expect(plain.write("x")).toBe(false);
  });
});

describe("watchClose", () => {
  /** Opens TLS, lets the peer send and close in a certain way, and tells what `info.closeNotify` was at onEnd. */
  async function endOf(
    options: TLSOptions,
    close: (peer: RemoteConnection) => void,
    { later = false, together = false } = {},
  ): Promise<boolean | undefined> {
    const { port, accept } = await listenTLS(server);
    const heard = new Recorder();
    const target = { host: "localhost", port };
    const dialled = later
      ? connect(target, heard).then((plain) => plain.startTLS(options, target))
      : connect({ ...target, tls: options }, heard);
    const peer = await accept();
    const transport = await dialled;
    let known: boolean | undefined;
    const noted = heard.onEnd.bind(heard);
    heard.onEnd = () => {
      known = transport.info.closeNotify;
      noted();
    };
    peer.send("body");
    if (!together) await heard.has("data");
    close(peer);
    await heard.has("end");
    expect(heard.text).toBe("body");
    transport.destroy();
    return known;
  }

  const proper = (peer: RemoteConnection): void => peer.end();
  const cut = (peer: RemoteConnection): void => peer.endRaw();

  test.each([
    ["TLS from the start", false],
    ["TLS started later", true],
  ])("%s: close_notify is told from a cut", async (_what, later) => {
    expect(await endOf({ ca, watchClose: true }, proper, { later })).toBe(true);
    expect(await endOf({ ca, watchClose: true }, cut, { later })).toBe(false);
  });

  test("body, close_notify and FIN in one go, twenty times", async () => {
    const told: (boolean | undefined)[] = [];
    for (let i = 0; i < 20; i++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      told.push(await endOf({ ca, watchClose: true }, proper, { together: true }));
    }
    expect(told).toEqual(Array.from(told, () => true));
  });

  test("the marks of a dial stay in order: the handshake ends after the connection stands", async () => {
    const { port } = await listenTLS(server);
    const transport = await dial(port, { ca, watchClose: true });
    const { connect: connected = 0, tls = 0 } = transport.info.times ?? {};
    expect(tls).toBeGreaterThan(connected);
    transport.destroy();
  });

  test("without it nothing is claimed", async () => {
    expect(await endOf({ ca }, proper)).toBeUndefined();
    expect(await endOf({ ca }, cut)).toBeUndefined();
  });

  test("the time limit covers dialling and handshake", async () => {
    const { port, accept } = await listen({ port: 0, host: "127.0.0.1" });
    const target = { host: "localhost", port, tls: { ca, watchClose: true }, timeout: 50 };
    const code = codeOf(connect(target, new Recorder()));
    const socket = await accept();
    expect(await code).toBe("ETIMEDOUT");
    socket.resume();
    await new Promise((resolve) => socket.once("end", resolve));
  });
});
