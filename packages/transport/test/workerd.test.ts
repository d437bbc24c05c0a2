/**
 * The code for workerd, run here against a stand-in for `cloudflare:sockets` that keeps its habits: streams that may not be
 * given back while a read is under way, names that are verified by the runtime. (The same code was run in workerd itself.)
 */
import { NotConnected, TimeoutError } from "@httplib/errors";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { connect } from "../src/workerd.ts";
import type { TLSOptions } from "../src/transport.ts";
import { Recorder, turns } from "./support/recorder.ts";

interface Log {
  readonly options: unknown;
  readonly address: unknown;
  readonly names: unknown[];
  readonly received: string[];
  closed: number;
  readonly peer: ReadableStreamDefaultController<Uint8Array>;
}

const opened: Log[] = [];
const state: { opens: Promise<object> } = { opens: Promise.resolve({}) };

vi.mock("cloudflare:sockets", () => ({
  connect(address: unknown, options: unknown) {
    let peer: ReadableStreamDefaultController<Uint8Array> | undefined;
    const readable = new ReadableStream<Uint8Array>({ start: (one) => void (peer = one) });
    const received: string[] = [];
    const writable = new WritableStream<Uint8Array>({
      write: (chunk) => void received.push(new TextDecoder().decode(chunk)),
    });
    const log: Log = { address, options, names: [], received, closed: 0, peer: peer! };
    opened.push(log);
    const socket = {
      readable,
      writable,
      opened: state.opens,
      closed: new Promise(() => {}),
      close: () => {
        log.closed++;
        return Promise.resolve();
      },
      startTls: (tls: { expectedServerHostname?: string }) => {
        if (readable.locked || writable.locked) throw new TypeError("the streams are locked");
        log.names.push(tls.expectedServerHostname);
        return socket;
      },
    };
    return socket;
  },
}));

beforeEach(() => {
  opened.length = 0;
  state.opens = Promise.resolve({ remoteAddress: "[2001:db8::1]:80", localAddress: null });
});

const target = { host: "example.org", port: 80 };
const text = (bytes: string): Uint8Array => new TextEncoder().encode(bytes);

test("a plain connection can start TLS later, and keeps its half when the peer ends", async () => {
  const heard = new Recorder();
  const transport = await connect(target, heard);
  expect(opened[0]).toMatchObject({
    address: { hostname: "example.org", port: 80 },
    options: { secureTransport: "starttls", allowHalfOpen: true, highWaterMark: 65_536 },
  });
  expect(transport.info.remote).toEqual({ host: "2001:db8::1", port: 80 });
  expect(transport.info.local).toBeUndefined();
  expect(transport.info.authorized).toBeUndefined();
  transport.write("GET");
  opened[0]?.peer.enqueue(text("200"));
  opened[0]?.peer.close();
  await heard.has("end");
  expect(opened[0]?.received).toEqual(["GET"]);
  expect(heard.text).toBe("200");
  transport.destroy();
  await heard.has("close");
});

test("TLS from the start is the runtime's", async () => {
  const transport = await connect({ ...target, tls: {} }, new Recorder());
  expect(opened[0]).toMatchObject({ options: { secureTransport: "on" }, names: [] });
  expect(transport.info.authorized).toBe(true);
  expect(transport.info.times?.tls).toBeGreaterThanOrEqual(0);
});

test("another servername than the host is verified as that name", async () => {
  await connect({ ...target, tls: { servername: "other.test" } }, new Recorder());
  expect(opened[0]).toMatchObject({
    options: { secureTransport: "starttls" },
    names: ["other.test"],
  });
});

describe("startTLS", () => {
  test("in the turn of a chunk, as after a CONNECT", async () => {
    const heard = new Recorder();
    const transport = await connect(target, heard);
    opened[0]?.peer.enqueue(text("200"));
    await heard.has("data");
    const secure = await transport.startTLS({}, { host: "inner.test" });
    expect(opened[0]?.names).toEqual(["inner.test"]);
    expect(secure.info).toMatchObject({ authorized: true, remote: { port: 80 } });
    opened[0]?.peer.enqueue(text("inside"));
    await heard.until(() => heard.text === "200inside");
    secure.write("out");
    await turns(2);
    expect(opened[0]?.received).toEqual(["out"]);
    expect(heard.faults).toEqual([]);
  });

  test("while a read is under way it is refused with advice, and the socket is closed", async () => {
    const transport = await connect(target, new Recorder());
    await turns(2);
    await expect(transport.startTLS({})).rejects.toThrow(/a read is under way, expected/);
    expect(opened[0]?.closed).toBe(1);
  });
});

test.each<[string, object]>([
  ["a Unix socket", { socketPath: "/tmp/x" }],
  ["a local address", { localAddress: "127.0.0.1" }],
  ["a local address", { localPort: 1 }],
  ["the TLS option 'ca'", { tls: { ca: "pem" } }],
  ["the TLS option 'cert'", { tls: { cert: "pem", key: "pem" } }],
  ["the TLS option 'rejectUnauthorized'", { tls: { rejectUnauthorized: false } }],
  ["the TLS option 'minVersion'", { tls: { minVersion: "TLSv1.3" } }],
  ["the TLS option 'watchClose'", { tls: { watchClose: true } }],
])("%s is refused and not ignored", async (what, options) => {
  const error: unknown = await connect({ ...target, ...options }, new Recorder()).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(NotConnected);
  expect((error as Error).message).toBe(
    `Cannot connect to example.org:80: found ${what}, expected none in workerd`,
  );
  expect(opened.length).toBe(0);
});

test("options that change nothing are let through", async () => {
  const tls: TLSOptions = { rejectUnauthorized: true, ALPNProtocols: ["http/1.1"], ca: undefined };
  const transport = await connect({ ...target, tls }, new Recorder());
  expect(transport.info.authorized).toBe(true);
});

test("the runtime's own error passes through", async () => {
  const error = new Error("proxy request failed");
  state.opens = Promise.reject(error);
  await expect(connect(target, new Recorder())).rejects.toBe(error);
});

test("the limits close the socket", async () => {
  state.opens = new Promise(() => {});
  await expect(connect({ ...target, timeout: 10 }, new Recorder())).rejects.toThrow(TimeoutError);
  const abort = new AbortController();
  const dialled = connect({ ...target, signal: abort.signal }, new Recorder());
  abort.abort("reason");
  await expect(dialled).rejects.toBe("reason");
  expect(opened.map(({ closed }) => closed)).toEqual([1, 1]);
});
