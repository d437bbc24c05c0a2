/** Whom TLS trusts, and through what it goes. */
import { connect, type Connect, type HTTPConnection, HTTPSConnection } from "@httplib/client";
import { type Refusal, refused, same } from "../check.ts";
import { get, plainTo, secureTo, using } from "../client.ts";
import type { Case } from "../run-cases.ts";
import { HOST, type Stage } from "../stage.ts";

/** How a runtime says that it does not trust the peer. */
export interface Distrust {
  readonly unknownAuthority: Refusal;
  readonly otherName: Refusal;
  /** Of TLS that is started on an open socket; as `unknownAuthority` where nothing is said. */
  readonly behindTunnel?: Refusal;
}

/** The words of `node:tls`. */
export const NODE_DISTRUST: Distrust = {
  unknownAuthority: {
    code: [
      "DEPTH_ZERO_SELF_SIGNED_CERT",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "UNABLE_TO_GET_ISSUER_CERT",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    ],
  },
  otherName: { code: "ERR_TLS_CERT_ALTNAME_INVALID" },
};

/** The cases that hold wherever TLS can be spoken at all. */
export function tlsCases(stage: Stage, distrust: Distrust): readonly Case[] {
  const { unknownAuthority, otherName, behindTunnel = unknownAuthority } = distrust;
  const { ports } = stage;
  return [
    {
      name: "TLS: a tunnel, and TLS inside it",
      async run() {
        const connection = secureTo(stage, "plain");
        await using(connection, async () => {
          connection.setTunnel(HOST, ports.secure);
          same((await get(connection, "/plain")).status, 200);
        });
      },
    },
    {
      name: "TLS: 1.2 where the peer has no other",
      run: () =>
        using(secureTo(stage, "tls12"), async (one) =>
          same((await get(one, "/plain")).status, 200),
        ),
    },
    {
      name: "TLS: a handshake without an answer is a time limit with phase connect",
      run: () =>
        using(secureTo(stage, "mute", { timeout: { connect: 100 } }), async (connection) => {
          const error = await refused(connection.request("GET", "/"), { name: "TimeoutError" });
          same("phase" in error && error.phase, "connect");
        }),
    },
    {
      name: "TLS: an authority that nobody trusts is refused",
      run: () => using(secureTo(stage, "stranger"), (one) => refusedFor(one, unknownAuthority)),
    },
    {
      name: "TLS: a certificate for another name is refused",
      run: () => using(secureTo(stage, "elsewhere"), (one) => refusedFor(one, otherName)),
    },
    {
      name: "TLS: an authority that nobody trusts is refused inside a tunnel too",
      async run() {
        const connection = secureTo(stage, "plain");
        connection.setTunnel(HOST, ports.stranger);
        await using(connection, (one) => refusedFor(one, behindTunnel));
      },
    },
  ];
}

/** The cases that need certificates and names to be settable by the connection. */
export function tlsOptionCases(stage: Stage, { unknownAuthority }: Distrust): readonly Case[] {
  const { ports, trust, client } = stage;
  return [
    {
      name: "TLS: without our authority the peer is refused",
      run: () =>
        using(secureTo(stage, "secure", { context: {} }), (one) =>
          refusedFor(one, unknownAuthority),
        ),
    },
    {
      name: "TLS: verification can be switched off, and only so",
      run: () =>
        using(
          secureTo(stage, "stranger", { context: { rejectUnauthorized: false } }),
          async (one) => same((await get(one, "/plain")).status, 200),
        ),
    },
    {
      name: "TLS: a name of the caller's is the one that is verified",
      run: () =>
        using(
          secureTo(stage, "elsewhere", { context: { ...trust, servername: "elsewhere.test" } }),
          async (one) => same((await get(one, "/plain")).status, 200),
        ),
    },
    {
      name: "TLS: mutual, with the client's certificate",
      run: () =>
        using(secureTo(stage, "mutual", { context: { ...trust, ...client } }), async (one) =>
          same((await get(one, "/plain")).status, 200),
        ),
    },
    {
      name: "TLS: mutual, without a certificate the peer hangs up",
      run: () =>
        using(secureTo(stage, "mutual"), async (one) => {
          await refused(get(one, "/plain"), {});
        }),
    },
    {
      name: "TLS: under strictTLSClose a body that was cut is told from one that ended",
      async run() {
        const options = { strictTLSClose: true, context: trust };
        await using(secureTo(stage, "secure", options), async (one) => {
          same(await (await get(one, "/until-close")).text(), "hello, world\n");
          await refused((await get(one, "/cut")).text(), { name: "IncompleteRead" });
        });
        await using(secureTo(stage), async (one) => {
          same(await (await get(one, "/cut")).text(), "hello,");
        });
      },
    },
    {
      name: "TLS: the second connection resumes the session of the first",
      async run() {
        const answers: string[] = [];
        // Sessions are found by this object.
        const context = { ...trust };
        for (let i = 0; i < 2; i++) {
          await using(secureTo(stage, "secure", { context }), async (one) => {
            answers.push(await (await get(one, "/resumed")).text());
            // The ticket may come behind the response.
            await (await get(one, "/plain")).read();
          });
        }
        same(answers, ["false", "true"]);
      },
    },
    {
      name: "TLS: by name, for the name of a certificate",
      async run() {
        const { secure } = ports;
        const connection = new HTTPSConnection("localhost", secure, { context: trust });
        await using(connection, async (one) => same((await get(one, "/plain")).status, 200));
      },
    },
    {
      name: "TLS: to the proxy, and TLS inside the tunnel",
      async run() {
        const overTLS: Connect = (target, handler) => connect({ ...target, tls: trust }, handler);
        const connection = secureTo(stage, "secure", { connect: overTLS });
        connection.setTunnel(HOST, ports.secure);
        await using(connection, async () => same((await get(connection, "/plain")).status, 200));
      },
    },
    {
      name: "TLS: tunnels nest: proxy, proxy, TLS",
      async run() {
        const throughFirst: Connect = async (target, handler) => {
          const first = plainTo(stage);
          await first.request("CONNECT", `${target.host}:${target.port}`);
          same((await first.getResponse()).status, 200);
          return first.detach(handler).transport;
        };
        const connection = secureTo(stage, "guarded", { connect: throughFirst });
        connection.setTunnel(HOST, ports.secure, {
          "Proxy-Authorization": `Basic ${btoa(stage.credentials)}`,
        });
        await using(connection, async () => same((await get(connection, "/plain")).status, 200));
      },
    },
  ];
}

async function refusedFor(connection: HTTPConnection, refusal: Refusal): Promise<void> {
  await refused(connection.request("GET", "/plain"), refusal);
}
