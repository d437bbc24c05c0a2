/**
 * The documents' state machine, as a table:
 *
 *     Idle ──putRequest──► Request-started ──endHeaders──► Request-sent ──getResponse──► Idle
 *                             └─putHeader─┘                   └──send──┘
 *
 * Any state goes back to Idle by close() and by a failure. A state changes when its call is made, not when the call's promise
 * settles. Whether the response before is still unread is no state here: that only decides if a request waits, not if it may be made.
 */

import {
  CannotSendHeader,
  CannotSendRequest,
  ImproperConnectionState,
  ResponseNotReady,
} from "@httplib/errors";

/** The documents' names of the states, which are the `state` of the errors too. */
export type ConnectionState = "Idle" | "Request-started" | "Request-sent";

/** The calls that the machine judges. */
export type ConnectionCall = "putRequest" | "putHeader" | "endHeaders" | "send" | "getResponse";

/** One call. */
export interface Transition {
  readonly from: ConnectionState;
  readonly to: ConnectionState;
  readonly refuse: (state: ConnectionState) => Error;
}

const cannotSendRequest = (state: ConnectionState): Error => new CannotSendRequest(state);
const cannotSendHeader = (state: ConnectionState): Error => new CannotSendHeader(state);
const cannotSend = (state: ConnectionState): Error =>
  new ImproperConnectionState({
    message: `Cannot send body bytes: found state ${state}, expected Request-sent`,
  });
const notReady = (state: ConnectionState): Error => new ResponseNotReady(state);

/** What each call needs, where it leads, and the error of every other state. */
export const TRANSITIONS: Readonly<Record<ConnectionCall, Transition>> = {
  putRequest: { from: "Idle", to: "Request-started", refuse: cannotSendRequest },
  putHeader: { from: "Request-started", to: "Request-started", refuse: cannotSendHeader },
  endHeaders: { from: "Request-started", to: "Request-sent", refuse: cannotSendHeader },
  send: { from: "Request-sent", to: "Request-sent", refuse: cannotSend },
  getResponse: { from: "Request-sent", to: "Idle", refuse: notReady },
};

/** Why a call does not fit the state: the documented error; null where it fits. */
export function refusalOf(state: ConnectionState, call: Transition): Error | null {
  return call.from === state ? null : call.refuse(state);
}

/**
 * The state after a call.
 *
 * @throws CannotSendRequest, CannotSendHeader, ResponseNotReady or, for `send`, ImproperConnectionState, when the call does not fit.
 */
export function nextState(state: ConnectionState, call: Transition): ConnectionState {
  const refusal = refusalOf(state, call);
  if (refusal !== null) throw refusal;
  return call.to;
}
