/**
 * `ChunkedDecoder` of `@httplib/chunked`, each run as a range, as the parsers beside it give theirs.
 *
 * The pieces are ranges of one array, too. An array for each of 256 KiB bytes would be 50 MB of objects, which no cache
 * holds: a byte then seems to cost 55 to 65 ns, and one of 16 KiB 36.
 */

import { ChunkedDecoder } from "@httplib/chunked";
import { cannot, type Peer } from "../work.ts";
import { atOnce, codedPieces, plain } from "./parser-input.ts";
import { checkLength } from "./payload.ts";

const decoder: Peer = {
  open(work) {
    if (work.kind !== "decode") throw cannot("ChunkedDecoder", work);
    const [body] = codedPieces({ ...work, piece: 0 }).body.map(plain);
    if (body === undefined) throw cannot("ChunkedDecoder", work);
    const step = work.piece === 0 ? body.length : work.piece;
    const chunked = new ChunkedDecoder();
    const decode = (): void => {
      let total = 0;
      for (let at = 0; at < body.length; at += step) {
        chunked.push(body, at, at + step);
        while (chunked.advance() === 1) total += chunked.runEnd - chunked.start;
      }
      checkLength(total, work.bytes);
      chunked.reset();
    };
    return { lanes: [atOnce(decode)] };
  },
};

export default decoder;
