import { describe, expect, test } from "vitest";
import { ClientProtocol, ReadEvent } from "../src/index.ts";
import { answer, asking, bytes, everySplit } from "./exchanges.ts";

const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

describe("interim heads", () => {
  test("each is an event of its own, in order, with its fields", () => {
    const seen = everySplit(
      `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\nLink: </b>\r\n\r\nHTTP/1.1 199\r\n\r\n${OK}`,
    );
    expect(seen.interim).toMatchObject([
      { status: 100, reason: "Continue", fields: [] },
      {
        status: 103,
        reason: "Early Hints",
        fields: [
          ["Link", "</a>"],
          ["Link", "</b>"],
        ],
      },
      { status: 199, reason: "" },
    ]);
    expect(seen).toMatchObject({ head: { status: 200 }, body: "hi", isReusable: true });
  });

  test("framing fields of an interim head mean nothing, not even broken ones", () => {
    const seen = everySplit(
      `HTTP/1.1 103 Hints\r\nContent-Length: x\r\nTransfer-Encoding: gzip\r\nConnection: close\r\n\r\n${OK}`,
    );
    expect(seen).toMatchObject({ interim: [{ status: 103 }], body: "hi", willClose: false });
  });

  test("they also come before the answer to HEAD and to CONNECT", () => {
    expect(
      everySplit("HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", { method: "HEAD" }),
    ).toMatchObject({
      interim: [{ status: 100 }],
      framing: "none",
    });
    expect(
      everySplit("HTTP/1.1 100 C\r\n\r\nHTTP/1.1 200 OK\r\n\r\n", { method: "CONNECT" }),
    ).toMatchObject({
      interim: [{ status: 100 }],
      framing: "tunnel",
    });
  });

  test("`head` is the interim one until the next head", () => {
    const protocol = asking();
    protocol.feed(bytes(`HTTP/1.1 100 C\r\n\r\n${OK}`));
    expect(protocol.next()).toBe(ReadEvent.INFORMATIONAL);
    expect(protocol.head?.status).toBe(100);
    expect(protocol.serverState).toBe("AWAIT_HEAD");
    expect(protocol.next()).toBe(ReadEvent.HEAD);
    expect(protocol.head?.status).toBe(200);
  });

  test.each([0, 1, 3, 100])(
    "%i of them are taken where that is the limit, and one more is refused at its last byte",
    (max) => {
      const one = "HTTP/1.1 102 P\r\n\r\n";
      const given = { limits: { maxInformational: max } };
      const taken = answer(asking(given), one.repeat(max) + OK);
      expect(taken.interim).toHaveLength(max);
      expect(taken).toMatchObject({ head: { status: 200 }, error: null });
      const refused = everySplit(one.repeat(max + 1), given);
      expect(refused.interim).toHaveLength(max);
      expect(refused.error).toMatchObject({
        class: "LimitExceeded",
        limit: "maxInformational",
        max,
        offset: one.length * (max + 1) - 1,
      });
    },
  );

  test("the limit is 100 where none is given, and counts anew for each request", () => {
    const one = "HTTP/1.1 102 P\r\n\r\n";
    const protocol = new ClientProtocol();
    for (let cycle = 0; cycle < 3; cycle++) {
      protocol.sendHead("GET", "/");
      protocol.sendEnd();
      expect(answer(protocol, one.repeat(100) + OK)).toMatchObject({
        error: null,
        isReusable: true,
      });
      protocol.startNextCycle();
    }
    expect(answer(asking(), one.repeat(101)).error).toMatchObject({
      max: 100,
      offset: 101 * one.length - 1,
    });
  });

  test("the offset of an error counts the interim heads before it", () => {
    const interim = "HTTP/1.1 103 H\r\nA: b\r\n\r\n";
    const { error } = everySplit(`${interim}${interim}HTTP/1.1 200 OK\r\nA\r\n\r\n`);
    expect(error).toMatchObject({
      code: "INVALID_FIELD_NAME",
      offset: 2 * interim.length + "HTTP/1.1 200 OK\r\nA\r\n".length - 1,
    });
  });

  test("an end behind interim heads is a peer that went away", () => {
    const { error } = everySplit("HTTP/1.1 100 C\r\n\r\n", { eof: true });
    expect(error).toMatchObject({
      class: "RemoteDisconnected",
      code: "REMOTE_DISCONNECTED",
      offset: 18,
    });
  });
});
