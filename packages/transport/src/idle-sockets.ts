/**
 * Sockets that need not keep the process alive any more, told so in the next turn.
 *
 * Over TLS Node hands `ref()` and `unref()` on by methods that it looks up by name; a pair for each request is 4 % of the processor time of a
 * small GET on 32 connections. Put off for a turn most pairs are never needed, since the next request is there first.
 *
 * Owns for how long, once for all sockets. Knows nothing of sockets.
 */
import { nextTurn } from "./turn.ts";

/** Who is told. */
export interface IdleSocket {
  /** Lets the process end, unless it is wanted again. */
  leave(): void;
}

let idle: IdleSocket[] = [];

/** Calls `leave()` in the next turn. */
export function leaveNextTurn(socket: IdleSocket): void {
  if (idle.push(socket) === 1) nextTurn(leaveAll);
}

function leaveAll(): void {
  const sockets = idle;
  idle = [];
  for (const socket of sockets) socket.leave();
}
