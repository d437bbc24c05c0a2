/**
 * `ClientProtocol` of `@httplib/protocol`: a whole cycle, from the text of the request to ready for the next one. The parsers it is
 * compared with only read the response.
 */

import { ClientProtocol } from "@httplib/protocol";
import { cannot, type Peer } from "../work.ts";
import { atOnce, headBytes, plain } from "./parser-input.ts";
import { checkLength } from "./payload.ts";

const HEAD = 2;
const END = 4;

const protocol: Peer = {
  open(work) {
    if (work.kind !== "head") throw cannot("ClientProtocol", work);
    const bytes = plain(headBytes(work.fields));
    const client = new ClientProtocol();
    const request = { Host: "example.com", "Accept-Encoding": "identity" };
    const cycle = (): void => {
      client.sendHead("GET", "/", request);
      client.sendEnd();
      client.feed(bytes);
      checkLength(client.next(), HEAD);
      checkLength(client.head?.headers.size ?? 0, work.fields);
      checkLength(client.next(), END);
      client.startNextCycle();
    };
    return { lanes: [atOnce(cycle)] };
  },
};

export default protocol;
