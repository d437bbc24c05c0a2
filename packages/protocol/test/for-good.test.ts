/** After the first protocol error every call throws that same object, and no byte is delivered any more. */
import { describe, expect, test } from "vitest";
import { ClientProtocol, ReadEvent, RequestHead } from "../src/index.ts";
import { bytes, text, thrownBy } from "./exchanges.ts";

const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

const BREAKS: readonly (readonly [why: string, wire: string, code: string])[] = [
  ["the status line", "nope HTTP/1.1 200 OK\r\n\r\n", "NOT_HTTP"],
  ["a field", "HTTP/1.1 200 OK\r\nA b\r\n\r\nmore", "INVALID_FIELD_NAME"],
  ["the framing", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\nmore", "INVALID_CONTENT_LENGTH"],
  [
    "an interim head too many",
    "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 100 C\r\n\r\nmore",
    "LIMIT_EXCEEDED",
  ],
  ["a chunk line", `${CHUNKED}1\r\na\r\nx\r\nmore`, "CHUNK_SIZE"],
  ["the end of a chunk", `${CHUNKED}1\r\naXX1\r\nb\r\n0\r\n\r\n`, "CHUNK_DATA_END"],
  ["a trailer", `${CHUNKED}0\r\n A: b\r\n\r\nmore`, "LEADING_WHITESPACE"],
];

describe.each(BREAKS)("an error in %s", (_why, wire, code) => {
  function broken(): { protocol: ClientProtocol; error: unknown } {
    const protocol = new ClientProtocol({ limits: { maxInformational: 1 } });
    protocol.sendHead("POST", "/", { "Transfer-Encoding": "chunked" });
    protocol.feed(bytes(wire));
    for (let left = wire.length; left > 0; left--) {
      try {
        protocol.next();
      } catch (error) {
        return { protocol, error };
      }
    }
    throw new Error("nothing was thrown");
  }

  test("is thrown by every call, the same object each time", () => {
    const { protocol, error } = broken();
    expect(error).toMatchObject({ code, fault: "remote" });
    const calls: readonly (() => unknown)[] = [
      () => protocol.next(),
      () => protocol.feed(bytes("HTTP/1.1 200 OK\r\n\r\n")),
      () => protocol.feedEnd(),
      () => protocol.sendHead("GET", "/"),
      () => protocol.sendRequest(new RequestHead("GET", "/")),
      () => protocol.sendData(bytes("x")),
      () => protocol.sendEnd(),
      () => protocol.startNextCycle(),
    ];
    for (const call of [...calls, ...calls]) expect(thrownBy(call)).toBe(error);
  });

  test("leaves nothing to be read, and a connection that closes", () => {
    const { protocol } = broken();
    expect(protocol).toMatchObject({
      clientState: "ERROR",
      serverState: "ERROR",
      willClose: true,
      isReusable: false,
      dataStart: 0,
      dataEnd: 0,
    });
    expect(protocol.data).toHaveLength(0);
    expect(protocol.rest).toHaveLength(0);
  });

  test("is not undone by a clone", () => {
    const { protocol, error } = broken();
    expect(thrownBy(() => protocol.clone().next())).toBe(error);
  });
});

test("a caller's fault poisons nothing", () => {
  const protocol = new ClientProtocol();
  protocol.sendHead("POST", "/", { "Content-Length": 1 });
  thrownBy(() => protocol.sendData(bytes("too much")));
  thrownBy(() => protocol.sendEnd());
  thrownBy(() => protocol.sendHead("GET", "/"));
  thrownBy(() => protocol.startNextCycle());
  protocol.sendData(bytes("x"));
  protocol.sendEnd();
  protocol.feed(bytes("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx"));
  expect([protocol.next(), protocol.next(), text(protocol.data), protocol.next()]).toEqual([
    ReadEvent.HEAD,
    ReadEvent.DATA,
    "x",
    ReadEvent.END,
  ]);
});
