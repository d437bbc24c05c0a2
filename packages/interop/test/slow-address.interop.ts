/**
 * Happy Eyeballs with real sockets: two addresses of one name, the first answers late, the second never. An attempt must not be given
 * up because the next one has begun.
 *
 * A full accept queue makes the kernel drop a SYN; the client's kernel sends it again after a second. Only a program that does not
 * accept can have one, so the listener is a few lines of Python.
 */
import { connect, type Connect } from "@httplib/client";
import { connect as connectRaw } from "node:net";
import { expect, test } from "vitest";
import { launch } from "../src/servers/launch.ts";
import { GREETING } from "../src/servers/site.ts";
import { get, HOST, plainTo, up } from "./support/harness.ts";

const PROGRAM = `
import socket, sys, time
ready, port = int(sys.argv[1]), int(sys.argv[2])
def full(host):
    listener = socket.socket()
    listener.bind((host, port))
    listener.listen(0)
    waiting = []
    for _ in range(4):
        one = socket.socket()
        one.setblocking(False)
        one.connect_ex((host, port))
        waiting.append(one)
    return listener, waiting
late, never = full("127.0.0.1"), full("127.0.0.2")
signal = socket.socket()
signal.bind(("127.0.0.1", ready))
signal.listen(4)
signal.accept()                      # the look whether we are ready
asked = signal.accept()[0]           # the test begins now
time.sleep(0.4)
late[1].clear()
while True:
    one = late[0].accept()[0]
    one.settimeout(0.3)
    try:
        if one.recv(4096):
            one.sendall(b"HTTP/1.1 200 OK\\r\\nContent-Length: 13\\r\\n\\r\\nhello, world\\n")
    except OSError:
        pass
`;

test("the slow address is reached, though the other one was tried meanwhile", async () => {
  const {
    running: {
      ports: [ready = 0, port = 0],
    },
  } = await up(async () => ({
    running: await launch({
      command: "python3",
      ports: 2,
      answering: 1,
      files: () => ({ "late.py": PROGRAM }),
      args: ({ ports }) => ["late.py", ...ports.map(String)],
    }),
  }));
  const tried: string[] = [];
  const lookup = (
    _host: string,
    _options: object,
    done: (error: null, found: { address: string; family: number }[]) => void,
  ): void => {
    tried.push("looked up");
    done(null, [
      { address: "127.0.0.1", family: 4 },
      { address: "127.0.0.2", family: 4 },
    ]);
  };
  const dial: Connect = (target, handler) =>
    connect({ ...target, host: "two-addresses.test", options: { lookup } }, handler);

  connectRaw(ready, HOST).on("close", () => {});
  const connection = plainTo(port, { connect: dial });
  const response = await get(connection, "/");
  expect([response.status, await response.text(), tried]).toEqual([200, GREETING, ["looked up"]]);
  // Later than any attempt that is given up when the next one begins.
  expect(response.timings.connect).toBeGreaterThan(300);
});
