/**
 * What a runtime truly cannot do, and nothing else: the one place where a failing test is not a fault.
 *
 * An entry whose test passes is a failure, unless it says that chance decides, and so is one whose test is gone or fails in another way.
 */
import type { Limit } from "./outcome.ts";

const NO_PROMISE_HOOKS =
  "async_hooks tells nothing of promises here, so the test cannot count them";
const RESOURCES =
  "getActiveResourcesInfo() does not tell what keeps the process alive; the smoke case of the idle connection shows it by a process that ends";

export const LIMITS: readonly Limit[] = [
  {
    runtimes: ["deno"],
    suite: "transport",
    names: ["reset-after-response > TLS: an answer that came before the reset is never lost*"],
    shows: "to be 100",
    reason:
      "it deciphers when it likes: on a busy machine 3 of 300 answers came later than fifty turns behind the reset",
    isByChance: true,
  },
  {
    runtimes: ["bun", "deno"],
    suite: "response",
    names: ["promises > read*", "promises > peek*"],
    shows: "expected +0 to be 1",
    reason: NO_PROMISE_HOOKS,
  },
  {
    runtimes: ["bun", "deno"],
    suite: "connection",
    names: [
      "costs > a GET on an open connection makes two promises: the response's and the read's",
    ],
    shows: "expected [ +0, +0, +0 ]",
    reason: NO_PROMISE_HOOKS,
  },
  {
    runtimes: ["bun", "deno"],
    suite: "transport",
    names: [
      "dial > what a socket of ours does > unref() lets the process end, ref() takes it back",
      "tls > what keeps the process alive > TLS: unref() counts from the next turn on, ref() at once",
      "tls > what keeps the process alive > TLS on a stream: unref() counts from the next turn on, ref() at once",
      "tls > what keeps the process alive > a ref() in the same turn takes unref() back, however often",
      "tls > what keeps the process alive > one that is destroyed meanwhile does not stand in the way of the others",
    ],
    shows: "to be",
    reason: RESOURCES,
  },
  {
    runtimes: ["bun", "deno"],
    suite: "connection",
    names: ["sockets > an idle connection keeps no process alive, one with an exchange does"],
    shows: "to be",
    reason: RESOURCES,
  },
  {
    runtimes: ["bun"],
    suite: "transport",
    names: [
      "contract > 'TLS in TLS' > the peer's end does not end our half",
      "contract > 'TLS that watches its close' > the peer's end does not end our half",
      "contract > 'TLS over a Duplex pair' > the peer's end does not end our half",
      "contract > 'TLS over a pair of web streams' > the peer's end does not end our half",
    ],
    shows: "expected false to be true",
    reason: "TLS over a stream closes as soon as it reads close_notify",
  },
  {
    runtimes: ["deno"],
    suite: "transport",
    names: [
      "tls > sessions > TLSv1.2: the same options object resumes, and newer tickets are honoured",
      "tls > sessions > TLSv1.3: the same options object resumes, and newer tickets are honoured",
      "tls > sessions > a session is resumed on TLS that is started later, too",
    ],
    shows: "to deeply equal [ false, true",
    reason: "TLS neither gives sessions nor takes them",
  },
  {
    runtimes: ["deno"],
    suite: "smoke",
    names: ["TLS: the second connection resumes the session of the first"],
    shows: "false",
    reason: "TLS neither gives sessions nor takes them",
  },
  {
    runtimes: ["deno"],
    suite: "transport",
    names: [
      "tls > trust > a certificate that cannot be read is refused before anything is dialled",
    ],
    shows: "expected 'ECONNREFUSED'",
    reason: "createSecureContext() looks at nothing; certificates are read in the handshake",
  },
  {
    runtimes: ["deno"],
    suite: "transport",
    names: [
      "dial > errors of the system pass through untouched > a local address of another machine",
    ],
    shows: "bind EINVAL",
    reason: "EADDRNOTAVAIL of the system is told as EINVAL",
  },
  {
    runtimes: ["deno"],
    suite: "transport",
    names: [
      "dial > what a socket of ours does > info tells addresses, marks in order and the descriptor",
    ],
    shows: 'received "undefined"',
    reason: "a socket does not tell its file descriptor",
  },
  {
    runtimes: ["deno"],
    suite: "client",
    names: [
      "documents-response > fileno > is that of the socket, and an error once the body is over",
    ],
    shows: "Cannot give a file number",
    reason: "a socket does not tell its file descriptor",
  },
  {
    runtimes: ["codeless"],
    suite: "smoke",
    names: ["response: as a Fetch Response"],
    shows: "no WebAssembly",
    reason: "the Response of Node is loaded with its fetch, whose parser is WebAssembly",
  },
  {
    runtimes: ["codeless"],
    suite: "headers",
    names: ["fetch-headers > no error outside every test"],
    shows: "WebAssembly is not defined",
    reason: "the Headers of Node is loaded with its fetch, whose parser is WebAssembly",
  },
  {
    runtimes: ["codeless"],
    suite: "protocol",
    names: ["send-body > no error outside every test"],
    shows: "WebAssembly is not defined",
    reason: "the Headers of Node is loaded with its fetch, whose parser is WebAssembly",
  },
];
