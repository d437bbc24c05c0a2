import { describe, expect, test } from "vitest";
import {
  decodeLatin1,
  encodeLatin1,
  everySplit,
  EVENT,
  type ExpectedResponse,
  type HeadUnderTest,
  type ProtocolUnderTest,
} from "../src/index.ts";

/** What a parser may get wrong. */
type Bug =
  | "keeps a view of the read"
  | "forgets the line feed of a cut CRLF"
  | "drops what is behind"
  | "throws a new error each time"
  | "gives empty data"
  | "never says NEED_DATA"
  | "loses the partial body at a cut"
  | "points at the read, not at the message";

const HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";

/** Knows one head and one refusal, which is enough to be wrong in many ways. */
class TinyParser implements ProtocolUnderTest {
  head: HeadUnderTest | null = null;
  data = new Uint8Array(0);
  dataStart = 0;
  dataEnd = 0;
  trailers = null;
  framing = "none";
  remaining: number | null = null;
  willClose = false;
  rest: Uint8Array = new Uint8Array(0);
  #text = "";
  #read: Uint8Array = new Uint8Array(0);
  #at = 0;
  #end = 0;
  #left = -1;
  #seen = 0;
  #error: Error | null = null;
  readonly #bug: Bug | undefined;

  constructor(bug?: Bug) {
    this.#bug = bug;
  }

  sendHead(): void {}
  sendEnd(): void {}

  get isReusable(): boolean {
    return this.#left === -2 && this.rest.length === 0;
  }

  feed(chunk: Uint8Array, start = 0, end: number = chunk.length): void {
    if (this.#error !== null) this.#throw(this.#error);
    this.#read = chunk;
    this.#at = start;
    this.#end = end;
    if (this.#bug === "forgets the line feed of a cut CRLF" && this.#text.endsWith("\r"))
      this.#at++;
  }

  feedEnd(): void {
    this.#throw(new Error("closed"));
  }

  next(): number {
    if (this.#error !== null) this.#throw(this.#error);
    if (this.#bug === "never says NEED_DATA") return EVENT.INFORMATIONAL;
    while (this.#left === -1) {
      if (this.#at >= this.#end) return EVENT.NEED_DATA;
      if (this.#takeHeadByte()) return EVENT.HEAD;
    }
    if (this.#left > 0) return this.#takeData();
    if (this.#left === 0) {
      this.#left = -2;
      return EVENT.END;
    }
    return this.#takeRest();
  }

  #takeHeadByte(): boolean {
    this.#text += String.fromCharCode(this.#read[this.#at++] ?? 0);
    this.#seen++;
    if (!HEAD.startsWith(this.#text)) {
      const offset = this.#bug === "points at the read, not at the message" ? this.#at : this.#seen;
      this.#throw(Object.assign(new Error("bad head"), { offset }));
    }
    if (this.#text !== HEAD) return false;
    this.head = {
      version: 11,
      status: 200,
      reason: "OK",
      headers: Object.assign([["Content-Length", "5"] as const], { defects: [] }),
    };
    this.framing = "length";
    this.remaining = this.#left = 5;
    return true;
  }

  #takeData(): number {
    const size = Math.min(this.#left, this.#end - this.#at);
    if (size === 0 && this.#bug !== "gives empty data") return EVENT.NEED_DATA;
    if (size === 0 && this.#read.length === 0) return EVENT.NEED_DATA;
    this.dataStart = this.#at;
    this.dataEnd = this.#at += size;
    this.data = this.#read.slice(this.dataStart, this.dataEnd);
    this.#left -= size;
    if (size === 0) this.#read = new Uint8Array(0);
    if (this.#bug === "loses the partial body at a cut" && size < 5) return this.next();
    return EVENT.DATA;
  }

  #takeRest(): number {
    const more = this.#read.subarray(this.#at, this.#end);
    this.#at = this.#end;
    if (this.#bug === "drops what is behind" || more.length === 0) return EVENT.NEED_DATA;
    const keep = this.#bug === "keeps a view of the read" && this.rest.length === 0;
    this.rest = keep ? more : encodeLatin1(decodeLatin1(this.rest) + decodeLatin1(more));
    return EVENT.NEED_DATA;
  }

  #throw(error: Error): never {
    this.#error = error;
    if (this.#bug === "throws a new error each time") throw new Error(error.message);
    throw error;
  }
}

const whole: ExpectedResponse = {
  outcome: "ok",
  version: 11,
  status: 200,
  reason: "OK",
  headers: [["Content-Length", "5"]],
  framing: "length",
  length: 5,
  keepAlive: true,
  reusable: false,
  body: "hello",
  rest: "tail",
};
const refused: ExpectedResponse = { outcome: "error", error: { class: "Error" } };

const make = () => new TinyParser();

function run(bug?: Bug): string[] {
  const makeIt = () => new TinyParser(bug);
  return [
    ...everySplit(makeIt, { wire: encodeLatin1(`${HEAD}hellotail`) }, whole),
    ...everySplit(makeIt, { wire: encodeLatin1(`${HEAD.slice(0, -2)}X`) }, refused),
  ];
}

describe("everySplit", () => {
  test("says nothing about a parser that is right", () => {
    expect(run()).toEqual([]);
  });

  test.each<[Bug, RegExp]>([
    ["keeps a view of the read", /rest: expected "tail", got "ª/],
    ["forgets the line feed of a cut CRLF", /^cut at 16: outcome unlike the whole/],
    ["drops what is behind", /^whole: rest: expected "tail", got ""/],
    ["throws a new error each time", /next\(\) threw another error/],
    ["gives empty data", /empty DATA/],
    ["never says NEED_DATA", /no NEED_DATA after two a byte/],
    ["loses the partial body at a cut", /^cut at 39: body unlike .* expected "hello", got ""/],
    ["points at the read, not at the message", /^whole, inside a larger buffer: error unlike/],
  ])("reports a parser that %s", (bug, line) => {
    expect(run(bug)).toEqual(expect.arrayContaining([expect.stringMatching(line)]));
  });

  test.each<[string, Partial<ExpectedResponse>, string]>([
    ["status", { status: 204 }, "whole: status: expected 204, got 200"],
    ["reason", { reason: "Ok" }, 'whole: reason: expected "Ok", got "OK"'],
    ["version", { version: 10 }, "whole: version: expected 10, got 11"],
    ["case of a name", { headers: [["content-length", "5"]] }, "whole: headers: expected"],
    ["framing", { framing: "close" }, 'whole: framing: expected "close", got "length"'],
    ["length", { length: 6 }, "whole: length: expected 6, got 5"],
    ["body", { body: "hell" }, 'whole: body: expected "hell", got "hello"'],
    ["rest", { rest: "" }, 'whole: rest: expected "", got "tail"'],
    ["trailers", { trailers: [["A", "b"]] }, 'whole: trailers: expected [["A","b"]], got []'],
    ["interim heads", { interim: { count: 1 } }, 'whole: interim heads: expected {"count":1}'],
    ["keep-alive", { keepAlive: false }, "whole: keep alive: expected false, got true"],
    ["reuse", { reusable: true }, "whole: reusable: expected true, got false"],
    ["outcome", { outcome: "need-more" }, "whole: outcome: expected need-more, got ok"],
  ])("reports another %s than the row expects", (_name, change, line) => {
    const message = { wire: encodeLatin1(`${HEAD}hellotail`) };
    const lines = everySplit(make, message, { ...whole, ...change });
    expect(lines).toEqual([expect.stringContaining(line)]);
  });

  test("reports an error of another class, unless the row accepts that class too", () => {
    const message = { wire: encodeLatin1("FTP") };
    const expected: ExpectedResponse = { outcome: "error", error: { class: "BadStatusLine" } };
    expect(everySplit(make, message, expected)).toEqual([
      'whole: error class: expected "BadStatusLine", got "Error"',
    ]);
    expect(everySplit(make, { ...message, acceptAlso: ["Error"] }, expected)).toEqual([]);
  });
});
