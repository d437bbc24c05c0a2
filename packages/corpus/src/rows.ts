/**
 * The rows of the three files as types: the names of the JSON fields in camelCase, long texts
 * expanded, bytes as bytes. README.md says what each field means.
 */

/** A field name and its value, in wire order and case. */
export type Field = readonly [name: string, value: string];

/** What every row has. */
export interface Row {
  readonly id: string;
  readonly category: string;
  /** What the row shows, in a few words. */
  readonly why: string;
  /** Section, test or advisory that the row rests on. */
  readonly ref: string;
  /** What CPython 3.11.7 does with it. For reading, never compared. */
  readonly cpython: unknown;
  /** Versions of CPython that differ. */
  readonly cpythonOther: unknown;
  /** What other parsers do with it. */
  readonly peers: unknown;
}

export type Framing = "none" | "length" | "chunked" | "close" | "tunnel" | "upgrade";

export interface InterimHead {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Field[];
}

export interface ExpectedError {
  /** Exact name of the error class. */
  readonly class: string;
  readonly phase?: string | undefined;
  /** The body as far as it was given, as latin-1 text. */
  readonly partial?: string | undefined;
  /** Bytes still missing, for a body of known length. */
  readonly expected?: number | undefined;
}

/** A field that is undefined says nothing: it is not compared. */
export interface ExpectedResponse {
  readonly outcome: "ok" | "error" | "need-more";
  readonly interim?: readonly InterimHead[] | { readonly count: number } | undefined;
  readonly version?: number | undefined;
  readonly status?: number | undefined;
  readonly reason?: string | undefined;
  readonly headers?: readonly Field[] | undefined;
  readonly framing?: Framing | undefined;
  /** Announced bytes of a length body. */
  readonly length?: number | undefined;
  /** What the response alone says about the connection. */
  readonly keepAlive?: boolean | undefined;
  /** keepAlive, nothing behind the message, and no end of input. */
  readonly reusable?: boolean | undefined;
  readonly body?: string | undefined;
  readonly trailers?: readonly Field[] | undefined;
  /** False where the end of input took the place of the trailer section. */
  readonly trailersComplete?: boolean | undefined;
  /** Bytes behind the message. */
  readonly rest?: string | undefined;
  /** Where a parser that needs more stands. */
  readonly state?: string | undefined;
  readonly error?: ExpectedError | undefined;
}

export interface ParserOptions {
  readonly limits?: Readonly<Record<string, number>>;
  readonly lenient?: Readonly<Record<string, boolean>>;
}

export interface ResponseRow extends Row {
  readonly kind: "response";
  /** Method of the request that it answers. */
  readonly method: string;
  readonly upgradeRequested: boolean;
  /** Whether the input ends behind `wire`, or only pauses. */
  readonly eof: boolean;
  readonly wire: Uint8Array;
  readonly options: ParserOptions;
  readonly expected: ExpectedResponse;
  /** The same bytes with these leniencies switched on. */
  readonly lenient:
    | { readonly flags: readonly string[]; readonly expected: ExpectedResponse }
    | undefined;
  /** Other error classes that are right too. */
  readonly acceptAlso: readonly string[];
}

/** One call: its name, its arguments, and whether its failure is swallowed. */
export interface Step {
  readonly name: string;
  readonly args: readonly unknown[];
  readonly tried: boolean;
}

export interface RequestCall {
  readonly host: string;
  readonly port: number | null;
  readonly tls: boolean;
  readonly steps: readonly Step[];
  /** What the peer sends, as latin-1 text. */
  readonly reply: string;
}

export interface ExpectedRequest {
  readonly outcome: "ok" | "error";
  /** Every byte written, as latin-1 text. */
  readonly wire: string | undefined;
  readonly note: string | undefined;
  readonly error: { readonly class: string; readonly when: string } | undefined;
}

export interface RequestRow extends Row {
  readonly kind: "request";
  /** Undefined where JSON cannot say it: `js` has the call in words. */
  readonly call: RequestCall | undefined;
  readonly js: string | undefined;
  readonly expected: ExpectedRequest;
  readonly acceptAlso: readonly string[];
}

/** A rule about a whole connection, in words. */
export interface ScenarioRow extends Row {
  readonly kind: "scenario";
  readonly scenario: string;
  readonly outcome: string;
}
