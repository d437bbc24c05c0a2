/**
 * What an onlooker is told of a request: one debug line and one diagnostics message for each of its pieces, whatever writes they are
 * merged into. Text stands for the bytes of U+0000 to U+00FF.
 */

import { concat } from "@httplib/bytes";
import { publishSend } from "./diagnostics.ts";
import { pythonBytes } from "./python-bytes.ts";

/** Who is sending, and where the debug lines go. */
export interface Onlookers {
  readonly connection: { readonly debugLevel: number };
  readonly log: (line: string) => void;
}

/** Tells of one piece that is about to be written. */
export function announce(
  { connection, log }: Onlookers,
  piece: string | readonly Uint8Array[],
): void {
  if (connection.debugLevel > 0) {
    log(`send: ${pythonBytes(typeof piece === "string" ? piece : concat(piece))}`);
  }
  publishSend(connection, piece);
}
