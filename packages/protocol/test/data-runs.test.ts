/** dataRuns() tells the bytes that the events would have told, wherever the input is cut. */
import { describe, expect, test } from "vitest";
import type { ClientProtocol, ProtocolOptions } from "../src/index.ts";
import { asking, bytes, text } from "./exchanges.ts";

const CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

/** What can be seen of an answer in two pieces; `room` is how many runs are taken at once, 0 for one an event by itself. */
function see(wire: string, cut: number, room: number, options?: ProtocolOptions): unknown {
  const protocol: ClientProtocol = asking(options);
  const runs = new Float64Array(2 * room);
  let payload = "";
  const seen: unknown[] = [];
  try {
    for (const piece of [wire.slice(0, cut), wire.slice(cut)]) {
      protocol.feed(bytes(piece));
      for (let event = protocol.next(); event !== 0; event = protocol.next()) {
        if (event !== 3) seen.push(event);
        if (event === 4) break;
        if (event !== 3) continue;
        const source = protocol.dataSource;
        const count = room === 0 ? 0 : protocol.dataRuns(runs);
        if (room === 0) payload += text(protocol.data);
        for (let i = 0; i < count; i++) {
          payload += text(source.subarray(runs[2 * i], runs[2 * i + 1]));
        }
        if (count > 0) {
          expect(protocol.dataSource).toBe(source);
          expect([protocol.dataStart, protocol.dataEnd]).toEqual(
            [...runs].slice(2 * count - 2, 2 * count),
          );
        }
      }
    }
  } catch (error) {
    const { code, offset } = error as { code: string; offset: number };
    seen.push([code, offset]);
  }
  const { remaining, trailers, willClose, serverState, isReusable, head } = protocol;
  const defects = head?.headers.defects;
  return {
    payload,
    seen,
    remaining,
    trailers,
    willClose,
    serverState,
    isReusable,
    defects,
    rest: text(protocol.rest),
  };
}

describe("the same as the events", () => {
  test.each<readonly [what: string, wire: string, options: ProtocolOptions]>([
    ["chunks", `${CHUNKED}1\r\na\r\n2\r\nbc\r\n3\r\ndef\r\n0\r\nA: b\r\n\r\nrest`, {}],
    [
      "chunk lines that are not plain",
      `${CHUNKED}1\r\na\r\n2;x\r\nbc\r\n3\r\ndef\r\n0\r\n\r\n`,
      {},
    ],
    ["a chunk line that is wrong", `${CHUNKED}1\r\na\r\n2\r\nbc\r\nx\r\ndef\r\n0\r\n\r\n`, {}],
    [
      "a chunk line that is bent",
      `${CHUNKED}1\r\na\r\n2 \r\nbc\r\n3\r\ndef\r\n0\r\n\r\n`,
      { lenient: { spaceAfterChunkSize: true } },
    ],
    ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabcdrest", {}],
    ["until the close", "HTTP/1.0 200 OK\r\n\r\nabcd", {}],
    ["no head", "abcd", { lenient: { simpleResponse: true } }],
  ])("%s", (_what, wire, options) => {
    for (let cut = 0; cut <= wire.length; cut++) {
      const expected = see(wire, cut, 0, options);
      for (const room of [1, 2, 50]) expect(see(wire, cut, room, options)).toEqual(expected);
    }
  });
});

test("a clone made behind runs that were told goes on behind them", () => {
  const protocol = asking();
  protocol.feed(bytes(`${CHUNKED}1\r\na\r\n1\r\nb\r\n1\r\nc\r\n2\r\nd`));
  protocol.next();
  protocol.next();
  expect(protocol.dataRuns(new Float64Array(4))).toBe(2);
  const twin = protocol.clone();
  for (const each of [protocol, twin]) {
    expect(text(each.data)).toBe("b");
    expect([each.next(), text(each.data)]).toEqual([3, "c"]);
    expect([each.next(), text(each.data)]).toEqual([3, "d"]);
    expect(each.next()).toBe(0);
  }
});
