/**
 * How bytes come off a socket of `node:net` or `node:tls`: by `onread`, with one receive buffer for all sockets of the
 * process, since a chunk is only lent and reads never overlap. A buffer for each socket would cost 64 KiB an idle
 * connection; larger ones fall out of the cache.
 *
 * Owns that buffer and how much of it a read may use. A reader that fills large memory says how much it lacks, so that
 * the reads begin where the targets do: every byte is then copied once and not twice (512 MiB by `readInto`, 64 KiB each:
 * 85 and 69 ms of processor time).
 *
 * The state is the module's and not a socket's, which costs an idle connection nothing: the runtime calls `callback`, with
 * all that the transport does in there, and right behind it `buffer`.
 */

/** The bytes of the buffer. */
const RECEIVE_BYTES = 65_536;

/** Who is told of a read. */
interface Receiver {
  undrained: boolean;
  receive(chunk: Uint8Array): void;
}

/** What `onread` of `net.connect()` takes. */
interface OnRead {
  buffer(): Uint8Array;
  callback(bytes: number, buffer: Uint8Array): boolean;
}

/** The reading of one socket. */
interface Reading {
  readonly onread: OnRead;
  /** Says where the bytes go, before the first of them can come. */
  readonly giveTo: (receiver: Receiver) => void;
}

let whole: Uint8Array | null = null;
/** What the next read goes to; null for the memory of the last one. */
let next: Uint8Array | null = null;
/** Bytes that the next read may give; 0 for no limit. */
let most = 0;

/** Lets the next read of the socket whose bytes are being received give so many bytes at most. */
export function limitNextRead(bytes: number): void {
  most = bytes;
}

/**
 * The `onread` of one socket. Apart from the dialling, because an open socket keeps this closure and whatever it can see; its one
 * variable is the way to the transport, which is one step less than an object that holds it.
 *
 * @param isPlain whether a read that fills its buffer is one that may have left bytes behind, and no other is
 */
export function reading(isPlain: boolean): Reading {
  next = whole ??= new Uint8Array(RECEIVE_BYTES);
  let transport: Receiver;
  const onread: OnRead = {
    buffer: nextBuffer,
    callback(bytes, buffer) {
      const isFull = bytes === buffer.length;
      if (isPlain) transport.undrained = isFull;
      most = 0;
      transport.receive(isFull ? buffer : buffer.subarray(0, bytes));
      if (most > 0 && most < RECEIVE_BYTES) next = whole!.subarray(0, most);
      else next = buffer === whole ? null : whole;
      return true;
    },
  };
  return {
    onread,
    giveTo: (receiver) => {
      transport = receiver;
    },
  };
}

/** Asked for when a socket is made, and right behind each callback. */
function nextBuffer(): Uint8Array {
  const given = next;
  next = whole;
  // No array leaves the buffer as it is; so nothing is looked up again for the usual read.
  return given!;
}
