import { describe, expect, test } from "vitest";
import { ReadEvent } from "../src/index.ts";
import { answer, asking, bytes, everySplit, seeError, text, thrownBy } from "./exchanges.ts";

const LENGTH = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
const CHUNKED =
  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: y\r\n\r\n";
const FOLDED = "HTTP/1.0 200 OK\r\nA: b\r\n c\r\nContent-Length: 0\r\n\r\n";

/** What an end of input after `length` bytes of a message is, by the rule. */
function expected(wire: string, length: number): object {
  const statusEnd = wire.indexOf("\r\n") + 2;
  const headEnd = wire.indexOf("\r\n\r\n") + 4;
  const offset = length;
  if (length === 0)
    return { class: "RemoteDisconnected", code: "REMOTE_DISCONNECTED", line: "''", offset };
  if (length < statusEnd) {
    return { class: "BadStatusLine", code: "STATUS_LINE_CUT", line: wire.slice(0, length), offset };
  }
  const code = length < headEnd ? "INCOMPLETE_HEAD" : "INCOMPLETE_READ";
  return { class: "IncompleteRead", code, offset, partial: "" };
}

describe.each([
  ["a length", LENGTH, 5],
  ["chunks", CHUNKED, 5],
  ["a folded head", FOLDED, 0],
])("an end inside a message with %s", (_name, wire) => {
  test.each(Array.from({ length: wire.length }, (_, length) => length))(
    "after %i bytes",
    (length) => {
      const seen = everySplit(wire.slice(0, length), { eof: true });
      const last = wire === CHUNKED ? wire.indexOf("\r\n0\r\n") + 5 : -1;
      if (length === last) {
        // Right behind the last chunk line: complete, and the connection closes (RFC 9112 §8).
        expect(seen).toMatchObject({
          ended: true,
          error: null,
          body: "hello",
          trailers: null,
          willClose: true,
        });
        expect(seen.states).toBe("MUST_CLOSE MUST_CLOSE");
        return;
      }
      expect(seen.error).toMatchObject(expected(wire, length));
      expect(seen).toMatchObject({
        ended: false,
        willClose: true,
        isReusable: false,
        states: "ERROR ERROR",
      });
    },
  );
});

describe("an end of input", () => {
  test("ends a body that has no other end", () => {
    const seen = everySplit("HTTP/1.1 200 OK\r\n\r\nall of it", { eof: true });
    expect(seen).toMatchObject({
      framing: "close",
      body: "all of it",
      ended: true,
      willClose: true,
    });
  });

  test("may end an empty body that has no other end", () => {
    expect(everySplit("HTTP/1.1 200 OK\r\n\r\n", { eof: true })).toMatchObject({
      body: "",
      ended: true,
    });
  });

  test.each([
    [5, ""],
    [3, "he"],
    [1, "hell"],
  ])("tells how many bytes are missing: %i", (missing, came) => {
    const seen = everySplit(`HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n${came}`, { eof: true });
    expect(seen).toMatchObject({ body: came, error: { expected: missing } });
  });

  test("inside a chunk tells how much of the chunk is missing", () => {
    const seen = everySplit("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe", {
      eof: true,
    });
    expect(seen).toMatchObject({ body: "he", error: { expected: 3 } });
  });

  test("between chunks cannot tell", () => {
    const seen = everySplit("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n", {
      eof: true,
    });
    expect(seen.body).toBe("he");
    expect(seen.error).toHaveProperty("expected", undefined);
  });

  test.each([LENGTH, CHUNKED, FOLDED])(
    "announced before the first next() changes nothing: %j",
    (wire) => {
      for (let length = 0; length <= wire.length; length++) {
        const whole = answer(asking(), wire.slice(0, length), [], true);
        const protocol = asking();
        if (length > 0) protocol.feed(bytes(wire.slice(0, length)));
        protocol.feedEnd();
        let body = "";
        let ended = false;
        let error: object | null = null;
        try {
          for (
            let event = protocol.next();
            event !== ReadEvent.NEED_DATA;
            event = protocol.next()
          ) {
            if (event === ReadEvent.DATA) body += text(protocol.data);
            if (event === ReadEvent.END) ended = true;
          }
        } catch (thrown) {
          error = seeError(thrown);
        }
        expect({ body, ended, error }).toEqual({
          body: whole.body,
          ended: whole.ended,
          error: whole.error,
        });
      }
    },
  );

  test("before any request is no error by itself", () => {
    const protocol = asking();
    answer(protocol, LENGTH);
    protocol.startNextCycle();
    protocol.feedEnd();
    expect(protocol.next()).toBe(ReadEvent.NEED_DATA);
    expect(thrownBy(() => protocol.sendHead("GET", "/")).code).toBe("CANNOT_SEND_REQUEST");
  });

  test("said twice is said once", () => {
    const protocol = asking();
    protocol.feed(bytes("HTTP/1.1 200 OK\r\n\r\nx"));
    protocol.feedEnd();
    protocol.feedEnd();
    expect([protocol.next(), protocol.next(), protocol.next()]).toEqual([2, 3, 4]);
  });
});
