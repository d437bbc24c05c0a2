/**
 * ResponseBody: takes the events of one body from the protocol and settles the one read that waits for them.
 *
 * Owns the park, the waiting read, and the order of things at the end: bytes first, then the error. Knows nothing of
 * transports and time; a {@link BodyDriver} does. Runs inside the transport's callback while the chunk is lent: what
 * a read waits for goes into its memory, the rest of the chunk is parked, and the driver is told that nobody waits.
 * So an unread body never holds more than one chunk, and a read costs one promise however many pieces it is made of.
 *
 * How a body that broke is told, in one place: a read of everything rejects at once, with what came in `partial`; any
 * other read gives what came, and the next one rejects. Every later read rejects with that same error.
 *
 * Longer than most files here, because wire, reader and end meet in this one place.
 */

import { HTTPException, ImproperConnectionState, IncompleteRead } from "@httplib/errors";
import type { HTTPMessage } from "@httplib/headers";
import type { ClientProtocol, ResponseFraming } from "@httplib/protocol";
import { quiet } from "./quiet.ts";
import { BodyPark, keep } from "./body-park.ts";
import { BodyRuns } from "./body-runs.ts";

/** What stands behind a body: a connection, or a source that is read. */
export interface BodyDriver {
  /** A read waits for bytes, or nobody waits any more. Called only on change. @param waiting which of the two */
  setWaiting(waiting: boolean): void;
  /** The message has ended on the wire; the protocol is DONE, MUST_CLOSE or SWITCHED. Called once. */
  onEnd(): void;
  /** The body was given up before its end, or broke the protocol: nothing behind it is of use. @param error what broke it */
  abandon(error?: Error): void;
  /**
   * The caller is done: has read the body to its end (true), or closed it or been told its error before (false), even
   * where the message had ended on the wire. Called once.
   *
   * @param read whether to the end
   */
  onClosed?(read: boolean): void;
  /** The socket's number, or an error that says why there is none. */
  fileno(): number;
}

/**
 * One read: what it waits for, and how many bytes it can have.
 *
 * Resolving is done from outside, by the functions the promise gave: with a closure made for it in there, V8 lets a
 * read and its bytes live to the next full collection (1 GiB by `for await`: 69 MiB of memory and not 37, Node 20).
 */
interface Read<T = unknown> {
  /** Bytes that are enough. */
  readonly need: number;
  /** Memory to fill; null for a read of parked bytes. */
  readonly target: Uint8Array | null;
  /** Where a line feed is looked for next; -1 when the read is not about lines. */
  lookFrom: number;
  /** Bytes it can have now. */
  count: number;
  /** Takes what it may have. */
  finish(count: number): T;
  // Its promise, once it has to wait, and the ends of it.
  promise: Promise<T> | null;
  resolve(result: T): void;
  reject(error: unknown): void;
}

function noPromise(): void {}

/** Whoever holds the promise may look at it or not: the next read tells the same. */
function rejectQuietly(read: Read, error: unknown): void {
  if (read.promise !== null) void quiet(read.promise);
  read.reject(error);
}

const DATA = 3;
const END = 4;
const LF = 0x0a;

/** Bytes from the end of one chunk's data to the end of the next one's, and its CRLF: at least "\\r\\n1\\r\\nx\\r\\n". */
const LEAST_CHUNK = 8;

/** A target of so many bytes is large: it takes a whole read of most sockets. */
const LARGE_TARGET = 65_536;

/** The runs that are being taken: one list for all bodies, since nothing else happens meanwhile. */
const runs: BodyRuns = /* @__PURE__ */ new BodyRuns();

/**
 * The body of one response, between a protocol that is fed and the {@link HTTPResponse} that reads.
 *
 * @see RFC 9112 §6
 * @example
 * ```ts
 * import { ClientProtocol } from "@httplib/protocol";
 * import { HTTPResponse, ResponseBody } from "@httplib/response";
 * const protocol = new ClientProtocol();
 * protocol.sendHead("GET", "/");
 * protocol.sendEnd();
 * protocol.feed(new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe"));
 * protocol.next(); // HEAD
 * const driver = { setWaiting() {}, onEnd() {}, abandon() {}, fileno: () => -1 };
 * const body = new ResponseBody(protocol, driver);
 * const facts = { informational: [], method: "GET", url: "/", debugLevel: 0, debugLog() {}, timings: {} };
 * const response = new HTTPResponse({ head: protocol.head!, body, ...facts });
 * body.receive();
 * const reading = response.text();
 * protocol.feed(new TextEncoder().encode("llo"));
 * body.receive();
 * if ((await reading) !== "hello") throw new Error("unexpected");
 * ```
 */
export class ResponseBody {
  /** Null as soon as nothing more comes from it. */
  #protocol: ClientProtocol | null;
  readonly #driver: BodyDriver;
  readonly #framing: ResponseFraming;
  /** All that is parked, where it can be given out as it lies. */
  #kept: Uint8Array | null = null;
  /**
   * What was given out last, held to the next run or the end. Alive while the others are collected, it keeps glibc from
   * giving the end of its heap back and faulting it in again: 512 MiB by `for await` take 500 to 4,000 page faults, in
   * place of 500 to 40,000 as chance would have it, which double the time.
   */
  // oxlint-disable-next-line no-unused-private-class-members -- held, not read
  #given: Uint8Array | null = null;
  /** What is parked otherwise; made only for that, since a small body is mostly read as it came. */
  #park: BodyPark | null = null;
  /** The read that waits. */
  #read: Read | null = null;
  /** Bytes of its target that are filled. */
  #filled = 0;
  /** Bytes of the target that was filled last, or is being filled, where it is a large one. */
  #targetSize = 0;
  #isWaiting = false;
  #ended = false;
  #closed = false;
  /** In an object, because an aborted signal may give any value as its reason. */
  #failure: { readonly error: unknown } | null = null;
  #trailers: HTTPMessage | null = null;
  #willClose = false;
  /** Bytes that were announced and never come. */
  #missing = 0;

  /** @param protocol one that has just given HEAD */
  constructor(protocol: ClientProtocol, driver: BodyDriver) {
    this.#protocol = protocol;
    this.#driver = driver;
    this.#framing = protocol.framing;
  }

  /** True once the message has ended on the wire. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True once the last byte has been handed out, or the body was closed or its error was told. */
  get closed(): boolean {
    return this.#closed;
  }

  /** True for a switched connection, whose body is empty and whose socket lives on. */
  get isSwitched(): boolean {
    return this.#framing === "tunnel" || this.#framing === "upgrade";
  }

  /** Bytes that have come and are not taken. */
  get parked(): number {
    return this.#kept?.length ?? this.#park?.length ?? 0;
  }

  /**
   * Bytes that fill the large target of the read that waits; where none waits any more, that of the next one, which is
   * taken to be as large. 0 where that cannot be told, as it cannot where framing lies between the bytes.
   */
  get lacking(): number {
    const size = this.#targetSize;
    if (size === 0 || this.#framing === "chunked") return 0;
    return size - (this.#read === null ? this.parked % size : this.#filled);
  }

  /** Bytes still to be read, where that is known. */
  get remaining(): number | null {
    if (this.#closed) return 0;
    if (this.#framing === "chunked" || this.#framing === "close") return null;
    return this.parked + (this.#protocol?.remaining ?? this.#missing);
  }

  /** The trailer fields once the message has ended; null where there were none. */
  get trailers(): HTTPMessage | null {
    return this.#trailers;
  }

  /** Whether the connection ends with this body. */
  get willClose(): boolean {
    return this.#protocol?.willClose ?? this.#willClose;
  }

  /** What the driver says. */
  get fileno(): number {
    return this.#driver.fileno();
  }

  /** Takes every event up to NEED_DATA or END. Call it after feed(), after feedEnd(), and once right after HEAD. */
  receive(): void {
    const protocol = this.#protocol;
    if (protocol === null) return;
    let event: number;
    try {
      while ((event = protocol.next()) === DATA) this.#takeData(protocol);
    } catch (error) {
      // The protocol's own errors, and memory that the runtime does not give: whoever reads is told.
      this.#stop({ error });
      this.#driver.abandon(error instanceof Error ? error : undefined);
      this.#settleRead();
      return;
    }
    if (event === END) this.#end(protocol);
    this.#settleRead();
  }

  /** The wire broke: what is parked can still be read, then comes IncompleteRead. @param cause what the system said */
  reset(cause: Error): void {
    const protocol = this.#protocol;
    if (protocol === null) return;
    this.fail(new IncompleteRead(new Uint8Array(0), protocol.remaining ?? undefined, { cause }));
  }

  /** No more will come: what is parked can still be read, then comes an error as it is. @param error that one */
  fail(error: unknown): void {
    if (this.#protocol === null) return;
    this.#stop({ error });
    this.#settleRead();
  }

  /**
   * Waits until `need` bytes are at hand, or nothing more comes.
   *
   * @param need bytes to have; Infinity for all; NaN, from a count that is none, rejects
   * @param finish takes what it may have: up to `count` bytes of the park, or `count` bytes are in the target
   * @param target memory to fill instead of the park
   */
  wait<T>(
    need: number,
    finish: (count: number) => T,
    target: Uint8Array | null = null,
  ): Promise<T> {
    return this.#start(need, target, -1, finish);
  }

  /**
   * Waits for the first line feed at index `from` or behind it, for `most` bytes, or until nothing more comes.
   *
   * @param from index among the parked bytes, from 0
   * @param most bytes that are enough without a line feed; Infinity for no bound
   * @param finish takes `count` bytes: through the line feed, or as many as there are
   */
  waitLine<T>(from: number, most: number, finish: (count: number) => T): Promise<T> {
    return this.#start(most, null, from, finish);
  }

  /** The whole rest, where all of it is at hand and nothing is wrong: no read is made for it. Else null. */
  takeWhole(): Uint8Array | null {
    if (!this.#ended || this.#read !== null || this.#failure !== null) return null;
    const whole = this.take(Infinity);
    this.#close(true);
    return whole;
  }

  /** The first parked bytes, at most `most`, as a view that belongs to the caller. @param most bytes, from 0 */
  take(most: number): Uint8Array {
    const length = Math.min(most, this.parked);
    const kept = this.#kept;
    if (kept !== null && length === kept.length) {
      this.#kept = null;
      this.#given = kept;
      return kept;
    }
    // An array of its own even when empty: a caller may transfer its buffer.
    if (length === 0) return new Uint8Array(0);
    const park = this.#parkAll();
    const view = park.take(length);
    this.#given = view;
    // The memory it still has is the caller's.
    if (park.length === 0) this.#park = null;
    return view;
  }

  /** A copy of the first parked bytes, at most `most`. @param most bytes, from 0 */
  peek(most: number): Uint8Array {
    return this.#parkAll().peek(Math.min(most, this.parked));
  }

  /**
   * Gives up what was not read; before the end on the wire that is the end of the wire. A waiting read rejects with
   * `error`, which gets what that read had gathered as `partial`. Later reads give nothing, and no error: not even
   * that of a body which had broken before, if nobody has been told of it.
   *
   * @param error for the read that waits
   */
  close(error: HTTPException): void {
    if (this.#closed) return;
    const read = this.#read;
    this.#read = null;
    if (this.#protocol !== null) {
      this.#stop(null);
      this.#willClose = true;
      this.#driver.abandon();
    }
    if (read !== null) {
      const { target } = read;
      if (target === null) error.partial = this.peek(Infinity);
      else if (target.length > 0) error.partial = new Uint8Array(target.subarray(0, this.#filled));
      rejectQuietly(read, error);
    }
    this.#failure = null;
    this.#forget();
    this.#close(false);
  }

  #takeData(protocol: ClientProtocol): void {
    const { dataSource: source, dataEnd } = protocol;
    const target = this.#read?.target ?? null;
    if (target === null && this.#kept === null && this.#park === null) {
      // What nothing can be joined with is given out as it is kept: the whole body of most small responses.
      if (this.#framing !== "chunked" || source.length - dataEnd < LEAST_CHUNK) {
        this.#kept = keep(source, protocol.dataStart, dataEnd);
        return;
      }
    }
    runs.load(protocol);
    if (target !== null) {
      this.#fill(target);
      this.#filled += runs.moveTo(source, target, this.#filled);
    }
    if (runs.span > 0) this.#parkAll().add(source, runs, protocol.remaining);
  }

  /** The park, with all that is parked in it. */
  #parkAll(): BodyPark {
    const park = (this.#park ??= new BodyPark());
    if (this.#kept !== null) park.adopt(this.#kept);
    this.#kept = null;
    return park;
  }

  /** Lets go of what is parked, and of its memory. */
  #forget(): void {
    this.#kept = null;
    this.#park = null;
  }

  /** Moves what is parked into the target of the waiting read. */
  #fill(target: Uint8Array): void {
    if (this.parked > 0) this.#filled += this.#parkAll().copyTo(target, this.#filled);
  }

  #end(protocol: ClientProtocol): void {
    this.#trailers = protocol.trailers;
    this.#ended = true;
    this.#stop(null);
    this.#driver.onEnd();
    if (this.#read === null) this.#checkClosed();
  }

  /** Nothing more comes from the protocol, which may now serve another exchange. */
  #stop(failure: { readonly error: unknown } | null): void {
    this.#willClose = failure !== null || this.#protocol!.willClose;
    this.#missing = this.#protocol!.remaining ?? 0;
    this.#protocol = null;
    this.#failure = failure;
  }

  #start<T>(
    need: number,
    target: Uint8Array | null,
    lookFrom: number,
    finish: (count: number) => T,
  ): Promise<T> {
    if (this.#read !== null) {
      const message = "Cannot read: found another read that has not ended, expected one at a time";
      return quiet(Promise.reject(new ImproperConnectionState({ message })));
    }
    if (Number.isNaN(need + lookFrom)) {
      const message = "Cannot read: found a count that is no integer, expected a number of bytes";
      return quiet(Promise.reject(new RangeError(message)));
    }
    this.#filled = 0;
    this.#targetSize = target !== null && need >= LARGE_TARGET ? need : 0;
    const read: Read<T> = {
      need,
      target,
      lookFrom,
      count: 0,
      finish,
      promise: null,
      resolve: noPromise,
      reject: noPromise,
    };
    if (this.#isReady(read)) {
      try {
        return Promise.resolve(this.#finish(read));
      } catch (error) {
        // oxlint-disable-next-line prefer-promise-reject-errors -- passed on as it was thrown
        return quiet(Promise.reject(error));
      }
    }
    const promise = new Promise<T>((resolve, reject) => {
      read.resolve = resolve;
      read.reject = reject;
    });
    read.promise = promise;
    this.#read = read;
    this.#tellDriver();
    return promise;
  }

  /** Settles the waiting read if it has what it needs, and tells the driver whether one still waits. */
  #settleRead(): void {
    const read = this.#read;
    if (read !== null && this.#isReady(read)) {
      this.#read = null;
      try {
        read.resolve(this.#finish(read));
      } catch (error) {
        rejectQuietly(read, error);
      }
    }
    this.#tellDriver();
  }

  #tellDriver(): void {
    const isWaiting = this.#read !== null;
    if (isWaiting === this.#isWaiting) return;
    this.#isWaiting = isWaiting;
    if (this.#protocol !== null) this.#driver.setWaiting(isWaiting);
  }

  /** Counts what a read can have now, and tells whether it need not wait any longer. */
  #isReady(read: Read): boolean {
    const { need, target } = read;
    if (target !== null) {
      this.#fill(target);
      read.count = this.#filled;
      // Memory that was transferred away can never be filled.
      if (target.length < need) return true;
    } else {
      read.count = Math.min(need, this.parked);
      if (read.lookFrom >= 0) {
        const length = this.#parkAll().lengthThrough(LF, read.lookFrom, need);
        if (length >= 0) {
          read.count = length;
          return true;
        }
        read.lookFrom = Math.max(read.lookFrom, this.parked);
      }
    }
    return read.count >= need || this.#protocol === null;
  }

  #finish<T>(read: Read<T>): T {
    if (this.#failure !== null) {
      const isWhole = read.need === Infinity && read.lookFrom < 0;
      if (isWhole || (read.count === 0 && read.need > 0)) this.#raise(this.#failure.error);
    }
    const result = read.finish(read.count);
    this.#checkClosed();
    return result;
  }

  /** Throws the error that ended the body, with what nobody has taken in its `partial` where it has that field. */
  #raise(error: unknown): never {
    if (error instanceof HTTPException && (this.parked > 0 || error.partial === undefined)) {
      error.partial = this.peek(Infinity);
      this.#forget();
    }
    this.#close(false);
    throw error;
  }

  #checkClosed(): void {
    if (this.#ended && this.parked === 0) this.#close(true);
  }

  #close(read: boolean): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#given = null;
    if (this.parked === 0) this.#forget();
    this.#driver.onClosed?.(read);
  }
}
