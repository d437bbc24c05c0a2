/**
 * A connection over a wire made of memory, and what was written on it.
 */
import { latin1 } from "@httplib/bytes";
import {
  HTTPConnection,
  type HTTPConnectionOptions,
  HTTPSConnection,
  type HTTPSConnectionOptions,
} from "@httplib/connection";
import { connectMemory } from "@httplib/transport";
import { expect } from "vitest";

export type Script = Parameters<typeof connectMemory>[0];

export interface Opened {
  readonly connection: HTTPConnection;
  readonly wire: ReturnType<typeof connectMemory>;
  /** Everything written so far, as latin-1 text. */
  readonly written: () => string;
  /** What was written on one of the wires, one entry for each packet. */
  readonly packets: (index?: number) => string[];
}

export interface OpenOptions extends HTTPConnectionOptions {
  readonly host?: string;
  readonly port?: number;
}

export function open(script: Script, { host, port, ...options }: OpenOptions = {}): Opened {
  const wire = connectMemory(script);
  const connection = new HTTPConnection(host ?? "example.com", port ?? null, {
    connect: wire,
    ...options,
  });
  return watch(connection, wire);
}

export function openTLS(script: Script, options: HTTPSConnectionOptions = {}): Opened {
  const wire = connectMemory(script);
  return watch(new HTTPSConnection("example.com", null, { connect: wire, ...options }), wire);
}

function watch(connection: HTTPConnection, wire: ReturnType<typeof connectMemory>): Opened {
  return {
    connection,
    wire,
    written: () => latin1(wire.written),
    packets: (index = 0) => (wire.connections[index]?.writes ?? []).map((packet) => latin1(packet)),
  };
}

/** A response with a length. */
export function ok(body = "", fields = ""): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n${fields}\r\n${body}`;
}

/** The head that a plain request has. */
export function head(line: string, ...fields: string[]): string {
  const all = ["Host: example.com", "Accept-Encoding: identity", ...fields];
  return `${line} HTTP/1.1\r\n${all.map((field) => `${field}\r\n`).join("")}\r\n`;
}

export function bytes(text: string): Uint8Array {
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
export const nextTurn: (done: () => void) => unknown =
  "Deno" in globalThis ? (done) => later(done, 0) : setImmediate;

/** Turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    await new Promise<void>((resolve) => {
      nextTurn(resolve);
    });
  }
}
