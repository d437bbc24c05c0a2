/**
 * The two documented ports. They stand apart from the classes, so that importing one of them loads nothing else.
 */

/** The default port of HTTP, as documented: 80. */
export const HTTP_PORT = 80;

/** The default port of HTTPS, as documented: 443. */
export const HTTPS_PORT = 443;
