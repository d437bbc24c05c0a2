/**
 * HTTPSConnection: the same over TLS. It differs in the default port and in what is said to TLS, and in nothing else: the dial starts
 * TLS at once, or behind the tunnel with the name of the tunnel's end. Certificate and host name are verified (as documented since
 * 3.4.3) unless the context says otherwise in so many words. Post-handshake authentication, which the documents' default context
 * enables, has no call for clients in Node.
 */

import { ownOptions } from "@httplib/headers/machine";
import type { TLSOptions } from "@httplib/transport";
import { HTTPS_PORT } from "./constants.ts";
import { HTTPConnection } from "./http-connection.ts";
import type { HTTPSConnectionOptions } from "./options.ts";

// One object for all connections without a context: kept TLS sessions are found by the identity of their options.
const DEFAULT_CONTEXT: TLSOptions = {};
const WATCHING_CONTEXT: TLSOptions = { watchClose: true };

/**
 * A connection over TLS. The default port is 443; ALPN offers `http/1.1`, SNI names the host, or the end of a tunnel.
 *
 * @see documents `http.client`, section 1: class http.client.HTTPSConnection
 * @example
 * ```ts
 * import { HTTPSConnection } from "@httplib/connection";
 *
 * const connection = new HTTPSConnection("example.com");
 * if (connection.port !== 443) throw new Error("unexpected");
 * ```
 */
export class HTTPSConnection extends HTTPConnection {
  readonly #tls: TLSOptions;

  /**
   * @param host - As for {@link HTTPConnection}.
   * @param port - As for {@link HTTPConnection}; 443 by default.
   * @param options - As for {@link HTTPConnection}, and `context`: certificates and checks.
   * @throws InvalidURL, RangeError as {@link HTTPConnection}
   */
  constructor(host: string, port?: number | null, options?: HTTPSConnectionOptions) {
    super(host, port, options);
    const { context, strictTLSClose } = ownOptions(options);
    if (strictTLSClose === true) this.#tls = watching(context);
    else this.#tls = context ?? DEFAULT_CONTEXT;
  }

  /** 443. */
  protected override get defaultPort(): number {
    return HTTPS_PORT;
  }

  /** The `context` of the constructor. */
  protected override get tls(): TLSOptions {
    return this.#tls;
  }
}

/** A SecureContext is no bag of options: it goes into one. */
function watching(context: TLSOptions | undefined): TLSOptions {
  if (context === undefined) return WATCHING_CONTEXT;
  if (context.context !== undefined) return { secureContext: context, watchClose: true };
  return { ...context, watchClose: true };
}
