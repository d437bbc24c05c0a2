/**
 * Which link carries which exchange.
 *
 *     the open link, when the response before has been read     after the turns that reuse.ts asks for
 *     a new link, when there is none that can be used           dialled for it
 *     none yet, while the response before is unread             nothing is pipelined; the exchange is held
 *
 * Owns the link of a connection and its dial. Knows nothing of the documents' states and of what is in a request.
 */

import { CannotSendRequest, ImproperConnectionState, NotConnected } from "@httplib/errors";
import type { Transport, TransportHandler } from "@httplib/transport";
import { Deferred, DONE } from "./deferred.ts";
import { Dial, type LinkPlan } from "./dial.ts";
import type { Exchange, ExchangeOwner } from "./exchange.ts";
import { Link, type LinkOwner } from "./link.ts";
import type { OutgoingRequest } from "./request-builder.ts";
import { afterTurns, turnsBeforeReuse } from "./reuse.ts";
import type { Settings } from "./settings.ts";

/** What of a connection can change at any time. */
type DispatchedConnection = ExchangeOwner["connection"] & { readonly autoOpen: boolean };

/** Gives exchanges to links. One object for all who have to tell a connection something: closures would cost each idle one memory. */
export class Dispatcher implements ExchangeOwner, LinkOwner {
  readonly connection: DispatchedConnection;
  readonly #settings: Settings;
  readonly #plan: (limit: number) => LinkPlan;
  readonly #failed: (exchange: Exchange, error: unknown) => void;
  #link: Link | null = null;
  /** The dial of #link. */
  #opened: Promise<void> = DONE;
  /** The exchange that was launched last, as long as it is unread, and one that waits for it. */
  #last: Exchange | null = null;
  #held: Exchange | null = null;
  /** Resolves when what is held may go. */
  #freed: Deferred<void> | null = null;
  /** How often close() was called. */
  #closed = 0;

  /**
   * @param plan - Everything for a new link, given the milliseconds it may take; Infinity for no limit.
   * @param failed - Told of each exchange that fails.
   */
  constructor(
    connection: DispatchedConnection,
    settings: Settings,
    plan: (limit: number) => LinkPlan,
    failed: (exchange: Exchange, error: unknown) => void,
  ) {
    this.connection = connection;
    this.#settings = settings;
    this.#plan = plan;
    this.#failed = failed;
  }

  get log(): (line: string) => void {
    return this.#settings.debugLog;
  }

  get expectTimeout(): number {
    return this.#settings.expectTimeout;
  }

  get retriesStale(): boolean {
    return this.#settings.retryStale && this.connection.autoOpen;
  }

  /** Whether there is a connection, or will be one when a dial is done. */
  get isOpen(): boolean {
    return this.#link?.isUsable === true;
  }

  /** Whether an exchange that came now would have to wait for the response before it to be read. */
  get isBusy(): boolean {
    return this.#last?.isUnread === true;
  }

  /**
   * Judges whether a request can go out, or wait for that.
   *
   * @throws CannotSendRequest after a switch to another protocol, and for a body that cannot wait behind an unread response.
   */
  admit({ isOpen, body }: OutgoingRequest): void {
    const link = this.#link;
    if (link !== null && link.isSwitched && !link.isGone) {
      throw new CannotSendRequest("Switched", {
        message: "Cannot send a request: found another protocol on the connection, expected HTTP",
      });
    }
    const isStreamed = isOpen || (body !== null && body.bytes === null);
    if (isStreamed && this.isBusy) {
      throw new CannotSendRequest("Unread-response", {
        message: "Cannot send a streamed body: found an unread response, expected it to be read",
      });
    }
  }

  /** Sends an exchange, now or as soon as it may. The promise is that of `request()`. */
  dispatch(exchange: Exchange): Promise<void> {
    if (this.isBusy) {
      this.#held = exchange;
      exchange.hold();
      this.#launchOnceFree(exchange);
      return DONE;
    }
    this.#launch(exchange, exchange.began);
    return exchange.sent();
  }

  failed(exchange: Exchange, error: unknown): void {
    this.#failed(exchange, error);
  }

  linkGone(link: Link): void {
    if (this.#link === link && link.isGone) this.#link = null;
    this.freed();
  }

  /** Sends an exchange on a new link, whatever there is. */
  repeat(exchange: Exchange): void {
    this.#launchAnew(exchange);
  }

  /** A response has let go of something: what is held may go, once whoever reports it is through. */
  freed(): void {
    // Nobody needs the exchange any more; an idle connection should not hold on to its last response.
    if (this.isBusy) return;
    this.#last = null;
    this.#freed?.resolve();
  }

  /** Sends what is held, if nothing stands against it any more. */
  launchHeld(): void {
    const exchange = this.#held;
    if (exchange === null || this.isBusy) return;
    this.#held = null;
    this.#freed = null;
    if (!exchange.isOver) this.#launch(exchange, performance.now());
  }

  /** Opens the connection where it is not open; `limit` is in milliseconds. */
  connect(limit: number): Promise<void> {
    const link = this.#link;
    if (link === null || !link.isUsable) this.#dial(limit);
    else if (link.transport !== null) return DONE;
    return this.#opened;
  }

  /**
   * Closes the connection; only a response that has it for itself keeps it.
   *
   * @param reason - Makes the error of one exchange: each has facts of its own.
   */
  close(reason: () => NotConnected): void {
    const link = this.#link;
    const last = this.#last;
    this.#closed++;
    this.#link = null;
    this.#last = null;
    this.#held = null;
    this.#freed = null;
    // One that waits some turns is on no link yet.
    if (last?.isWaiting === true) last.fail(reason());
    if (link === null || link.isReleased) return;
    const error = reason();
    link.user?.fail(error);
    link.destroy(error);
  }

  /** See `HTTPConnection.detach`. */
  detach(handler: TransportHandler | undefined): { transport: Transport; rest: Uint8Array } {
    const link = this.#link;
    const transport = link?.transport ?? null;
    if (link === null || transport === null) {
      throw new NotConnected({ message: "Cannot detach: found no open connection, expected one" });
    }
    const rest = link.user === null ? link.protocol.rest.slice() : link.user.surrender();
    if (rest === null) {
      throw new ImproperConnectionState({
        message: "Cannot detach: found a message under way, expected one that has ended",
      });
    }
    this.#link = null;
    link.detach(transport, handler);
    return { transport, rest };
  }

  /** A promise's reaction runs in the async context of whoever made it: who looks on sees that of the caller of request(). */
  #launchOnceFree(exchange: Exchange): void {
    const freed = new Deferred<void>();
    this.#freed = freed;
    void freed.promise.then(() => {
      if (this.#held !== exchange) return;
      if (this.isBusy) this.#launchOnceFree(exchange);
      else this.launchHeld();
    });
  }

  #launch(exchange: Exchange, now: number): void {
    exchange.isLaunched = true;
    this.#last = exchange;
    const link = this.#link;
    const quiet = link === null ? 0 : now - link.lastRead;
    if (link === null || !link.isUsable) {
      this.#launchAnew(exchange);
    } else if (link.transport === null) {
      this.#sendWhenOpen(exchange, link);
    } else if (link.keepAliveTime !== null && quiet >= link.keepAliveTime) {
      link.destroy(null);
      this.#launchAnew(exchange);
    } else {
      const turns = turnsBeforeReuse(quiet, link.isUndrained, link.isSecure);
      if (turns === 0) {
        this.#send(exchange, link, now);
        return;
      }
      link.claim();
      afterTurns(turns, () => this.#send(exchange, link, performance.now()));
    }
  }

  /** Sends on a link that was free when the exchange was launched, and may be gone by now. */
  #send(exchange: Exchange, link: Link, now: number): void {
    if (exchange.isOver) {
      link.unclaim();
    } else if (link.isUsable) {
      exchange.take(link);
      exchange.send(now);
    } else {
      this.#launchAnew(exchange);
    }
  }

  #launchAnew(exchange: Exchange): void {
    try {
      if (!this.connection.autoOpen) throw new NotConnected();
      this.#sendWhenOpen(exchange, this.#dial(exchange.limits.connect));
    } catch (error) {
      exchange.fail(error);
    }
  }

  #sendWhenOpen(exchange: Exchange, link: Link): void {
    exchange.take(link);
    this.#opened.then(
      () => exchange.send(performance.now()),
      () => {},
    );
  }

  #dial(limit: number): Link {
    const closed = this.#closed;
    const plan = this.#plan(limit);
    // Whoever was told of the dial may have closed the connection.
    if (this.#closed !== closed) throw new NotConnected();
    const link = new Link(this, plan);
    const dial = new Dial(plan, link);
    const opened = new Deferred<void>();
    this.#link = link;
    this.#opened = opened.promise;
    link.dialling((reason) => dial.abandon(reason));
    if (limit !== Infinity) link.deadline.startWait("connect", limit);
    dial.start().then(
      (transport) => {
        link.open(transport);
        opened.resolve();
      },
      (error: unknown) => {
        const { user } = link;
        link.destroy(error);
        user?.fail(error);
        opened.reject(error);
      },
    );
    return link;
  }
}
