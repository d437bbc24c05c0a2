/**
 * HTTPSConnection in the documents' spellings and units.
 *
 * Owns the default port and the context, as the modern class does.
 */

import { HTTPS_PORT } from "@httplib/connection";
import type { TLSOptions } from "@httplib/transport";
import { HTTPConnection } from "./http-connection.ts";
import type { HTTPConnectionOptions } from "./http-connection.ts";
import { named } from "./named.ts";

/** Options of the documents' `HTTPSConnection`. */
export interface HTTPSConnectionOptions extends HTTPConnectionOptions {
  /** Certificates and checks: what an `ssl.SSLContext` is there. */
  readonly context?: TLSOptions | null | undefined;
  /** False leaves the host name unchecked (documents 3.2 to 3.11); the certificate still is checked. */
  readonly check_hostname?: boolean | null | undefined;
}

const DEFAULT_CONTEXT: TLSOptions = {};

/**
 * The documents' `http.client.HTTPSConnection`: port 443, certificate and host name verified.
 *
 * @see document http.client 3.13.3, class http.client.HTTPSConnection
 * @example
 * ```ts
 * import { HTTPSConnection } from "@httplib/client/python";
 * const conn = new HTTPSConnection("www.python.org", null, { timeout: 10 });
 * conn.port; // => 443
 * ```
 */
export class HTTPSConnection extends HTTPConnection {
  readonly #tls: TLSOptions;

  /**
   * @param host as for HTTPConnection
   * @param port as for HTTPConnection; 443 by default
   * @param options as for HTTPConnection, and `context` and `check_hostname`
   * @throws Error named ValueError where `check_hostname` is true and the context verifies nothing, as documented code does
   */
  constructor(host: string, port: number | null = null, options: HTTPSConnectionOptions = {}) {
    const { context, check_hostname, ...same } = {
      context: undefined,
      check_hostname: undefined,
      strictTLSClose: undefined,
      ...options,
    };
    if (check_hostname === true && context?.rejectUnauthorized === false) {
      throw named(
        "ValueError",
        "Cannot check the host name: found a context that verifies nothing",
      );
    }
    super(host, port, same);
    const unchecked = check_hostname === false ? { checkServerIdentity: () => undefined } : null;
    const watched = same.strictTLSClose === true ? { watchClose: true } : null;
    this.#tls =
      unchecked === null && watched === null
        ? (context ?? DEFAULT_CONTEXT)
        : { ...inOptions(context), ...unchecked, ...watched };
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
function inOptions(context: TLSOptions | null | undefined): TLSOptions {
  return context?.context === undefined ? { ...context } : { secureContext: context };
}
