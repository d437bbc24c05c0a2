import { connectMemory } from "@httplib/transport";
import { expect, test } from "vitest";
import { HTTPConnection } from "../src/index.ts";

const reply = (body: string): string =>
  `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
/** A body that comes with its head, and one that comes in two parts. */
const WHOLE = [reply("helloworld"), reply("second")];
const CUT = [{ early: reply("helloworld").slice(0, -5) }, { turns: 3 }, { data: "world" }];

test.each([
  ["at hand", WHOLE],
  ["still to come", CUT],
])("a body half read and closed costs its connection: the rest is %s", async (_where, first) => {
  const connect = connectMemory([first, [reply("second")]]);
  const connection = new HTTPConnection("a", null, { connect });
  await connection.request("GET", "/1");
  const response = await connection.getResponse();
  await response.read(5);
  await response.close();
  await connection.request("GET", "/2");
  const second = await connection.getResponse();
  expect(await second.text()).toBe("second");
  expect(connect.connections).toHaveLength(2);
  expect(connect.connections[0]?.closed).toBe(true);
});

test("closing an unread response sends the request that was held back on a new connection", async () => {
  const connect = connectMemory([WHOLE, [reply("second")]]);
  const connection = new HTTPConnection("a", null, { connect });
  await connection.request("GET", "/1");
  const response = await connection.getResponse();
  await connection.request("GET", "/2");
  await expect(connection.getResponse()).rejects.toMatchObject({ code: "RESPONSE_NOT_READY" });
  await response.close();
  expect(await (await connection.getResponse()).text()).toBe("second");
  expect(connect.connections).toHaveLength(2);
});

test("leaving a block with a small rest at hand keeps the connection", async () => {
  const connect = connectMemory(WHOLE);
  const connection = new HTTPConnection("a", null, { connect });
  await connection.request("GET", "/1");
  const response = await connection.getResponse();
  await response.read(5);
  await response[Symbol.asyncDispose]();
  await connection.request("GET", "/2");
  expect(await (await connection.getResponse()).text()).toBe("second");
  expect(connect.connections).toHaveLength(1);
});

test("a body read to its end and then closed keeps the connection", async () => {
  const connect = connectMemory(WHOLE);
  const connection = new HTTPConnection("a", null, { connect });
  await connection.request("GET", "/1");
  const response = await connection.getResponse();
  await response.read();
  await response.close();
  await connection.request("GET", "/2");
  expect(await (await connection.getResponse()).text()).toBe("second");
  expect(connect.connections).toHaveLength(1);
});
