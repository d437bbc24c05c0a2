/**
 * Whether a connection persists after a response (RFC 9112 §9.3).
 *
 * Owns the reading of Connection as a list of tokens. Only that field counts: Keep-Alive and Proxy-Connection of
 * HTTP/1.0 times do not, and `close` inside another token (`not-close`, `"close"`) is no `close`.
 */

import { equalsIgnoreCase, trimOWS } from "@httplib/bytes";

/**
 * Tells whether a comma list has an option in it.
 *
 * @param value one field value, without blanks around it
 * @param option the option in small letters
 */
export function hasOption(value: string, option: string): boolean {
  if (equalsIgnoreCase(value, option)) return true;
  return (
    value.includes(",") && value.split(",").some((item) => equalsIgnoreCase(trimOWS(item), option))
  );
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
    if (hasOption(value, "close")) return false;
    if (!keepAlive && hasOption(value, "keep-alive")) keepAlive = true;
  }
  return keepAlive;
}
