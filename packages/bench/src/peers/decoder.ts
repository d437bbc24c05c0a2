/** `ChunkedDecoder` of `@httplib/chunked`, each run as a range, as the parsers beside it give theirs. */

import { ChunkedDecoder } from "@httplib/chunked";
import { cannot, type Peer } from "../work.ts";
import { atOnce, codedPieces, plain } from "./parser-input.ts";
import { checkLength } from "./payload.ts";

const decoder: Peer = {
  open(work) {
    if (work.kind !== "decode") throw cannot("ChunkedDecoder", work);
    const body = codedPieces(work).body.map(plain);
    const chunked = new ChunkedDecoder();
    const decode = (): void => {
      let total = 0;
      for (const piece of body) {
        chunked.push(piece);
        while (chunked.advance() === 1) total += chunked.runEnd - chunked.start;
      }
      checkLength(total, work.bytes);
      chunked.reset();
    };
    return { lanes: [atOnce(decode)] };
  },
};

export default decoder;
