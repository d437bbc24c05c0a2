import { describe, expect, test } from "vitest";
import {
  encodeLatin1,
  loadRequests,
  loadResponses,
  loadScenarios,
  parseResponseRow,
} from "../src/index.ts";

const responses = loadResponses();
const requests = loadRequests();
const scenarios = loadScenarios();

function find<T extends { id: string }>(rows: readonly T[], id: string): T {
  const row = rows.find((each) => each.id === id);
  if (row === undefined) throw new Error(`no row ${id}`);
  return row;
}

describe("the files", () => {
  test("hold the rows that they were made with", () => {
    expect([responses.length, requests.length, scenarios.length]).toEqual([446, 121, 13]);
  });

  test("have ids of two letters and a number, no two alike", () => {
    const ids = [...responses, ...requests, ...scenarios].map(({ id }) => id);
    expect(ids.filter((id) => !/^[A-Z][A-Z0-9]?-\d{3}$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("say why each row is there", () => {
    expect([...responses, ...requests, ...scenarios].filter(({ why }) => why === "")).toEqual([]);
  });
});

describe("a response row", () => {
  test("has its bytes, one for each character of the text", () => {
    const { wire } = find(responses, "SL-009");
    expect(wire.subarray(13, 22)).toEqual(encodeLatin1("caf\u00c3\u00a9 \u00e2\u0098\u0083"));
  });

  test("has long bytes and long texts expanded from their parts", () => {
    const { wire, expected } = find(responses, "SL-065");
    expect(wire.length).toBe(13 + 65_521 + 2 + 17 + 2 + 2 + 5);
    expect(expected.reason).toBe("k".repeat(65_521));
  });

  test("has the options that its limits need", () => {
    expect(find(responses, "HL-003").options.limits).toEqual({ maxHeaderFields: 100 });
  });

  test("has the leniencies that change it", () => {
    const { lenient } = find(responses, "CK-023");
    expect(lenient?.flags).toEqual(["spaceAfterChunkSize"]);
    expect(lenient?.expected.outcome).toBe("ok");
  });

  test("has a count where a hundred interim heads would have to be listed", () => {
    expect(find(responses, "IM-015").expected.interim).toEqual({ count: 100 });
  });
});

describe("a request row", () => {
  test("has steps by name, and marks those whose failure is swallowed", () => {
    const steps = find(requests, "RS-009").call?.steps ?? [];
    expect(steps.map(({ name, tried }) => [name, tried])).toEqual([
      ["putrequest", false],
      ["putheader", true],
      ["putheader", false],
      ["endheaders", false],
    ]);
  });

  test("has words in place of a call that JSON cannot write", () => {
    const row = find(requests, "RJ-009");
    expect(row.call).toBeUndefined();
    expect(row.js).toBe("method: new String('GET')");
  });
});

describe("a line that is no row is refused, with the row and the field's value", () => {
  const good = {
    id: "ZZ-001",
    kind: "response",
    category: "c",
    method: "GET",
    upgrade_requested: false,
    eof: true,
    bytes_latin1: "",
    cpython: null,
    peers: null,
    expected: { outcome: "need-more" },
    why: "w",
    ref: "r",
  };
  test.each([
    ["a status that is text", { expected: { outcome: "ok", status: "200" } }, '"200"'],
    ["an unknown outcome", { expected: { outcome: "maybe" } }, '"maybe"'],
    ["an unknown framing", { expected: { outcome: "ok", framing: "both" } }, '"both"'],
    ["neither bytes nor parts", { bytes_latin1: null }, "nothing"],
    [
      "parts that do not add up",
      { expected: { outcome: "ok", body: { parts: [["a", 2]], length: 3 } } },
      "2",
    ],
    ["another kind", { kind: "request" }, '"request"'],
  ])("%s", (_why, change, found) => {
    expect(parseResponseRow(JSON.stringify(good)).id).toBe("ZZ-001");
    const line = JSON.stringify({ ...good, ...change });
    expect(() => parseResponseRow(line)).toThrow(/^Cannot \w+ ZZ-001: /);
    expect(() => parseResponseRow(line)).toThrow(found);
  });
});
