// The base of the exception tree, and the two things all its classes share: a name that survives minification, and an identity that
// survives a second installed copy.
//
// Both rest on one static string, `httplibName`. Each class of this package has its own; a class that a user derives has none of its
// own. It is a plain static field because a bundler can drop a class with such a field when nobody imports it, which it cannot do
// after `brand(Class)`, in a static block or with a computed key. Fields are only declared, since every constructor assigns them: a
// field of its own would be emitted twice. Must not know: what any single subclass means.

import type { HTTPErrorCode } from "./http-error-code.ts";

/** Whose doing it was: the caller's (`local`), the peer's (`remote`) or the path's between them (`network`). */
export type HTTPFault = "local" | "remote" | "network";

/** How far the exchange was when a connection failed. */
export interface Exchange {
  /** The step that was under way; `connect` includes TLS and a tunnel. */
  phase: "connect" | "send" | "head" | "body";
  /** Bytes of this request handed to the transport. */
  bytesSent: number;
  /** Bytes of this response taken from the transport. */
  bytesReceived: number;
  /** Whether the connection had carried an earlier exchange. */
  reused: boolean;
  /** Whether the same request may be sent again: an idempotent method and a body that can be read twice. */
  replayable: boolean;
}

/** What every constructor of this package takes as its last argument. */
export interface HTTPExceptionOptions<Code extends HTTPErrorCode = HTTPErrorCode> {
  /** A narrower code than the class's default. */
  code?: Code;
  /** Text for people; each class has a default. */
  message?: string;
  /** The error that led to this one. */
  cause?: unknown;
  /** Bytes from the start of the response, block or coded body to the offending byte. */
  offset?: number;
  /** At most 40 bytes ending with the offending one, as ISO-8859-1 text. */
  excerpt?: string;
  /** Body bytes that were decoded and not yet handed out. */
  partial?: Uint8Array;
}

// The mark of a class of this package, this copy or another one. Undefined for every other value, a user's subclass included.
function markOf(type: unknown): string | undefined {
  const own: { value?: string } | undefined = Object.getOwnPropertyDescriptor(
    Object(type),
    "httplibName",
  );
  return own?.value;
}

// `name` is found on the prototype, so that it is right in the first line of `stack` (written while Error's constructor runs) and no
// loop over the fields meets it. A user's subclass is called by its own class name, or by whatever it sets.
class NamedError extends Error {
  override get name(): string {
    return markOf(this.constructor) ?? this.constructor.name;
  }
  override set name(value: string) {
    hide(this, "name", value);
  }
}

// Typed without the accessor: TypeScript then lets subclasses override `name` by a field, a getter or an assignment.
const NamedErrorBase: new (message?: string, options?: { cause?: unknown }) => Error = NamedError;

/** Sets a field that is kept out of loops, JSON and console output, as `message` and `stack` are. */
export function hide(target: object, key: string, value: unknown): void {
  define(target, key, { value, writable: true, configurable: true });
}

/** Object.defineProperty, of whose descriptor only own keys count. */
export function define(target: object, key: string, descriptor: PropertyDescriptor): void {
  // oxlint-disable-next-line no-unsafe-type-assertion -- a descriptor without prototype
  Object.defineProperty(target, key, { __proto__: null, ...descriptor } as PropertyDescriptor);
}

/**
 * The base of every error that is about HTTP.
 *
 * `instanceof` also knows the instances of a second installed copy of this package. A class that you derive yourself is compared in
 * the ordinary way, by its prototype: it never matches an instance of a sibling or of its parent.
 *
 * @param options - Code, message, cause and where it happened.
 * @param code - For subclasses: the code when `options` has none.
 * @param fault - For subclasses: whose doing it is.
 * @param message - For subclasses: the message when `options` has none.
 * @see document http.client 3.13.3, `HTTPException`
 * @example
 * ```ts
 * import { HTTPException, LineTooLong } from "@httplib/errors";
 *
 * const error: unknown = new LineTooLong("header line", 65536);
 * if (!(error instanceof HTTPException)) throw new Error("not in the tree");
 * if (error.code !== "LINE_TOO_LONG" || error.fault !== "remote") throw new Error("wrong fields");
 * ```
 */
export class HTTPException extends NamedErrorBase {
  /** The name of the class, and the mark by which another copy of this package knows it. */
  static readonly httplibName: string = "HTTPException";

  /** The rule that was broken, as a stable string: compare this, never the message. */
  declare readonly code: HTTPErrorCode;
  /** Whose doing it was. */
  declare readonly fault: HTTPFault;
  /** Bytes from the start of the response (`protocol`), the block (`headers`) or the coded body (`chunked`) to the offending byte. */
  declare readonly offset?: number;
  /** At most 40 bytes ending with the offending one, as ISO-8859-1 text. */
  declare readonly excerpt?: string;
  /** What was decoded of the body and not yet handed out; on every error met inside a body. Not shown in console output. */
  declare partial?: Uint8Array;
  /** How far the exchange was; set by a connection. */
  declare exchange?: Exchange;

  constructor(
    options: HTTPExceptionOptions = {},
    code: HTTPErrorCode = "HTTP_EXCEPTION",
    fault: HTTPFault = "local",
    message: string = code,
  ) {
    const own = { __proto__: null, ...options };
    super(own.message ?? message, own);
    this.code = own.code ?? code;
    this.fault = fault;
    if (own.offset !== undefined) this.offset = own.offset;
    if (own.excerpt !== undefined) this.excerpt = own.excerpt;
    hide(this, "partial", own.partial);
  }

  /**
   * Whether `value` is an instance of this class, of whichever installed copy.
   *
   * @param value - Anything.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    const mark = markOf(this);
    if (mark === undefined) return super[Symbol.hasInstance](value);
    // Prototypes only, never the value's own fields: parsed JSON may have a field "constructor".
    // A value without prototypes becomes an object first, which is an instance of nothing here.
    let link = Reflect.getPrototypeOf(new Object(value));
    while (link !== null && markOf(link.constructor) !== mark) link = Reflect.getPrototypeOf(link);
    return link !== null;
  }
}
