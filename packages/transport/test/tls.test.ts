/** TLS: who is trusted, what is offered, what is remembered. */
import { connect, connectDuplex, type TLSOptions } from "@httplib/transport";
import { duplexPair } from "node:stream";
import { createSecureContext, createServer, type TlsOptions } from "node:tls";
import { afterAll, afterEach, describe, expect, test, vi } from "vitest";
import { Recorder, turns } from "./support/recorder.ts";
import { endTLSPeer, listenTLS, type RemoteServer } from "./support/tls-peer.ts";
import { closeTLSServers, codeOf, dial, listenOn, serve } from "./support/tls-server.ts";
import { acceptTLS, certificates, closeAll, listen } from "./support/wires.ts";

const { ca, server, client, elsewhere, stranger } = certificates;

afterAll(endTLSPeer);
afterEach(() => {
  closeTLSServers();
  closeAll();
});

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

  test.each(["127.0.0.1", "localhost."])(
    "a check of the caller's own is given an address, and a name with its final dot: %s",
    async (host) => {
      const [here, there] = duplexPair();
      acceptTLS(there).resume();
      const asked: string[] = [];
      const check = (name: string): undefined => void asked.push(name);
      const wire = await connectDuplex(here)({ host: "x", port: 1 }, new Recorder());
      const transport = await wire.startTLS({ ca, checkServerIdentity: check }, { host });
      expect(asked).toEqual([host]);
      transport.destroy();
    },
  );

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
    const transport = await dial(await listenOn(listener), { ca });
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

describe("what keeps the process alive", () => {
  const held = (): number =>
    process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;

  test.each<[string, TLSOptions]>([
    ["TLS", {}],
    ["TLS on a stream", { watchClose: true }],
  ])("%s: unref() counts from the next turn on, ref() at once", async (_what, options) => {
    const { port } = await serve();
    const transport = await dial(port, { ca, ...options });
    const before = held();
    transport.unref?.();
    expect(held()).toBe(before);
    await turns(1);
    expect(held()).toBe(before - 1);
    transport.ref?.();
    expect(held()).toBe(before);
    transport.destroy();
  });

  test("a ref() in the same turn takes unref() back, however often", async () => {
    const { port } = await serve();
    const transport = await dial(port, { ca });
    const before = held();
    for (let i = 0; i < 3; i++) {
      transport.unref?.();
      transport.ref?.();
    }
    await turns(2);
    expect(held()).toBe(before);
    transport.unref?.();
    transport.unref?.();
    await turns(1);
    expect(held()).toBe(before - 1);
    transport.destroy();
  });

  test("one that is destroyed meanwhile does not stand in the way of the others", async () => {
    const { port } = await serve();
    const gone = await dial(port, { ca, watchClose: true });
    const idle = await dial(port, { ca });
    gone.unref?.();
    idle.unref?.();
    gone.destroy();
    await turns(5);
    const left = held();
    idle.ref?.();
    expect(held()).toBe(left + 1);
    idle.destroy();
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
