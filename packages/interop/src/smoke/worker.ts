/**
 * The smoke program as a worker, for `workerd test`: bundled, with the peers and the corpus as bindings. One line of JSON a case on
 * the console.
 */
import {
  connect as connectSocket,
  type Connect,
  connectStreams,
  HTTPConnection,
  HTTPSConnection,
} from "@httplib/client";
import { connect } from "cloudflare:sockets";
import { pattern } from "../pattern.ts";
import { connectionCases } from "./cases/connections.ts";
import { corpusCases } from "./cases/corpus.ts";
import { exchangeCases, type Wire } from "./cases/exchanges.ts";
import { fetchCases, partCases } from "./cases/parts.ts";
import { streamCases } from "./cases/streams.ts";
import { type Distrust, tlsCases } from "./cases/tls.ts";
import { transportCases } from "./cases/transports.ts";
import { refused } from "./check.ts";
import { plainTo, secureTo } from "./client.ts";
import { print } from "./print.ts";
import { type Case, runCases } from "./run-cases.ts";
import { HOST, type Stage } from "./stage.ts";

interface Bindings {
  readonly STAGE: string;
  readonly CORPUS: string;
}

/** workerd does not say why a dial has failed, only that. */
const UNREACHABLE = { says: "cannot connect to the specified address" };
/** Nor why TLS has failed that was started on an open socket. */
const FAULT = { says: "internal error" };
const DISTRUST: Distrust = {
  unknownAuthority: UNREACHABLE,
  otherName: UNREACHABLE,
  behindTunnel: FAULT,
};

/** Long enough for the peer to have written. By work and not by the clock, which need not go on while a worker computes. */
function busyByWork(): void {
  for (let i = 0; i < 8; i++) {
    const { length } = pattern(0, 10_000_000);
    if (length === 0) throw new RangeError("no work was done");
  }
}

/** The same cases as where workers are served to the world: there the clock goes on with input and output only. */
function withStillClock(one: Case): Case {
  return {
    name: `${one.name}, by a clock that stands still`,
    async run() {
      const now = performance.now.bind(performance);
      const still = now();
      performance.now = () => still;
      try {
        await one.run();
      } finally {
        performance.now = now;
      }
    },
  };
}

function wires(stage: Stage): readonly Wire[] {
  const { ports } = stage;
  return [
    { name: "TCP", open: () => plainTo(stage) },
    { name: "TLS", open: () => secureTo(stage) },
    {
      name: "web streams",
      open: () => {
        const socket = connect({ hostname: HOST, port: ports.plain }, { allowHalfOpen: true });
        return plainTo(stage, "nobody", { connect: connectStreams(socket) });
      },
    },
  ];
}

/** What this runtime cannot do is refused before anything is dialled, and never done by halves. */
function refusals(stage: Stage): readonly Case[] {
  const { ports, client } = stage;
  const cases: readonly (readonly [string, () => HTTPConnection])[] = [
    ["a Unix socket", () => new HTTPConnection(HOST, ports.plain, { socketPath: "/tmp/none" })],
    [
      "a local address",
      () => new HTTPConnection(HOST, ports.plain, { sourceAddress: ["127.0.0.1", 0] }),
    ],
    [
      "an authority of the caller's",
      () => new HTTPSConnection(HOST, ports.secure, { context: { ca: client.cert } }),
    ],
    [
      "a certificate of the client's",
      () => new HTTPSConnection(HOST, ports.mutual, { context: client }),
    ],
    [
      "TLS without verification",
      () => new HTTPSConnection(HOST, ports.stranger, { context: { rejectUnauthorized: false } }),
    ],
  ];
  const overTLS: Connect = (target, handler) => connectSocket({ ...target, tls: {} }, handler);
  const throughTLS = (): HTTPConnection => {
    const connection = secureTo(stage, "secure", { connect: overTLS });
    connection.setTunnel(HOST, ports.secure);
    return connection;
  };
  return [...cases, ["TLS inside TLS", throughTLS] as const].map(([name, open]) => ({
    name: `refused with a clear word: ${name}`,
    run: async () =>
      void (await refused(open().request("GET", "/plain"), { name: "NotConnected" })),
  }));
}

export default {
  async test(_controller: unknown, { STAGE, CORPUS }: Bindings): Promise<void> {
    // oxlint-disable-next-line no-unsafe-type-assertion -- written by openPeers()
    const given = JSON.parse(STAGE) as Stage;
    // The authority was told to the runtime at its start, and cannot be told again.
    const stage = { ...given, trust: {} };
    // A write that fails takes the unread answer along in some of a hundred: the reader of the socket says that it is done, and gave nothing.
    const connections = connectionCases(stage, UNREACHABLE, busyByWork, "/refuse?wait");
    const cases: readonly Case[] = [
      ...partCases,
      ...fetchCases,
      ...streamCases,
      ...wires(stage).flatMap(exchangeCases),
      ...transportCases(stage, ["TLS in TLS"]),
      ...connections,
      ...connections.filter(({ name }) => name.includes("client was busy")).map(withStillClock),
      ...tlsCases(stage, DISTRUST),
      ...refusals(stage),
      ...corpusCases(CORPUS),
    ];
    await runCases(cases, (result) => print(JSON.stringify(result)));
  },
};
