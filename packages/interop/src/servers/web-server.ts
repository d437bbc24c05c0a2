/** What the web servers of the suite have in common. */
import type { Certificates } from "@httplib/test-certs";
import type { Running } from "./launch.ts";

/** What a server is started with. */
export interface Surroundings {
  readonly certificates: Certificates;
  /** The port of the peer whose pages it relays under `/relay`. */
  readonly origin: number;
  /** The ports that CONNECT may reach. */
  readonly tunnels: readonly number[];
}

export interface WebServer {
  readonly name: string;
  readonly running: Running;
  /** Plain. */
  readonly http: number;
  /** TLS up to 1.2, from 1.3, and with a certificate of the client's. */
  readonly tls12: number;
  readonly tls13: number;
  readonly mutual: number;
}

/** Servers take their ports in this order. */
export const WEB_PORTS = 4;

export function webServer(name: string, running: Running): WebServer {
  const [http = 0, tls12 = 0, tls13 = 0, mutual = 0] = running.ports;
  return { name, running, http, tls12, tls13, mutual };
}
