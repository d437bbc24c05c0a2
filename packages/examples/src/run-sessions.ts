/** Runs the documents' example sessions in order, each under a heading. */
import { errorLine } from "./one-line.ts";
import { ExampleFailure } from "./check.ts";
import type { Print, Session } from "./session.ts";
import { classicGet } from "./sessions/classic-get.ts";
import { classicPost } from "./sessions/classic-post.ts";
import { constructors } from "./sessions/constructors.ts";
import { getUntilClosed } from "./sessions/get-until-closed.ts";
import { getUntilEmpty } from "./sessions/get-until-empty.ts";
import { getWithHost } from "./sessions/get-with-host.ts";
import { head } from "./sessions/head.ts";
import { postForm } from "./sessions/post-form.ts";
import { put } from "./sessions/put.ts";
import { tunnelHead } from "./sessions/tunnel-head.ts";
import { openStage } from "./stage.ts";

export const sessions: readonly Session[] = [
  constructors,
  classicGet,
  classicPost,
  getUntilClosed,
  getUntilEmpty,
  getWithHost,
  tunnelHead,
  head,
  postForm,
  put,
];

/**
 * Runs all sessions against servers of its own.
 *
 * @throws ExampleFailure naming the session that did not give what its document shows
 */
export async function runSessions(print: Print): Promise<void> {
  const stage = await openStage();
  try {
    for (const session of sessions) {
      print(`\n# ${session.title} (${session.documents})`);
      try {
        // One at a time: each looks at what the servers have seen of it.
        await session.run(stage, print);
      } catch (error) {
        throw new ExampleFailure(`in "${session.title}": ${errorLine(error)}`, { cause: error });
      }
    }
  } finally {
    await stage.close();
  }
  print(`\n${sessions.length} sessions, all as documented`);
}
