/** How the cases open connections, and what the peer's echo page says. */
import {
  HTTPConnection,
  type HTTPConnectionOptions,
  type HTTPResponse,
  HTTPSConnection,
} from "@httplib/client";
import { HOST, type Stage } from "./stage.ts";

/** A time that is never reached where all is well: a case that hangs then fails by itself. */
const TIMEOUT = 10_000;

type Port = keyof Stage["ports"];

export function plainTo(
  { ports }: Stage,
  port: Port = "plain",
  options: HTTPConnectionOptions = {},
): HTTPConnection {
  return new HTTPConnection(HOST, ports[port], { timeout: TIMEOUT, ...options });
}

export function secureTo(
  { ports, trust }: Stage,
  port: Port = "secure",
  options: ConstructorParameters<typeof HTTPSConnection>[2] = {},
): HTTPSConnection {
  return new HTTPSConnection(HOST, ports[port], { timeout: TIMEOUT, context: trust, ...options });
}

/** A GET, up to the head of its response. */
export async function get(connection: HTTPConnection, path: string): Promise<HTTPResponse> {
  await connection.request("GET", path);
  return connection.getResponse();
}

/** Uses a connection and closes it, however that ends. */
export async function using<T>(
  connection: HTTPConnection,
  use: (connection: HTTPConnection) => Promise<T>,
): Promise<T> {
  try {
    return await use(connection);
  } finally {
    await connection.close();
  }
}

/** What the echo page tells of a request. */
export interface Echo {
  readonly method: string;
  readonly target: string;
  readonly fields: readonly (readonly [string, string])[];
  readonly trailers: readonly (readonly [string, string])[];
  readonly size: number;
  readonly sha256: string;
  readonly text: string;
}

export async function echoOf(response: HTTPResponse): Promise<Echo> {
  // oxlint-disable-next-line no-unsafe-type-assertion -- our own peer wrote it
  return (await response.json()) as Echo;
}

/** The value of the first field of this name that the peer received. */
export function fieldOf({ fields }: Echo, name: string): string | undefined {
  return fields.find(([given]) => given.toLowerCase() === name)?.[1];
}
