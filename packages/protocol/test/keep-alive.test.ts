import { describe, expect, test } from "vitest";
import { ClientProtocol, RequestHead } from "../src/index.ts";
import { answer, asking, bytes, everySplit, thrownBy } from "./exchanges.ts";

describe("whether the connection persists, by the response", () => {
  test.each<
    readonly [why: string, version: string, connection: readonly string[], persists: boolean]
  >([
    ["1.1 persists", "1", [], true],
    ["1.1 with close", "1", ["Connection: close"], false],
    ["in any letters", "1", ["connection:CLOSE"], false],
    ["close inside a list", "1", ["Connection: te, close ,x"], false],
    ["close in a later field", "1", ["Connection: te", "X: y", "Connection: close"], false],
    ["close wins over keep-alive", "1", ["Connection: keep-alive, close"], false],
    ["close wins in whatever order", "0", ["Connection: close", "Connection: keep-alive"], false],
    ["close inside another token is none", "1", ["Connection: not-close"], true],
    ["close with a parameter is none", "1", ["Connection: close;x"], true],
    ["close in quotes is none", "1", ['Connection: "close"'], true],
    ["close with letters of other alphabets is none", "1", ["Connection: clo\xdfe"], true],
    ["blanks of other kinds are none", "1", ["Connection: te,\xa0close"], true],
    ["an empty list says nothing", "1", ["Connection: , ,"], true],
    ["1.0 closes", "0", [], false],
    ["1.0 with keep-alive", "0", ["Connection: Keep-Alive"], true],
    ["1.0 with keep-alive in a list", "0", ["Connection: te, keep-alive"], true],
    ["Keep-Alive alone says nothing", "0", ["Keep-Alive: timeout=5"], false],
    ["Proxy-Connection says nothing", "0", ["Proxy-Connection: keep-alive"], false],
    ["Proxy-Connection says nothing about close either", "1", ["Proxy-Connection: close"], true],
  ])("%s", (_why, version, connection, persists) => {
    const fields = ["Content-Length: 2", ...connection].join("\r\n");
    const seen = everySplit(`HTTP/1.${version} 200 OK\r\n${fields}\r\n\r\nhi`);
    expect(seen).toMatchObject({ willClose: !persists, isReusable: persists, body: "hi" });
    const state = persists ? "DONE" : "MUST_CLOSE";
    expect(seen.states).toBe(`${state} ${state}`);
  });

  test.each([
    ["until close", "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n", {}],
    ["a tunnel", "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\n\r\n", { method: "CONNECT" }],
    [
      "an upgrade",
      "HTTP/1.1 101 OK\r\nConnection: keep-alive\r\n\r\n",
      { headers: { Upgrade: "x" } },
    ],
  ])("a body that is %s closes whatever Connection says", (_why, wire, given) => {
    expect(everySplit(wire, given)).toMatchObject({ willClose: true, isReusable: false });
  });
});

describe("whether the connection persists, by the request", () => {
  const OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

  test.each<readonly [value: string, closes: boolean]>([
    ["close", true],
    [" \tClose ", true],
    ["te, close", true],
    ["keep-alive", false],
    ["close-ish", false],
  ])("Connection: %j", (value, closes) => {
    const seen = answer(asking({ headers: { Connection: value } }), OK);
    expect(seen).toMatchObject({ willClose: closes, isReusable: !closes });
    expect(seen.states).toBe(closes ? "MUST_CLOSE MUST_CLOSE" : "DONE DONE");
  });

  test.each<readonly [why: string, lines: readonly string[], closes: boolean]>([
    ["on a continuation line", ["keep-alive,", "close"], true],
    ["cut in two, which is no close", ["cl", "ose"], false],
  ])("close %s", (_why, lines, closes) => {
    const protocol = new ClientProtocol();
    const head = new RequestHead("GET", "/");
    head.add("Connection", ...lines);
    protocol.sendRequest(head);
    protocol.sendEnd();
    expect(answer(protocol, OK).willClose).toBe(closes);
  });

  test("a close of the last request does not stick", () => {
    const protocol = asking();
    expect(answer(protocol, OK).isReusable).toBe(true);
    protocol.startNextCycle();
    protocol.sendHead("GET", "/", { Connection: "close" });
    protocol.sendEnd();
    expect(answer(protocol, OK)).toMatchObject({ willClose: true, isReusable: false });
    expect(thrownBy(() => protocol.startNextCycle()).message).toContain("MUST_CLOSE");
  });

  test.each<readonly [why: string, body: string]>([
    ["short", "ab"],
    ["long", "abcd"],
  ])("a body that was %s where that is let through costs the connection", (_why, body) => {
    for (const early of [false, true]) {
      const protocol = new ClientProtocol({ strictContentLength: false });
      protocol.sendHead("PUT", "/", { "Content-Length": 3 });
      if (early) expect(answer(protocol, OK).ended).toBe(true);
      protocol.sendData(bytes(body));
      protocol.sendEnd();
      if (!early) expect(answer(protocol, OK).ended).toBe(true);
      expect(protocol).toMatchObject({ willClose: true, isReusable: false });
    }
  });

  test("a response that was complete before its request is waited for", () => {
    const protocol = new ClientProtocol();
    protocol.sendHead("PUT", "/", { "Content-Length": 3 });
    expect(answer(protocol, OK)).toMatchObject({ states: "SEND_BODY DONE", isReusable: false });
    protocol.sendData(bytes("abc"));
    protocol.sendEnd();
    expect(protocol.isReusable).toBe(true);
    protocol.startNextCycle();
    expect(protocol.sendHead("GET", "/2")).toBe("GET /2 HTTP/1.1\r\n\r\n");
  });

  test("a thousand exchanges, each in any split", () => {
    const protocol = new ClientProtocol();
    const wire =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nA: b\r\n\r\n";
    for (let cycle = 0; cycle < 1000; cycle++) {
      protocol.sendHead("GET", `/${cycle}`);
      protocol.sendEnd();
      expect(answer(protocol, wire, [cycle % wire.length])).toMatchObject({
        body: "hi",
        trailers: [["A", "b"]],
        isReusable: true,
      });
      protocol.startNextCycle();
    }
  });
});

describe("what an earlier head said is of no account", () => {
  const head = (length: string, connection: string, keepAlive: string, reason: string): string =>
    `HTTP/1.1 200 ${reason}\r\nContent-Length: ${length}\r\nConnection: ${connection}\r\nKeep-Alive: ${keepAlive}\r\n\r\n`;

  test.each<readonly [length: string, connection: string, keepAlive: string, reason: string]>([
    ["10", "keep-alive", "timeout=5", "OK"],
    ["10", "keep-alive", "timeout=5", "OK"],
    ["12", "keep-aliv\xe9", "timeout=6", "OJ"],
    ["21", "Keep-Alive", "timeout=5", "ok"],
    ["1", "te, close", `timeout=5, max=${"9".repeat(40)}`, ""],
    ["10", "close", "timeout=5", "OK then"],
    ["1", "clos\xe9", "\xb5", "\xc9\xfa"],
    ["0", "te,closed", " timeout=5\t", "O"],
  ])("%s, %s, %s, %s", (length, connection, keepAlive, reason) => {
    const client = new ClientProtocol();
    client.sendHead("GET", "/");
    client.sendEnd();
    client.feed(bytes(head(length, connection, keepAlive, reason)));
    client.next();
    expect(client.head?.reason).toBe(reason);
    expect(client.remaining).toBe(Number(length));
    expect(client.keepAlive).toBe(keepAlive.trim());
    expect(client.willClose).toBe(/\bclose$/.test(connection));
  });
});
