/**
 * llhttp by Node's own binding, with the callbacks that `node:http` sets: fields come as a flat list of strings, 32 lines at a time.
 *
 * The binding is not public and may go; without it this peer is left out.
 */

import { cannot, type Peer } from "../work.ts";
import { atOnce, codedPieces, headBytes } from "./parser-input.ts";
import { checkLength } from "./payload.ts";

interface Parser {
  [callback: number]: (...values: never[]) => unknown;
  initialize(type: number, resource: object): void;
  execute(bytes: Uint8Array): number | Error;
}

interface ParserClass {
  new (): Parser;
  readonly RESPONSE: number;
  readonly kOnHeaders: number;
  readonly kOnHeadersComplete: number;
  readonly kOnBody: number;
  readonly kOnMessageComplete: number;
}

/** The binding, where this Node gives it. */
export function llhttpBinding(): ParserClass | null {
  const binding: unknown = Reflect.get(process, "binding");
  if (typeof binding !== "function") return null;
  try {
    process.noDeprecation = true; // It is known that the binding may go.
    // oxlint-disable-next-line no-unsafe-type-assertion -- it has no types
    const found = Reflect.apply(binding, process, ["http_parser"]) as { HTTPParser: ParserClass };
    return found.HTTPParser;
  } catch {
    return null;
  }
}

const llhttp: Peer = {
  open(work) {
    const HTTPParser = llhttpBinding();
    if (HTTPParser === null)
      throw new Error("Cannot measure llhttp: found no binding in this Node");
    const parser = new HTTPParser();
    parser.initialize(HTTPParser.RESPONSE, {});
    let fields: string[] = [];
    let lines = 0;
    let total = 0;
    parser[HTTPParser.kOnHeaders] = (part: string[]) => {
      fields = [...fields, ...part];
    };
    parser[HTTPParser.kOnHeadersComplete] = (
      _major: number,
      _minor: number,
      part: string[] | undefined,
    ) => {
      lines = (part ?? fields).length >> 1;
      fields = [];
      return 0;
    };
    parser[HTTPParser.kOnBody] = (run: Uint8Array) => {
      total += run.length;
    };
    parser[HTTPParser.kOnMessageComplete] = () => {};
    if (work.kind === "head") {
      const bytes = headBytes(work.fields);
      const parse = (): void => {
        parser.execute(bytes);
        checkLength(lines, work.fields);
      };
      return { lanes: [atOnce(parse)] };
    }
    if (work.kind !== "decode") throw cannot("llhttp", work);
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

export default llhttp;
