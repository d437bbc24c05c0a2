import {
  CannotSendHeader,
  CannotSendRequest,
  ImproperConnectionState,
  ResponseNotReady,
} from "@httplib/errors";
import { describe, expect, test } from "vitest";
import {
  type ConnectionCall,
  type ConnectionState,
  nextState,
  TRANSITIONS,
} from "../src/connection-state.ts";

const STATES: ConnectionState[] = ["Idle", "Request-started", "Request-sent"];
const ERRORS: Record<ConnectionCall, new (state: string) => Error> = {
  putRequest: CannotSendRequest,
  putHeader: CannotSendHeader,
  endHeaders: CannotSendHeader,
  send: ImproperConnectionState as never,
  getResponse: ResponseNotReady,
};

describe("the documents' states", () => {
  test("a request walks through them once around", () => {
    let state: ConnectionState = "Idle";
    const walk: ConnectionState[] = [];
    const calls: ConnectionCall[] = [
      "putRequest",
      "putHeader",
      "endHeaders",
      "send",
      "getResponse",
    ];
    for (const call of calls) {
      state = nextState(state, TRANSITIONS[call]);
      walk.push(state);
    }
    expect(walk).toEqual([
      "Request-started",
      "Request-started",
      "Request-sent",
      "Request-sent",
      "Idle",
    ]);
  });

  const rows = Object.keys(TRANSITIONS).flatMap((call) =>
    STATES.map((state) => [call as ConnectionCall, state] as const),
  );

  test.each(rows)("%s in %s follows the table", (call, state) => {
    const { from, to } = TRANSITIONS[call];
    if (state === from) {
      expect(nextState(state, TRANSITIONS[call])).toBe(to);
    } else {
      expect(() => nextState(state, TRANSITIONS[call])).toThrow(ERRORS[call]);
    }
  });

  test("the error carries the state that was found", () => {
    expect(() => nextState("Request-sent", TRANSITIONS.putRequest)).toThrow(
      expect.objectContaining({ state: "Request-sent", code: "CANNOT_SEND_REQUEST" }) as Error,
    );
  });
});
