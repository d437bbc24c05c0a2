/** Every valid head of the corpus comes back byte for byte, and gives the fields its row expects. */

import { readFileSync } from "node:fs";
import { encodeLatin1, latin1 } from "@httplib/bytes";
import { describe, expect, test } from "vitest";
import { parseHeaders } from "../src/index.ts";

interface Row {
  readonly id: string;
  readonly bytes_latin1: string | null;
  readonly expected: {
    readonly outcome: string;
    readonly headers?: readonly [string, string][];
    readonly informational?: readonly unknown[];
  };
}

const file = new URL("../../corpus/data/responses.jsonl", import.meta.url);
const rows = readFileSync(file, "utf8")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => JSON.parse(line) as Row)
  .flatMap(({ id, bytes_latin1: text, expected }) =>
    text !== null &&
    expected.outcome === "ok" &&
    text.startsWith("HTTP/1.1 200") &&
    expected.headers !== undefined
      ? [{ id, block: text.slice(text.indexOf("\r\n") + 2), fields: expected.headers }]
      : [],
  );

describe("the corpus", () => {
  test("has such heads", () => {
    expect(rows.length).toBeGreaterThan(50);
  });

  test.each(rows)("$id", ({ block, fields }) => {
    const { headers, bytesRead } = parseHeaders(encodeLatin1(block));
    expect([...headers]).toEqual(fields);
    expect(latin1(headers.toBytes())).toBe(block.slice(0, bytesRead));
  });
});
