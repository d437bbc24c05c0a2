// The request methods by name. They are plain strings: any other token is a method as well, and methods are case-sensitive (RFC 9110,
// Section 9.1), so nothing here checks or converts one.

/**
 * The methods of RFC 9110, PATCH (RFC 5789) and QUERY (RFC 10008); frozen, without a prototype.
 *
 * @see `http.HTTPMethod`
 * @example
 * ```ts
 * import { HTTPMethod } from "@httplib/status";
 *
 * HTTPMethod.GET; // => "GET"
 * ```
 */
export const HTTPMethod: {
  /** Establish a connection to the server. */
  readonly CONNECT: "CONNECT";
  /** Remove the target. */
  readonly DELETE: "DELETE";
  /** Retrieve the target. */
  readonly GET: "GET";
  /** Same as GET, but only retrieve the status line and header section. */
  readonly HEAD: "HEAD";
  /** Describe the communication options for the target. */
  readonly OPTIONS: "OPTIONS";
  /** Apply partial modifications to a target. */
  readonly PATCH: "PATCH";
  /** Perform target-specific processing with the request payload. */
  readonly POST: "POST";
  /** Replace the target with the request payload. */
  readonly PUT: "PUT";
  /** Ask the target to process the request payload; safe and repeatable, unlike POST. */
  readonly QUERY: "QUERY";
  /** Perform a message loop-back test along the path to the target. */
  readonly TRACE: "TRACE";
} = /* @__PURE__ */ Object.freeze({
  __proto__: null,
  CONNECT: "CONNECT",
  DELETE: "DELETE",
  GET: "GET",
  HEAD: "HEAD",
  OPTIONS: "OPTIONS",
  PATCH: "PATCH",
  POST: "POST",
  PUT: "PUT",
  QUERY: "QUERY",
  TRACE: "TRACE",
});

/** A method in `HTTPMethod`, such as `"GET"`. */
export type HTTPMethod = keyof typeof HTTPMethod;
