import { ClientProtocol, parseResponse } from "@httplib/protocol";
import { describe, expect, test } from "vitest";
import { loadResponses, runParseResponse, runResponse } from "../src/index.ts";

const rows = loadResponses();

describe("ClientProtocol gives what the row says, however the bytes are cut", () => {
  test.each(rows.map((row) => [row.id, row.why, row] as const))("%s %s", (_id, _why, row) => {
    expect(runResponse((options) => new ClientProtocol(options), row)).toEqual([]);
  });
});

describe("parseResponse gives what the row says, and the body so far on the error", () => {
  test.each(rows.map((row) => [row.id, row.why, row] as const))("%s %s", (_id, _why, row) => {
    expect(runParseResponse(parseResponse, row)).toEqual([]);
  });
});
