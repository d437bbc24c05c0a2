/**
 * One transport with its parser, from dialling to its end, and the exchange that is on it.
 *
 * Owns the callbacks of the transport: it feeds the parser, wakes whoever waits for room, keeps the time limits, and finds out when
 * bytes come that nobody asked for (they kill an idle link: GHSA-35p6-xmwp-9g52). Knows nothing of requests and responses: what the
 * bytes mean is the affair of the exchange. A connection has one link at a time and drops it when it cannot be used again; a
 * response that closes its connection keeps the link for itself.
 */

import { TimeoutError, type TimeoutPhase } from "@httplib/errors";
import { ClientProtocol } from "@httplib/protocol";
import type { Timings } from "@httplib/response";
import type { Transport, TransportHandler } from "@httplib/transport";
import { Deadline, type DeadlineOwner } from "./deadline.ts";
import type { LinkPlan } from "./dial.ts";
import { afterTurns } from "./reuse.ts";

/** What a link tells the exchange that is on it. */
export interface LinkUser {
  /** Bytes have been fed to the parser. */
  received(length: number, now: number): void;
  /** The peer has ended its half, and the parser knows. */
  inputEnded(): void;
  /** What is written from now on does not arrive. */
  outputBroke(): void;
  /** The transport is gone; the cause is the system's, where there is one. */
  lost(cause: Error | null): void;
  /** A time limit or a failed dial ends the exchange. */
  fail(error: unknown): void;
  /** Gives up its place on the link for another owner, with the bytes it has not handed out; null where it cannot. */
  surrender(): Uint8Array | null;
}

/** Who uses links in turn. */
export interface LinkOwner {
  /** A link can be used no more: it is retired, destroyed or detached. */
  linkGone(link: Link): void;
}

/** A link is dialled, carries exchanges in turn, and ends. */
export class Link implements TransportHandler, DeadlineOwner {
  // First what every response needs, close together: with many connections all of it is cold when bytes come (2 % of a GET on 256).
  readonly protocol: ClientProtocol;
  #transport: Transport | null = null;
  /** The exchange under way, from its launch to the end of its body. */
  user: LinkUser | null = null;
  #deadline: Deadline | null = null;
  /** When bytes came last, by `performance.now()`, and whether that read may have left some behind. */
  lastRead = 0;
  isUndrained = false;
  /** Whether it has no transport any more. */
  isGone = false;
  /** Whether another protocol is spoken on it now. */
  isSwitched = false;
  /** Whether it carries nothing more, though it may still be detached in this turn. */
  isRetired = false;
  /** Whether a response that will close has this link for itself. */
  isReleased = false;
  /** Whether an earlier exchange was carried. */
  isUsed = false;
  /** For how long the server keeps it when nothing is under way, in milliseconds; null where it does not say. */
  keepAliveTime: number | null = null;
  #isPaused = false;
  /** Whether TLS is spoken on it, behind a tunnel or not. */
  readonly isSecure: boolean;

  readonly #owner: LinkOwner;
  /** Whether a body that ends with the connection must end with close_notify. */
  readonly #watchesClose: boolean;
  readonly #began: number = performance.now();
  #abandonDial: ((reason: unknown) => void) | null = null;
  #wake: (() => void) | null = null;
  #error: Error | null = null;

  constructor(owner: LinkOwner, { settings, tls }: LinkPlan) {
    this.#owner = owner;
    this.#watchesClose = settings.watchesClose;
    this.isSecure = tls !== undefined;
    this.protocol = new ClientProtocol(settings.protocol);
  }

  /** The transport, once it is there and as long as it is. */
  get transport(): Transport | null {
    return this.#transport;
  }

  /** Whether a request may be put on it: at once, or when its dial is done. */
  get isUsable(): boolean {
    return !(this.isGone || this.isRetired || this.isReleased || this.isSwitched);
  }

  /** Bounds what is under way. Made for the first bound: few connections have one, and it would cost each 0.2 KiB and four cold loads a request. */
  get deadline(): Deadline {
    return (this.#deadline ??= new Deadline(this));
  }

  /** Ends the bound of a wait, where there is one. */
  stopWait(): void {
    this.#deadline?.stopWait();
  }

  /** Notes how to end the dial, which destroy() does while there is no transport. */
  dialling(abandon: (reason: unknown) => void): void {
    this.#abandonDial = abandon;
  }

  /** The dial is over: bytes can be written. */
  open(transport: Transport): void {
    this.#transport = transport;
    this.#abandonDial = null;
    transport.handler = this;
    this.stopWait();
    this.lastRead = performance.now();
    if (this.user === null) this.#rest();
  }

  /** The marks of the dial, in milliseconds from `began`; none where it was over by then. */
  timesSince(began: number): Pick<Timings, "dns" | "connect" | "tls"> {
    const marks: Pick<Timings, "dns" | "connect" | "tls"> = {};
    if (this.lastRead < began) return marks;
    const { times } = this.#transport?.info ?? {};
    const start = this.#began - began;
    if (times?.dns !== undefined) marks.dns = Math.max(0, start + times.dns);
    if (times?.connect !== undefined) marks.connect = Math.max(0, start + times.connect);
    else marks.connect = this.lastRead - began;
    if (this.isSecure) marks.tls = this.lastRead - began;
    return marks;
  }

  /** An exchange is to come in some turns: the process is kept alive again. */
  claim(): void {
    this.#deadline?.keepAlive(true);
    this.#transport?.ref?.();
  }

  /** It does not come. */
  unclaim(): void {
    if (this.user === null) this.#rest();
  }

  /** Puts an exchange on the link. */
  occupy(user: LinkUser): void {
    this.user = user;
    this.claim();
  }

  /**
   * The exchange is over, and the parser is at the end of its message.
   *
   * @param isWhole - Whether the request was sent to its end; the parser has its own say about the response.
   * @param time - For how long the server keeps the connection, in milliseconds; null where it does not say.
   */
  vacate(isWhole: boolean, time: number | null): void {
    this.keepAliveTime = time;
    this.user = null;
    this.isUsed = true;
    this.#deadline?.stop();
    const { framing } = this.protocol;
    if (framing === "tunnel" || framing === "upgrade") {
      this.isSwitched = true;
      this.pause();
    } else if (isWhole && time !== 0 && this.protocol.isReusable) {
      this.protocol.startNextCycle();
      this.protocol.dropHead();
      this.resume();
      this.#rest();
    } else {
      this.#retire();
    }
  }

  /** Writes bytes, or text as ISO-8859-1, which may have been checked to be it; false when there is no room for more. */
  write(data: string | Uint8Array, isChecked = false): boolean {
    return this.#transport?.write(data, isChecked) ?? false;
  }

  /** Lets what is written in this turn share a packet. */
  cork(): void {
    this.#transport?.cork?.();
  }

  /** Sends what `cork()` holds back. */
  uncork(): void {
    this.#transport?.uncork?.();
  }

  /** Calls back once there is room, or once none will ever be. */
  whenRoom(wake: () => void): void {
    this.#wake = wake;
  }

  /** While bytes are received: so many more are enough for the moment. */
  limitNextRead(bytes: number): void {
    this.#transport?.limitNextRead?.(bytes);
  }

  pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#transport?.pause();
  }

  resume(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#transport?.resume();
  }

  /** Closes the transport at once, or ends the dial with `reason`. */
  destroy(reason: unknown): void {
    const transport = this.#transport;
    const abandon = this.#abandonDial;
    this.#end();
    transport?.destroy();
    abandon?.(reason);
  }

  /**
   * Gives the transport away without losing a byte: where no handler is given, nothing is read until `resume()`, or until this turn's
   * promise jobs find another handler in place.
   */
  detach(transport: Transport, handler: TransportHandler | undefined): void {
    this.#end();
    transport.ref?.();
    if (handler === undefined) {
      transport.pause();
      queueMicrotask(() => {
        if (transport.handler !== this) transport.resume();
      });
    } else {
      transport.handler = handler;
      transport.resume();
    }
  }

  onData(chunk: Uint8Array): void {
    if (this.isGone) return;
    const now = performance.now();
    this.lastRead = now;
    this.isUndrained = this.#transport?.undrained === true;
    if (this.user === null && !this.isSwitched) {
      this.destroy(null);
      return;
    }
    try {
      this.protocol.feed(chunk);
      this.user?.received(chunk.length, now);
      // The chunk goes back to the transport now: the parser has to keep what lies behind a message, where there is such a thing.
      if ((this.isSwitched || this.isRetired) && !this.isGone) this.protocol.next();
    } catch (error) {
      this.#broke(error);
    }
  }

  onEnd(): void {
    if (this.isGone) return;
    const { user } = this;
    if (user === null) {
      if (!this.isSwitched) this.destroy(null);
    } else if (this.#watchesClose && this.#transport?.info.closeNotify === false) {
      user.lost(null);
    } else {
      this.protocol.feedEnd();
      user.inputEnded();
    }
  }

  onDrain(): void {
    this.#wakeUp();
  }

  /** No end yet: bytes that came before the fault may still be delivered, and onClose() follows. */
  onError(error: Error): void {
    this.#error ??= error;
    this.user?.outputBroke();
  }

  onClose(): void {
    if (this.isGone) return;
    const { user } = this;
    this.#end();
    user?.lost(this.#error);
  }

  expired(phase: TimeoutPhase): void {
    const error = new TimeoutError(phase);
    // The dial knows better what has happened when a proxy has refused already; its failure comes back here.
    if (this.#abandonDial === null) this.#broke(error);
    else this.#abandonDial(error);
  }

  /** Ends the link, and the exchange on it. Nothing that goes wrong here may reach the transport. */
  #broke(error: unknown): void {
    const { user } = this;
    this.destroy(error);
    user?.fail(error);
  }

  /** Nothing is under way: an open transport keeps no process alive. */
  #rest(): void {
    this.#deadline?.keepAlive(false);
    this.#transport?.unref?.();
  }

  /**
   * Lets go of a link that carries nothing more. It closes in the next turn: whoever awaits the end of the body may still detach it,
   * with the bytes that lie behind the message.
   */
  #retire(): void {
    this.isRetired = true;
    this.pause();
    this.#owner.linkGone(this);
    afterTurns(1, () => {
      if (!this.isGone) this.destroy(null);
    });
  }

  #end(): void {
    if (this.isGone) return;
    this.isGone = true;
    this.#transport = null;
    this.#abandonDial = null;
    this.user = null;
    this.#deadline?.release();
    this.#wakeUp();
    this.#owner.linkGone(this);
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = null;
    wake?.();
  }
}
