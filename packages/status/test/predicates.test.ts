import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  HTTPStatus,
  isClientError,
  isInformational,
  isRedirection,
  isServerError,
  isSuccess,
} from "../src/index.ts";

const predicates: ReadonlyArray<readonly [string, (code: number) => boolean, number]> = [
  ["isInformational", isInformational, 100],
  ["isSuccess", isSuccess, 200],
  ["isRedirection", isRedirection, 300],
  ["isClientError", isClientError, 400],
  ["isServerError", isServerError, 500],
];

describe.each(predicates)("%s", (_name, predicate, first) => {
  test(`is true from ${first} to ${first + 99} and nowhere else`, () => {
    for (let code = -1000; code <= 10_000; code += 1) {
      expect(predicate(code)).toBe(code >= first && code < first + 100);
    }
  });

  test("is false for what is no integer", () => {
    for (const code of [
      first - 0.5,
      first + 0.5,
      first + 99.5,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.MIN_VALUE,
    ]) {
      expect(predicate(code)).toBe(false);
    }
    for (const code of [String(first), null, undefined, [first], BigInt(first), {}]) {
      expect(predicate(code as number)).toBe(false);
    }
  });
});

test("a code from 100 to 599 is in one class, any other number in none", () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer({ min: 0, max: 1200 }), fc.double()), (code) => {
      const classes = predicates.filter(([, predicate]) => predicate(code));
      expect(classes).toHaveLength(Number.isInteger(code) && code >= 100 && code <= 599 ? 1 : 0);
    }),
    { seed: 15, numRuns: 500 },
  );
});

test("every named code is in one class", () => {
  for (const code of Object.values(HTTPStatus)) {
    expect(predicates.filter(([, predicate]) => predicate(code))).toHaveLength(1);
  }
});
