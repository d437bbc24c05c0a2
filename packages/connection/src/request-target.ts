/**
 * The request target (RFC 9112 §3.2), and whom it names.
 *
 *     origin-form    = absolute-path [ "?" query ]     the usual one
 *     absolute-form  = absolute-URI                    to a proxy; Host must name its authority, without user information
 *     authority-form = host ":" port                   CONNECT
 *     asterisk-form  = "*"                             OPTIONS
 *
 * A text is sent as it is given (documents: the url "must be an absolute path" unless the peer is a proxy). A URL object is
 * taken apart: to the host it names it goes in origin-form, to anybody else, who must be a proxy, in absolute-form.
 */

import { escapeText, InvalidURL } from "@httplib/errors";
import { type HostPort, wireHost } from "./host-port.ts";

/** The target to send; an empty text is `/`, as documented. */
export function targetOf(url: string | URL, { host, port }: HostPort): string {
  if (!(url instanceof URL)) return url === "" ? "/" : url;
  const path = url.pathname + url.search;
  const urlPort = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const isOurs = urlPort === port && url.hostname === wireHost(host).toLowerCase();
  return isOurs ? path : `${url.protocol}//${url.host}${path}`;
}

/**
 * What Host must say for a target that names its authority itself; null for one that does not (RFC 9112 §3.2.2, §3.2.3). CPython
 * copies the user information into Host, and so shows a password to whoever logs it.
 */
export function authorityOf(method: string, target: string): string | null {
  if (target.startsWith("/")) return null;
  if (method === "CONNECT") return /^(?:[^/?#@:]+|\[[^\]]+\]):\d+$/.test(target) ? target : null;
  return /^[a-z][a-z\d+.-]*:\/\/(?:[^/?#]*@)?([^/?#]+)/i.exec(target)?.[1] ?? null;
}

/** The URL of the resource that a target means at this host (RFC 9112 §3.3); the target alone where it names none. */
export function urlOf(target: string, isSecure: boolean, host: string): string {
  const origin = `${isSecure ? "https" : "http"}://${host}`;
  if (target.startsWith("/")) return origin + target;
  return target === "*" ? origin : target;
}

/** @throws InvalidURL for a character outside U+0021 to U+007E (CVE-2019-9740) */
export function checkTarget(target: string): void {
  if (/[^\x21-\x7e]/.test(target)) throw refused(target, "visible ASCII");
}

/** @throws InvalidURL for a character above U+007F: what it would become as bytes is not for us to choose */
export function checkASCII(line: string): void {
  // oxlint-disable-next-line no-control-regex -- every ASCII character is let through here
  if (/[^\0-\x7f]/.test(line)) throw refused(line, "ASCII");
}

function refused(text: string, expected: string): InvalidURL {
  return new InvalidURL({
    message: `Cannot send a request: found '${escapeText(text)}', expected ${expected}`,
  });
}
