/**
 * Joining byte runs.
 *
 * Owns one copy loop. Knows nothing of what the bytes mean.
 */

import type { OwnBytes } from "./own-bytes.ts";

/**
 * Joins byte runs into one new array, even when there is only one run.
 *
 * @param parts the runs in order
 * @example
 * ```ts
 * import { concat } from "@httplib/bytes";
 * if (concat([Uint8Array.of(1), Uint8Array.of(2, 3)]).length !== 3) throw new Error("unexpected");
 * ```
 */
export function concat(parts: readonly Uint8Array[]): OwnBytes {
  let length = 0;
  for (const part of parts) length += part.length;
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
