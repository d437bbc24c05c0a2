/** A lane for peers that call back: one exchange after the other, with one promise for the whole round. */

import type { Lane, Next } from "../work.ts";

/** A lane of exchanges that call back. */
export function inTurn(exchange: (done: () => void, fail: (error: Error) => void) => void): Lane {
  return {
    run: (next: Next) =>
      new Promise<void>((resolve, reject) => {
        const step = (): void => {
          if (next()) exchange(step, reject);
          else resolve();
        };
        step();
      }),
  };
}
