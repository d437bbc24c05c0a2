/** Every public call in every state: what it throws, and that a call which threw has changed nothing. */
import { HTTPException } from "@httplib/errors";
import { describe, expect, test } from "vitest";
import { ClientProtocol, ReadEvent, RequestHead } from "../src/index.ts";
import { answer, bytes, seeHead, text, thrownBy } from "./exchanges.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
const CLOSING = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
const SWITCH = "HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n";

function sending(): ClientProtocol {
  const protocol = new ClientProtocol();
  protocol.sendHead("POST", "/", { "Content-Length": "3", Upgrade: "x" });
  return protocol;
}

function sent(): ClientProtocol {
  const protocol = sending();
  protocol.sendData(bytes("abc"));
  protocol.sendEnd();
  return protocol;
}

function after(protocol: ClientProtocol, wire: string): ClientProtocol {
  answer(protocol, wire);
  return protocol;
}

const SITUATIONS: Readonly<Record<string, () => ClientProtocol>> = {
  "IDLE IDLE": () => new ClientProtocol(),
  "SEND_BODY AWAIT_HEAD": sending,
  "DONE AWAIT_HEAD": sent,
  "SEND_BODY READ_BODY": () => after(sending(), OK),
  "DONE READ_BODY": () => after(sent(), OK),
  "SEND_BODY DONE": () => after(sending(), `${OK}hi`),
  "DONE DONE": () => after(sent(), `${OK}hi`),
  "SEND_BODY MUST_CLOSE": () => after(sending(), CLOSING),
  "MUST_CLOSE MUST_CLOSE": () => after(sent(), CLOSING),
  "SEND_BODY SWITCHED": () => after(sending(), SWITCH),
  "SWITCHED SWITCHED": () => after(sent(), SWITCH),
  "ERROR ERROR": () => after(sent(), "SSH-2.0"),
};

const CALLS: Readonly<Record<string, (protocol: ClientProtocol) => unknown>> = {
  sendHead: (protocol) => protocol.sendHead("GET", "/"),
  sendRequest: (protocol) => protocol.sendRequest(new RequestHead("GET", "/")),
  sendData: (protocol) => protocol.sendData(bytes("abc")),
  sendEnd: (protocol) => {
    // Half a body cannot be ended, so it is completed first.
    if (protocol.clientState === "SEND_BODY") protocol.sendData(bytes("abc"));
    return protocol.sendEnd();
  },
  feed: (protocol) => protocol.feed(bytes("x")),
  feedEnd: (protocol) => protocol.feedEnd(),
  next: (protocol) => protocol.next(),
  startNextCycle: (protocol) => protocol.startNextCycle(),
};

const SEND_HEAD = "CannotSendRequest";
const STATE = "ImproperConnectionState";
const same = "the same error";

const ok = undefined;

/** What is thrown where, in the order of CALLS. */
const THROWN: Readonly<Record<string, readonly (string | undefined)[]>> = {
  // sendHead, sendRequest, sendData, sendEnd, feed, feedEnd, next, startNextCycle
  "IDLE IDLE": [ok, ok, STATE, STATE, ok, ok, ok, STATE],
  "SEND_BODY AWAIT_HEAD": [SEND_HEAD, SEND_HEAD, ok, ok, ok, ok, ok, STATE],
  "DONE AWAIT_HEAD": [SEND_HEAD, SEND_HEAD, STATE, STATE, ok, ok, ok, STATE],
  "SEND_BODY READ_BODY": [SEND_HEAD, SEND_HEAD, ok, ok, ok, ok, ok, STATE],
  "DONE READ_BODY": [SEND_HEAD, SEND_HEAD, STATE, STATE, ok, ok, ok, STATE],
  "SEND_BODY DONE": [SEND_HEAD, SEND_HEAD, ok, ok, ok, ok, ok, STATE],
  "DONE DONE": [SEND_HEAD, SEND_HEAD, STATE, STATE, ok, ok, ok, ok],
  "SEND_BODY MUST_CLOSE": [SEND_HEAD, SEND_HEAD, ok, ok, ok, ok, ok, STATE],
  "MUST_CLOSE MUST_CLOSE": [SEND_HEAD, SEND_HEAD, STATE, STATE, ok, ok, ok, STATE],
  "SEND_BODY SWITCHED": [SEND_HEAD, SEND_HEAD, ok, ok, ok, ok, ok, STATE],
  "SWITCHED SWITCHED": [SEND_HEAD, SEND_HEAD, STATE, STATE, ok, ok, ok, STATE],
  "ERROR ERROR": [same, same, same, same, same, same, same, same],
};

function look(protocol: ClientProtocol): object {
  return {
    client: protocol.clientState,
    server: protocol.serverState,
    head: protocol.head === null ? null : seeHead(protocol.head),
    framing: protocol.framing,
    remaining: protocol.remaining,
    willClose: protocol.willClose,
    isReusable: protocol.isReusable,
    trailers: protocol.trailers,
    rest: text(protocol.rest),
    data: text(protocol.data),
    range: [protocol.dataStart, protocol.dataEnd],
  };
}

describe.each(Object.entries(SITUATIONS))("in %s", (name, make) => {
  test("both states are as named", () => {
    const protocol = make();
    expect(`${protocol.clientState} ${protocol.serverState}`).toBe(name);
  });

  test.each(
    Object.entries(CALLS).map(([call, run], index) => [call, THROWN[name]?.[index], run] as const),
  )("%s() throws %s", (_call, expected, run) => {
    const protocol = make();
    const before = look(protocol);
    if (expected === undefined) {
      expect(() => run(protocol)).not.toThrow();
      return;
    }
    const error = thrownBy(() => run(protocol));
    if (expected === same) expect(thrownBy(() => protocol.next())).toBe(error);
    else expect(error.name).toBe(expected);
    expect(look(protocol)).toEqual(before);
    // What is not poisoned goes on as if the call had not been made.
    if (expected !== same) expect(answer(protocol, "x")).toEqual(answer(make(), "x"));
  });
});

describe("calls at the wrong moment", () => {
  test("feed() before NEED_DATA throws, and the bytes lent before are still read", () => {
    const protocol = sent();
    protocol.feed(bytes(`${OK}hi`));
    expect(protocol.next()).toBe(ReadEvent.HEAD);
    expect(thrownBy(() => protocol.feed(bytes("no"))).code).toBe("IMPROPER_CONNECTION_STATE");
    expect(protocol.next()).toBe(ReadEvent.DATA);
    expect(text(protocol.data)).toBe("hi");
    expect(protocol.next()).toBe(ReadEvent.END);
  });

  test("an empty feed() leaves room for the next one", () => {
    const protocol = sent();
    protocol.feed(new Uint8Array(0));
    protocol.feed(new Uint8Array(9), 4, 4);
    protocol.feed(bytes(OK));
    expect(protocol.next()).toBe(ReadEvent.HEAD);
  });

  test("feed() behind feedEnd() throws, and the end is still told", () => {
    const protocol = sent();
    protocol.feedEnd();
    expect(thrownBy(() => protocol.feed(bytes(OK))).code).toBe("IMPROPER_CONNECTION_STATE");
    expect(thrownBy(() => protocol.next()).name).toBe("RemoteDisconnected");
  });

  test.each([
    ["begins below 0", -1, 2],
    ["ends behind the chunk", 0, 4],
    ["ends before it begins", 2, 1],
    ["is no number", Number.NaN, 2],
  ])("feed() of a range that %s is refused, and nothing has changed", (_why, start, end) => {
    const protocol = after(sent(), OK);
    expect(() => protocol.feed(bytes("abc"), start, end)).toThrow(RangeError);
    expect(protocol.remaining).toBe(2);
    expect(answer(protocol, "hi")).toMatchObject({ body: "hi", ended: true, isReusable: true });
  });

  test("feed() takes a range of the chunk", () => {
    const protocol = sent();
    const wire = bytes(`junk${OK}hijunk`);
    protocol.feed(wire, 4, wire.length - 4);
    expect(protocol.next()).toBe(ReadEvent.HEAD);
    expect(protocol.next()).toBe(ReadEvent.DATA);
    expect([protocol.dataStart, protocol.dataEnd]).toEqual([wire.length - 6, wire.length - 4]);
    expect(protocol.next()).toBe(ReadEvent.END);
    expect(protocol.isReusable).toBe(true);
  });

  test.each([
    [
      "bytes nobody asked for",
      (protocol: ClientProtocol) => answer(protocol, "HTTP/1.1 200 OK\r\n"),
    ],
    ["bytes that are not yet read", (protocol: ClientProtocol) => protocol.feed(bytes("x"))],
    ["a peer that has closed", (protocol: ClientProtocol) => protocol.feedEnd()],
  ])("no request is sent after %s", (why, happen) => {
    const protocol = new ClientProtocol();
    happen(protocol);
    const error = thrownBy(() => protocol.sendHead("GET", "/"));
    expect(error.name).toBe("CannotSendRequest");
    expect(error.message).toContain(why.startsWith("bytes") ? "bytes nobody asked for" : why);
    expect(protocol.clientState).toBe("IDLE");
  });

  test("a head that is refused leaves the protocol as it was", () => {
    const protocol = new ClientProtocol();
    expect(() => protocol.sendHead("GET", "/", { "bad name": "x" })).toThrow(HTTPException);
    expect(() => protocol.sendHead("G T", "/")).toThrow(HTTPException);
    expect(() => protocol.sendHead("GET", "/ ")).toThrow(HTTPException);
    expect(protocol.clientState).toBe("IDLE");
    expect(protocol.sendHead("GET", "/")).toBe("GET / HTTP/1.1\r\n\r\n");
  });

  test("startNextCycle() forgets the exchange before it, but for the head, which stays until the next one or dropHead()", () => {
    const protocol = after(sent(), `${OK}hi`);
    const { head } = protocol;
    protocol.startNextCycle();
    expect(protocol.head).toBe(head);
    protocol.dropHead();
    expect(look(protocol)).toEqual(look(new ClientProtocol()));
  });
});
