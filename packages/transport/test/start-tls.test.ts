/** TLS on a wire that is already open, and how the end of TLS is told from the end of the wire. */
import {
  connect,
  connectDuplex,
  connectMemory,
  startTLSOver,
  type TLSOptions,
  type Transport,
} from "@httplib/transport";
import { duplexPair } from "node:stream";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { Recorder, turns } from "./support/recorder.ts";
import { endTLSPeer, listenTLS, type RemoteConnection } from "./support/tls-peer.ts";
import { closeTLSServers, codeOf, dial, serve } from "./support/tls-server.ts";
import { acceptTLS, certificates, closeAll, listen } from "./support/wires.ts";

const { ca, server, stranger } = certificates;

afterAll(endTLSPeer);
afterEach(() => {
  closeTLSServers();
  closeAll();
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
