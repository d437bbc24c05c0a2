/**
 * A connection in the documents' spelling over a wire made of memory, and what was written on it.
 */
import { connectMemory, latin1 } from "../../src/index.ts";
import {
  HTTPConnection,
  type HTTPConnectionOptions,
  HTTPSConnection,
  type HTTPSConnectionOptions,
  type HTTPResponse,
} from "../../src/python.ts";
import { expect } from "vitest";

export type Script = Parameters<typeof connectMemory>[0];

export interface Opened<C extends HTTPConnection = HTTPConnection> {
  readonly conn: C;
  readonly wire: ReturnType<typeof connectMemory>;
  /** Everything written so far, as latin-1 text. */
  readonly written: () => string;
  /** What was written on one of the wires, one entry for each packet. */
  readonly packets: (index?: number) => string[];
}

export function open(script: Script = [], options: HTTPConnectionOptions = {}): Opened {
  const wire = connectMemory(script);
  return watch(new HTTPConnection("www.python.org", null, { connect: wire, ...options }), wire);
}

export function openTLS(
  script: Script = [],
  options: HTTPSConnectionOptions = {},
): Opened<HTTPSConnection> {
  const wire = connectMemory(script);
  return watch(new HTTPSConnection("www.python.org", null, { connect: wire, ...options }), wire);
}

function watch<C extends HTTPConnection>(
  conn: C,
  wire: ReturnType<typeof connectMemory>,
): Opened<C> {
  return {
    conn,
    wire,
    written: () => latin1(wire.written),
    packets: (index = 0) => (wire.connections[index]?.writes ?? []).map((packet) => latin1(packet)),
  };
}

/** What one call of request() puts on the wire. */
export async function sent(...call: Parameters<HTTPConnection["request"]>): Promise<string> {
  const { conn, written } = open();
  await conn.request(...call);
  const text = written();
  await conn.close();
  return text;
}

/** The response to a GET that is answered with these bytes. */
export async function answered(wire: string, method = "GET"): Promise<HTTPResponse> {
  const { conn } = open([wire, { end: true }]);
  await conn.request(method, "/");
  return conn.getresponse();
}

/** A response with a length. */
export function ok(body = "", ...fields: string[]): string {
  return ["HTTP/1.1 200 OK", `Content-Length: ${body.length}`, ...fields, "", body].join("\r\n");
}

/** A response in chunks. */
export function chunks(...parts: string[]): string {
  const coded = parts.map((part) => `${part.length.toString(16)}\r\n${part}\r\n`).join("");
  return `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${coded}0\r\n\r\n`;
}

/** The head of a request to www.python.org. */
export function head(line: string, ...fields: string[]): string {
  const all = ["Host: www.python.org", "Accept-Encoding: identity", ...fields];
  return `${line} HTTP/1.1\r\n${all.map((field) => `${field}\r\n`).join("")}\r\n`;
}

export function bytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** What a promise is rejected with. */
export async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => expect.fail(`resolved with ${String(value)}, expected a rejection`),
    (error: unknown) => error,
  );
}

const later = setTimeout; // the real one, whatever a test makes of it
/** In Deno a turn is a timer: its setImmediate polls no socket, and the connection and wires of memory wait as long. */
const nextTurn: (done: () => void) => unknown =
  "Deno" in globalThis ? (done) => later(done, 0) : setImmediate;

/** Turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await new Promise<void>((resolve) => {
      nextTurn(resolve);
    });
  }
}
