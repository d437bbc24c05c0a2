/**
 * The smoke program as a page: the pure packages by an import map, under a policy that lets no code be made out of strings. The
 * results are posted back.
 */
import { corpusCases } from "./cases/corpus.ts";
import { fetchCases, partCases } from "./cases/parts.ts";
import { streamCases } from "./cases/streams.ts";
import { CheckFailure } from "./check.ts";
import { postResults } from "./post-results.ts";
import type { Case } from "./run-cases.ts";

const policy: Case = {
  name: "the policy of the page is in force",
  run() {
    try {
      // oxlint-disable-next-line no-implied-eval, no-new, no-new-func -- the policy must refuse it
      new Function("return 1");
    } catch {
      return;
    }
    throw new CheckFailure("code was made out of a string");
  },
};

const nothingOfNode: Case = {
  name: "nothing of Node is there",
  run() {
    const found = ["process", "Buffer", "require", "setImmediate"].filter(
      (name) => name in globalThis,
    );
    if (found.length > 0) throw new CheckFailure(`found ${found.join(", ")}`);
  },
};

const corpus = await (await fetch("/responses.jsonl")).text();
await postResults([
  policy,
  nothingOfNode,
  ...partCases,
  ...fetchCases,
  ...streamCases,
  ...corpusCases(corpus),
]);
