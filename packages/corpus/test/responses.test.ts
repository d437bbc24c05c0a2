import { ClientProtocol, parseResponse } from "@httplib/protocol";
import { describe, expect, test } from "vitest";
import { loadResponses, runParseResponse, runResponse } from "../src/index.ts";
import { expectRow, strayIds } from "./shrinking-list.ts";

const rows = loadResponses();
const ids = rows.map(({ id }) => id);

describe("ClientProtocol gives what the row says, however the bytes are cut", () => {
  test.each(rows.map((row) => [row.id, row.why, row] as const))("%s %s", (id, _why, row) => {
    expectRow(
      "responses",
      id,
      runResponse((options) => new ClientProtocol(options), row),
    );
  });

  test("only rows are listed as failing", () => {
    expect(strayIds("responses", ids)).toEqual([]);
  });
});

describe("parseResponse gives what the row says, and the body so far on the error", () => {
  test.each(rows.map((row) => [row.id, row.why, row] as const))("%s %s", (id, _why, row) => {
    expectRow("parseResponse", id, runParseResponse(parseResponse, row));
  });

  test("only rows are listed as failing", () => {
    expect(strayIds("parseResponse", ids)).toEqual([]);
  });
});
