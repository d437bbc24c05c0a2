/**
 * The example sessions of the five documents, as functions of where the bytes go. Each gives the lines that the document prints.
 */
import type { Connect, TLSOptions } from "../../src/index.ts";

/** How to reach the servers of a session, whatever their names are. */
export interface Ground {
  readonly connect: Connect;
  readonly context?: TLSOptions;
}

/** The sessions, in one of the two spellings. */
export interface Sessions {
  readonly forms: (ground: Ground) => Promise<string[]>;
  readonly classicGet: (ground: Ground) => Promise<string[]>;
  readonly classicPost: (ground: Ground) => Promise<string[]>;
  readonly untilClosed: (ground: Ground) => Promise<string[]>;
  readonly untilEmpty: (ground: Ground) => Promise<string[]>;
  readonly ownHost: (ground: Ground) => Promise<string[]>;
  readonly tunnel: (ground: Ground) => Promise<string[]>;
  readonly headPlain: (ground: Ground) => Promise<string[]>;
  readonly headTLS: (ground: Ground) => Promise<string[]>;
  readonly post: (ground: Ground) => Promise<string[]>;
  readonly put: (ground: Ground) => Promise<string[]>;
}
