/** http-parser-js: the parser in JavaScript that stands in for Node's own. Its callbacks are told apart by the constants of its class. */

import { HTTPParser } from "http-parser-js";
import { cannot, type Peer } from "../work.ts";
import { atOnce, codedPieces, headBytes } from "./parser-input.ts";
import { checkLength } from "./payload.ts";

const httpParserJS: Peer = {
  open(work) {
    const parser = new HTTPParser(HTTPParser.RESPONSE);
    let lines = 0;
    let total = 0;
    parser[HTTPParser.kOnHeadersComplete] = ({ headers }) => {
      lines = headers.length >> 1;
    };
    parser[HTTPParser.kOnBody] = (_chunk, _offset, length) => {
      total += length;
    };
    if (work.kind === "head") {
      const bytes = headBytes(work.fields);
      const parse = (): void => {
        parser.execute(bytes);
        checkLength(lines, work.fields);
      };
      return { lanes: [atOnce(parse)] };
    }
    if (work.kind !== "decode") throw cannot("http-parser-js", work);
    const { head, body } = codedPieces(work);
    const decode = (): void => {
      total = 0;
      parser.execute(head);
      for (const piece of body) parser.execute(piece);
      checkLength(total, work.bytes);
    };
    return { lanes: [atOnce(decode)] };
  },
};

export default httpParserJS;
