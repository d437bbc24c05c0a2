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

/** The states of each side; one is known by its place here. */
export const CLIENT_STATES = [
  "IDLE",
  "SEND_BODY",
  "DONE",
  "MUST_CLOSE",
  "SWITCHED",
  "ERROR",
] as const;
export const SERVER_STATES = [
  "IDLE",
  "AWAIT_HEAD",
  "READ_BODY",
  "DONE",
  "MUST_CLOSE",
  "SWITCHED",
  "ERROR",
] as const;

export type ClientState = (typeof CLIENT_STATES)[number];
export type ServerState = (typeof SERVER_STATES)[number];

/** What happened: sending for the client's table, receiving for the server's; the number is its column. */
export const Sending = { head: 0, end: 1, close: 2, switch: 3, cycle: 4 } as const;
export const Receiving = { request: 0, head: 1, end: 2, close: 3, switch: 4, cycle: 5 } as const;

export type ClientTransition = keyof typeof Sending;
export type ServerTransition = keyof typeof Receiving;

/** A row for each state, a column for each transition; the entry is the state it leads to, "-" where there is no such way. */
const CLIENT_TABLE: readonly string[] = [
  // head end close switch cycle
  "1----", // 0 IDLE
  "-2---", // 1 SEND_BODY
  "--340", // 2 DONE
  "-----", // 3 MUST_CLOSE
  "-----", // 4 SWITCHED
  "-----", // 5 ERROR
];
const SERVER_TABLE: readonly string[] = [
  // request head end close switch cycle
  "1-----", // 0 IDLE
  "-2----", // 1 AWAIT_HEAD
  "--345-", // 2 READ_BODY
  "-----0", // 3 DONE
  "------", // 4 MUST_CLOSE
  "------", // 5 SWITCHED
  "------", // 6 ERROR
];

/** The state a transition leads to, below 0 where there is none. */
function wayFrom(table: readonly string[], state: number, transition: number): number {
  return table[state]!.charCodeAt(transition) - 0x30;
}

/** The two states of one connection. */
export class ProtocolState {
  #client: number;
  #server: number;

  constructor(client: ClientState = "IDLE", server: ServerState = "IDLE") {
    this.#client = CLIENT_STATES.indexOf(client);
    this.#server = SERVER_STATES.indexOf(server);
  }

  get client(): ClientState {
    return CLIENT_STATES[this.#client]!;
  }

  get server(): ServerState {
    return SERVER_STATES[this.#server]!;
  }

  /** Moves the sending side; false, and nothing changed, when the table has no such way. */
  send(transition: (typeof Sending)[ClientTransition]): boolean {
    const to = wayFrom(CLIENT_TABLE, this.#client, transition);
    if (to < 0) return false;
    this.#client = to;
    this.#follow();
    return true;
  }

  /** Moves the receiving side; false, and nothing changed, when the table has no such way. */
  receive(transition: (typeof Receiving)[ServerTransition]): boolean {
    const to = wayFrom(SERVER_TABLE, this.#server, transition);
    if (to < 0) return false;
    this.#server = to;
    this.#follow();
    return true;
  }

  /** Law 3. */
  fail(): void {
    this.#client = CLIENT_STATES.indexOf("ERROR");
    this.#server = SERVER_STATES.indexOf("ERROR");
  }

  clone(): ProtocolState {
    return new ProtocolState(this.client, this.server);
  }

  /** Law 4: the table lets only a client that is DONE go there. */
  #follow(): void {
    const { server } = this;
    if (server === "MUST_CLOSE") this.send(Sending.close);
    else if (server === "SWITCHED") this.send(Sending.switch);
  }
}
