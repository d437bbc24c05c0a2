/** A clone goes on by itself from exactly where its protocol is: at every byte, whatever comes next to either. */
import { describe, expect, test } from "vitest";
import { ClientProtocol, ReadEvent } from "../src/index.ts";
import type { ProtocolOptions } from "../src/index.ts";
import { answer, asking, bytes, seeHead, text, thrownBy } from "./exchanges.ts";
import type { Seen } from "./exchanges.ts";

const HEADS =
  "HTTP/1.1 103 Early\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nC: d\r\n e\r\n\r\n";
const WIRE = `${HEADS}5;x="y"\r\nhello\r\n7\r\n, world\r\n0\r\nSum: 12\r\nT: u\r\n\r\n`;

/** What a protocol gives from here on, however it stands. */
function goOn(protocol: ClientProtocol, wire: string, eof = false): Seen {
  return answer(protocol, wire, [], eof);
}

describe("a clone made between two chunks", () => {
  test.each(Array.from({ length: WIRE.length }, (_, at) => at))("after %i bytes", (at) => {
    const before = WIRE.slice(0, at);
    const after = WIRE.slice(at);
    const original = asking();
    answer(original, before);
    // Three tails: the right one byte by byte, one that breaks the message, one that cuts it.
    const [right, broken, cut] = [original.clone(), original.clone(), original.clone()];
    expect(goOn(broken, "\0\0\0")).toEqual(goOn(at === 0 ? asking() : fed(before), "\0\0\0"));
    expect(goOn(cut, "", true)).toEqual(goOn(fed(before), "", true));
    const seen = answer(
      right,
      after,
      Array.from({ length: Math.max(0, after.length - 1) }, (_, i) => i + 1),
    );
    expect(seen).toEqual(goOn(fed(before), after));
    // And the original, which knows nothing of what became of the others.
    expect(goOn(original, after)).toEqual(seen);
    expect(seen).toMatchObject({
      error: null,
      ended: true,
      isReusable: true,
      trailers: [
        ["Sum", "12"],
        ["T", "u"],
      ],
    });
  });

  function fed(wire: string): ClientProtocol {
    const protocol = asking();
    answer(protocol, wire);
    return protocol;
  }
});

interface Event {
  readonly event: number;
  readonly data: string;
  readonly status: number | undefined;
  readonly rest: string;
}

/** The events from here to NEED_DATA. */
function eventsOf(protocol: ClientProtocol): Event[] {
  const events: Event[] = [];
  for (let event = protocol.next(); event !== ReadEvent.NEED_DATA; event = protocol.next()) {
    events.push({
      event,
      data: text(protocol.data),
      status: protocol.head?.status,
      rest: text(protocol.rest),
    });
  }
  return events;
}

describe("a clone made while a chunk is lent", () => {
  test.each<readonly [why: string, wire: string, options: ProtocolOptions]>([
    ["chunks and trailers", `${WIRE}rest`, {}],
    ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more", {}],
    ["until close", "HTTP/1.1 200 OK\r\n\r\nhello", {}],
    ["a reply without a head", "page", { lenient: { simpleResponse: true } }],
  ])(
    "has the unused bytes in memory of its own, and the data of its event: %s",
    (_why, wire, options) => {
      const count = eventsOf(lent(wire, options)).length;
      for (let taken = 0; taken <= count; taken++) {
        const whole = lent(wire, options);
        for (let i = 0; i < taken; i++) whole.next();
        const chunk = bytes(`12${wire}34`);
        const original = asking(options);
        original.feed(chunk, 2, chunk.length - 2);
        for (let i = 0; i < taken; i++) original.next();
        const data = text(original.data);
        const [twin, other] = [original.clone(), original.clone()];
        chunk.fill(0xaa);
        // Indexes are those of the chunk.
        expect([twin.dataStart, twin.dataEnd]).toEqual([original.dataStart, original.dataEnd]);
        expect(text(twin.data)).toBe(data);
        const expected = eventsOf(whole);
        expect(eventsOf(twin)).toEqual(expected);
        expect(eventsOf(other.clone())).toEqual(expected);
        expect(text(twin.rest)).toBe(text(whole.rest));
        // The clone asks for more by itself.
        twin.feed(bytes("x"));
        expect(thrownBy(() => other.feed(bytes("x"))).code).toBe("IMPROPER_CONNECTION_STATE");
      }
    },
  );

  function lent(wire: string, options: ProtocolOptions): ClientProtocol {
    const protocol = asking(options);
    const chunk = bytes(`12${wire}34`);
    protocol.feed(chunk, 2, chunk.length - 2);
    return protocol;
  }
});

describe("a clone", () => {
  test("errors have the same offsets and excerpts as in the original", () => {
    for (let at = 0; at < HEADS.length; at++) {
      const protocol = asking();
      answer(protocol, HEADS.slice(0, at));
      const broken = `${HEADS.slice(at)}5\r\nhello!`;
      expect(goOn(protocol.clone(), broken).error).toMatchObject({
        code: "CHUNK_DATA_END",
        offset: HEADS.length + 8,
      });
    }
  });

  test("keeps the prefix of a reply that may have no head", () => {
    const protocol = asking({ lenient: { simpleResponse: true } });
    answer(protocol, "HTT");
    expect(goOn(protocol.clone(), "P/1.1 204 N\r\n\r\n")).toMatchObject({
      head: { status: 204 },
      error: null,
    });
    expect(goOn(protocol.clone(), "X page")).toMatchObject({
      head: { version: 9 },
      body: "HTTX page",
    });
    expect(goOn(protocol, "", true)).toMatchObject({ head: { version: 9 }, body: "HTT" });
    const held = asking({ lenient: { simpleResponse: true } });
    answer(held, "HT");
    held.feed(bytes("ML"));
    expect(held.next()).toBe(ReadEvent.HEAD);
    expect(eventsOf(held.clone()).map(({ data }) => data)).toEqual(["HT", "ML"]);
    expect(eventsOf(held).map(({ data }) => data)).toEqual(["HT", "ML"]);
  });

  test("counts interim heads on", () => {
    const protocol = asking({ limits: { maxInformational: 2 } });
    const interim = "HTTP/1.1 102 P\r\n\r\n";
    answer(protocol, interim);
    expect(goOn(protocol.clone(), interim).error).toBeNull();
    expect(goOn(protocol.clone(), interim + interim).error).toMatchObject({
      code: "LIMIT_EXCEEDED",
    });
    expect(goOn(protocol, interim).error).toBeNull();
  });

  test("keeps limits, leniencies and defects, and records its own apart", () => {
    const protocol = asking({
      lenient: { spaceAfterChunkSize: true, bareLineFeed: true, skipInvalidFields: true },
    });
    answer(protocol, "HTTP/1.1 200 OK\nTransfer-Encoding: chunked\r\nA");
    answer(protocol, "\r\n\r\n1 \r\na\r\n");
    const twin = protocol.clone();
    expect(goOn(twin, "1 \r\nb\r\n1 \r\nc\r\n0\r\n\r\n")).toMatchObject({
      body: "bc",
      ended: true,
    });
    const codes = (of: ClientProtocol): string[] =>
      of.head!.headers.defects.map(({ code }) => code);
    const earlier = ["STATUS_LINE_BARE_LF", "INVALID_FIELD_NAME", "SPACE_AFTER_CHUNK_SIZE"];
    expect(codes(protocol)).toEqual(earlier);
    expect(codes(twin)).toEqual([...earlier, "SPACE_AFTER_CHUNK_SIZE", "SPACE_AFTER_CHUNK_SIZE"]);
    expect(seeHead(twin.head!).fields).toEqual(seeHead(protocol.head!).fields);
    expect(goOn(protocol, "0\r\n\r\n")).toMatchObject({ body: "", ended: true });
    expect(codes(protocol)).toEqual(earlier);
  });

  test("keeps a defect inside a head that is not complete", () => {
    const protocol = asking({ lenient: { bareLineFeed: true } });
    const interim = "HTTP/1.1 103 H\r\n\r\n";
    answer(protocol, `${interim}HTTP/1.1 204 N\nA: b\nC`);
    const seen = goOn(protocol.clone(), ": d\n\r\n");
    expect(seen.head?.defects).toMatchObject(
      [14, 19, 24].map((at) => ({ offset: interim.length + at })),
    );
    expect(seen).toEqual(goOn(protocol, ": d\n\r\n"));
  });

  test("sends its own request body", () => {
    const headers = [{ "Content-Length": "5" }, { "Transfer-Encoding": "chunked" }];
    for (const each of headers) {
      const protocol = new ClientProtocol();
      protocol.sendHead("POST", "/", each);
      protocol.sendData(bytes("he"));
      const twin = protocol.clone();
      twin.sendData(bytes("llo"));
      twin.sendEnd();
      expect(twin.clone().clientState).toBe("DONE");
      expect(protocol.clientState).toBe("SEND_BODY");
      protocol.sendData(bytes("y!!"));
      protocol.sendEnd();
    }
  });

  test("a clone of a protocol that lets lengths be wrong does so too", () => {
    const protocol = new ClientProtocol({ strictContentLength: false });
    const twin = protocol.clone();
    twin.sendHead("POST", "/", { "Content-Length": 5 });
    expect(twin.clone().sendData(bytes("much too much"))).toHaveLength(1);
    expect(protocol.clientState).toBe("IDLE");
  });

  test("keeps what lies behind a message, and has its own cycles", () => {
    const protocol = asking();
    answer(protocol, "HTTP/1.1 204 N\r\n\r\n");
    const twin = protocol.clone();
    twin.startNextCycle();
    twin.sendHead("HEAD", "/");
    twin.sendEnd();
    expect(answer(twin, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nrest")).toMatchObject({
      framing: "none",
      rest: "rest",
    });
    expect(text(twin.clone().rest)).toBe("rest");
    expect(protocol).toMatchObject({ clientState: "DONE", framing: "none", isReusable: true });
    answer(protocol, "r");
    const third = protocol.clone();
    answer(third, "s");
    expect([text(protocol.rest), text(third.rest)]).toEqual(["r", "rs"]);
  });

  test("of a peer that has closed knows that it has", () => {
    const protocol = asking();
    protocol.feed(bytes("HTTP/1.1 200 OK\r\n\r\nhi"));
    protocol.feedEnd();
    expect(eventsOf(protocol.clone()).map(({ event }) => event)).toEqual([2, 3, 4]);
    expect(eventsOf(protocol).map(({ event }) => event)).toEqual([2, 3, 4]);
  });
});
