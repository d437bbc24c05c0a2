// What is known about a code besides its phrase: name, description, the RFC section that defines it now, and its older names.
//
// Descriptions are those of http.client 3.13 word for word, with the final period of 418 dropped; the fourteen that are empty there
// carry the later texts of the same module. A reference names the newest RFC that defines the code: 102 is only in RFC 2518 (RFC 4918
// left it out), 418 in RFC 7168, 510 in RFC 2774, since made historic.

import { HTTPStatus, type HTTPStatusCode, type HTTPStatusName } from "./http-status.ts";
import { responses } from "./responses.ts";

/** What is known about one status code. */
export interface StatusInfo {
  /** The code. */
  readonly code: HTTPStatusCode;
  /** Its name in `HTTPStatus`, the newest where there are several. */
  readonly name: HTTPStatusName;
  /** Its older names, also in `HTTPStatus`. */
  readonly aliases: readonly HTTPStatusName[];
  /** Its reason phrase, as in `responses`. */
  readonly phrase: string;
  /** One line that says what it means. */
  readonly description: string;
  /** The newest RFC section that defines it, such as `RFC 9110, Section 15.5.5`. */
  readonly reference: string;
}

type Details = readonly [
  name: HTTPStatusName,
  description: string,
  reference: string,
  alias?: HTTPStatusName,
];

const details: Readonly<Record<number, Details>> = /* @__PURE__ */ Object.freeze({
  __proto__: null,
  100: ["CONTINUE", "Request received, please continue", "RFC 9110, Section 15.2.1"],
  101: [
    "SWITCHING_PROTOCOLS",
    "Switching to new protocol; obey Upgrade header",
    "RFC 9110, Section 15.2.2",
  ],
  102: ["PROCESSING", "Server is processing the request", "RFC 2518, Section 10.1"],
  103: ["EARLY_HINTS", "Headers sent to prepare for the response", "RFC 8297, Section 2"],
  200: ["OK", "Request fulfilled, document follows", "RFC 9110, Section 15.3.1"],
  201: ["CREATED", "Document created, URL follows", "RFC 9110, Section 15.3.2"],
  202: ["ACCEPTED", "Request accepted, processing continues off-line", "RFC 9110, Section 15.3.3"],
  203: [
    "NON_AUTHORITATIVE_INFORMATION",
    "Request fulfilled from cache",
    "RFC 9110, Section 15.3.4",
  ],
  204: ["NO_CONTENT", "Request fulfilled, nothing follows", "RFC 9110, Section 15.3.5"],
  205: ["RESET_CONTENT", "Clear input form for further input", "RFC 9110, Section 15.3.6"],
  206: ["PARTIAL_CONTENT", "Partial content follows", "RFC 9110, Section 15.3.7"],
  207: [
    "MULTI_STATUS",
    "Response contains multiple statuses in the body",
    "RFC 4918, Section 11.1",
  ],
  208: ["ALREADY_REPORTED", "Operation has already been reported", "RFC 5842, Section 7.1"],
  226: ["IM_USED", "Request completed using instance manipulations", "RFC 3229, Section 10.4.1"],
  300: [
    "MULTIPLE_CHOICES",
    "Object has several resources -- see URI list",
    "RFC 9110, Section 15.4.1",
  ],
  301: [
    "MOVED_PERMANENTLY",
    "Object moved permanently -- see URI list",
    "RFC 9110, Section 15.4.2",
  ],
  302: ["FOUND", "Object moved temporarily -- see URI list", "RFC 9110, Section 15.4.3"],
  303: ["SEE_OTHER", "Object moved -- see Method and URL list", "RFC 9110, Section 15.4.4"],
  304: ["NOT_MODIFIED", "Document has not changed since given time", "RFC 9110, Section 15.4.5"],
  305: [
    "USE_PROXY",
    "You must use proxy specified in Location to access this resource",
    "RFC 9110, Section 15.4.6",
  ],
  307: [
    "TEMPORARY_REDIRECT",
    "Object moved temporarily -- see URI list",
    "RFC 9110, Section 15.4.8",
  ],
  308: [
    "PERMANENT_REDIRECT",
    "Object moved permanently -- see URI list",
    "RFC 9110, Section 15.4.9",
  ],
  400: ["BAD_REQUEST", "Bad request syntax or unsupported method", "RFC 9110, Section 15.5.1"],
  401: ["UNAUTHORIZED", "No permission -- see authorization schemes", "RFC 9110, Section 15.5.2"],
  402: ["PAYMENT_REQUIRED", "No payment -- see charging schemes", "RFC 9110, Section 15.5.3"],
  403: [
    "FORBIDDEN",
    "Request forbidden -- authorization will not help",
    "RFC 9110, Section 15.5.4",
  ],
  404: ["NOT_FOUND", "Nothing matches the given URI", "RFC 9110, Section 15.5.5"],
  405: [
    "METHOD_NOT_ALLOWED",
    "Specified method is invalid for this resource",
    "RFC 9110, Section 15.5.6",
  ],
  406: ["NOT_ACCEPTABLE", "URI not available in preferred format", "RFC 9110, Section 15.5.7"],
  407: [
    "PROXY_AUTHENTICATION_REQUIRED",
    "You must authenticate with this proxy before proceeding",
    "RFC 9110, Section 15.5.8",
  ],
  408: ["REQUEST_TIMEOUT", "Request timed out; try again later", "RFC 9110, Section 15.5.9"],
  409: ["CONFLICT", "Request conflict", "RFC 9110, Section 15.5.10"],
  410: [
    "GONE",
    "URI no longer exists and has been permanently removed",
    "RFC 9110, Section 15.5.11",
  ],
  411: ["LENGTH_REQUIRED", "Client must specify Content-Length", "RFC 9110, Section 15.5.12"],
  412: ["PRECONDITION_FAILED", "Precondition in headers is false", "RFC 9110, Section 15.5.13"],
  413: [
    "CONTENT_TOO_LARGE",
    "Content is too large",
    "RFC 9110, Section 15.5.14",
    "REQUEST_ENTITY_TOO_LARGE",
  ],
  414: ["URI_TOO_LONG", "URI is too long", "RFC 9110, Section 15.5.15", "REQUEST_URI_TOO_LONG"],
  415: ["UNSUPPORTED_MEDIA_TYPE", "Entity body in unsupported format", "RFC 9110, Section 15.5.16"],
  416: [
    "RANGE_NOT_SATISFIABLE",
    "Cannot satisfy request range",
    "RFC 9110, Section 15.5.17",
    "REQUESTED_RANGE_NOT_SATISFIABLE",
  ],
  417: [
    "EXPECTATION_FAILED",
    "Expect condition could not be satisfied",
    "RFC 9110, Section 15.5.18",
  ],
  418: [
    "IM_A_TEAPOT",
    "Server refuses to brew coffee because it is a teapot",
    "RFC 7168, Section 2.3.3",
  ],
  421: [
    "MISDIRECTED_REQUEST",
    "Server is not able to produce a response",
    "RFC 9110, Section 15.5.20",
  ],
  422: [
    "UNPROCESSABLE_CONTENT",
    "Server is not able to process the contained instructions",
    "RFC 9110, Section 15.5.21",
    "UNPROCESSABLE_ENTITY",
  ],
  423: ["LOCKED", "Resource of a method is locked", "RFC 4918, Section 11.3"],
  424: ["FAILED_DEPENDENCY", "Dependent action of the request failed", "RFC 4918, Section 11.4"],
  425: [
    "TOO_EARLY",
    "Server refuses to process a request that might be replayed",
    "RFC 8470, Section 5.2",
  ],
  426: [
    "UPGRADE_REQUIRED",
    "Server refuses to perform the request using the current protocol",
    "RFC 9110, Section 15.5.22",
  ],
  428: [
    "PRECONDITION_REQUIRED",
    "The origin server requires the request to be conditional",
    "RFC 6585, Section 3",
  ],
  429: [
    "TOO_MANY_REQUESTS",
    'The user has sent too many requests in a given amount of time ("rate limiting")',
    "RFC 6585, Section 4",
  ],
  431: [
    "REQUEST_HEADER_FIELDS_TOO_LARGE",
    "The server is unwilling to process the request because its header fields are too large",
    "RFC 6585, Section 5",
  ],
  451: [
    "UNAVAILABLE_FOR_LEGAL_REASONS",
    "The server is denying access to the resource as a consequence of a legal demand",
    "RFC 7725, Section 3",
  ],
  500: ["INTERNAL_SERVER_ERROR", "Server got itself in trouble", "RFC 9110, Section 15.6.1"],
  501: ["NOT_IMPLEMENTED", "Server does not support this operation", "RFC 9110, Section 15.6.2"],
  502: ["BAD_GATEWAY", "Invalid responses from another server/proxy", "RFC 9110, Section 15.6.3"],
  503: [
    "SERVICE_UNAVAILABLE",
    "The server cannot process the request due to a high load",
    "RFC 9110, Section 15.6.4",
  ],
  504: [
    "GATEWAY_TIMEOUT",
    "The gateway server did not receive a timely response",
    "RFC 9110, Section 15.6.5",
  ],
  505: ["HTTP_VERSION_NOT_SUPPORTED", "Cannot fulfill request", "RFC 9110, Section 15.6.6"],
  506: [
    "VARIANT_ALSO_NEGOTIATES",
    "Server has an internal configuration error",
    "RFC 2295, Section 8.1",
  ],
  507: [
    "INSUFFICIENT_STORAGE",
    "Server is not able to store the representation",
    "RFC 4918, Section 11.5",
  ],
  508: [
    "LOOP_DETECTED",
    "Server encountered an infinite loop while processing a request",
    "RFC 5842, Section 7.2",
  ],
  510: ["NOT_EXTENDED", "Request does not meet the resource access policy", "RFC 2774, Section 7"],
  511: [
    "NETWORK_AUTHENTICATION_REQUIRED",
    "The client needs to authenticate to gain network access",
    "RFC 6585, Section 6",
  ],
});

/**
 * What is known about a status code.
 *
 * @param code - A status code, 100 to 999; any other value is harmless.
 * @returns A new object, or undefined for a code that has no name here.
 * @see `http.HTTPStatus`: name, phrase, description
 * @example
 * ```ts
 * import { statusInfo } from "@httplib/status";
 *
 * const info = statusInfo(413);
 * info?.phrase; // => "Content Too Large"
 * info?.aliases; // => ["REQUEST_ENTITY_TOO_LARGE"]
 * info?.reference; // => "RFC 9110, Section 15.5.14"
 * statusInfo(599); // => undefined
 * ```
 */
export function statusInfo(code: number): StatusInfo | undefined {
  const row = typeof code === "number" ? details[code] : undefined;
  if (row === undefined) return undefined;
  const [name, description, reference, alias] = row;
  const aliases = alias === undefined ? [] : [alias];
  return {
    code: HTTPStatus[name],
    name,
    aliases,
    phrase: responses[code] ?? "",
    description,
    reference,
  };
}
