import { describe, expect, test } from "vitest";
import { ReadEvent } from "../src/index.ts";
import { answer, asking, bytes, everySplit, text, thrownBy } from "./exchanges.ts";

const BEHIND = "HTTP/1.1 200 Injected\r\nContent-Length: 1\r\n\r\n!";

const MESSAGES: readonly (readonly [name: string, wire: string, method: string])[] = [
  ["a length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", "GET"],
  ["length 0", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "GET"],
  ["chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n", "GET"],
  ["trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\n", "GET"],
  ["a body that HEAD forbids", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", "HEAD"],
  ["204", "HTTP/1.1 204 No\r\n\r\n", "GET"],
  ["close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", "GET"],
];

describe.each(MESSAGES)("bytes behind a message that ends by %s", (_name, wire, method) => {
  test("stay in rest in every split, and the connection is not used again", () => {
    const seen = everySplit(wire + BEHIND, { method });
    expect(seen).toMatchObject({ ended: true, error: null, rest: BEHIND, isReusable: false });
    expect(seen.head?.reason).not.toBe("Injected");
  });

  test("are never read as the response to a later request", () => {
    const protocol = asking({ method });
    answer(protocol, wire + BEHIND);
    expect(thrownBy(() => protocol.startNextCycle()).code).toBe("IMPROPER_CONNECTION_STATE");
    expect(thrownBy(() => protocol.sendHead("GET", "/")).code).toBe("CANNOT_SEND_REQUEST");
    expect(text(protocol.rest)).toBe(BEHIND);
  });

  test("none leave rest empty", () => {
    expect(everySplit(wire, { method }).rest).toBe("");
  });
});

describe("rest", () => {
  const [, OK] = MESSAGES[0]!;

  test("is there at END already, and outlives the chunk once NEED_DATA was given", () => {
    const protocol = asking();
    const chunk = bytes(`${OK}behind`);
    protocol.feed(chunk);
    protocol.next();
    expect(text(protocol.rest)).toBe(""); // no rest before the end: it is body
    protocol.next();
    expect(protocol.next()).toBe(ReadEvent.END);
    expect(text(protocol.rest)).toBe("behind");
    expect(protocol.isReusable).toBe(false);
    expect(protocol.next()).toBe(ReadEvent.NEED_DATA);
    chunk.fill(0xaa);
    expect(text(protocol.rest)).toBe("behind");
  });

  test("bytes that come when the message is over make the connection useless, even one", () => {
    const protocol = asking();
    answer(protocol, OK);
    expect(protocol.isReusable).toBe(true);
    protocol.feed(bytes("\r"));
    expect(protocol.isReusable).toBe(false);
    protocol.next();
    expect(protocol.isReusable).toBe(false);
    expect(text(protocol.rest)).toBe("\r");
    expect(thrownBy(() => protocol.startNextCycle()).message).toContain("bytes nobody asked for");
  });

  test("a peer that closes after the message makes the connection useless", () => {
    const protocol = asking();
    answer(protocol, OK);
    protocol.feedEnd();
    expect(protocol.isReusable).toBe(false);
    expect(protocol.next()).toBe(ReadEvent.NEED_DATA);
    expect(thrownBy(() => protocol.startNextCycle()).message).toContain("a peer that has closed");
  });

  test("many small pieces are joined", () => {
    const protocol = asking();
    answer(protocol, OK);
    for (let i = 0; i < 1000; i++) answer(protocol, "x");
    expect(text(protocol.rest)).toBe("x".repeat(1000));
    expect(protocol.rest).toBe(protocol.rest);
  });
});
