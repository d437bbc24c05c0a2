/** The recorded responses at every split of their bytes, inside the runtime under test. */
import { parseResponseRow, runParseResponse, runResponse } from "@httplib/corpus";
import { ClientProtocol, parseResponse } from "@httplib/protocol";
import { CheckFailure } from "../check.ts";
import type { Case } from "../run-cases.ts";

/** @param text - the lines of responses.jsonl */
export function corpusCases(text: string): readonly Case[] {
  const rows = text.split("\n").filter(Boolean).map(parseResponseRow);
  const expectNone = (
    lines: readonly (readonly [id: string, found: readonly string[]])[],
  ): void => {
    const failed = lines.filter(([, found]) => found.length > 0);
    if (rows.length < 400) throw new CheckFailure(`${rows.length} rows, expected at least 400`);
    if (failed.length === 0) return;
    const [first, second] = failed.map(([id, found]) => `${id}: ${found.join("; ")}`);
    throw new CheckFailure(`${failed.length} rows differ: ${first} ${second ?? ""}`);
  };
  return [
    {
      name: "corpus: every recorded response at every split",
      run: () =>
        expectNone(
          rows.map((row) => [row.id, runResponse((options) => new ClientProtocol(options), row)]),
        ),
    },
    {
      name: "corpus: every recorded response in one call",
      run: () => expectNone(rows.map((row) => [row.id, runParseResponse(parseResponse, row)])),
    },
  ];
}
