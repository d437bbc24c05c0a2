/**
 * The rows that JSON cannot write down, as code: values that only JavaScript has. Each case is keyed
 * by the id of its row, whose `js` and `why` say what is done and what must come of it.
 */
import type { ConnectionUnderTest, OpenConnection, OpenedConnection } from "./client-under-test.ts";
import { show } from "./differences.ts";
import { decodeLatin1 } from "./latin1.ts";
import { seeError } from "./observation.ts";
import { turn } from "./turn.ts";

type Case = (open: OpenConnection) => Promise<string[]>;
type Act = (connection: ConnectionUnderTest) => Promise<unknown>;

interface Outcome extends OpenedConnection {
  readonly thrown: { readonly error: unknown } | null;
  readonly text: string;
}

async function act(open: OpenConnection, what: Act): Promise<Outcome> {
  const opened = open({
    host: "example.com",
    port: null,
    tls: false,
    expectTimeout: 10,
    peer: { answers: [], closes: false },
  });
  let thrown: Outcome["thrown"] = null;
  try {
    await what(opened.connection);
  } catch (error) {
    thrown = { error };
  }
  await turn();
  return { ...opened, thrown, text: decodeLatin1(opened.wire.written()) };
}

/** Each act must be refused with InvalidRequest, with nothing on the wire. */
async function refused(open: OpenConnection, acts: Readonly<Record<string, Act>>) {
  const lines: string[] = [];
  const outcomes = Object.entries(acts).map(async ([name, what]) => {
    const { connection, thrown, text } = await act(open, what);
    await connection.close();
    const found = thrown === null ? "no error" : seeError(thrown.error).class;
    if (found !== "InvalidRequest") lines.push(`${name}: expected InvalidRequest, got ${found}`);
    if (text !== "") lines.push(`${name}: expected nothing written, got ${show(text)}`);
  });
  await Promise.all(outcomes);
  return lines;
}

/** The act must succeed, with a wire that `check` finds nothing against. */
async function sent(open: OpenConnection, what: Act, check: (text: string) => string[]) {
  const { connection, thrown, text } = await act(open, what);
  await connection.close();
  if (thrown === null) return check(text);
  const { class: name, message } = seeError(thrown.error);
  return [`outcome: expected ok, got ${name}: ${message}`];
}

function get(headers: unknown): Act {
  return (connection) => connection.request("GET", "/", null, headers, {});
}

function use(method: unknown): Act {
  return (connection) => connection.request(method, "/", null, [], {});
}

function post(body: unknown): Act {
  return (connection) => connection.request("POST", "/", body, [], {});
}

function expectPart(part: string): (text: string) => string[] {
  return (text) =>
    text.includes(part) ? [] : [`wire: expected ${show(part)} in it, got ${show(text)}`];
}

const MEBIBYTE = 2 ** 20;

export const javascriptCases: Readonly<Record<string, Case>> = {
  "RJ-001": (open) => refused(open, { null: get({ X: null }), undefined: get({ X: undefined }) }),

  "RJ-003": (open) =>
    refused(open, {
      NaN: get({ X: Number.NaN }),
      Symbol: get({ X: Symbol("x") }),
      "a list with an object": get({ X: ["a", {}] }),
    }),

  "RJ-005": async (open) => {
    // For the length of one request every object has a field that nobody gave it.
    // oxlint-disable-next-line no-extend-native
    Object.defineProperty(Object.prototype, "foo", {
      value: "bar",
      enumerable: true,
      configurable: true,
    });
    try {
      return await sent(open, get({ X: "1" }), (text) => [
        ...(text.includes("foo") ? [`wire: expected no foo line, got ${show(text)}`] : []),
        ...expectPart("X: 1\r\n")(text),
      ]);
    } finally {
      Reflect.deleteProperty(Object.prototype, "foo");
    }
  },

  "RJ-007": (open) =>
    sent(
      open,
      get([
        ["X", "1"],
        ["X", "2"],
      ]),
      expectPart("X: 1\r\nX: 2\r\n"),
    ),

  "RJ-009": (open) => {
    // oxlint-disable-next-line no-new-wrappers
    return refused(open, { boxed: use(new String("GET")), number: use(1), list: use(["GET"]) });
  },

  "RJ-011": (open) =>
    sent(open, post("a".repeat(MEBIBYTE)), (text) => [
      ...expectPart(`Content-Length: ${MEBIBYTE}\r\n`)(text),
      ...expectPart(`\r\n\r\n${"a".repeat(MEBIBYTE)}`)(text),
    ]),

  "RJ-013": (open) =>
    sent(open, post(new Blob(["hello"])), (text) => [
      ...expectPart("Content-Length: 5\r\n")(text),
      ...(text.endsWith("\r\n\r\nhello") ? [] : [`wire: expected hello last, got ${show(text)}`]),
    ]),

  "RJ-015": async (open) => {
    const error = new Error("the source broke");
    async function* body() {
      yield new Uint8Array([0x61]);
      throw error;
    }
    const { connection, wire, thrown, text } = await act(open, post(body()));
    const destroyed = wire.destroyed();
    await connection.close();
    return [
      ...(thrown?.error === error ? [] : [`error: expected the thrown one, got ${show(thrown)}`]),
      ...(text.endsWith("0\r\n\r\n") ? [`wire: expected no last chunk, got ${show(text)}`] : []),
      ...(destroyed ? [] : ["when: expected the wire to be destroyed, it was left open"]),
    ];
  },
};
