// The type contract: the closed list of codes, and what a program can tell from a class.

import { describe, expect, expectTypeOf, test } from "vitest";
import {
  BadStatusLine,
  type BadStatusLineCode,
  type HTTPErrorCode,
  HTTPException,
  type HTTPFault,
  IncompleteRead,
  InvalidRequest,
  type InvalidRequestCode,
  LimitExceeded,
  LineTooLong,
  NotConnected,
  ProtocolError,
  type ProtocolErrorCode,
  RemoteDisconnected,
  TimeoutError,
} from "../src/index.ts";
import { others, received, requests, statusLine } from "./codes.ts";

describe("codes", () => {
  test("the union is exactly the list", () => {
    expectTypeOf<(typeof statusLine)[number]>().toEqualTypeOf<BadStatusLineCode>();
    expectTypeOf<(typeof received)[number]>().toEqualTypeOf<ProtocolErrorCode>();
    expectTypeOf<(typeof requests)[number]>().toEqualTypeOf<InvalidRequestCode>();
    expectTypeOf<
      (typeof statusLine | typeof received | typeof requests | typeof others)[number]
    >().toEqualTypeOf<HTTPErrorCode>();
    const all = [...statusLine, ...received, ...requests, ...others];
    // INVALID_FIELD_NAME is in two of the lists.
    expect(new Set(all).size).toBe(all.length - 1);
  });

  test("a constructor takes the codes of its class only", () => {
    expectTypeOf(ProtocolError).toBeConstructibleWith("NUL");
    // @ts-expect-error a code of another class
    expect(new ProtocolError("INVALID_METHOD").code).toBe("INVALID_METHOD");
    // @ts-expect-error a code of another class
    expect(new InvalidRequest("CHUNK_SIZE").code).toBe("CHUNK_SIZE");
    // @ts-expect-error a code of another class
    expect(new BadStatusLine("", { code: "CHUNK_SIZE" }).code).toBe("CHUNK_SIZE");
  });
});

// The checks inside are the compiler's: what is left of the union after each instanceof.
function tell(error: HTTPException): string {
  if (error instanceof NotConnected) return "not connected";
  expectTypeOf(error).toEqualTypeOf<HTTPException>();
  if (error instanceof ProtocolError) {
    expectTypeOf(error.code).toEqualTypeOf<ProtocolErrorCode>();
    return "protocol";
  }
  if (error instanceof LimitExceeded) return `limit ${error.limit} ${error.max}`;
  if (error instanceof LineTooLong) return `line ${error.lineType} ${error.max}`;
  if (error instanceof TimeoutError) return `time ${error.phase}`;
  return error.code;
}

describe("narrowing", () => {
  test("instanceof narrows to the class and leaves the others", () => {
    expect(tell(new NotConnected())).toBe("not connected");
    expect(tell(new ProtocolError("NUL"))).toBe("protocol");
    expect(tell(new LimitExceeded("maxHeadBytes", 9))).toBe("limit maxHeadBytes 9");
    expect(tell(new LineTooLong("chunk size", 16))).toBe("line chunk size 16");
    expect(tell(new TimeoutError("total"))).toBe("time total");
    expect(tell(new RemoteDisconnected())).toBe("REMOTE_DISCONNECTED");
  });

  test("an unknown value in a catch clause becomes the class", () => {
    const thrown: unknown = new IncompleteRead(new Uint8Array(2));
    if (!(thrown instanceof IncompleteRead)) throw new Error("not recognised");
    expectTypeOf(thrown.partial).toEqualTypeOf<Uint8Array>();
    expectTypeOf(thrown.expected).toEqualTypeOf<number | undefined>();
    expectTypeOf(thrown.fault).toEqualTypeOf<HTTPFault>();
    expect(thrown.partial).toHaveLength(2);
  });

  test("partial and exchange are writable, code is not", () => {
    const error = new HTTPException();
    error.partial = new Uint8Array(1);
    // @ts-expect-error read-only
    error.code = "NUL";
    expect(error.partial).toHaveLength(1);
  });
});
