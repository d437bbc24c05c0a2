/**
 * What the response runner asks of a parser: the members of a sans-IO client that it calls, and
 * nothing else. `ClientProtocol` of @httplib/protocol has this shape; another parser gets it from a
 * small adapter (README.md).
 */
import type { Field, ParserOptions } from "./rows.ts";

/** The values that `next()` returns. */
export const EVENT = { NEED_DATA: 0, INFORMATIONAL: 1, HEAD: 2, DATA: 3, END: 4 } as const;

export interface FieldsUnderTest extends Iterable<Field> {
  readonly defects: readonly { readonly code: string }[];
}

export interface HeadUnderTest {
  readonly version: number;
  readonly status: number;
  readonly reason: string;
  readonly headers: FieldsUnderTest;
}

export interface ProtocolUnderTest {
  sendHead(method: string, target: string, headers: [name: string, value: string][]): unknown;
  sendEnd(): unknown;
  feed(chunk: Uint8Array, start?: number, end?: number): void;
  feedEnd(): void;
  next(): number;
  readonly head: HeadUnderTest | null;
  readonly data: Uint8Array;
  readonly dataStart: number;
  readonly dataEnd: number;
  readonly trailers: Iterable<Field> | null;
  readonly framing: string;
  readonly remaining: number | null;
  readonly willClose: boolean;
  readonly isReusable: boolean;
  readonly rest: Uint8Array;
}

export type MakeProtocol = (options: ParserOptions) => ProtocolUnderTest;
