/**
 * Whether a connection persists after a response (RFC 9112 §9.3).
 *
 * Owns the reading of Connection as a list of tokens. Only that field counts: Keep-Alive and Proxy-Connection of
 * HTTP/1.0 times do not, and `close` inside another token (`not-close`, `"close"`) is no `close`.
 */

import { equalsIgnoreCase, trimOWS } from "@httplib/bytes";

/**
 * Tells whether a Connection value has an option in its list.
 *
 * @param value one field value
 * @param option the option in small letters
 */
export function hasConnectionOption(value: string, option: string): boolean {
  if (value.length < option.length) return false;
  if (equalsIgnoreCase(value, option)) return true;
  if (!value.includes(",")) return false;
  for (const item of value.split(",")) {
    if (equalsIgnoreCase(trimOWS(item), option)) return true;
  }
  return false;
}

/**
 * Decides persistence from the response's side: `close` wins, HTTP/1.1 persists, HTTP/1.0 needs `keep-alive`.
 *
 * @param fields the head's flat list of names and values
 */
export function persists(version: 9 | 10 | 11, fields: readonly string[]): boolean {
  let keepAlive = version === 11;
  for (let at = 0; at < fields.length; at += 2) {
    const name = fields[at]!;
    if (name.length !== 10 || !equalsIgnoreCase(name, "connection")) continue;
    const value = fields[at + 1]!;
    if (hasConnectionOption(value, "close")) return false;
    if (!keepAlive && hasConnectionOption(value, "keep-alive")) keepAlive = true;
  }
  return keepAlive;
}
