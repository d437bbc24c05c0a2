/**
 * What the peer answers, one page a path: each shows the client one thing that servers do.
 *
 * The bytes are written out by hand. A page whose answer ends the connection says so by returning "end".
 */
import { createHash } from "node:crypto";
import { TLSSocket } from "node:tls";
import { pattern } from "../pattern.ts";
import { field, type PeerRequest, type Talk } from "./talk.ts";

/** "end": the connection is over; "taken": it is somebody else's now. */
export type Outcome = "go on" | "end" | "taken";

export interface Visit {
  readonly talk: Talk;
  readonly request: PeerRequest;
  /** The number of this request on its connection, from 1. */
  readonly turn: number;
}

type Page = (visit: Visit) => Promise<Outcome>;

const BLOCK = 65_536;

const GREETING = "hello, world\n";

function whole(body: string, status = "200 OK", fields = ""): string {
  return `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n${fields}\r\n${body}`;
}

/** Tells what arrived: method, target, field lines, trailer lines, and the body by size, hash and beginning. */
async function echo({ talk, request }: Visit): Promise<Outcome> {
  const hash = createHash("sha256");
  let size = 0;
  let text = "";
  const trailers = await talk.readBody(request, (piece) => {
    hash.update(piece);
    size += piece.length;
    if (text.length < 1000) text += piece.toString("latin1", 0, 1000 - text.length);
  });
  const { method, target, fields } = request;
  const told = { method, target, fields, trailers, size, sha256: hash.digest("hex"), text };
  await talk.write(whole(asciiJSON(told)));
  return "go on";
}

/** JSON whose bytes are the same in every encoding. */
function asciiJSON(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Pages that read no body themselves. */
const pages: Record<string, Page> = {
  "/plain": async ({ talk, request }) => {
    const response = whole(GREETING);
    await talk.write(request.method === "HEAD" ? response.slice(0, -GREETING.length) : response);
    return "go on";
  },

  /** Which connection, and the how manieth request on it. */
  "/count": async ({ talk, turn }) => {
    await talk.write(whole(`${talk.number} ${turn}`));
    return "go on";
  },

  "/chunked": async ({ talk }) => {
    await talk.write(
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n6\r\nfirst,\r\n",
    );
    await talk.pause();
    await talk.write("00007;name=value\r\n second");
    await talk.pause();
    await talk.write("\r\n1\r\n.\r\n0\r\nX-Sum: 14\r\n\r\n");
    return "go on";
  },

  "/until-close": async ({ talk }) => {
    await talk.write("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\n");
    await talk.pause();
    await talk.write(GREETING);
    return "end";
  },

  /** The same without HTTP's and TLS's own words for the end. */
  "/cut": async ({ talk }) => {
    await talk.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello,");
    await talk.pause();
    talk.cut();
    return "taken";
  },

  /** Whether this connection resumed a TLS session. */
  "/resumed": async ({ talk }) => {
    const { stream } = talk;
    await talk.write(whole(String(stream instanceof TLSSocket && stream.isSessionReused())));
    return "go on";
  },

  "/short": async ({ talk }) => {
    await talk.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    return "end";
  },

  "/short-chunk": async ({ talk }) => {
    await talk.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nA\r\n12345");
    return "end";
  },

  "/reset": async ({ talk }) => {
    await talk.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    await talk.pause();
    talk.reset();
    return "taken";
  },

  /** Never answers. */
  "/silence": () => Promise.resolve("taken"),

  /** A head, half of the body, and no more. */
  "/stall": async ({ talk }) => {
    await talk.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n12345");
    return "taken";
  },

  "/hints": async ({ talk }) => {
    await talk.write("HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n");
    await talk.pause();
    await talk.write("HTTP/1.1 103 Early Hints\r\nLink: </b.css>; rel=preload\r\n\r\n");
    await talk.write(whole(GREETING));
    return "go on";
  },

  /** The first request of a connection is answered, the second finds it closed. */
  "/once": async ({ talk, turn }) => {
    if (turn > 1) return "end";
    await talk.write(whole(`${talk.number} ${turn}`));
    return "go on";
  },

  "/no-content": async ({ talk }) => {
    await talk.write("HTTP/1.1 204 No Content\r\n\r\n");
    return "go on";
  },

  "/not-modified": async ({ talk }) => {
    await talk.write('HTTP/1.1 304 Not Modified\r\nContent-Length: 13\r\nETag: "x"\r\n\r\n');
    return "go on";
  },

  "/large": async ({ talk, request }) => {
    const size = Number(/\d+$/.exec(request.target)?.[0]);
    await talk.write(`HTTP/1.1 200 OK\r\nContent-Length: ${size}\r\n\r\n`);
    for (let at = 0; at < size; at += BLOCK) {
      await talk.write(pattern(at, Math.min(size, at + BLOCK)));
    }
    return "go on";
  },

  "/nonsense": async ({ talk }) => {
    await talk.write("SSH-2.0-Peer\r\n");
    return "end";
  },

  /** Two responses in one packet: the second was asked for by nobody. */
  "/extra": async ({ talk }) => {
    await talk.write(whole("asked") + whole("smuggled", "200 Smuggled"));
    return "go on";
  },

  /** A whole response that nobody asked for, a moment behind the one that was. */
  "/late": async ({ talk }) => {
    await talk.write(whole("asked"));
    await talk.pause();
    await talk.write(whole("planted"));
    return "go on";
  },

  /** Answers as if it would keep the connection, and closes it a moment later. */
  "/bye": async ({ talk }) => {
    await talk.write(whole("asked"));
    await talk.pause();
    return "end";
  },

  "/upgrade": async ({ talk }) => {
    await talk.write(
      "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nready",
    );
    const { stream, rest } = talk.handOver();
    stream.write(rest);
    stream.pipe(stream);
    return "taken";
  },

  /** Refuses a body that it has not seen, and does not wait for it; with `?wait` it reads no more and leaves the closing to the client. */
  "/refuse": async ({ talk, request }) => {
    await talk.write(whole("too much", "413 Content Too Large", "Connection: close\r\n"));
    if (request.target.endsWith("?wait")) return "taken";
    await talk.pause();
    talk.reset();
    return "taken";
  },
};

const bodyPages: Record<string, Page> = {
  "/echo": echo,
  "/continue": async (visit) => {
    if (field(visit.request, "expect") !== undefined) {
      await visit.talk.write("HTTP/1.1 100 Continue\r\n\r\n");
    }
    return echo(visit);
  },
};

/** Answers one request. */
export async function answer(visit: Visit): Promise<Outcome> {
  const { talk, request } = visit;
  const path = request.target.replace(/^http:\/\/[^/]*/, "").replace(/\?.*$/, "");
  const withBody = bodyPages[path];
  if (withBody !== undefined) return withBody(visit);
  const page = pages[path];
  if (path !== "/refuse" && path !== "/silence") await talk.readBody(request, () => {});
  if (page !== undefined) return page(visit);
  await talk.write(whole(`no page ${path}`, "404 Not Found"));
  return "go on";
}
