// The status codes as one constant each, so that a bundler keeps the imported ones and nothing else: `NOT_FOUND` costs three digits.
//
// The names are those of the documents: the 49 of httplib 2.6 and the 13 that http.client gained by 3.13. RFC 9110 renamed four codes
// (413, 414, 416, 422); both names are here and both will stay. Must not know: phrases, descriptions, tables.

// Informational (1xx)
/** 100 Continue, RFC 9110, Section 15.2.1. */
export const CONTINUE = 100;
/** 101 Switching Protocols, RFC 9110, Section 15.2.2. */
export const SWITCHING_PROTOCOLS = 101;
/** 102 Processing, RFC 2518, Section 10.1. */
export const PROCESSING = 102;
/** 103 Early Hints, RFC 8297, Section 2. */
export const EARLY_HINTS = 103;

// Success (2xx)
/** 200 OK, RFC 9110, Section 15.3.1. */
export const OK = 200;
/** 201 Created, RFC 9110, Section 15.3.2. */
export const CREATED = 201;
/** 202 Accepted, RFC 9110, Section 15.3.3. */
export const ACCEPTED = 202;
/** 203 Non-Authoritative Information, RFC 9110, Section 15.3.4. */
export const NON_AUTHORITATIVE_INFORMATION = 203;
/** 204 No Content, RFC 9110, Section 15.3.5. */
export const NO_CONTENT = 204;
/** 205 Reset Content, RFC 9110, Section 15.3.6. */
export const RESET_CONTENT = 205;
/** 206 Partial Content, RFC 9110, Section 15.3.7. */
export const PARTIAL_CONTENT = 206;
/** 207 Multi-Status, RFC 4918, Section 11.1. */
export const MULTI_STATUS = 207;
/** 208 Already Reported, RFC 5842, Section 7.1. */
export const ALREADY_REPORTED = 208;
/** 226 IM Used, RFC 3229, Section 10.4.1. */
export const IM_USED = 226;

// Redirection (3xx)
/** 300 Multiple Choices, RFC 9110, Section 15.4.1. */
export const MULTIPLE_CHOICES = 300;
/** 301 Moved Permanently, RFC 9110, Section 15.4.2. */
export const MOVED_PERMANENTLY = 301;
/** 302 Found, RFC 9110, Section 15.4.3. */
export const FOUND = 302;
/** 303 See Other, RFC 9110, Section 15.4.4. */
export const SEE_OTHER = 303;
/** 304 Not Modified, RFC 9110, Section 15.4.5. */
export const NOT_MODIFIED = 304;
/** 305 Use Proxy, RFC 9110, Section 15.4.6. */
export const USE_PROXY = 305;
/** 307 Temporary Redirect, RFC 9110, Section 15.4.8. */
export const TEMPORARY_REDIRECT = 307;
/** 308 Permanent Redirect, RFC 9110, Section 15.4.9. */
export const PERMANENT_REDIRECT = 308;

// Client error (4xx)
/** 400 Bad Request, RFC 9110, Section 15.5.1. */
export const BAD_REQUEST = 400;
/** 401 Unauthorized, RFC 9110, Section 15.5.2. */
export const UNAUTHORIZED = 401;
/** 402 Payment Required, RFC 9110, Section 15.5.3. */
export const PAYMENT_REQUIRED = 402;
/** 403 Forbidden, RFC 9110, Section 15.5.4. */
export const FORBIDDEN = 403;
/** 404 Not Found, RFC 9110, Section 15.5.5. */
export const NOT_FOUND = 404;
/** 405 Method Not Allowed, RFC 9110, Section 15.5.6. */
export const METHOD_NOT_ALLOWED = 405;
/** 406 Not Acceptable, RFC 9110, Section 15.5.7. */
export const NOT_ACCEPTABLE = 406;
/** 407 Proxy Authentication Required, RFC 9110, Section 15.5.8. */
export const PROXY_AUTHENTICATION_REQUIRED = 407;
/** 408 Request Timeout, RFC 9110, Section 15.5.9. */
export const REQUEST_TIMEOUT = 408;
/** 409 Conflict, RFC 9110, Section 15.5.10. */
export const CONFLICT = 409;
/** 410 Gone, RFC 9110, Section 15.5.11. */
export const GONE = 410;
/** 411 Length Required, RFC 9110, Section 15.5.12. */
export const LENGTH_REQUIRED = 411;
/** 412 Precondition Failed, RFC 9110, Section 15.5.13. */
export const PRECONDITION_FAILED = 412;
/** 413 Content Too Large, RFC 9110, Section 15.5.14. */
export const CONTENT_TOO_LARGE = 413;
/** 413, by its name before RFC 9110. */
export const REQUEST_ENTITY_TOO_LARGE = 413;
/** 414 URI Too Long, RFC 9110, Section 15.5.15. */
export const URI_TOO_LONG = 414;
/** 414, by its name before RFC 9110. */
export const REQUEST_URI_TOO_LONG = 414;
/** 415 Unsupported Media Type, RFC 9110, Section 15.5.16. */
export const UNSUPPORTED_MEDIA_TYPE = 415;
/** 416 Range Not Satisfiable, RFC 9110, Section 15.5.17. */
export const RANGE_NOT_SATISFIABLE = 416;
/** 416, by its name before RFC 9110. */
export const REQUESTED_RANGE_NOT_SATISFIABLE = 416;
/** 417 Expectation Failed, RFC 9110, Section 15.5.18. */
export const EXPECTATION_FAILED = 417;
/** 418 I'm a Teapot, RFC 7168, Section 2.3.3. */
export const IM_A_TEAPOT = 418;
/** 421 Misdirected Request, RFC 9110, Section 15.5.20. */
export const MISDIRECTED_REQUEST = 421;
/** 422 Unprocessable Content, RFC 9110, Section 15.5.21. */
export const UNPROCESSABLE_CONTENT = 422;
/** 422, by its name before RFC 9110. */
export const UNPROCESSABLE_ENTITY = 422;
/** 423 Locked, RFC 4918, Section 11.3. */
export const LOCKED = 423;
/** 424 Failed Dependency, RFC 4918, Section 11.4. */
export const FAILED_DEPENDENCY = 424;
/** 425 Too Early, RFC 8470, Section 5.2. */
export const TOO_EARLY = 425;
/** 426 Upgrade Required, RFC 9110, Section 15.5.22. */
export const UPGRADE_REQUIRED = 426;
/** 428 Precondition Required, RFC 6585, Section 3. */
export const PRECONDITION_REQUIRED = 428;
/** 429 Too Many Requests, RFC 6585, Section 4. */
export const TOO_MANY_REQUESTS = 429;
/** 431 Request Header Fields Too Large, RFC 6585, Section 5. */
export const REQUEST_HEADER_FIELDS_TOO_LARGE = 431;
/** 451 Unavailable For Legal Reasons, RFC 7725, Section 3. */
export const UNAVAILABLE_FOR_LEGAL_REASONS = 451;

// Server error (5xx)
/** 500 Internal Server Error, RFC 9110, Section 15.6.1. */
export const INTERNAL_SERVER_ERROR = 500;
/** 501 Not Implemented, RFC 9110, Section 15.6.2. */
export const NOT_IMPLEMENTED = 501;
/** 502 Bad Gateway, RFC 9110, Section 15.6.3. */
export const BAD_GATEWAY = 502;
/** 503 Service Unavailable, RFC 9110, Section 15.6.4. */
export const SERVICE_UNAVAILABLE = 503;
/** 504 Gateway Timeout, RFC 9110, Section 15.6.5. */
export const GATEWAY_TIMEOUT = 504;
/** 505 HTTP Version Not Supported, RFC 9110, Section 15.6.6. */
export const HTTP_VERSION_NOT_SUPPORTED = 505;
/** 506 Variant Also Negotiates, RFC 2295, Section 8.1. */
export const VARIANT_ALSO_NEGOTIATES = 506;
/** 507 Insufficient Storage, RFC 4918, Section 11.5. */
export const INSUFFICIENT_STORAGE = 507;
/** 508 Loop Detected, RFC 5842, Section 7.2. */
export const LOOP_DETECTED = 508;
/** 510 Not Extended, RFC 2774, Section 7. */
export const NOT_EXTENDED = 510;
/** 511 Network Authentication Required, RFC 6585, Section 6. */
export const NETWORK_AUTHENTICATION_REQUIRED = 511;
