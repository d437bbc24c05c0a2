/** What the cases know of their peers; plain data, so that it reaches any runtime as JSON. */
export interface Stage {
  readonly ports: {
    /** Pages, and CONNECT to the ports of this stage. */
    readonly plain: number;
    /** The same, but CONNECT wants `credentials`. */
    readonly guarded: number;
    /** The same pages over TLS, with a certificate for localhost and 127.0.0.1. */
    readonly secure: number;
    /** The same, and no TLS above 1.2. */
    readonly tls12: number;
    /** A certificate of the trusted authority, for another name. */
    readonly elsewhere: number;
    /** A certificate of an authority that nobody trusts. */
    readonly stranger: number;
    /** Wants a certificate of the client. */
    readonly mutual: number;
    /** Accepts, and never says a word. */
    readonly mute: number;
    /** Nobody listens. */
    readonly nobody: number;
  };
  readonly socketPath: string;
  readonly credentials: string;
  /** How to trust the authority: its certificate, or nothing where the runtime was told at its start. */
  readonly trust: { readonly ca?: string };
  /** The client's own certificate, for mutual TLS. */
  readonly client: { readonly key: string; readonly cert: string };
}

export const HOST = "127.0.0.1";
