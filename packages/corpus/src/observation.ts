/**
 * What a parser made of one message, in a form that can be compared: text for bytes, plain pairs
 * for fields, names for errors. A field that is undefined could not be seen.
 */
import type { Field, InterimHead } from "./rows.ts";

export interface SeenHead {
  readonly version: number;
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly Field[];
}

/** Everything about an error that must not depend on how the input was cut. */
export interface SeenError {
  readonly class: string;
  readonly message: string;
  readonly code: unknown;
  readonly offset: unknown;
  readonly excerpt: unknown;
  readonly line: unknown;
  readonly expected: unknown;
}

export interface Observation {
  readonly outcome: "ok" | "error" | "need-more";
  readonly interim: readonly InterimHead[] | undefined;
  /** Null when no head was given. */
  readonly head: SeenHead | null | undefined;
  readonly framing: string | undefined;
  readonly length: number | null | undefined;
  readonly keepAlive: boolean | undefined;
  readonly reusable: boolean | undefined;
  readonly body: string;
  readonly trailers: readonly Field[] | null | undefined;
  readonly rest: string | undefined;
  readonly error: SeenError | null;
  /** Codes of what a leniency let through. */
  readonly defects: readonly string[] | undefined;
  /** Rules of the interface itself that were broken on the way. */
  readonly faults: readonly string[];
}

/** A property that the type of the error may not know. */
export function property(error: object, name: string): unknown {
  return Reflect.get(error, name);
}

export function seeError(error: unknown): SeenError {
  if (!(error instanceof Error)) {
    return {
      class: `no Error but ${typeof error}`,
      message: String(error),
      code: undefined,
      offset: undefined,
      excerpt: undefined,
      line: undefined,
      expected: undefined,
    };
  }
  return {
    class: error.name,
    message: error.message,
    code: property(error, "code"),
    offset: property(error, "offset"),
    excerpt: property(error, "excerpt"),
    line: property(error, "line"),
    expected: property(error, "expected"),
  };
}

export function copyFields(fields: Iterable<Field>): Field[] {
  return Array.from(fields, ([name, value]): Field => [name, value]);
}
