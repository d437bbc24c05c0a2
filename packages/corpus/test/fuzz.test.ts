/**
 * Mutated rows in numbers. No bytes at all may make a parser throw anything but an exception of the tree, turn in
 * circles, or give another result for another cut: outcome, code, offset, excerpt and the body so far are one.
 *
 * The same mutations in each run. FUZZ_COUNT and FUZZ_SEED, numbers, make a longer or another run:
 * `FUZZ_COUNT=5000000 npx vitest run --project corpus fuzz`.
 */
import { ClientProtocol, parseResponse } from "@httplib/protocol";
import type { ProtocolOptions, ResponseHead } from "@httplib/protocol";
import { expect, test } from "vitest";
import { encodeLatin1, loadResponses } from "../src/index.ts";

const COUNT = Number(process.env["FUZZ_COUNT"] ?? 200_000);
const SEED = Number(process.env["FUZZ_SEED"] ?? 9112);

/** Above this many bytes a row is drawn only now and then: it costs as much as a hundred others. */
const SHORT = 600;
const RARELY = 2000;

const PIECES = [
  ...Array.from('\r\n\0 \t:;,05aF"\\\x7f\x80\xffH=-+'),
  "\r\n",
  "\r\n\r\n",
  "\r\n ",
  "\n\n",
  "0\r\n\r\n",
  "HTTP/1.1 ",
  "HTTP/1.1 100 C\r\n\r\n",
  "Content-Length: 3\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Connection: close\r\n",
  "ffffffffffffffff",
].map(encodeLatin1);

const LENIENT = {
  bareLineFeed: true,
  lengthWithTransferEncoding: true,
  chunkedInHTTP10: true,
  spaceAfterChunkSize: true,
  skipInvalidFields: true,
  simpleResponse: true,
};
const OPTIONS: readonly ProtocolOptions[] = [
  {},
  {},
  {},
  ...Object.keys(LENIENT).map((name) => ({ lenient: { [name]: true } })),
  { lenient: LENIENT },
  { limits: { maxLineBytes: 40, maxHeaderFields: 2, maxHeadBytes: 90, maxChunkOverhead: 10 } },
  { limits: { maxInformational: 0, maxChunkOverhead: 0 }, lenient: LENIENT },
];

const rows = loadResponses().map(({ wire, method, upgradeRequested }) => ({
  wire,
  method,
  upgradeRequested,
}));
const shortRows = rows.filter(({ wire }) => wire.length <= SHORT);

/** xorshift32: the same numbers in each run. */
function numbers(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const draw = numbers(SEED);

function pick<T>(from: readonly T[]): T {
  return from[draw(from.length)]!;
}

function splice(wire: Uint8Array, start: number, end: number, piece: Uint8Array): Uint8Array {
  const joined = new Uint8Array(start + piece.length + wire.length - end);
  joined.set(wire.subarray(0, start));
  joined.set(piece, start);
  joined.set(wire.subarray(end), start + piece.length);
  return joined;
}

function mutate(wire: Uint8Array): Uint8Array {
  const at = draw(wire.length + 1);
  const end = Math.min(wire.length, at + 1 + draw(4));
  switch (draw(7)) {
    case 0:
      return splice(wire, at, at, pick(PIECES));
    case 1:
      return splice(wire, at, end, pick(PIECES));
    case 2:
      return splice(wire, at, end, new Uint8Array(0));
    case 3:
      return splice(wire, at, Math.min(wire.length, at + 1), Uint8Array.of(draw(256)));
    case 4: // a run twice
      return splice(wire, at, at, wire.subarray(at, Math.min(wire.length, at + draw(40))));
    case 5: // cut off
      return wire.slice(0, at);
    default: {
      const other = pick(shortRows).wire;
      return splice(wire, at, wire.length, other.subarray(draw(other.length + 1)));
    }
  }
}

interface Case {
  readonly wire: Uint8Array;
  readonly method: string;
  readonly upgrade: boolean;
  readonly eof: boolean;
  readonly options: ProtocolOptions;
}

function drawCase(): Case {
  const row = draw(RARELY) === 0 ? pick(rows) : pick(shortRows);
  let { wire } = row;
  for (let left = 1 + draw(3); left > 0; left--) wire = mutate(wire);
  return {
    wire,
    method: draw(8) === 0 ? pick(["GET", "HEAD", "CONNECT"]) : row.method,
    upgrade: row.upgradeRequested || draw(16) === 0,
    eof: draw(2) === 0,
    options: pick(OPTIONS),
  };
}

/** One to six cuts, or now and then every one. */
function drawCuts(length: number): number[] {
  if (draw(20) === 0 && length <= SHORT) return Array.from({ length }, (_, i) => i);
  const cuts = Array.from({ length: 1 + draw(6) }, () => draw(length + 1));
  return cuts.toSorted((a, b) => a - b);
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}

function headLine({ version, status, reason, headers }: ResponseHead): string {
  return `${version} ${status} ${reason} ${headers.toString()} ${JSON.stringify(headers.defects)}`;
}

/** What the exceptions about received bytes have and no other error does. */
interface WireError extends Error {
  readonly code: string;
  readonly fault: "remote" | "network";
  readonly partial?: Uint8Array;
}

function isWireError(error: unknown): error is WireError {
  if (!(error instanceof Error && "code" in error && "fault" in error)) return false;
  return typeof error.code === "string" && (error.fault === "remote" || error.fault === "network");
}

const ERROR_FIELDS = ["name", "message", "code", "fault", "offset", "excerpt", "line", "expected"];

/** Everything of an error but its stack; anything that is no exception about received bytes is thrown on. */
function errorLine(error: unknown): string {
  if (!isWireError(error)) throw error;
  return ERROR_FIELDS.map((field) => String(Reflect.get(error, field))).join(" | ");
}

class Run {
  readonly #protocol: ClientProtocol;
  #heads = "";
  #end = "";
  outcome: "error" | "end" | "more" = "more";
  body = "";

  constructor(protocol: ClientProtocol) {
    this.#protocol = protocol;
  }

  static of({ options, method, upgrade }: Case): Run {
    const protocol = new ClientProtocol(options);
    protocol.sendHead(method, "/", upgrade ? { Upgrade: "x" } : {});
    protocol.sendEnd();
    return new Run(protocol);
  }

  /** Another run that has seen the same and goes on by itself. */
  clone(): Run {
    const twin = new Run(this.#protocol.clone());
    twin.#heads = this.#heads;
    twin.#end = this.#end;
    twin.outcome = this.outcome;
    twin.body = this.body;
    return twin;
  }

  /** Feeds wire[start, end) in a buffer that is overwritten afterwards. */
  feed(wire: Uint8Array, start: number, end: number): void {
    const chunk = wire.slice(start, end);
    this.#take(() => this.#protocol.feed(chunk), chunk.length);
    chunk.fill(0xaa);
  }

  feedEnd(): void {
    this.#take(() => this.#protocol.feedEnd(), 0);
  }

  /** What was seen, as one text. */
  get seen(): string {
    const protocol = this.#protocol;
    const facts = `${protocol.framing} ${protocol.remaining} ${protocol.willClose} ${protocol.isReusable}`;
    const head = protocol.head === null ? "" : JSON.stringify(protocol.head.headers.defects);
    return `${this.outcome}\n${this.#heads}\n${this.body}\n${this.#end}\n${facts} ${head}\n${latin1(protocol.rest)}`;
  }

  #take(step: () => void, length: number): void {
    if (this.outcome === "error") return;
    const protocol = this.#protocol;
    try {
      step();
      for (let left = 2 * length + 8; ; left--) {
        if (left < 0) throw new Error("no NEED_DATA after two events a byte");
        const event = protocol.next();
        if (event === 0) return;
        if (event === 3) this.body += latin1(protocol.data);
        else if (event === 4) {
          this.outcome = "end";
          this.#end = protocol.trailers?.toString() ?? "none";
        } else this.#heads += `${event} ${headLine(protocol.head!)}\n`;
      }
    } catch (error) {
      this.outcome = "error";
      this.#end = errorLine(error);
      let second: unknown;
      try {
        protocol.next();
      } catch (again) {
        second = again;
      }
      if (second !== error) throw new Error("another error the second time", { cause: error });
    }
  }
}

function seenWith(given: Case, cuts: readonly number[], cloned: boolean): Run {
  let run = Run.of(given);
  let start = 0;
  for (const end of [...cuts, given.wire.length]) {
    run.feed(given.wire, start, end);
    if (cloned) {
      const original = run;
      run = run.clone();
      original.feed(PIECES[end % PIECES.length]!, 0, 1);
    }
    start = end;
  }
  if (given.eof) run.feedEnd();
  return run;
}

/** What parseResponse() says of the same bytes: the body, or the body so far. */
function parsedBody({ wire, options, method, upgrade }: Case): string {
  try {
    return latin1(parseResponse(wire, { ...options, method, upgradeRequested: upgrade }).body);
  } catch (error) {
    if (!isWireError(error)) throw error;
    return latin1(error.partial ?? new Uint8Array(0));
  }
}

test(
  `${COUNT} mutated messages: only exceptions of the tree, and the same in every split`,
  { timeout: 10_000 + COUNT },
  () => {
    const outcomes = { error: 0, end: 0, more: 0 };
    // Most of the time would go into stacks that nobody reads.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    for (let i = 0; i < COUNT; i++) {
      const given = drawCase();
      const cuts = drawCuts(given.wire.length);
      const cloned = draw(8) === 0;
      const told = (): string =>
        JSON.stringify({ SEED, i, cuts, cloned, ...given, wire: latin1(given.wire) });
      try {
        const whole = seenWith(given, [], false);
        const split = seenWith(given, cuts, cloned);
        // Made into an assertion only where it fails: an assertion costs as much as ten exchanges.
        if (split.seen !== whole.seen) expect(split.seen).toBe(whole.seen);
        if (given.eof && draw(8) === 0) {
          const body = parsedBody(given);
          if (body !== whole.body) expect(body).toBe(whole.body);
        }
        outcomes[whole.outcome]++;
      } catch (cause) {
        throw new Error(told(), { cause });
      }
    }
    Error.stackTraceLimit = stackTraceLimit;
    // A run in which one of the outcomes is rare has tested little.
    for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(COUNT / 50);
  },
);
