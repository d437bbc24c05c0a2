/** A chunk is lent until NEED_DATA: nothing of it is copied before, and nothing of it is looked at after. */
import { describe, expect, test } from "vitest";
import { ClientProtocol, ReadEvent } from "../src/index.ts";
import { asking, bytes, cutsOf, seeHead, text } from "./exchanges.ts";

const WIRE =
  "HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\n" +
  "HTTP/1.1 200 OK then\r\nA: b\r\n c\r\nSet-Cookie: d\r\nTransfer-Encoding: chunked\r\n\r\n" +
  "5;name=value\r\nhello\r\n7\r\n, world\r\n0\r\nX-Sum: 12\r\nY: z\r\n\r\n";

describe("a lent chunk", () => {
  test.each(cutsOf(WIRE.length).filter(([cut]) => cut === undefined || cut % 7 === 1))(
    "may be overwritten once NEED_DATA was given (cut at %j)",
    (...cuts) => {
      const protocol = asking();
      const buffer = new Uint8Array(WIRE.length);
      const statuses: number[] = [];
      let body = "";
      let start = 0;
      for (const end of [...cuts, WIRE.length]) {
        // One buffer for every read, as a socket has it.
        buffer.set(bytes(WIRE.slice(start, end)));
        protocol.feed(buffer, 0, end - start);
        for (let event = protocol.next(); event !== ReadEvent.NEED_DATA; event = protocol.next()) {
          if (event === ReadEvent.DATA) {
            expect(protocol.data.buffer).toBe(buffer.buffer);
            body += text(protocol.data);
          } else if (event !== ReadEvent.END) {
            statuses.push(protocol.head!.status);
          }
        }
        buffer.fill(0xaa);
        start = end;
      }
      expect(statuses).toEqual([103, 200]);
      expect(body).toBe("hello, world");
      expect(seeHead(protocol.head!).fields).toEqual([
        ["A", "b c"],
        ["Set-Cookie", "d"],
        ["Transfer-Encoding", "chunked"],
      ]);
      expect([...protocol.trailers!]).toEqual([
        ["X-Sum", "12"],
        ["Y", "z"],
      ]);
    },
  );

  test("is never written to", () => {
    const chunk = bytes(`${WIRE}rest`);
    const protocol = asking();
    protocol.feed(chunk);
    while (protocol.next() !== ReadEvent.NEED_DATA);
    expect(text(chunk)).toBe(`${WIRE}rest`);
  });

  test("is let go with NEED_DATA: nothing holds on to it", () => {
    const protocol = asking();
    protocol.feed(bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello"));
    expect([protocol.next(), protocol.next(), protocol.next()]).toEqual([2, 3, 0]);
    expect(protocol.dataSource).toHaveLength(0);
  });
});

describe("a DATA view", () => {
  test("is a range of the chunk, made when asked for", () => {
    const protocol = asking();
    const chunk = bytes("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello");
    protocol.feed(chunk);
    protocol.next();
    protocol.next();
    expect(protocol.dataSource).toBe(chunk);
    expect([protocol.dataStart, protocol.dataEnd]).toEqual([chunk.length - 5, chunk.length]);
    expect(protocol.data).not.toBe(protocol.data);
    expect(protocol.data).toEqual(chunk.subarray(chunk.length - 5));
  });

  test.each<readonly [framing: string, wire: string]>([
    ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"],
    ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"],
    ["until close", "HTTP/1.1 200 OK\r\n\r\nhello"],
  ])("is gone with the next event: %s", (_framing, wire) => {
    const protocol = asking();
    protocol.feed(bytes(wire));
    expect([protocol.next(), protocol.data.length]).toEqual([2, 0]);
    expect([protocol.next(), protocol.data.length]).toEqual([3, 5]);
    protocol.next();
    expect(protocol.data).toHaveLength(0);
    expect([protocol.dataStart, protocol.dataEnd]).toEqual([0, 0]);
  });

  test("is never empty", () => {
    const protocol = asking();
    const lengths: number[] = [];
    for (const piece of ["HTTP/1.1 200 OK\r\n", "\r\n", "", "a", "", "bc"]) {
      protocol.feed(bytes(piece));
      for (let event = protocol.next(); event !== ReadEvent.NEED_DATA; event = protocol.next()) {
        if (event === ReadEvent.DATA) lengths.push(protocol.data.length);
      }
    }
    expect(lengths).toEqual([1, 2]);
  });
});

test("`remaining` counts down by what was given out", () => {
  const protocol = asking();
  const seen: (number | null)[] = [protocol.remaining];
  for (const piece of ["HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n", "ab", "c", "def"]) {
    protocol.feed(bytes(piece));
    while (protocol.next() !== ReadEvent.NEED_DATA) seen.push(protocol.remaining);
  }
  expect(seen).toEqual([null, 6, 4, 3, 0, 0]);
});

test("a protocol needs nothing but an input to say NEED_DATA", () => {
  expect(new ClientProtocol().next()).toBe(ReadEvent.NEED_DATA);
});
