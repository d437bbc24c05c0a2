/**
 * Replays the steps of one request row on one connection, up to the first failure, and writes down
 * what was on the wire before and after it.
 */
import type { ConnectionUnderTest, OpenConnection, PeerScript } from "./client-under-test.ts";
import { textOf } from "./json-fields.ts";
import { decodeLatin1, encodeLatin1 } from "./latin1.ts";
import { bodyOf, headersOf, optionsOf, valuesOf } from "./request-values.ts";
import type { RequestCall, Step } from "./rows.ts";
import { turn } from "./turn.ts";

/** What a replayed call did. */
export interface Replay {
  /** Every byte written, as latin-1 text. */
  readonly wire: string;
  /** Whether the client closed the wire by itself. */
  readonly destroyed: boolean;
  readonly failure: Failure | null;
}

export interface Failure {
  readonly error: unknown;
  /** Name of the step that failed, or "constructor". */
  readonly step: string;
  /** Which of the steps of that name it was, from 1. */
  readonly occurrence: number;
}

/** A step that takes longer hangs: nothing here waits for a network. */
const STEP_LIMIT = 5000;
const EXPECT_TIMEOUT = 10;
const HEAD_END = "\r\n\r\n";

/**
 * The script of the peer. A tunnel gets its answer head by head: what followed the 2xx in one read
 * would be bytes that nobody asked for. A proxy without an answer closes; any other peer that has
 * nothing to say waits.
 */
function peerOf(call: RequestCall): PeerScript {
  const tunnel = call.steps.some(({ name }) => name === "set_tunnel");
  const end = call.reply.indexOf(HEAD_END);
  const texts =
    tunnel && end !== -1
      ? [call.reply.slice(0, end + HEAD_END.length), call.reply.slice(end + HEAD_END.length)]
      : [call.reply];
  const answers = texts.filter(Boolean).map(encodeLatin1);
  return { answers, closes: tunnel && answers.length === 0 };
}

type Responses = { read(): Promise<Uint8Array> }[];

async function runStep(
  connection: ConnectionUnderTest,
  { name, args }: Step,
  responses: Responses,
): Promise<unknown> {
  const [first, second, third, fourth, fifth] = args;
  switch (name) {
    case "request":
      return connection.request(
        textOf(first, name),
        textOf(second, name),
        bodyOf(third, name),
        headersOf(fourth, name),
        optionsOf(fifth),
      );
    case "putrequest":
      return connection.putRequest(textOf(first, name), textOf(second, name), optionsOf(third));
    case "putheader":
      return connection.putHeader(textOf(first, name), ...valuesOf(second, name));
    case "endheaders":
      return connection.endHeaders(bodyOf(first, name), optionsOf(second));
    case "send":
      return connection.send(bodyOf(first, name));
    case "set_tunnel":
      return connection.setTunnel(
        textOf(first, name),
        typeof second === "number" ? second : null,
        headersOf(third, name),
      );
    case "connect":
      return connection.connect();
    case "getresponse":
      return responses.push(await connection.getResponse());
    case "read":
      return responses.at(-1)?.read();
    case "close":
      return connection.close();
    default:
      throw new TypeError(`Cannot replay a call: no step ${JSON.stringify(name)}`);
  }
}

async function bounded(work: Promise<unknown>, name: string): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Cannot finish ${name}: it has not settled in ${STEP_LIMIT} ms`)),
      STEP_LIMIT,
    );
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

async function runSteps(
  connection: ConnectionUnderTest,
  steps: readonly Step[],
): Promise<Failure | null> {
  const counts = new Map<string, number>();
  const responses: Responses = [];
  for (const step of steps) {
    const occurrence = (counts.get(step.name) ?? 0) + 1;
    counts.set(step.name, occurrence);
    try {
      // One after the other: each step needs the state that the one before has left.
      await bounded(runStep(connection, step, responses), step.name);
      if (step.tried) {
        const error = new Error(`Cannot go on: ${step.name} did not fail as the row expects`);
        return { error, step: step.name, occurrence };
      }
    } catch (error) {
      if (!step.tried) return { error, step: step.name, occurrence };
    }
  }
  return null;
}

/** Replays `call` on a new connection, then closes it. */
export async function replayCall(open: OpenConnection, call: RequestCall): Promise<Replay> {
  const { host, port, tls, steps } = call;
  let opened;
  try {
    opened = open({ host, port, tls, expectTimeout: EXPECT_TIMEOUT, peer: peerOf(call) });
  } catch (error) {
    return { wire: "", destroyed: false, failure: { error, step: "constructor", occurrence: 1 } };
  }
  const { connection, wire } = opened;
  const failure = await runSteps(connection, steps);
  await turn();
  const replay = { wire: decodeLatin1(wire.written()), destroyed: wire.destroyed(), failure };
  await connection.close();
  return replay;
}
