/**
 * Whom the requests of a connection are for: the host of the constructor, or the end of the tunnel. Owns what follows from it: the
 * automatic Host, the form of a target given as URL, the URL of a resource.
 */

import { hostField, type HostPort } from "./host-port.ts";
import type { PutRequestOptions } from "./options.ts";
import type { AutomaticFields } from "./request-builder.ts";
import { authorityOf, targetOf, urlOf } from "./request-target.ts";

/** Host and port, and what requests say of them. */
export class Origin implements HostPort {
  readonly host: string;
  readonly port: number;
  readonly #defaultPort: number;
  #field: string | null = null;

  constructor({ host, port }: HostPort, defaultPort: number) {
    this.host = host;
    this.port = port;
    this.#defaultPort = defaultPort;
  }

  /** The value of Host. A host that only an overridden validateHost() lets through may have none: then this throws. */
  get field(): string {
    this.#field ??= hostField(this.host, this.port, this.#defaultPort);
    return this.#field;
  }

  /** The target to send for what the caller gives. */
  target(url: string | URL): string {
    return targetOf(url, this);
  }

  /** The fields that are added to a request unless the caller gives or skips them. */
  automaticFields(
    method: string,
    target: string,
    { skipHost, skipAcceptEncoding }: PutRequestOptions,
  ): AutomaticFields {
    return {
      host: skipHost === true ? null : (authorityOf(method, target) ?? this.field),
      acceptEncoding: skipAcceptEncoding === true ? null : "identity",
    };
  }

  /** The URL of the resource that a target means here. */
  url(target: string, isSecure: boolean): string {
    return urlOf(target, isSecure, this.field);
  }
}
