/**
 * Keeps a Node socket open for reading when a write has failed.
 *
 * Node destroys a socket with an error as soon as a write fails, and drops what the kernel holds for it: an upload that is answered
 * by 413 and a reset loses the answer. The error reaches the stream machinery through the callback of `_write` and
 * `_writev`, the two methods that implementers of streams provide, so that is where it is taken out: the stream believes that
 * the write succeeded, 'end' is still emitted, and whoever opened the socket is told.
 *
 * With a peer in its own process that answers 413 and resets during an upload, 300 answers of 300 arrive; without this 38, and
 * none of 300 when the client is busy between two writes. (`test/reset-after-response.test.ts` counts them.)
 */

type Done = (error?: Error | null) => void;

/** The part of a socket that is changed. */
export interface Writing {
  readonly destroyed: boolean;
  _write: (chunk: never, encoding: never, done: Done) => void;
  _writev?: ((chunks: never, done: Done) => void) | null;
}

const ORIGINAL = Symbol("original");

/** Who is told of the system error of every write that fails. */
interface WriteOwner {
  receiveWriteError(error: Error): void;
}

interface Guarded extends Writing {
  [ORIGINAL]: Pick<Writing, "_write" | "_writev"> & {
    owner: WriteOwner;
    /** The callback of the last write, and what was given on in its place: a stream has one for all. */
    done: Done | null;
    guarded: Done | null;
  };
}

/**
 * Takes write errors away from a socket.
 *
 * @param socket changed in place; two functions shared by all sockets, since an idle connection is kept small
 * @param owner told of what fails
 */
export function guardWrites(socket: Writing, owner: WriteOwner): void {
  const { _write, _writev } = socket;
  const original = { _write, _writev, owner, done: null, guarded: null };
  Object.assign(socket, { [ORIGINAL]: original, _write: guardedWrite });
  if (_writev) Object.assign(socket, { _writev: guardedWritev });
}

function guardedWrite(this: Guarded, chunk: never, encoding: never, done: Done): void {
  this[ORIGINAL]._write.call(this, chunk, encoding, guard(this, done));
}

function guardedWritev(this: Guarded, chunks: never, done: Done): void {
  this[ORIGINAL]._writev?.call(this, chunks, guard(this, done));
}

function guard(socket: Guarded, done: Done): Done {
  const original = socket[ORIGINAL];
  if (original.done === done && original.guarded !== null) return original.guarded;
  original.done = done;
  original.guarded = (error) => {
    if (error && !socket.destroyed) {
      original.owner.receiveWriteError(error);
      done();
    } else done(error);
  };
  return original.guarded;
}
