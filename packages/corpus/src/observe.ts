/**
 * Feeds one message to one parser in one split, and writes down what came out.
 *
 * The reads are lent as a socket lends them: one buffer, overwritten with 0xAA as soon as the parser
 * has said NEED_DATA. Whatever it kept of a read without copying it is junk from then on. On the
 * way the rules of the interface are checked: order of events, views, poisoning after an error.
 */
import { decodeLatin1, joinBytes } from "./latin1.ts";
import { copyFields, seeError, type Observation, type SeenHead } from "./observation.ts";
import { EVENT, type HeadUnderTest, type ProtocolUnderTest } from "./protocol-under-test.ts";
import type { Field, InterimHead } from "./rows.ts";
import type { Split } from "./splits.ts";

const JUNK = 0xaa;
const SIMPLE = 9;

function seeHead(head: HeadUnderTest): SeenHead {
  const { version, status, reason } = head;
  return { version, status, reason, headers: copyFields(head.headers) };
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return false;
  return true;
}

class Observer {
  readonly interim: InterimHead[] = [];
  readonly pieces: Uint8Array[] = [];
  readonly faults: string[] = [];
  head: SeenHead | null = null;
  framing: string | undefined;
  length: number | null | undefined;
  trailers: Field[] | null = null;
  ended = false;
  thrown: { readonly error: unknown } | null = null;
  readonly #protocol: ProtocolUnderTest;

  constructor(protocol: ProtocolUnderTest) {
    this.#protocol = protocol;
  }

  fault(text: string): void {
    if (!this.faults.includes(text)) this.faults.push(text);
  }

  /** Runs `step`, then takes events until NEED_DATA. `fed` is the buffer of this read. */
  take(step: () => void, fed: Uint8Array): void {
    try {
      step();
      // Each event but HEAD and END uses a byte up, so this many is a parser that turns in circles.
      let left = 2 * fed.length + 8;
      for (let event = this.#protocol.next(); event !== EVENT.NEED_DATA;) {
        this.#see(event, fed);
        if (--left < 0) throw new Error("Cannot take events: no NEED_DATA after two a byte");
        event = this.#protocol.next();
      }
    } catch (error) {
      this.thrown = { error };
    }
  }

  /** After an error each call throws that same error again. */
  probePoison(fed: Uint8Array): void {
    const calls = { next: () => this.#protocol.next(), feed: () => this.#protocol.feed(fed) };
    for (const [name, call] of Object.entries(calls)) {
      try {
        call();
        this.fault(`${name}() after the error did not throw`);
      } catch (error) {
        if (error !== this.thrown?.error)
          this.fault(`${name}() threw another error the second time`);
      }
    }
  }

  #see(event: number, fed: Uint8Array): void {
    if (this.ended) this.fault(`event ${event} after END`);
    switch (event) {
      case EVENT.INFORMATIONAL:
        return this.#seeInterim();
      case EVENT.HEAD:
        return this.#seeHead();
      case EVENT.DATA:
        return this.#seeData(fed);
      case EVENT.END:
        return this.#seeEnd();
      default:
        throw new Error(`Cannot take events: next() returned ${event}`);
    }
  }

  #seeInterim(): void {
    const { head } = this.#protocol;
    if (head === null) return this.fault("INFORMATIONAL without a head");
    if (this.head !== null) this.fault("INFORMATIONAL after HEAD");
    const { status, reason, headers } = seeHead(head);
    this.interim.push({ status, reason, headers });
  }

  #seeHead(): void {
    const { head, framing, remaining } = this.#protocol;
    if (head === null) return this.fault("HEAD without a head");
    if (this.head !== null) this.fault("a second HEAD");
    this.head = seeHead(head);
    this.framing = framing;
    this.length = remaining;
  }

  #seeData(fed: Uint8Array): void {
    const { data, dataStart, dataEnd } = this.#protocol;
    if (this.head === null) this.fault("DATA before HEAD");
    if (data.length === 0) this.fault("empty DATA");
    // The first bytes of a simple response were held back over reads until they were known to be none
    // of a status line: they lie in no fed chunk.
    if (this.head?.version !== SIMPLE && !sameBytes(data, fed.subarray(dataStart, dataEnd))) {
      this.fault("data is not the bytes of the fed chunk from dataStart to dataEnd");
    }
    this.pieces.push(data.slice());
  }

  #seeEnd(): void {
    if (this.head === null) this.fault("END before HEAD");
    const { trailers } = this.#protocol;
    this.trailers = trailers === null ? null : copyFields(trailers);
    this.ended = true;
  }
}

/**
 * Feeds `wire` in the reads of `split`; the request has been sent already.
 *
 * @param eof whether the input ends behind the wire or only pauses
 */
export function observe(
  protocol: ProtocolUnderTest,
  wire: Uint8Array,
  split: Split,
  eof: boolean,
): Observation {
  const observer = new Observer(protocol);
  const buffer = new Uint8Array(wire.length + 2 * split.margin).fill(JUNK);
  let start = 0;
  for (const end of split.ends) {
    const size = end - start;
    const fed = buffer.subarray(0, size + 2 * split.margin);
    fed.set(wire.subarray(start, end), split.margin);
    observer.take(() => {
      if (split.margin === 0) protocol.feed(fed);
      else protocol.feed(fed, split.margin, split.margin + size);
    }, fed);
    fed.fill(JUNK);
    if (observer.thrown !== null) break;
    start = end;
  }
  if (eof && observer.thrown === null) {
    observer.take(() => protocol.feedEnd(), new Uint8Array(0));
  }
  const { ended, head, thrown } = observer;
  if (thrown !== null) observer.probePoison(buffer.subarray(0, 1));
  return {
    outcome: thrown !== null ? "error" : ended ? "ok" : "need-more",
    interim: observer.interim,
    head,
    framing: observer.framing,
    length: observer.length,
    keepAlive: thrown === null && head !== null ? !protocol.willClose : false,
    reusable: protocol.isReusable,
    body: decodeLatin1(joinBytes(observer.pieces)),
    trailers: observer.trailers,
    rest: thrown === null ? decodeLatin1(protocol.rest) : undefined,
    error: thrown && seeError(thrown.error),
    defects: protocol.head?.headers.defects.map(({ code }) => code) ?? [],
    faults: observer.faults,
  };
}
