import { describe, expect, test } from "vitest";
import { ClientProtocol, ReadEvent } from "../src/index.ts";
import { answer, asking, bytes, everySplit, text, thrownBy } from "./exchanges.ts";

const UPGRADE = { headers: { Connection: "upgrade", Upgrade: "websocket" } };
const SWITCH = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
const TUNNEL = "HTTP/1.1 200 Connection established\r\n\r\n";

describe.each([
  ["101 to a request with Upgrade", UPGRADE, SWITCH, "upgrade"],
  ["2xx to CONNECT", { method: "CONNECT" }, TUNNEL, "tunnel"],
] as const)("%s", (_name, given, wire, framing) => {
  test("ends HTTP on the connection: HEAD, END, and no reuse", () => {
    const seen = everySplit(wire, given);
    expect(seen).toMatchObject({
      framing,
      remaining: 0,
      ended: true,
      willClose: true,
      isReusable: false,
      rest: "",
      states: "SWITCHED SWITCHED",
    });
  });

  test("hands over what lies behind it, however it was cut", () => {
    expect(everySplit(`${wire}HTTP/1.1 200 OK\r\n\r\n`, given)).toMatchObject({
      rest: "HTTP/1.1 200 OK\r\n\r\n",
      body: "",
      states: "SWITCHED SWITCHED",
    });
  });

  test("goes on collecting what is fed", () => {
    const protocol = asking(given);
    answer(protocol, `${wire}ab`);
    expect(answer(protocol, "cd").rest).toBe("abcd");
    protocol.feed(bytes("ef"));
    expect(text(protocol.rest)).toBe("abcdef");
    expect(protocol.next()).toBe(ReadEvent.NEED_DATA);
    protocol.feedEnd();
    expect(protocol.next()).toBe(ReadEvent.NEED_DATA);
    expect(text(protocol.rest)).toBe("abcdef");
  });

  test("interim heads may come before it", () => {
    expect(everySplit(`HTTP/1.1 103 H\r\n\r\n${wire}x`, given)).toMatchObject({
      framing,
      rest: "x",
    });
  });
});

describe("a switch that is none", () => {
  test.each([200, 404, 426])("%i to a request with Upgrade is an ordinary response", (status) => {
    const seen = everySplit(`HTTP/1.1 ${status} Hm\r\nContent-Length: 2\r\n\r\nhi`, UPGRADE);
    expect(seen).toMatchObject({ framing: "length", body: "hi", isReusable: true });
  });

  test("a refused CONNECT is an ordinary response and the connection goes on", () => {
    const protocol = asking({ method: "CONNECT" });
    expect(answer(protocol, "HTTP/1.1 407 Who\r\nContent-Length: 2\r\n\r\nhi")).toMatchObject({
      isReusable: true,
    });
    protocol.startNextCycle();
    protocol.sendHead("GET", "/");
    protocol.sendEnd();
    expect(answer(protocol, TUNNEL)).toMatchObject({ framing: "close", states: "DONE READ_BODY" });
  });

  test("an Upgrade field of the request before does not count", () => {
    const protocol = asking(UPGRADE);
    answer(protocol, "HTTP/1.1 204 No\r\n\r\n");
    protocol.startNextCycle();
    protocol.sendHead("GET", "/");
    protocol.sendEnd();
    expect(answer(protocol, SWITCH).error).toMatchObject({ code: "UNEXPECTED_SWITCH" });
  });
});

test("the body of a request with Upgrade is sent to its end though 101 is there", () => {
  const protocol = new ClientProtocol();
  protocol.sendHead("POST", "/", { Upgrade: "x", "Content-Length": "2" });
  expect(answer(protocol, SWITCH).states).toBe("SEND_BODY SWITCHED");
  expect(protocol.sendData(bytes("h"))).toHaveLength(1);
  expect(thrownBy(() => protocol.sendEnd()).code).toBe("BODY_TOO_SHORT");
  protocol.sendData(bytes("i"));
  protocol.sendEnd();
  expect(protocol.clientState).toBe("SWITCHED");
  expect(thrownBy(() => protocol.sendData(bytes("!"))).code).toBe("IMPROPER_CONNECTION_STATE");
});
