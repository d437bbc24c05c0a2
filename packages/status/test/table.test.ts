// The table of status codes against `http.HTTPStatus` 3.13, row by row.

import { describe, expect, test } from "vitest";
import * as status from "../src/index.ts";
import { rows } from "./rows.ts";

const { HTTPMethod, HTTPStatus, responses, statusInfo } = status;
const names: Readonly<Record<string, number | undefined>> = HTTPStatus;
const constants = new Map(Object.entries(status).filter(([, value]) => typeof value === "number"));

/** What 3.13 leaves empty and later versions of the module fill. */
const laterDescriptions: Readonly<Record<number, string>> = {
  102: "Server is processing the request",
  103: "Headers sent to prepare for the response",
  207: "Response contains multiple statuses in the body",
  208: "Operation has already been reported",
  226: "Request completed using instance manipulations",
  422: "Server is not able to process the contained instructions",
  423: "Resource of a method is locked",
  424: "Dependent action of the request failed",
  425: "Server refuses to process a request that might be replayed",
  426: "Server refuses to perform the request using the current protocol",
  506: "Server has an internal configuration error",
  507: "Server is not able to store the representation",
  508: "Server encountered an infinite loop while processing a request",
  510: "Request does not meet the resource access policy",
};

describe.each(rows.map((row) => ({ code: row[0], name: row[1], row })))(
  "$code $name",
  ({ code, name, row }) => {
    const [, , phrase, description, , oldName] = row;
    const aliases = oldName === undefined ? [] : [oldName];

    test("has a constant, an entry in HTTPStatus and a phrase", () => {
      expect(constants.get(name)).toBe(code);
      expect(names[name]).toBe(code);
      expect(responses[code]).toBe(phrase);
    });

    test("has its older name too, where there is one", () => {
      const same = [...constants].filter(([, value]) => value === code).map(([key]) => key);
      expect(new Set(same)).toEqual(new Set([name, ...aliases]));
      for (const key of same) expect(names[key]).toBe(code);
    });

    test("is described", () => {
      // 418 ends with a period in 3.13 and without one later; nothing else does.
      const expected = code === 418 ? description.slice(0, -1) : description;
      expect(statusInfo(code)).toMatchObject({ code, name, phrase, aliases });
      expect(statusInfo(code)?.description).toBe(
        expected === "" ? laterDescriptions[code] : expected,
      );
      expect(statusInfo(code)?.reference).toMatch(/^RFC \d{4}, Section \d+(\.\d+)*$/);
    });
  },
);

describe("the table as a whole", () => {
  test("has 62 codes and 66 names, and no others", () => {
    expect(rows).toHaveLength(62);
    expect(Object.keys(responses).map(Number)).toEqual(rows.map(([code]) => code));
    expect(constants.size).toBe(66);
    expect(Object.keys(HTTPStatus).toSorted()).toEqual([...constants.keys()].toSorted());
  });

  test("has the 49 codes of httplib 2.6", () => {
    const first = rows.filter(([, , , , inHttplib]) => inHttplib).map(([code]) => code);
    expect(first).toHaveLength(49);
    for (const code of first) expect(statusInfo(code)?.code).toBe(code);
  });

  test("HTTPStatus lists the codes in ascending order, a newer name before the older", () => {
    const values = Object.values(HTTPStatus);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    const keys = Object.keys(HTTPStatus);
    expect(keys.indexOf("CONTENT_TOO_LARGE")).toBeLessThan(
      keys.indexOf("REQUEST_ENTITY_TOO_LARGE"),
    );
  });

  test("fourteen descriptions are empty in 3.13", () => {
    expect(rows.filter(([, , , description]) => description === "").map(([code]) => code)).toEqual(
      Object.keys(laterDescriptions).map(Number),
    );
  });

  test.each([
    [100, "RFC 9110, Section 15.2.1"],
    [102, "RFC 2518, Section 10.1"],
    [103, "RFC 8297, Section 2"],
    [206, "RFC 9110, Section 15.3.7"],
    [207, "RFC 4918, Section 11.1"],
    [208, "RFC 5842, Section 7.1"],
    [226, "RFC 3229, Section 10.4.1"],
    [305, "RFC 9110, Section 15.4.6"],
    [307, "RFC 9110, Section 15.4.8"],
    [308, "RFC 9110, Section 15.4.9"],
    [404, "RFC 9110, Section 15.5.5"],
    [417, "RFC 9110, Section 15.5.18"],
    [418, "RFC 7168, Section 2.3.3"],
    [421, "RFC 9110, Section 15.5.20"],
    [422, "RFC 9110, Section 15.5.21"],
    [423, "RFC 4918, Section 11.3"],
    [425, "RFC 8470, Section 5.2"],
    [426, "RFC 9110, Section 15.5.22"],
    [429, "RFC 6585, Section 4"],
    [451, "RFC 7725, Section 3"],
    [505, "RFC 9110, Section 15.6.6"],
    [506, "RFC 2295, Section 8.1"],
    [507, "RFC 4918, Section 11.5"],
    [508, "RFC 5842, Section 7.2"],
    [510, "RFC 2774, Section 7"],
    [511, "RFC 6585, Section 6"],
  ])("%i is defined by %s", (code, reference) => {
    expect(statusInfo(code)?.reference).toBe(reference);
  });

  test("no two codes share a name, a phrase or a reference", () => {
    const infos = rows.map(([code]) => statusInfo(code));
    for (const key of ["name", "phrase", "reference"] as const) {
      expect(new Set(infos.map((info) => info?.[key])).size).toBe(62);
    }
  });
});

describe("the tables", () => {
  test.each([
    ["responses", responses],
    ["HTTPStatus", HTTPStatus],
    ["HTTPMethod", HTTPMethod],
  ])("%s is frozen and has no prototype", (_name, table) => {
    expect(Object.isFrozen(table)).toBe(true);
    expect(Object.getPrototypeOf(table)).toBeNull();
    for (const key of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(key in table).toBe(false);
    }
  });

  test("responses refuses a change", () => {
    const open = responses as Record<number, string>;
    expect(() => (open[404] = "Gone fishing")).toThrow(TypeError);
    expect(() => (open[599] = "New")).toThrow(TypeError);
  });
});

describe("statusInfo", () => {
  test.each([
    0,
    99,
    104,
    199,
    306,
    419,
    599,
    600,
    999,
    -404,
    404.5,
    Number.NaN,
    Number.POSITIVE_INFINITY,
  ])("does not know %d", (code) => {
    expect(statusInfo(code)).toBeUndefined();
  });

  test.each([
    "__proto__",
    "constructor",
    "toString",
    "length",
    "",
    null,
    undefined,
    {},
    [],
    Symbol("x"),
    Object.create(null),
    "404",
    [404],
  ])("does not mind %j", (code) => {
    expect(statusInfo(code as number)).toBeUndefined();
  });

  test("gives a new object each time, so that nobody changes another's", () => {
    const first = statusInfo(404);
    expect(statusInfo(404)).not.toBe(first);
    expect(statusInfo(413)?.aliases).not.toBe(statusInfo(413)?.aliases);
  });
});

test("HTTPMethod has the ten methods, each its own name", () => {
  expect(Object.entries(HTTPMethod)).toEqual(
    ["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE"].map(
      (method) => [method, method],
    ),
  );
});
