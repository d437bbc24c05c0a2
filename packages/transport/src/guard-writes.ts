/**
 * Keeps a Node socket open for reading when a write has failed.
 *
 * Node destroys a socket with an error as soon as a write fails, and drops what the kernel holds for it: an upload that is answered
 * by 413 and a reset loses the answer. The error reaches the stream machinery through the callback of `_write` and
 * `_writev`, the two methods that implementers of streams provide, so that is where it is taken out: the stream believes that
 * the write succeeded, 'end' is still emitted, and whoever opened the socket is told by `failed`.
 *
 * Measured with a peer in its own process that answers 413 and resets during an upload: 300 answers of 300 arrive,
 * without this 63. (`test/reset-after-response.test.ts` counts them.)
 */

type Done = (error?: Error | null) => void;

/** The part of a socket that is changed. */
export interface Writing {
  readonly destroyed: boolean;
  _write(chunk: unknown, encoding: never, done: Done): void;
  _writev?: ((chunks: never, done: Done) => void) | null;
}

/**
 * Takes write errors away from a socket.
 *
 * @param socket changed in place
 * @param failed called once, with the system error of the first write that failed
 */
export function guardWrites(socket: Writing, failed: (error: Error) => void): void {
  let broken = false;
  const guard =
    (done: Done): Done =>
    (error) => {
      if (error && !socket.destroyed) {
        if (!broken) failed(error);
        broken = true;
        done();
      } else done(error);
    };
  const write = socket._write.bind(socket);
  const writev = socket._writev?.bind(socket);
  socket._write = function (chunk, encoding, done): void {
    if (broken) done();
    else write(chunk, encoding, guard(done));
  };
  if (writev) {
    socket._writev = function (chunks, done): void {
      if (broken) done();
      else writev(chunks, guard(done));
    };
  }
}
