// The five classes of status codes, RFC 9110, Section 15: the first digit decides. Codes from 600 to 999 may be received, and belong to
// no class; neither does a number with a fraction, which no status line can carry.

import type { HTTPStatusCode } from "./http-status.ts";

type CodeOfClass<FirstDigit extends 1 | 2 | 3 | 4 | 5> = {
  [Code in HTTPStatusCode]: `${Code}` extends `${FirstDigit}${string}` ? Code : never;
}[HTTPStatusCode];

/** The 1xx codes in `HTTPStatus`. */
export type InformationalCode = CodeOfClass<1>;
/** The 2xx codes in `HTTPStatus`. */
export type SuccessCode = CodeOfClass<2>;
/** The 3xx codes in `HTTPStatus`. */
export type RedirectionCode = CodeOfClass<3>;
/** The 4xx codes in `HTTPStatus`. */
export type ClientErrorCode = CodeOfClass<4>;
/** The 5xx codes in `HTTPStatus`. */
export type ServerErrorCode = CodeOfClass<5>;

// Each predicate has two signatures. A type made of known codes is narrowed; a plain number stays one, because a code such as 299,
// which has no name, is in a class as well.

function beginsWith(firstDigit: number, code: number): boolean {
  return Number.isInteger(code) && Math.floor(code / 100) === firstDigit;
}

/**
 * Whether a code is 100 to 199: an interim response, another one follows.
 *
 * @param code - A status code.
 * @example
 * ```ts
 * import { isInformational } from "@httplib/status";
 *
 * isInformational(103); // => true
 * ```
 */
export function isInformational<Code extends HTTPStatusCode>(
  code: Code,
): code is Extract<Code, InformationalCode>;
/** Whether any integer is 100 to 199; codes without a name are in a class too. */
export function isInformational(code: number): boolean;
export function isInformational(code: number): boolean {
  return beginsWith(1, code);
}

/**
 * Whether a code is 200 to 299: the request was received, understood and accepted.
 *
 * @param code - A status code.
 * @example
 * ```ts
 * import { isSuccess } from "@httplib/status";
 *
 * isSuccess(204); // => true
 * ```
 */
export function isSuccess<Code extends HTTPStatusCode>(
  code: Code,
): code is Extract<Code, SuccessCode>;
/** Whether any integer is 200 to 299; codes without a name are in a class too. */
export function isSuccess(code: number): boolean;
export function isSuccess(code: number): boolean {
  return beginsWith(2, code);
}

/**
 * Whether a code is 300 to 399: something more has to be done, often elsewhere.
 *
 * @param code - A status code.
 * @example
 * ```ts
 * import { isRedirection } from "@httplib/status";
 *
 * isRedirection(308); // => true
 * ```
 */
export function isRedirection<Code extends HTTPStatusCode>(
  code: Code,
): code is Extract<Code, RedirectionCode>;
/** Whether any integer is 300 to 399; codes without a name are in a class too. */
export function isRedirection(code: number): boolean;
export function isRedirection(code: number): boolean {
  return beginsWith(3, code);
}

/**
 * Whether a code is 400 to 499: the request is at fault.
 *
 * @param code - A status code.
 * @example
 * ```ts
 * import { isClientError } from "@httplib/status";
 *
 * isClientError(404); // => true
 * ```
 */
export function isClientError<Code extends HTTPStatusCode>(
  code: Code,
): code is Extract<Code, ClientErrorCode>;
/** Whether any integer is 400 to 499; codes without a name are in a class too. */
export function isClientError(code: number): boolean;
export function isClientError(code: number): boolean {
  return beginsWith(4, code);
}

/**
 * Whether a code is 500 to 599: the server is at fault.
 *
 * @param code - A status code.
 * @example
 * ```ts
 * import { isServerError } from "@httplib/status";
 *
 * isServerError(503); // => true
 * ```
 */
export function isServerError<Code extends HTTPStatusCode>(
  code: Code,
): code is Extract<Code, ServerErrorCode>;
/** Whether any integer is 500 to 599; codes without a name are in a class too. */
export function isServerError(code: number): boolean;
export function isServerError(code: number): boolean {
  return beginsWith(5, code);
}
