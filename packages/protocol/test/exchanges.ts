/**
 * One exchange through a protocol, written down so that two of them can be compared; and the same bytes cut in
 * every way, which must all be written down alike. A chunk is overwritten as soon as it is the caller's again.
 */
import { HTTPException } from "@httplib/errors";
import { expect } from "vitest";
import { ClientProtocol, ReadEvent } from "../src/index.ts";
import type { ProtocolOptions, ResponseHead } from "../src/index.ts";

/** What an exchange is besides the bytes of its response. */
export interface Given extends ProtocolOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether the peer closes behind the bytes. */
  readonly eof?: boolean;
}

export interface SeenHead {
  readonly version: number;
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly defects: readonly object[];
}

export interface Seen {
  readonly interim: readonly SeenHead[];
  readonly head: SeenHead | null;
  readonly body: string;
  readonly trailers: readonly (readonly [string, string])[] | null;
  readonly ended: boolean;
  readonly error: Readonly<Record<string, unknown>> | null;
  readonly framing: string;
  readonly remaining: number | null;
  readonly willClose: boolean;
  readonly isReusable: boolean;
  readonly rest: string;
  readonly states: string;
}

const JUNK = 0xaa;

export function bytes(wire: string): Uint8Array {
  return Uint8Array.from(wire, (character) => character.charCodeAt(0));
}

export function text(octets: Uint8Array): string {
  return Array.from(octets, (octet) => String.fromCharCode(octet)).join("");
}

/** A response without a body; `start` is its first line behind `HTTP/1.`. */
export function response(start: string, fields: readonly string[]): string {
  return `HTTP/1.${start}\r\n${fields.map((field) => `${field}\r\n`).join("")}\r\n`;
}

export function seeHead({ version, status, reason, headers }: ResponseHead): SeenHead {
  return {
    version,
    status,
    reason,
    fields: [...headers],
    defects: headers.defects.map((defect) => ({ ...defect })),
  };
}

/** Everything of an error that must not depend on how the input was cut. */
export function seeError(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof HTTPException)) throw error;
  return {
    ...Object.fromEntries(Object.entries(error)),
    class: error.name,
    message: error.message,
    partial: error.partial === undefined ? undefined : text(error.partial),
  };
}

/** A protocol that has sent a whole request without a body. */
export function asking(given: Given = {}): ClientProtocol {
  const protocol = new ClientProtocol(given);
  protocol.sendHead(given.method ?? "GET", "/", given.headers ?? {});
  protocol.sendEnd();
  return protocol;
}

/** The answer to a request, by protocols that have sent it. */
export function answer(
  protocol: ClientProtocol,
  wire: string,
  cuts: readonly number[] = [],
  eof = false,
): Seen {
  const interim: SeenHead[] = [];
  let head: ResponseHead | null = null;
  let body = "";
  let ended = false;
  let error: Seen["error"] = null;
  const take = (): void => {
    let left = 2 * wire.length + 8;
    for (let event = protocol.next(); event !== ReadEvent.NEED_DATA; event = protocol.next()) {
      if (--left < 0) throw new Error("no NEED_DATA after two events a byte");
      if (event === ReadEvent.INFORMATIONAL) interim.push(seeHead(protocol.head!));
      else if (event === ReadEvent.HEAD) ({ head } = protocol);
      else if (event === ReadEvent.DATA) body += text(protocol.data);
      else ended = true;
    }
  };
  try {
    let start = 0;
    for (const end of [...cuts, wire.length]) {
      const chunk = bytes(wire.slice(start, end));
      protocol.feed(chunk);
      take();
      chunk.fill(JUNK);
      start = end;
    }
    if (eof) {
      protocol.feedEnd();
      take();
    }
  } catch (thrown) {
    error = seeError(thrown);
  }
  return {
    interim,
    head: head === null ? null : seeHead(head),
    body,
    trailers: protocol.trailers === null ? null : [...protocol.trailers],
    ended,
    error,
    framing: protocol.framing,
    remaining: protocol.remaining,
    willClose: protocol.willClose,
    isReusable: protocol.isReusable,
    rest: text(protocol.rest),
    states: `${protocol.clientState} ${protocol.serverState}`,
  };
}

/** The ways to cut `length` bytes: none, every byte, and each single cut; of long messages only some. */
export function cutsOf(length: number): number[][] {
  const every = Array.from({ length: Math.max(0, length - 1) }, (_, i) => i + 1);
  const step = Math.ceil(length / 600);
  return [
    [],
    every,
    ...every.filter((cut) => cut % step === 0 || length - cut < 6).map((cut) => [cut]),
  ];
}

/** What a response gives, which is the same in every split. */
export function everySplit(wire: string, given: Given = {}): Seen {
  const whole = answer(asking(given), wire, [], given.eof);
  for (const cuts of cutsOf(wire.length)) {
    const seen = answer(asking(given), wire, cuts, given.eof);
    expect(seen, `cut at ${cuts.length > 1 ? "every byte" : cuts.join()}`).toEqual(whole);
  }
  return whole;
}

/** The error that a call throws, which must be one of the tree. */
export function thrownBy(call: () => unknown): HTTPException {
  try {
    call();
  } catch (error) {
    if (error instanceof HTTPException) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
