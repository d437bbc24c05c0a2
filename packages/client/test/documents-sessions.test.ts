/**
 * The example sessions of the five documents, in both spellings: over a wire of memory, byte for byte, and on real sockets.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { connectMemory, latin1 } from "../src/index.ts";
import { type Loopback, openLoopback } from "./support/loopback.ts";
import { HOME, INDEX, ISSUE, reply } from "./support/pages.ts";
import type { Sessions } from "./support/sessions.ts";
import { modern } from "./support/sessions-modern.ts";
import { python } from "./support/sessions-python.ts";
import { head } from "./support/wire.ts";

const FORM = ["Content-type: application/x-www-form-urlencoded", "Accept: text/plain"];
const ISSUE_FORM = "%40number=12524&%40type=issue&%40action=show";
const pieces = (text: string): string[] => text.match(/[^]{1,200}/g) ?? [];

/** A request to another server than www.python.org. */
function to(host: string, line: string, ...fields: string[]): string {
  return head(line, ...fields).replace("www.python.org", host);
}

interface Session {
  readonly documents: string;
  readonly run: keyof Sessions;
  /** The requests that are answered, by connection. */
  readonly asked: readonly (readonly string[])[];
  /** What the document prints. */
  readonly lines: readonly string[];
  /** What is written, by connection. */
  readonly wires: readonly string[];
}

const SESSIONS: readonly [rule: string, session: Session][] = [
  [
    "the four forms of the constructor lead to one host and port",
    {
      documents: "2.6.4, 3.1, 3.5-dev, 3.9, 3.13.3",
      run: "forms",
      asked: [[], [], [], []],
      lines: Array.from({ length: 4 }, () => "www.python.org 80"),
      wires: ["", "", "", ""],
    },
  ],
  [
    "GET, then another GET that finds nothing, on one connection",
    {
      documents: "2.6.4, 3.1",
      run: "classicGet",
      asked: [["GET /index.html", "GET /parrot.spam"]],
      lines: ["200 OK", INDEX, "404 Not Found"],
      wires: [head("GET /index.html") + head("GET /parrot.spam")],
    },
  ],
  [
    "POST of a form to a host that names its port",
    {
      documents: "2.6.4, 3.1",
      run: "classicPost",
      asked: [["POST /cgi-bin/query"]],
      lines: ["200 OK", "3 results\n"],
      wires: [
        `${to("musi-cal.mojam.com", "POST /cgi-bin/query", "Content-Length: 21", ...FORM)}spam=1&eggs=2&bacon=0`,
      ],
    },
  ],
  [
    "GET read whole, then in pieces of 200 until the response is closed",
    {
      documents: "3.5-dev",
      run: "untilClosed",
      asked: [["GET /index.html", "GET /index.html", "GET /parrot.spam"]],
      lines: ["200 OK", INDEX, ...pieces(INDEX), "404 Not Found"],
      wires: [head("GET /index.html") + head("GET /index.html") + head("GET /parrot.spam")],
    },
  ],
  [
    "GET over TLS read whole, then in pieces of 200 until one is empty",
    {
      documents: "3.9, 3.13.3",
      run: "untilEmpty",
      asked: [["GET /", "GET /"], ["GET /parrot.spam"]],
      lines: ["200 OK", HOME, ...pieces(HOME), "404 Not Found"],
      wires: [head("GET /") + head("GET /"), to("docs.python.org", "GET /parrot.spam")],
    },
  ],
  [
    "GET with a Host of the caller's own, which is sent once",
    {
      documents: "3.13.3",
      run: "ownHost",
      asked: [["GET /3/"]],
      lines: ["200 OK"],
      wires: ["GET /3/ HTTP/1.1\r\nAccept-Encoding: identity\r\nHost: docs.python.org\r\n\r\n"],
    },
  ],
  [
    "HEAD through a tunnel: the proxy is asked for the host, the host for the page",
    {
      documents: "3.5-dev, 3.9, 3.13.3",
      run: "tunnel",
      asked: [["CONNECT www.python.org:443", "HEAD /index.html"]],
      lines: ["200 OK", "0"],
      wires: [
        `CONNECT www.python.org:443 HTTP/1.1\r\nHost: www.python.org:443\r\n\r\n${head("HEAD /index.html")}`,
      ],
    },
  ],
  [
    "HEAD brings no data",
    {
      documents: "3.5-dev",
      run: "headPlain",
      asked: [["HEAD /index.html"]],
      lines: ["200 OK", "0"],
      wires: [head("HEAD /index.html")],
    },
  ],
  [
    "HEAD over TLS brings no data",
    {
      documents: "3.9, 3.13.3",
      run: "headTLS",
      asked: [["HEAD /"]],
      lines: ["200 OK", "0"],
      wires: [head("HEAD /")],
    },
  ],
  [
    "POST of a form to an empty url, answered with a redirect that is not followed",
    {
      documents: "3.5-dev, 3.9, 3.13.3",
      run: "post",
      asked: [["POST /"]],
      lines: ["302 Found", ISSUE],
      wires: [
        to("bugs.python.org", "POST /", `Content-Length: ${ISSUE_FORM.length}`, ...FORM) +
          ISSUE_FORM,
      ],
    },
  ],
  [
    "PUT of a string, whose length is said",
    {
      documents: "3.5-dev, 3.9, 3.13.3",
      run: "put",
      asked: [["PUT /file"]],
      lines: ["200, OK"],
      wires: [`${to("localhost:8080", "PUT /file", "Content-Length: 18")}***filecontents***`],
    },
  ],
];

const SPELLINGS = [
  ["the main entry", modern],
  ["the documents' spelling", python],
] as const;

/** The answer to what a session asks for; a proxy opens every tunnel. */
function answer(line: string): string {
  return line.startsWith("CONNECT ") ? "HTTP/1.1 200 OK\r\n\r\n" : reply(line);
}

describe.each(SPELLINGS)("the documents' example sessions in memory, in %s", (_name, sessions) => {
  test.each(SESSIONS)("%s", async (_rule, { run, asked, lines, wires }) => {
    const connect = connectMemory(asked.map((requests) => requests.map(answer)));
    expect(await sessions[run]({ connect })).toEqual(lines);
    expect(connect.connections.map(({ written }) => latin1(written))).toEqual(wires);
  });
});

test("every document has its sessions here", () => {
  const documents = SESSIONS.flatMap(([, session]) => session.documents.split(", "));
  const counts = new Map<string, number>();
  for (const name of documents) counts.set(name, (counts.get(name) ?? 0) + 1);
  expect(Object.fromEntries(counts)).toEqual({
    "2.6.4": 3,
    "3.1": 3,
    "3.5-dev": 6,
    "3.9": 6,
    "3.13.3": 7,
  });
});

describe.each(SPELLINGS)("the same on real sockets, in %s", (_name, sessions) => {
  let loopback: Loopback;

  beforeAll(async () => {
    loopback = await openLoopback();
  });
  beforeEach(() => {
    loopback.seen.length = 0;
  });
  afterAll(() => loopback.close());

  test.each(SESSIONS)("%s (on real sockets)", async (_rule, { run, asked, lines, wires }) => {
    const { plain, secure, proxy, context, seen } = loopback;
    const isTunnel = run === "tunnel";
    const isTLS = run === "untilEmpty" || run === "ownHost" || run === "headTLS";
    const connect = isTunnel ? proxy : isTLS ? secure : plain;
    expect(await sessions[run]({ connect, context })).toEqual(lines);
    expect(seen.map(({ line }) => line)).toEqual(asked.flat());
    // The bodies and fields that arrived are those that the wire of memory has seen.
    const arrived = seen.map(
      ({ line, fields, body }) => `${line} HTTP/1.1\r\n${fields.join("\r\n")}\r\n\r\n${body}`,
    );
    expect(arrived.join("")).toBe(wires.join(""));
    const connections = new Set(seen.map(({ server, connection }) => `${server} ${connection}`));
    const expected = asked.filter((requests) => requests.length > 0).length;
    expect(connections.size).toBe(isTunnel ? 2 : expected);
  });
});
