/**
 * The options of a connection, checked once and with their defaults.
 */

import { resolveLimits, ownOptions } from "@httplib/headers/machine";
import type { ProtocolOptions } from "@httplib/protocol";
import { type Connect, connect, type ConnectTarget } from "@httplib/transport";
import type { HTTPConnectionOptions } from "./options.ts";

/** What the options of a connection come to. */
export interface Settings {
  readonly protocol: ProtocolOptions;
  /** Whether the length of a request body must be the declared one. */
  readonly isStrict: boolean;
  readonly connect: Connect;
  /** What of the target does not depend on host and port. */
  readonly target: Omit<ConnectTarget, "host" | "port">;
  readonly blockSize: number;
  readonly expectTimeout: number;
  readonly retryStale: boolean;
  readonly watchesClose: boolean;
  readonly debugLog: (line: string) => void;
}

/** Those of every connection without options: an idle one is 0.25 KiB smaller for it. */
let usual: Settings | undefined;

/** @throws RangeError for a limit, a size or a time out of range */
export function resolveSettings(options: HTTPConnectionOptions | undefined): Settings {
  return options === undefined ? (usual ??= resolve(undefined)) : resolve(options);
}

/** @throws RangeError for what is no integer from 1 up */
export function checkBlockSize(bytes: number): number {
  return integer("blockSize", bytes, 1);
}

function resolve(given: HTTPConnectionOptions | undefined): Settings {
  // What an object inherits, from a polluted prototype, does not count.
  const options = ownOptions(given);
  const { limits, lenient, strict, strictContentLength, sourceAddress, socketPath } = options;
  resolveLimits(limits);
  const [localAddress, localPort] = sourceAddress ?? [];
  return {
    protocol: {
      limits,
      lenient: (strict ?? true) ? lenient : { ...lenient, simpleResponse: true },
      strictContentLength,
    },
    isStrict: strictContentLength !== false,
    connect: options.connect ?? connect,
    target: {
      socketPath,
      // The documents' ways to say "any" (`socket.bind`).
      localAddress: localAddress === "" ? undefined : localAddress,
      localPort: localPort === 0 ? undefined : localPort,
      options: options.options,
    },
    blockSize: checkBlockSize(options.blockSize ?? 8192),
    expectTimeout: integer("expectTimeout", options.expectTimeout ?? 1000, 0),
    retryStale: options.retryStale !== false,
    watchesClose: options.strictTLSClose === true,
    debugLog: options.debugLog ?? print,
  };
}

/** The documents print to standard output. */
function print(line: string): void {
  // oxlint-disable-next-line no-console
  console.log(line);
}

function integer(name: string, value: number, least: number): number {
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new RangeError(`Cannot set ${name}: found ${value}, expected an integer from ${least} up`);
}
