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
 * @param connection all values of Connection as one list, null without the field
 */
export function persists(version: 9 | 10 | 11, connection: string | null): boolean {
  if (connection === null) return version === 11;
  return !hasOption(connection, "close") && (version === 11 || hasOption(connection, "keep-alive"));
}
