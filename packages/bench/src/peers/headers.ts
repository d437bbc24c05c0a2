/** `parseHeaders` of `@httplib/headers`: a block of fields, checked and counted; its lines are cut when somebody looks at one. */

import { parseHeaders } from "@httplib/headers";
import { cannot, type Peer } from "../work.ts";
import { atOnce, blockBytes, plain } from "./parser-input.ts";
import { checkLength } from "./payload.ts";

const headers: Peer = {
  open(work) {
    if (work.kind !== "head") throw cannot("parseHeaders", work);
    const block = plain(blockBytes(work.fields));
    return { lanes: [atOnce(() => checkLength(parseHeaders(block).headers.size, work.fields))] };
  },
};

export default headers;
