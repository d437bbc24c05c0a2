import { latin1 } from "@httplib/bytes";
import { connectMemory } from "@httplib/transport";
import { expect, test } from "vitest";
import { HTTPConnection } from "@httplib/connection";
test("smoke", async () => {
  const connect = connectMemory([
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nworld",
  ]);
  const c = new HTTPConnection("example.com", null, { connect });
  await c.request("GET", "/");
  const r = await c.getResponse();
  expect(await r.text()).toBe("hello");
  await c.request("POST", "", "abc", { "X-A": "1" });
  const r2 = await c.getResponse();
  expect(await r2.text()).toBe("world");
  expect(connect.connections.length).toBe(1);
  expect(connect.connections[0]!.writes.map((x) => latin1(x))).toEqual([
    "GET / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\n\r\n",
    "POST / HTTP/1.1\r\nHost: example.com\r\nAccept-Encoding: identity\r\nContent-Length: 3\r\nX-A: 1\r\n\r\nabc",
  ]);
  await c.close();
});
