// The type contract: literal codes, and predicates that narrow what is known and leave plain numbers alone.

import { describe, expect, expectTypeOf, test } from "vitest";
import {
  type ClientErrorCode,
  HTTPMethod,
  HTTPStatus,
  type HTTPStatusCode,
  type HTTPStatusName,
  type InformationalCode,
  isInformational,
  isRedirection,
  isServerError,
  isSuccess,
  NOT_FOUND,
  type RedirectionCode,
  REQUEST_ENTITY_TOO_LARGE,
  type ServerErrorCode,
  statusInfo,
  type StatusInfo,
  type SuccessCode,
} from "../src/index.ts";

describe("codes and names", () => {
  test("each is a literal", () => {
    expectTypeOf<typeof NOT_FOUND>().toEqualTypeOf<404>();
    expectTypeOf<typeof REQUEST_ENTITY_TOO_LARGE>().toEqualTypeOf<413>();
    expectTypeOf(HTTPStatus.NOT_FOUND).toEqualTypeOf<404>();
    expectTypeOf<(typeof HTTPStatus)["UNPROCESSABLE_ENTITY"]>().toEqualTypeOf<422>();
    expectTypeOf<HTTPStatusCode>().extract<404 | 306>().toEqualTypeOf<404>();
    expectTypeOf<HTTPStatusName>()
      .extract<"NOT_FOUND" | "Not Found">()
      .toEqualTypeOf<"NOT_FOUND">();
    expectTypeOf(HTTPMethod.QUERY).toEqualTypeOf<"QUERY">();
    expectTypeOf<HTTPMethod>().extract<"GET" | "get">().toEqualTypeOf<"GET">();
    expect(HTTPStatus.NOT_FOUND).toBe(NOT_FOUND);
  });

  test("a list of constants is a list of numbers, so that any status can be looked up in it", () => {
    const status: number = 404;
    expect([NOT_FOUND, REQUEST_ENTITY_TOO_LARGE].includes(status)).toBe(true);
  });

  test("the object is read-only", () => {
    expect(() => {
      // @ts-expect-error read-only
      HTTPStatus.OK = 200;
    }).toThrow(TypeError);
  });

  test("what statusInfo gives is typed", () => {
    expectTypeOf(statusInfo).parameter(0).toEqualTypeOf<number>();
    expectTypeOf(statusInfo(200)).toEqualTypeOf<StatusInfo | undefined>();
    expectTypeOf<StatusInfo["name"]>().toEqualTypeOf<HTTPStatusName>();
    expect(HTTPStatus[statusInfo(204)?.name ?? "OK"]).toBe(204);
  });
});

function step(code: 103 | 200 | 308 | 404 | 503): string {
  if (isInformational(code)) {
    expectTypeOf(code).toEqualTypeOf<103>();
    return "interim";
  }
  expectTypeOf(code).toEqualTypeOf<200 | 308 | 404 | 503>();
  if (isRedirection(code)) {
    expectTypeOf(code).toEqualTypeOf<308>();
    return "redirection";
  }
  if (isServerError(code)) {
    expectTypeOf(code).toEqualTypeOf<503>();
    return "server";
  }
  expectTypeOf(code).toEqualTypeOf<200 | 404>();
  return isSuccess(code) ? "success" : "client";
}

describe("predicates", () => {
  test("narrow a union of codes to its class, and to the rest behind it", () => {
    expect(([103, 200, 308, 404, 503] as const).map(step)).toEqual([
      "interim",
      "success",
      "redirection",
      "client",
      "server",
    ]);
  });

  test("narrow HTTPStatusCode to the codes of the class", () => {
    const codes = Object.values(HTTPStatus);
    const interim = codes.filter((code) => isInformational(code));
    expectTypeOf<InformationalCode>().toEqualTypeOf<100 | 101 | 102 | 103>();
    expectTypeOf(interim).toEqualTypeOf<InformationalCode[]>();
    expect(interim).toEqual([100, 101, 102, 103]);
    expectTypeOf<RedirectionCode>().toEqualTypeOf<300 | 301 | 302 | 303 | 304 | 305 | 307 | 308>();
    expectTypeOf<HTTPStatusCode>().toEqualTypeOf<
      InformationalCode | SuccessCode | RedirectionCode | ClientErrorCode | ServerErrorCode
    >();
  });

  test("leave a plain number a number", () => {
    const code: number = 299;
    expectTypeOf(isSuccess(code)).toEqualTypeOf<boolean>();
    if (isSuccess(code)) expectTypeOf(code).toEqualTypeOf<number>();
    expect([100, 299, 700].filter((each) => isSuccess(each))).toEqual([299]);
  });

  test("can be handed on as they are", () => {
    const numbers: number[] = [100, 200, 204, 304];
    expect(numbers.filter(isSuccess)).toEqual([200, 204]);
    expect(numbers.some(isRedirection)).toBe(true);
  });
});
