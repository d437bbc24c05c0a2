/**
 * A polluted Object.prototype changes nothing: no rule is relaxed, no field is added, no error looks otherwise.
 *
 * Each name is one that somewhere in the family is looked for in an object of a caller's; while it is on every object, the
 * same calls are made and their results compared.
 */

import {
  ChunkedDecoder,
  ChunkedEncoder,
  ClientProtocol,
  connectMemory,
  decodeChunked,
  encodeChunked,
  HeaderParser,
  HTTPConnection,
  HTTPException,
  HTTPMessage,
  IncompleteRead,
  latin1,
  parseHeaders,
  parseResponse,
  ProtocolError,
  readResponse,
  byteSource,
  encodeLatin1,
} from "@httplib/client";
import { HTTPConnection as PythonConnection } from "@httplib/client/python";
import { expect, test } from "vitest";

const POLLUTION: Readonly<Record<string, unknown>> = {
  polluted: "x",
  // what an empty list is asked for
  0: "x",
  1: "x",
  4: "Host",
  // rules and limits
  limits: { maxHeaderFields: 0 },
  lenient: { bareLineFeed: true },
  bareLineFeed: true,
  lengthWithTransferEncoding: true,
  chunkedInHTTP10: true,
  spaceAfterChunkSize: true,
  skipInvalidFields: true,
  simpleResponse: true,
  maxLineBytes: 1,
  maxHeaderFields: 0,
  strict: false,
  strictContentLength: false,
  // calls of the parsers and coders
  eof: false,
  upgradeRequested: true,
  extensions: ";evil",
  size: 5,
  encode: true,
  // a connection and its calls
  timeout: -1,
  total: -1,
  sourceAddress: ["192.0.2.1", 1],
  blockSize: -1,
  expectTimeout: -1,
  connect: () => Promise.reject(new Error("polluted")),
  tls: {},
  context: {},
  socketPath: "/nowhere",
  options: { family: 6 },
  encodeChunked: true,
  trailers: ["Evil"],
  idempotent: true,
  skipHost: true,
  skipAcceptEncoding: true,
  onInformational: () => {
    throw new Error("polluted");
  },
  debugLevel: 1,
  debugLog: () => {
    throw new Error("polluted");
  },
  // the documents' spellings
  source_address: ["192.0.2.1", 1],
  blocksize: -1,
  max_response_headers: 0,
  encode_chunked: true,
  skip_host: true,
  skip_accept_encoding: true,
  // errors, and the descriptors of their fields
  code: "EVIL",
  offset: 99,
  excerpt: "evil",
  partial: new Uint8Array(9),
  cause: "evil",
  message: "evil",
  get: () => "evil",
  value: "evil",
};

const HEAD = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX: 1\r\n\r\n`;

/** What a call gives or throws, as text. */
function outcome(call: () => unknown): unknown {
  try {
    return shown(call());
  } catch (error) {
    return told(error);
  }
}

function told(error: unknown): unknown {
  if (!(error instanceof HTTPException)) return String(error);
  // What an error does not have, it inherits from the polluted prototype; that is nobody's doing here.
  const fields = ["code", "offset", "excerpt", "cause", "message", "partial"];
  return [
    error.name,
    ...fields.map((key) => Object.hasOwn(error, key) && shown(Reflect.get(error, key))),
  ];
}

function shown(value: unknown): unknown {
  if (value instanceof Uint8Array) return latin1(value);
  if (value instanceof HTTPMessage) return [String(value), value.defects.length];
  if (Array.isArray(value)) return value.map(shown);
  if (typeof value === "object" && value !== null) {
    return Object.keys(value).map((key) => [key, shown(Reflect.get(value, key))]);
  }
  return value;
}

/** Wires for tests are made before the prototype is polluted: they are no part of a program. */
const wire = (): ReturnType<typeof connectMemory> =>
  connectMemory([
    `HTTP/1.1 103 x\r\n\r\n${CHUNKED}`,
    `${HEAD}Content-Length: 2\r\n\r\nhi`,
    CHUNKED,
    `${HEAD}Content-Length: 9\r\n\r\nhi`,
    { end: true },
  ]);

async function exchange(
  Connection: typeof HTTPConnection,
  connect: ReturnType<typeof connectMemory>,
): Promise<unknown> {
  const connection = new Connection("example.com", null, { connect });
  const seen: unknown[] = [];
  const take = async (): Promise<void> => {
    const response = await connection.getResponse({});
    seen.push(response.status, await response.read().then(shown, told), shown(response.trailers));
  };
  await connection.request("GET", "/", null, { A: "b" }, {});
  await take();
  connection.putRequest("PUT", "/", {});
  connection.putHeader("Content-Length", 2);
  await connection.endHeaders(encodeLatin1("hi"), {});
  await take();
  await connection.request("POST", "/", ["a", "b"], null, { trailers: { T: "1" } });
  await take();
  await connection.request("GET", "/");
  await take();
  await connection.close();
  seen.push(latin1(connect.written));
  return seen;
}

async function everything(wires = [wire(), wire()] as const): Promise<unknown> {
  const bytes = encodeLatin1;
  return [
    outcome(() => parseHeaders(bytes("A: 1\nB: 2\r\n\r\n"))),
    outcome(() => parseHeaders(bytes("A : 1\r\n\r\n"), {})),
    outcome(() => new HeaderParser({ limits: {}, lenient: {} }).push(bytes("A: 1\r\n\r\n"))),
    outcome(() => new HTTPMessage({ A: ["1", "2"] })),
    outcome(() => new ChunkedDecoder({ limits: {}, lenient: {} }).clone().done),
    outcome(() => decodeChunked(bytes("1 \r\nx\r\n0\r\n\r\n"))),
    outcome(() => decodeChunked(bytes("1\r\nx\r\n0\r\nA : 1\r\n\r\n"), {})),
    outcome(() => encodeChunked(bytes("hi"), { T: "1" })),
    outcome(() => new ChunkedEncoder().encode(bytes("hi"), {})),
    outcome(() => parseResponse(bytes(CHUNKED))),
    outcome(() => parseResponse(bytes("no HTTP"), {})),
    outcome(() => parseResponse(bytes("HTTP/1.1 101 x\r\n\r\n"), {})),
    outcome(() => parseResponse(bytes(`${HEAD}\r\nall there is`), {})),
    outcome(() => parseResponse(bytes(CHUNKED.replace("1.1", "1.0")), { lenient: {} })),
    outcome(() => new ClientProtocol({ limits: {} }).sendHead("GET", "/", { Host: "a" })),
    outcome(() => {
      throw new ProtocolError("BARE_CR", {});
    }),
    outcome(() => {
      throw new IncompleteRead(bytes("x"), 1, {});
    }),
    await readResponse(byteSource(bytes(CHUNKED)), {}).then((response) => response.text()),
    await exchange(HTTPConnection, wires[0]),
    await exchange(PythonConnection, wires[1]),
  ];
}

test.each(Object.entries(POLLUTION))("a polluted %s changes nothing", async (name, value) => {
  const expected = await everything();
  const wires = [wire(), wire()] as const;
  let found: unknown;
  // oxlint-disable-next-line no-extend-native -- for the length of a few calls
  Object.defineProperty(Object.prototype, name, {
    __proto__: null,
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  } as PropertyDescriptor);
  try {
    found = await everything(wires);
  } finally {
    Reflect.deleteProperty(Object.prototype, name);
  }
  expect(found).toEqual(expected);
});
