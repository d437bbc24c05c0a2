/** Serves one connection: pages, and CONNECT to the ports it was started for. */
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { answer } from "./pages.ts";
import { field, type PeerRequest, Talk } from "./talk.ts";

/** What a listener does with CONNECT. */
export interface ProxyRules {
  /** The loopback ports that may be reached. */
  readonly ports: () => readonly number[];
  /** `user:password`, where the proxy wants one. */
  readonly credentials?: string;
}

const ESTABLISHED = "HTTP/1.1 200 Connection established\r\nProxy-Agent: peer\r\n\r\n";

function refusal(status: string, fields: string, body: string): string {
  return `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n${fields}\r\n${body}`;
}

/** Answers requests until the connection is over; a client that goes away is its own affair. */
export async function serve(
  stream: Duplex,
  socket: Socket,
  number: number,
  rules: ProxyRules,
): Promise<void> {
  const talk = new Talk(stream, socket, number);
  try {
    for (let turn = 1; ; turn++) {
      const request = await talk.readRequest();
      if (request === null) break;
      const isConnect = request.method === "CONNECT";
      const outcome = isConnect
        ? await openTunnel(talk, request, rules)
        : await answer({ talk, request, turn });
      if (outcome === "taken") return;
      if (outcome === "end") break;
    }
    await talk.end();
  } catch {
    stream.destroy();
  }
}

async function openTunnel(
  talk: Talk,
  request: PeerRequest,
  { ports, credentials }: ProxyRules,
): Promise<"go on" | "taken"> {
  const given = field(request, "proxy-authorization");
  if (credentials !== undefined && given !== `Basic ${btoa(credentials)}`) {
    const challenge = 'Proxy-Authenticate: Basic realm="peer"\r\n';
    await talk.write(refusal("407 Proxy Authentication Required", challenge, "who are you?"));
    return "go on";
  }
  const port = Number(/:(\d+)$/.exec(request.target)?.[1]);
  if (!ports().includes(port)) {
    await talk.write(refusal("403 Forbidden", "", "not there"));
    return "go on";
  }
  const upstream = connect(port, "127.0.0.1");
  const { stream, rest } = talk.handOver();
  upstream.on("error", () => stream.destroy());
  stream.on("close", () => upstream.destroy());
  upstream.once("connect", () => {
    stream.write(ESTABLISHED);
    upstream.write(rest);
    stream.pipe(upstream).pipe(stream);
  });
  return "taken";
}
