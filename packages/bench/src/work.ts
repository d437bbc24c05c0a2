/**
 * What a measured process is told to do, as plain data that crosses a process boundary, and the contract of a peer.
 *
 * Owns the types and nothing that runs. A peer is one HTTP client or one parser; it is loaded alone in a process of its own, so that
 * nobody's code is warmed, loaded or collected by somebody else's work.
 */

/** A response body: how many bytes, and how they are framed. */
export interface Reply {
  /** Bytes of the body. */
  readonly bytes: number;
  /** Bytes of one chunk; 0 for Content-Length. */
  readonly chunk: number;
  /** Field lines of the head, the framing field among them. */
  readonly fields: number;
}

/** How a caller takes a body. */
export type Reading = "whole" | "into" | "iterate";

/** Requests in turn on each of some kept connections. */
export interface GetWork {
  readonly kind: "get";
  readonly reply: Reply;
  readonly connections: number;
  readonly reading: Reading;
}

/** One request body after the other on one connection. */
export interface UploadWork {
  readonly kind: "upload";
  readonly bytes: number;
  /** Bytes at hand, sent with Content-Length; or an iterable of 64 KiB pieces, sent in chunks. */
  readonly source: "bytes" | "iterable";
}

/** A head parsed again and again. */
interface HeadWork {
  readonly kind: "head";
  readonly fields: number;
}

/** A chunked body decoded again and again. */
export interface DecodeWork {
  readonly kind: "decode";
  readonly bytes: number;
  readonly chunk: number;
  /** Bytes handed to the decoder at a time; 0 for all in one buffer. */
  readonly piece: number;
}

export type Work = GetWork | UploadWork | HeadWork | DecodeWork;

/** Where the origin listens. */
export interface Target {
  readonly port: number;
  /** The authority to trust, PEM; null without TLS. */
  readonly ca: string | null;
}

/** Counts one more piece of work, and says whether to begin it. */
export type Next = () => boolean;

/** Work that goes on in turn, without a promise of the benchmark's own for each piece. */
export interface Lane {
  run(next: Next): Promise<void> | void;
}

/** A peer with its connections open, or its parser made. */
export interface Session {
  readonly lanes: readonly Lane[];
}

/** One HTTP client, or one parser. */
export interface Peer {
  open(work: Work, target: Target): Promise<Session> | Session;
}

/** What one round of one peer came to. */
export interface Sample {
  /** Requests, heads or bodies done. */
  readonly count: number;
  /** Milliseconds that passed. */
  readonly elapsed: number;
  /** Microseconds of the processor in the process of the peer, its threads included. */
  readonly user: number;
  readonly system: number;
}

/** The work a peer cannot do. */
export function cannot(peer: string, work: Work): Error {
  return new Error(`Cannot measure ${peer}: found the work "${work.kind}", expected one it can do`);
}
