/** What is kept from one head to the next to save work must never be seen in it: heads in every order, names of one length, and values of which one begins like the other. */
import { expect, test } from "vitest";
import { ClientProtocol, ReadEvent, RequestHead } from "../src/index.ts";

/** What a protocol makes of a head whose framing and connection fields are given; `cut` feeds it in two pieces, which the machines read. */
function read(lines: string, cut: boolean, reason = "OK"): object {
  const wire = new TextEncoder().encode(`HTTP/1.1 200 ${reason}\r\n${lines}\r\n`);
  const protocol = new ClientProtocol();
  protocol.sendHead("GET", "/");
  protocol.sendEnd();
  const middle = cut ? 9 : wire.length;
  protocol.feed(wire, 0, middle);
  if (protocol.next() !== ReadEvent.HEAD) {
    protocol.feed(wire, middle);
    expect(protocol.next()).toBe(ReadEvent.HEAD);
  }
  const { framing, remaining, willClose, keepAlive, head } = protocol;
  return { framing, remaining, willClose, keepAlive, reason: head?.reason };
}

const LENGTHS = ["1", "10", "1", "100", "10", "0", "01", "1 ", " 1", "10\t", "1, 1", "1,1"];
const CONNECTIONS = [
  "close",
  "keep-alive",
  "clos",
  "close ",
  "close, x",
  "Close",
  "x",
  "keep-alive, close",
];
const LONG = "x".repeat(30);

// With a length, since a body that the end of the connection ends costs the connection whatever its fields say.
test.each([
  ["Content-Length", "", LENGTHS],
  ["Connection", "Content-Length: 0\r\n", CONNECTIONS],
  ["Keep-Alive", "", ["a", "ab", "a", "", " ", "abc", `${LONG}1`, `${LONG}12`, `${LONG}2`, LONG]],
])("values of %s in any order are read as each would be alone", (name, others, values) => {
  for (const first of values) {
    for (const second of values) {
      read(`${name}: ${first}\r\n`, false);
      for (const line of [`${name}: ${second}\r\n`, `${name}:${second}\r\n`]) {
        const lines = others + line;
        expect(read(lines, false), `${first}, then ${line}`).toEqual(read(lines, true));
      }
    }
  }
});

test.each([
  [
    "Connection: close\r\nKeep-Alive: x\r\nContent-Length: 0\r\n",
    { willClose: true, keepAlive: "x" },
  ],
  [
    "Keep-Alive: close\r\nConnecting: close\r\nContent-Length: 0\r\n",
    { willClose: false, keepAlive: "close" },
  ],
  [
    "Keep-Alive: close\r\nContent-Length: 0\r\n",
    { willClose: false, keepAlive: "close", framing: "length" },
  ],
  [
    "Connection: x\r\nConnection: close\r\nContent-Length: 0\r\n",
    { willClose: true, keepAlive: undefined, remaining: 0 },
  ],
])("a value belongs to the name it came with: %j", (lines, expected) => {
  expect(read(lines, false)).toMatchObject(expected);
  expect(read(lines, true)).toMatchObject(expected);
});

test.each(["", "O", "OK", "Ok", "KO", "OKO", "NO", "Not Found"])(
  "the reason %j is what came",
  (reason) => {
    expect(read("", false, reason)).toMatchObject({ reason });
    expect(read("", true, reason)).toMatchObject({ reason });
  },
);

test("lines of names of one length begin each with its own", () => {
  const head = new RequestHead("GET", "/");
  const names = ["Host", "Date", "Date", "X".repeat(31), "Y".repeat(31), "Z".repeat(32)];
  for (const name of names) head.add(name, "a");
  expect([head.has("DATE"), head.has("Dat")]).toEqual([true, false]);
  const lines = names.map((name) => `${name}: a\r\n`);
  expect(head.finish().text).toBe(`GET / HTTP/1.1\r\n${lines.join("")}\r\n`);
});

test("a name that is judged while the value of another is read changes nothing", () => {
  const head = new RequestHead("GET", "/");
  const other = new RequestHead("GET", "/");
  const value: string[] = ["a"];
  Object.defineProperty(value, 0, {
    get() {
      other.add("Data", "b");
      return "a";
    },
  });
  head.addAll([["Date", value]]);
  expect(head.finish().text).toBe("GET / HTTP/1.1\r\nDate: a\r\n\r\n");
});
