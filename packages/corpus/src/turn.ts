/**
 * One turn of the event loop. A client may hold bytes back until the end of the turn in which it took
 * them, so that head and body share a packet: the wire is looked at one turn later. A refusal that
 * wrote something in spite of itself is seen then, too.
 */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 1);
  });
}
