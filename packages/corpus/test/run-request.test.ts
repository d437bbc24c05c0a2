import { describe, expect, test } from "vitest";
import {
  decodeLatin1,
  encodeLatin1,
  loadRequests,
  runRequest,
  type ConnectionUnderTest,
  type OpenCall,
  type OpenConnection,
  type RequestCall,
  type RequestRow,
} from "../src/index.ts";

/** A client that does nothing but what a test tells it, and writes down how it was called. */
class Puppet implements ConnectionUnderTest {
  readonly calls: unknown[][] = [];
  text = "";
  gone = false;
  act: (name: string) => void = () => {};

  async request(...args: unknown[]): Promise<void> {
    this.#note("request", args);
  }
  putRequest(...args: unknown[]): void {
    this.#note("putRequest", args);
  }
  putHeader(...args: unknown[]): void {
    this.#note("putHeader", args);
  }
  async endHeaders(...args: unknown[]): Promise<void> {
    this.#note("endHeaders", args);
  }
  async send(...args: unknown[]): Promise<void> {
    this.#note("send", args);
  }
  async getResponse() {
    this.#note("getResponse", []);
    return { read: async () => new Uint8Array(0) };
  }
  setTunnel(...args: unknown[]): void {
    this.#note("setTunnel", args);
  }
  async connect(): Promise<void> {
    this.#note("connect", []);
  }
  async close(): Promise<void> {
    this.gone = true;
  }

  #note(name: string, args: unknown[]): void {
    this.calls.push([name, ...args]);
    this.act(name);
  }
}

function opener(puppet: Puppet, seen: OpenCall[] = []): OpenConnection {
  return (call) => {
    seen.push(call);
    const wire = { written: () => encodeLatin1(puppet.text), destroyed: () => puppet.gone };
    return { connection: puppet, wire };
  };
}

class Refusal extends Error {
  override readonly name = "InvalidRequest";
}

function refuse(): never {
  throw new Refusal("no");
}

const rows = loadRequests();

function row(
  change: Partial<RequestRow> & { steps?: RequestCall["steps"]; reply?: string },
): RequestRow {
  const { steps = [], reply = "", ...rest } = change;
  return {
    id: "ZZ-001",
    kind: "request",
    category: "c",
    why: "w",
    ref: "r",
    cpython: null,
    cpythonOther: null,
    peers: null,
    js: undefined,
    acceptAlso: [],
    expected: { outcome: "ok", wire: undefined, note: undefined, error: undefined },
    call: { host: "a", port: null, tls: false, steps, reply },
    ...rest,
  };
}

function step(name: string, ...args: unknown[]) {
  return { name, args, tried: false };
}

function failing(when: string, ...steps: RequestCall["steps"]): RequestRow {
  const error = { class: "InvalidRequest", when };
  return row({ steps, expected: { outcome: "error", wire: undefined, note: undefined, error } });
}

describe("the request runner", () => {
  test("calls in camelCase, with bodies and values of the kind that the row names", async () => {
    const puppet = new Puppet();
    const steps = [
      step("putrequest", "POST", "/", { skip_host: true }),
      step("putheader", "A", ["b", 1, { bytes: "\u00ff" }]),
      step("endheaders", { kind: "iter", value: ["c", ""] }, { encode_chunked: true }),
      step("send", { kind: "array16", value: [258] }),
    ];
    expect(await runRequest(opener(puppet), row({ steps }))).toEqual([]);
    const [, putHeader, endHeaders, send] = puppet.calls;
    expect(puppet.calls[0]).toEqual(["putRequest", "POST", "/", { skipHost: true }]);
    expect(putHeader).toEqual(["putHeader", "A", "b", 1, Uint8Array.of(255)]);
    expect(endHeaders).toEqual([
      "endHeaders",
      [Uint8Array.of(99), new Uint8Array(0)],
      { encodeChunked: true },
    ]);
    expect(send).toEqual(["send", Uint16Array.of(258)]);
  });

  test("reads a file body as the documents do, until it gives nothing", async () => {
    const puppet = new Puppet();
    const steps = [step("request", "PUT", "/", { kind: "file", value: "abc" }, [], {})];
    await runRequest(opener(puppet), row({ steps }));
    const file = puppet.calls[0]?.[3] as { read(size: number): Uint8Array | null };
    expect([file.read(2), file.read(2), file.read(2)]).toEqual([
      Uint8Array.of(97, 98),
      Uint8Array.of(99),
      null,
    ]);
  });

  test("gives a tunnel its answer head by head", async () => {
    const seen: OpenCall[] = [];
    const reply = "HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 204 No\r\n\r\n";
    await runRequest(
      opener(new Puppet(), seen),
      row({ steps: [step("set_tunnel", "b", 1, [])], reply }),
    );
    await runRequest(opener(new Puppet(), seen), row({ steps: [], reply }));
    const answers = seen.map(({ peer }) => peer.answers.map(decodeLatin1));
    expect(answers).toEqual([["HTTP/1.1 200 OK\r\n\r\n", "HTTP/1.1 204 No\r\n\r\n"], [reply]]);
  });

  test("lets a proxy without an answer close, and any other peer wait", async () => {
    const seen: OpenCall[] = [];
    await runRequest(opener(new Puppet(), seen), row({ steps: [step("set_tunnel", "b", 1, [])] }));
    await runRequest(opener(new Puppet(), seen), row({ steps: [] }));
    expect(seen.map(({ peer }) => peer.closes)).toEqual([true, false]);
  });

  test("compares every byte of the wire", async () => {
    const puppet = new Puppet();
    puppet.text = "GET / HTTP/1.1\r\n\r\n";
    const expected = { outcome: "ok", wire: "PUT", note: undefined, error: undefined } as const;
    expect(await runRequest(opener(puppet), row({ expected }))).toEqual([
      'wire: expected "PUT", got "GET / HTTP/1.1\\r\\n\\r\\n"',
    ]);
  });

  test("reports a failure that the row does not expect, with its step", async () => {
    const puppet = new Puppet();
    puppet.act = refuse;
    expect(
      await runRequest(opener(puppet), row({ steps: [step("putheader", "A", ["b"])] })),
    ).toEqual(["outcome: expected ok, got InvalidRequest in putheader: no"]);
  });

  test("reports a failure that does not come", async () => {
    const line = failing("in putheader", step("putheader", "A", ["b"]));
    expect(await runRequest(opener(new Puppet()), line)).toEqual([
      'outcome: expected InvalidRequest, got ""',
    ]);
  });

  test("reports another class, unless the row accepts that class too", async () => {
    const puppet = new Puppet();
    puppet.act = () => {
      throw new TypeError("no");
    };
    const line = failing("in putheader", step("putheader", "A", ["b"]));
    expect(await runRequest(opener(puppet), line)).toEqual([
      "error: expected InvalidRequest, got TypeError in putheader: no",
    ]);
    expect(await runRequest(opener(puppet), { ...line, acceptAlso: ["TypeError"] })).toEqual([]);
  });

  test("goes on behind a step that is tried, and reports one that succeeds", async () => {
    const steps = [{ ...step("putheader", "A", ["b"]), tried: true }, step("close")];
    const puppet = new Puppet();
    puppet.act = refuse;
    expect(await runRequest(opener(puppet), row({ steps }))).toEqual([]);
    expect(await runRequest(opener(new Puppet()), row({ steps }))).toEqual([
      expect.stringContaining("putheader did not fail"),
    ]);
  });

  test.each<[string, string, string, boolean, RequestCall["steps"], RegExp]>([
    [
      "bytes before the error",
      "before any byte is sent",
      "GET",
      false,
      [step("connect")],
      /"GET" was written/,
    ],
    [
      "a wire left open",
      "at the end of the body; socket destroyed",
      "",
      false,
      [step("connect")],
      /left open/,
    ],
    ["another step", "in putheader", "", false, [step("connect")], /got InvalidRequest in connect/],
    [
      "the first of two",
      "in the second putheader",
      "",
      false,
      [step("putheader", "A", [])],
      /got .* in putheader/,
    ],
    [
      "bytes of what was refused",
      "in send()",
      "\r\n\r\nx",
      false,
      [step("send", null)],
      /behind the last head/,
    ],
    [
      "a request behind a CONNECT",
      "in connect",
      "CONNECT a\r\n\r\nGET\r\n\r\n",
      false,
      [step("connect")],
      /was written/,
    ],
    [
      "a constructor that lets it pass",
      "in the constructor",
      "",
      false,
      [step("connect")],
      /got .* in connect/,
    ],
  ])("reports %s where the error is to come %s", async (_what, when, text, gone, steps, line) => {
    const puppet = new Puppet();
    Object.assign(puppet, { act: refuse, text, gone });
    expect(await runRequest(opener(puppet), failing(when, ...steps))).toEqual([
      expect.stringMatching(line),
    ]);
  });

  test("takes what the constructor throws as an error in the constructor", async () => {
    expect(await runRequest(refuse, failing("in the constructor"))).toEqual([]);
  });
});

describe("the rows that JSON cannot write", () => {
  const wordy = rows.filter(({ call }) => call === undefined);

  test("are the eight of the category", () => {
    expect(wordy.map(({ id }) => id)).toEqual(
      rows.filter(({ category }) => category === "JavaScript-only traps").map(({ id }) => id),
    );
    expect(wordy).toHaveLength(8);
  });

  test.each(wordy.map((each) => [each.id, each] as const))(
    "%s is a case, and a client that sends nothing and refuses nothing fails it",
    async (id, each) => {
      const lines = await runRequest(opener(new Puppet()), each);
      expect(lines).not.toEqual([]);
      expect(lines.join()).not.toContain(`no case is written for ${id}`);
    },
  );

  test("a row without a case is reported", async () => {
    const lines = await runRequest(opener(new Puppet()), row({ call: undefined, js: "x" }));
    expect(lines).toEqual(["no case is written for ZZ-001: x"]);
  });
});
