/**
 * Host and port: what the constructor and setTunnel() take, and the two forms in which they go on the wire.
 *
 *     argument  = host [ ":" port ]                       ; RFC 3986 §3.2.2, port only when it is not given apart
 *     host      = "[" IPv6address [ "%" zone ] "]" / IPv6address / IPv4address / reg-name
 *     reg-name  = 1*( unreserved / sub-delims )           ; ASCII, or what UTS 46 maps to it
 *     port      = 1*DIGIT                                 ; up to 65535
 *
 * Stricter than CPython, which takes `user@host`, `host?x`, port `-1` and `8_0`: each of them changes what a server or a proxy
 * understands as the authority (CVE-2019-18348). An empty port is InvalidURL as documented. Names beyond ASCII follow the URL
 * standard of the runtime, where CPython has IDNA 2003. A zone id names an interface of this machine and stays here.
 */

import { escapeText, InvalidURL } from "@httplib/errors";

/** A host without port and brackets, and its port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

const REG_NAME = /^[\w.~!$&'()*+,;=-]+$/;
const NOT_ASCII = /[^\0-\x7f]/;
const ADDRESS = /^[\da-f:.]+$/i;
const ZONE = /^[\w.~-]+$/;

/**
 * Splits a host argument; says nothing of the characters of the host, which {@link checkHost} judges.
 *
 * @param port - The port apart from the host; null where the host may carry one.
 * @throws InvalidURL for a port that is empty, no number, above 65535 or given twice, and for text behind a bracket.
 */
export function parseHostPort(
  host: string,
  port: number | string | null | undefined,
  defaultPort: number,
): HostPort {
  if (typeof host !== "string") throw refused("a host", typeof host, "a text");
  const given = port === null || port === undefined ? null : checkPort(String(port));
  if (host.startsWith("[")) {
    const end = host.indexOf("]");
    const rest = host.slice(end + 1);
    if (!isIPv6(host.slice(1, end)) || (rest !== "" && !rest.startsWith(":")))
      throw refused("a host", host, "an IPv6 address in brackets");
    if (rest !== "" && given !== null) throw refused("a host", host, "a port in one place only");
    return {
      host: host.slice(1, end),
      port: given ?? (rest === "" ? defaultPort : checkPort(rest.slice(1))),
    };
  }
  const colon = host.lastIndexOf(":");
  if (colon === -1 || given !== null || isIPv6(host)) return { host, port: given ?? defaultPort };
  return { host: host.slice(0, colon), port: checkPort(host.slice(colon + 1)) };
}

/**
 * Judges the characters of a host that stands without port and brackets.
 *
 * @throws InvalidURL when it is empty, has a control character, a blank, a delimiter or user information, or is no name by UTS 46.
 */
export function checkHost(host: string): void {
  if (host.includes(":")) {
    if (!isIPv6(host)) throw refused("a host", host, "a name or an IPv6 address");
    return;
  }
  // ASCII is judged before the mapping, which would take "é/" apart in its own way.
  const ascii = host.replace(/[^\0-\x7f]+/g, "a");
  if (!REG_NAME.test(ascii)) throw refused("a host", host, "a name without blanks and delimiters");
  toASCII(host);
}

/** The host as a resolver takes it: ASCII, an IPv6 address with its zone and without brackets. */
export function dialHost(host: string): string {
  return toASCII(host);
}

/** The host as it stands in Host and in CONNECT: ASCII, IPv6 in brackets, no zone. */
export function wireHost(host: string): string {
  if (!isIPv6(host)) return toASCII(host);
  const zone = host.indexOf("%");
  return `[${zone === -1 ? host : host.slice(0, zone)}]`;
}

/** The value of Host (RFC 9110 §7.2): the default port is left out. */
export function hostField(host: string, port: number, defaultPort: number): string {
  return port === defaultPort ? wireHost(host) : `${wireHost(host)}:${port}`;
}

/** The authority-form of CONNECT (RFC 9112 §3.2.3): the port is never left out. */
export function authority(host: string, port: number): string {
  return `${wireHost(host)}:${port}`;
}

function toASCII(host: string): string {
  if (!NOT_ASCII.test(host)) return host;
  try {
    return new URL(`http://${host}/`).hostname;
  } catch (cause) {
    throw refused("a host", host, "a name that UTS 46 can map to ASCII", cause);
  }
}

function isIPv6(host: string): boolean {
  const [address = "", zone, ...more] = host.split("%");
  if (!address.includes(":") || !ADDRESS.test(address) || more.length > 0) return false;
  if (zone !== undefined && !ZONE.test(zone)) return false;
  try {
    return new URL(`http://[${address}]/`).hostname !== "";
  } catch {
    return false;
  }
}

function checkPort(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : Infinity;
  if (port > 65_535) throw refused("a port", text, "1 to 5 digits up to 65535");
  return port;
}

function refused(what: string, found: string, expected: string, cause?: unknown): InvalidURL {
  const message = `Cannot use ${what}: found '${escapeText(found)}', expected ${expected}`;
  return new InvalidURL(cause === undefined ? { message } : { message, cause });
}
