/**
 * The client's state machine as two tables: what we may send, and what we expect.
 *
 * Law 1: this file is the only place where a state changes; everybody else asks for a transition by name.
 * Law 2: it knows nothing of bytes, fields and errors. A transition that is not in the table is refused.
 * Law 3: an error leads from every state of both sides to ERROR, and nothing leads out of it.
 *
 * Law 4: a side that is DONE follows the other to MUST_CLOSE and SWITCHED, and never before it is DONE: a response may
 * be complete before its request, which is then still to be sent to its end (RFC 9110 §7.8, RFC 9112 §9.5).
 *
 *     client   IDLE ─head→ SEND_BODY ─end→ DONE ─cycle→ IDLE
 *                                           ├─close→ MUST_CLOSE        with the server's
 *                                           └─switch→ SWITCHED         with the server's
 *     server   IDLE ─request→ AWAIT_HEAD ─head→ READ_BODY ─end→ DONE ─cycle→ IDLE
 *                                                ├─close→ MUST_CLOSE   no keep-alive
 *                                                └─switch→ SWITCHED    101, 2xx to CONNECT
 */

export type ClientState = "IDLE" | "SEND_BODY" | "DONE" | "MUST_CLOSE" | "SWITCHED" | "ERROR";
export type ServerState =
  | "IDLE"
  | "AWAIT_HEAD"
  | "READ_BODY"
  | "DONE"
  | "MUST_CLOSE"
  | "SWITCHED"
  | "ERROR";

/** What happened: sending for the client's table, receiving for the server's. */
export type ClientTransition = "head" | "end" | "close" | "switch" | "cycle";
export type ServerTransition = "request" | "head" | "end" | "close" | "switch" | "cycle";

type Table<State extends string, Transition extends string> = {
  readonly [From in State]: { readonly [T in Transition]?: State };
};

export const CLIENT_TABLE: Table<ClientState, ClientTransition> = {
  IDLE: { head: "SEND_BODY" },
  SEND_BODY: { end: "DONE" },
  DONE: { close: "MUST_CLOSE", switch: "SWITCHED", cycle: "IDLE" },
  MUST_CLOSE: {},
  SWITCHED: {},
  ERROR: {},
};

export const SERVER_TABLE: Table<ServerState, ServerTransition> = {
  IDLE: { request: "AWAIT_HEAD" },
  AWAIT_HEAD: { head: "READ_BODY" },
  READ_BODY: { end: "DONE", close: "MUST_CLOSE", switch: "SWITCHED" },
  DONE: { cycle: "IDLE" },
  MUST_CLOSE: {},
  SWITCHED: {},
  ERROR: {},
};

/** The two states of one connection. */
export class ProtocolState {
  client: ClientState = "IDLE";
  server: ServerState = "IDLE";

  /** Moves the sending side; false, and nothing changed, when the table has no such way. */
  send(transition: ClientTransition): boolean {
    const to = CLIENT_TABLE[this.client][transition];
    if (to === undefined) return false;
    this.client = to;
    if (to === "DONE") this.#follow();
    return true;
  }

  /** Moves the receiving side; false, and nothing changed, when the table has no such way. */
  receive(transition: ServerTransition): boolean {
    const to = SERVER_TABLE[this.server][transition];
    if (to === undefined) return false;
    this.server = to;
    this.#follow();
    return true;
  }

  /** Law 3. */
  fail(): void {
    this.client = this.server = "ERROR";
  }

  clone(): ProtocolState {
    const twin = new ProtocolState();
    twin.client = this.client;
    twin.server = this.server;
    return twin;
  }

  /** Law 4. */
  #follow(): void {
    const { client, server } = this;
    if (client !== "DONE") return;
    if (server === "MUST_CLOSE") this.send("close");
    else if (server === "SWITCHED") this.send("switch");
  }
}
