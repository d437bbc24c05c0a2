/** The program without its process: arguments in, lines and an exit code out. */
import { fetchURL } from "./fetch-url.ts";
import { errorLine } from "./one-line.ts";
import { runSessions } from "./run-sessions.ts";
import type { Print } from "./session.ts";

export interface Output {
  readonly print: Print;
  /** For the one line that says what went wrong. */
  readonly printError: Print;
}

/**
 * Runs the example sessions, or with a URL as argument fetches that.
 *
 * @returns 0 when everything was as it should be, else 1
 */
export async function runProgram(args: readonly string[], output: Output): Promise<0 | 1> {
  const [url, ...more] = args;
  try {
    if (more.length > 0) throw new TypeError("Cannot start: found more than one URL, expected one");
    await (url === undefined ? runSessions(output.print) : fetchURL(url, output.print));
    return 0;
  } catch (error) {
    output.printError(errorLine(error));
    return 1;
  }
}
