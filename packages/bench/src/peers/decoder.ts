/** `ChunkedDecoder` of `@httplib/chunked`, each run taken as a view. */

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
        for (let run = chunked.pull(); run !== null; run = chunked.pull()) total += run.length;
      }
      checkLength(total, work.bytes);
      chunked.reset();
    };
    return { lanes: [atOnce(decode)] };
  },
};

export default decoder;
