import { describe, expect, test } from "vitest";
import { CLIENT_TABLE, ProtocolState, Receiving, Sending, SERVER_TABLE } from "../src/state.ts";
import type { ClientState, ClientTransition, ServerState, ServerTransition } from "../src/state.ts";

const CLIENT_STATES = Object.keys(CLIENT_TABLE) as ClientState[];
const SERVER_STATES = Object.keys(SERVER_TABLE) as ServerState[];
const CLIENT_WAYS: readonly (readonly [ClientState, ClientTransition, ClientState])[] = [
  ["IDLE", "head", "SEND_BODY"],
  ["SEND_BODY", "end", "DONE"],
  ["DONE", "close", "MUST_CLOSE"],
  ["DONE", "switch", "SWITCHED"],
  ["DONE", "cycle", "IDLE"],
];
const SERVER_WAYS: readonly (readonly [ServerState, ServerTransition, ServerState])[] = [
  ["IDLE", "request", "AWAIT_HEAD"],
  ["AWAIT_HEAD", "head", "READ_BODY"],
  ["READ_BODY", "end", "DONE"],
  ["READ_BODY", "close", "MUST_CLOSE"],
  ["READ_BODY", "switch", "SWITCHED"],
  ["DONE", "cycle", "IDLE"],
];
const CLIENT_TRANSITIONS = Object.keys(Sending) as ClientTransition[];
const SERVER_TRANSITIONS = Object.keys(Receiving) as ServerTransition[];

function inState(client: ClientState, server: ServerState): ProtocolState {
  return new ProtocolState(client, server);
}

describe("the client's table", () => {
  test.each(CLIENT_STATES.flatMap((from) => CLIENT_TRANSITIONS.map((way) => [from, way] as const)))(
    "%s and %s: the way of the drawing, or no way and no change",
    (from, way) => {
      const to = CLIENT_WAYS.find((row) => row[0] === from && row[1] === way)?.[2];
      const state = inState(from, "IDLE");
      expect(state.send(Sending[way])).toBe(to !== undefined);
      expect(state).toMatchObject({ client: to ?? from, server: "IDLE" });
    },
  );
});

describe("the server's table", () => {
  test.each(SERVER_STATES.flatMap((from) => SERVER_TRANSITIONS.map((way) => [from, way] as const)))(
    "%s and %s: the way of the drawing, or no way and no change",
    (from, way) => {
      const to = SERVER_WAYS.find((row) => row[0] === from && row[1] === way)?.[2];
      const state = inState("IDLE", from);
      expect(state.receive(Receiving[way])).toBe(to !== undefined);
      expect(state).toMatchObject({ client: "IDLE", server: to ?? from });
    },
  );
});

describe("both sides together", () => {
  test.each([
    ["close", "MUST_CLOSE"],
    ["switch", "SWITCHED"],
  ] as const)("a client that is done follows %s at once", (way, to) => {
    const state = inState("DONE", "READ_BODY");
    state.receive(Receiving[way]);
    expect(state).toMatchObject({ client: to, server: to });
  });

  test.each([
    ["close", "MUST_CLOSE"],
    ["switch", "SWITCHED"],
  ] as const)("a client that still sends follows %s when it is done, not before", (way, to) => {
    const state = inState("SEND_BODY", "READ_BODY");
    state.receive(Receiving[way]);
    expect(state).toMatchObject({ client: "SEND_BODY", server: to });
    state.send(Sending.end);
    expect(state).toMatchObject({ client: to, server: to });
  });

  test("a response that is complete before its request waits for it", () => {
    const state = inState("SEND_BODY", "READ_BODY");
    state.receive(Receiving.end);
    expect(state).toMatchObject({ client: "SEND_BODY", server: "DONE" });
    state.send(Sending.end);
    expect(state).toMatchObject({ client: "DONE", server: "DONE" });
  });

  test.each(
    CLIENT_STATES.flatMap((client) => SERVER_STATES.map((server) => [client, server] as const)),
  )("an error leads from %s and %s to ERROR, for good", (client, server) => {
    const state = inState(client, server);
    state.fail();
    expect(state).toMatchObject({ client: "ERROR", server: "ERROR" });
    expect(CLIENT_TRANSITIONS.some((way) => state.send(Sending[way]))).toBe(false);
    expect(SERVER_TRANSITIONS.some((way) => state.receive(Receiving[way]))).toBe(false);
  });

  test("a clone goes its own way", () => {
    const state = inState("DONE", "READ_BODY");
    const twin = state.clone();
    twin.receive(Receiving.close);
    expect(state).toMatchObject({ client: "DONE", server: "READ_BODY" });
    expect(twin).toMatchObject({ client: "MUST_CLOSE", server: "MUST_CLOSE" });
  });
});
