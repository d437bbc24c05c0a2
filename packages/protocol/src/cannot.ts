/**
 * The form of every message here: `Cannot <action>: found <what>, expected <what>`.
 *
 * Owns the sentence. What was found is escaped and cut before it comes here.
 */

import { escapeText } from "@httplib/errors";

/** The options of an error with that sentence. */
export function cannot(action: string, found: string, expected: string): { message: string } {
  return { message: `Cannot ${action}: found ${found}, expected ${expected}` };
}

/** How something refused is named in a message: text in quotes and escaped, anything else by its kind. */
export function show(value: unknown): string {
  return typeof value === "string" ? `"${escapeText(value)}"` : typeof value;
}
