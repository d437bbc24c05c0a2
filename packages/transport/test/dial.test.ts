/** Dialling: lookup, race, limits, and what is left behind when it fails. */
import { HTTPException, TimeoutError } from "@httplib/errors";
import { connect, type ConnectTarget, type Transport } from "@httplib/transport";
import { createServer } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { Recorder, turns } from "./support/recorder.ts";
import { closeAll, listen, socketPath } from "./support/wires.ts";

afterEach(closeAll);

const loopback = { port: 0, host: "127.0.0.1" } as const;

async function failureOf(promise: Promise<unknown>): Promise<Error & { code?: string }> {
  try {
    await promise;
  } catch (error) {
    return error as Error;
  }
  throw new Error("it succeeded");
}

/** A port on which nobody listens: it was free a moment ago. */
async function freePort(host = "127.0.0.1"): Promise<number> {
  const { port, server } = await listen({ port: 0, host });
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function dial(target: Partial<ConnectTarget>): Promise<Transport> {
  return connect({ host: "127.0.0.1", port: 80, ...target }, new Recorder());
}

/** Sockets and timers that would keep the process alive. */
function alive(): string[] {
  const kinds = new Set(["TCPSocketWrap", "PipeWrap", "TLSWrap", "Timeout", "TCPConnectWrap"]);
  return process.getActiveResourcesInfo().filter((name) => kinds.has(name));
}

type Answer = (error: Error | null, found: unknown, family?: number) => void;
const lookupOf =
  (...addresses: string[]) =>
  (_host: string, _options: object, answer: Answer): void =>
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
    );

describe("errors of the system pass through untouched", () => {
  test("nobody listens", async () => {
    const port = await freePort();
    const error = await failureOf(dial({ port }));
    expect(error).toMatchObject({ code: "ECONNREFUSED", syscall: "connect", port });
    expect(error).not.toBeInstanceOf(HTTPException);
  });

  test("no such Unix socket", async () => {
    const error = await failureOf(dial({ socketPath: socketPath() }));
    expect(error).toMatchObject({ code: "ENOENT", syscall: "connect" });
  });

  test("the lookup fails: its own error object", async () => {
    const notFound = Object.assign(new Error("no"), { code: "ENOTFOUND" });
    const lookup = (_host: string, _options: object, answer: Answer): void => answer(notFound, "");
    expect(await failureOf(dial({ host: "nowhere.test", options: { lookup } }))).toBe(notFound);
  });

  test.each([
    ["a port that does not exist", { port: 70_000 }, "ERR_SOCKET_BAD_PORT"],
    ["a local address that is none", { localAddress: "nonsense" }, "ERR_INVALID_IP_ADDRESS"],
    ["a local address of another machine", { localAddress: "192.0.2.1" }, "EADDRNOTAVAIL"],
  ])("%s", async (_what, target, code) => {
    expect(await failureOf(dial(target))).toMatchObject({ code });
  });

  test("of several failed addresses the first error that speaks of the peer is given", async () => {
    const port = await freePort();
    const options = { lookup: lookupOf("127.0.0.5", "127.0.0.6") };
    const error = await failureOf(dial({ host: "many.test", port, options }));
    expect(error).toMatchObject({ code: "ECONNREFUSED", address: "127.0.0.5" });
  });
});

describe("the lookup", () => {
  test("all addresses are asked for, and family and hints are passed on", async () => {
    const { port } = await listen(loopback);
    const asked: unknown[] = [];
    const lookup = (host: string, options: object, answer: Answer): void => {
      asked.push(host, options);
      answer(null, [{ address: "127.0.0.1", family: 4 }]);
    };
    const options = { lookup, family: 4, hints: 0 };
    const transport = await dial({ host: "named.test", port, options });
    expect(asked).toEqual(["named.test", { family: 4, hints: 0, all: true }]);
    transport.destroy();
  });

  test("the next address is tried when one refuses", async () => {
    const { port } = await listen({ port: 0, host: "127.0.0.7" });
    const options = { lookup: lookupOf("127.0.0.8", "127.0.0.7") };
    const transport = await dial({ host: "many.test", port, options });
    expect(transport.info.remote).toEqual({ host: "127.0.0.7", port });
    transport.destroy();
  });

  test("with autoSelectFamily false only the first address is tried", async () => {
    const { port } = await listen({ port: 0, host: "127.0.0.7" });
    const options = { lookup: lookupOf("127.0.0.8", "127.0.0.7"), autoSelectFamily: false };
    const error = await failureOf(dial({ host: "many.test", port, options }));
    expect(error).toMatchObject({ code: "ECONNREFUSED", address: "127.0.0.8" });
  });

  test("a lookup that answers in the old form, one address, will do", async () => {
    const { port } = await listen(loopback);
    const lookup = (_host: string, _options: object, answer: Answer): void =>
      answer(null, "127.0.0.1", 4);
    const transport = await dial({ host: "named.test", port, options: { lookup } });
    expect(transport.info.remote?.host).toBe("127.0.0.1");
    transport.destroy();
  });

  test("a family that was asked for is kept even if the lookup ignores it", async () => {
    const { port } = await listen(loopback);
    const options = { lookup: lookupOf("::1", "127.0.0.1"), family: 4 };
    const transport = await dial({ host: "named.test", port, options });
    expect(transport.info.remote?.host).toBe("127.0.0.1");
    transport.destroy();
  });

  test("a lookup without a result is ENOTFOUND", async () => {
    const error = await failureOf(dial({ host: "empty.test", options: { lookup: lookupOf() } }));
    expect(error).toMatchObject({ code: "ENOTFOUND", hostname: "empty.test" });
  });

  test("a lookup that answers twice is heard once", async () => {
    const { port, server } = await listen(loopback);
    let connections = 0;
    server.on("connection", () => connections++);
    const lookup = (_host: string, _options: object, answer: Answer): void => {
      answer(null, "127.0.0.1", 4);
      answer(null, "127.0.0.1", 4);
    };
    const transport = await dial({ host: "named.test", port, options: { lookup } });
    await turns(20);
    expect(connections).toBe(1);
    transport.destroy();
  });

  test("a lookup that throws rejects", async () => {
    const lookup = (): void => {
      throw new Error("bad lookup");
    };
    const error = await failureOf(dial({ host: "x.test", options: { lookup } }));
    expect(error.message).toBe("bad lookup");
  });

  test("localhost is found by the system", async () => {
    const { port } = await listen(loopback);
    const transport = await dial({ host: "localhost", port });
    expect(transport.info.remote?.port).toBe(port);
    expect(transport.info.times?.dns).toBeGreaterThan(0);
    transport.destroy();
  });
});

describe("the local end", () => {
  test("localAddress and localPort are bound", async () => {
    const { port, accept } = await listen(loopback);
    const localPort = await freePort("127.0.0.9");
    const transport = await dial({ port, localAddress: "127.0.0.9", localPort });
    const socket = await accept();
    expect(socket.remoteAddress).toBe("127.0.0.9");
    expect(socket.remotePort).toBe(localPort);
    expect(transport.info.local).toEqual({ host: "127.0.0.9", port: localPort });
    transport.destroy();
  });

  test("the empty address and port 0 mean any", async () => {
    const { port } = await listen(loopback);
    const transport = await dial({ port, localAddress: "", localPort: 0 });
    expect(transport.info.local?.host).toBe("127.0.0.1");
    transport.destroy();
  });

  test("a local address picks the addresses of its family", async () => {
    const { port } = await listen(loopback);
    const options = { lookup: lookupOf("::1", "127.0.0.1") };
    const transport = await dial({ host: "named.test", port, localAddress: "127.0.0.1", options });
    expect(transport.info.remote?.host).toBe("127.0.0.1");
    transport.destroy();
  });
});

describe("limits while connecting", () => {
  const never = (): void => {};
  const named = (target: Partial<ConnectTarget>) =>
    dial({ host: "slow.test", options: { lookup: never }, ...target });

  test("the time is up in the lookup", async () => {
    const error = await failureOf(named({ timeout: 20 }));
    expect(error).toBeInstanceOf(TimeoutError);
    expect(error).toMatchObject({ code: "ETIMEDOUT", phase: "connect", name: "TimeoutError" });
    expect(error.message).toBe(
      "Cannot connect to slow.test:80: nothing came of it within 20 ms, expected a connection",
    );
  });

  test("the time is up in the handshake, and the socket is closed", async () => {
    const { port, accept } = await listen(loopback);
    const before = alive().length;
    const dialled = dial({ port, tls: {}, timeout: 50 });
    const socket = await accept();
    const error = await failureOf(dialled);
    expect(error).toMatchObject({ phase: "connect" });
    socket.resume();
    await new Promise((resolve) => socket.once("end", resolve));
    socket.destroy();
    await turns(5);
    expect(alive().length).toBeLessThanOrEqual(before);
  });

  test("a signal that is aborted already: its reason, and nothing is dialled", async () => {
    const reason = new Error("not wanted");
    let asked = false;
    const lookup = (): void => void (asked = true);
    const signal = AbortSignal.abort(reason);
    expect(await failureOf(named({ signal, options: { lookup } }))).toBe(reason);
    expect(asked).toBe(false);
  });

  test("aborted in the lookup: a late answer is not dialled", async () => {
    const { port, server } = await listen(loopback);
    let connections = 0;
    server.on("connection", () => connections++);
    let answer: Answer = never;
    const lookup = (_host: string, _options: object, callback: Answer): void =>
      void (answer = callback);
    const abort = new AbortController();
    const dialled = dial({ host: "slow.test", port, options: { lookup }, signal: abort.signal });
    abort.abort("text as reason");
    await expect(dialled).rejects.toBe("text as reason");
    answer(null, [{ address: "127.0.0.1", family: 4 }]);
    await turns(20);
    expect(connections).toBe(0);
  });

  test("aborted in the handshake: the reason, and the socket is closed", async () => {
    const { port, accept } = await listen(loopback);
    const abort = new AbortController();
    const dialled = dial({ port, tls: {}, signal: abort.signal });
    const socket = await accept();
    const reason = new Error("enough");
    abort.abort(reason);
    expect(await failureOf(dialled)).toBe(reason);
    socket.resume();
    await new Promise((resolve) => socket.once("close", resolve).once("end", resolve));
    expect(socket.readableEnded || socket.destroyed).toBe(true);
  });

  test("after connecting neither limit has any hold, and no listener or timer stays", async () => {
    const { port } = await listen(loopback);
    const abort = new AbortController();
    let listeners = 0;
    const { signal } = abort;
    const count = (name: "addEventListener" | "removeEventListener", by: number): void => {
      const method = signal[name].bind(signal) as (...args: unknown[]) => void;
      Object.defineProperty(signal, name, {
        value: (...args: unknown[]): void => {
          listeners += by;
          method(...args);
        },
      });
    };
    count("addEventListener", 1);
    count("removeEventListener", -1);
    const timers = alive().filter((name) => name === "Timeout").length;
    const heard = new Recorder();
    const transport = await connect({ host: "127.0.0.1", port, timeout: 10_000, signal }, heard);
    expect(listeners).toBe(0);
    expect(alive().filter((name) => name === "Timeout").length).toBeLessThanOrEqual(timers);
    abort.abort();
    await turns(5);
    expect(heard.log).toEqual([]);
    transport.destroy();
    await heard.has("close");
  });

  test("a time limit beyond what timers can count is no limit", async () => {
    const { port } = await listen(loopback);
    const transport = await dial({ port, timeout: 2 ** 40 });
    expect(transport.write("x")).toBe(true);
    transport.destroy();
  });
});

describe("what a socket of ours does", () => {
  test("info tells addresses, marks in order and the descriptor", async () => {
    const { port, accept } = await listen(loopback);
    const { info, destroy } = await (async () => {
      const transport = await dial({ port });
      return { info: transport.info, destroy: () => transport.destroy() };
    })();
    const socket = await accept();
    expect(info.remote).toEqual({ host: "127.0.0.1", port });
    expect(info.local).toEqual({ host: "127.0.0.1", port: socket.remotePort });
    expect(info.times?.dns).toBeUndefined();
    expect(info.times?.connect).toBeGreaterThan(0);
    expect(info.fileno).toBeGreaterThan(2);
    expect([info.alpn, info.authorized]).toEqual([undefined, undefined]);
    destroy();
  });

  test("all sockets share one receive buffer of 64 KiB, and a full one is called undrained", async () => {
    const buffers = new Set<ArrayBufferLike>();
    const undrained: [number, boolean | undefined][] = [];
    const open = async (): Promise<Transport> => {
      const { port, accept } = await listen(loopback);
      const heard = new Recorder();
      const transport = await connect({ host: "127.0.0.1", port }, heard);
      heard.onChunk = (chunk) => {
        buffers.add(chunk.buffer);
        undrained.push([chunk.length, transport.undrained]);
      };
      (await accept()).end(new Uint8Array(1_000_000));
      await heard.has("end");
      return transport;
    };
    const transports = [await open(), await open()];
    expect([...buffers].map((buffer) => buffer.byteLength)).toEqual([65_536]);
    for (const [length, more] of undrained) expect(more).toBe(length === 65_536);
    expect(undrained.some(([length]) => length === 65_536)).toBe(true);
    for (const transport of transports) transport.destroy();
  });

  test("a read that was limited gives no more, those behind it are whole again, and no byte is lost", async () => {
    const { port, accept } = await listen(loopback);
    const heard = new Recorder();
    const transport = await connect({ host: "127.0.0.1", port }, heard);
    const sent = Uint8Array.from({ length: 1_000_000 }, (_, index) => index % 251);
    const lengths: number[] = [];
    const limits = new Map<number, number>();
    let at = 0;
    let inOrder = true;
    heard.onChunk = (chunk) => {
      inOrder &&= chunk.every((octet, index) => octet === (at + index) % 251);
      at += chunk.length;
      lengths.push(chunk.length);
      // One byte, a few, all that there is room for; more than that says nothing.
      const limit = [1, 100, 65_535, 65_536, 1e9][lengths.length % 10] ?? 0;
      if (limit === 0) return;
      limits.set(lengths.length, limit);
      transport.limitNextRead?.(limit);
    };
    (await accept()).end(sent);
    await heard.has("end");
    expect(at).toBe(sent.length);
    expect(inOrder).toBe(true);
    expect(limits.size).toBeGreaterThan(5);
    limits.delete(lengths.length); // nothing came behind the last read
    for (const [index, limit] of limits) expect(lengths[index]).toBeLessThanOrEqual(limit);
    expect(Math.max(...lengths)).toBe(65_536);
    transport.destroy();
  });

  test("unref() lets the process end, ref() takes it back", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const accepted = new Promise<{ unref(): unknown; destroy(): unknown }>((resolve) => {
      server.once("connection", resolve);
    });
    const { port } = server.address() as { port: number };
    const transport = await dial({ port });
    const other = await accepted;
    other.unref();
    const sockets = (): number => alive().filter((name) => name === "TCPSocketWrap").length;
    const held = sockets();
    transport.unref?.();
    expect(sockets()).toBe(held - 1);
    transport.ref?.();
    expect(sockets()).toBe(held);
    transport.destroy();
    other.destroy();
    server.close();
  });

  test("nothing is left after connecting and destroying many times", async () => {
    const { port, server } = await listen(loopback);
    server.on("connection", (socket) => socket.on("end", () => socket.destroy()).resume());
    await turns(5);
    const before = alive().length;
    for (let i = 0; i < 20; i++) {
      const heard = new Recorder();
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      const transport = await connect({ host: "127.0.0.1", port, timeout: 10_000 }, heard);
      transport.destroy();
      // oxlint-disable-next-line no-await-in-loop
      await heard.has("close");
    }
    for (let i = 0; i < 100 && alive().length > before; i++) {
      // oxlint-disable-next-line no-await-in-loop
      await turns(1);
    }
    expect(alive().length).toBeLessThanOrEqual(before);
  });
});
