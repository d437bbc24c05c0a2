/**
 * The contract between a connection and whatever carries its bytes.
 *
 * Owns the types and nothing that runs. Callbacks and not web streams, because a stream costs a promise and an
 * object a chunk, and because promise jobs between two chunks would make the order of bytes and end harder to state.
 *
 * The rules every transport keeps, and one suite tests on all of them:
 *
 * 1. `Connect` resolves before the first call of the handler.
 * 2. A chunk is lent: it may be overwritten as soon as `onData` returns.
 * 3. The order is `onData*`, `onEnd?`, then `onClose` once and last. `onError` may come anywhere before `onClose` and
 *    does not end the wire: a response that had arrived before a reset is still delivered.
 * 4. The peer's end does not close our half, nor ours the peer's.
 * 5. No handler call happens inside a call of a method of the transport.
 */

/** One end of a connection. */
export interface Address {
  /** An IP address, or the name where the runtime tells no address. */
  readonly host: string;
  /** 1 to 65535. */
  readonly port: number;
}

/** What is known of an open wire. Every field is absent where the runtime does not tell. */
export interface TransportInfo {
  /** Our end; absent on Unix sockets. */
  local?: Address;
  /** The peer's end; absent on Unix sockets. */
  remote?: Address;
  /** The protocol chosen by ALPN; absent without TLS or when the peer chose none. */
  alpn?: string;
  /** Whether the peer's certificate was verified; absent without TLS. */
  authorized?: boolean;
  /** The descriptor of the socket. */
  fileno?: number;
  /** Milliseconds from the call to the end of each phase: name lookup, TCP or Unix socket, TLS. A phase that did not happen is absent. */
  times?: { dns?: number; connect?: number; tls?: number };
  /**
   * Whether the peer ended TLS with close_notify (RFC 8446, Section 6.1); set before `onEnd`, and only with
   * {@link TLSOptions.watchClose}. False means that anybody on the way may have cut the data short.
   */
  closeNotify?: boolean;
}

/**
 * An open, ordered, reliable run of bytes in both directions.
 *
 * @see documents `http.client`, section 2: the `sock` of an HTTPConnection
 */
export interface Transport {
  /** Who is told; may be replaced at any time. */
  handler: TransportHandler;
  /**
   * Sends bytes. A small write may be held until this turn of the event loop ends, so that many of them are made together.
   *
   * @param data bytes, which must not be changed afterwards, or text of U+0000 to U+00FF sent as ISO-8859-1
   * @returns whether there is room for more. After false exactly one `onDrain` follows, or `onClose`. After `end()`,
   *   `destroy()` or a failed write nothing is sent and the answer is false
   * @param isChecked whether text is known to have no character above U+00FF, so that it need not be looked through
   * @throws RangeError for text above U+00FF
   */
  write(data: string | Uint8Array, isChecked?: boolean): boolean;
  /** Holds writes back so that they share a packet, at most until the end of this turn of the event loop. */
  cork?(): void;
  /** Sends what `cork()` holds back. */
  uncork?(): void;
  /** Stops reading: no `onData` and no `onEnd` until `resume()`, and the peer is slowed down. */
  pause(): void;
  /** Goes on reading. */
  resume(): void;
  /** Lets the open wire keep the process alive (the default). */
  ref?(): void;
  /** Lets the process end though the wire is open; it may take a turn of the event loop. */
  unref?(): void;
  /** During `onData`: this read may have left bytes behind, so "nothing more has come" is not known yet. */
  readonly undrained?: boolean;
  /**
   * During `onData`: the next read need not give more than so many bytes, because the reader's memory has no more room. Only a hint,
   * for one read.
   *
   * @param bytes 1 or more
   */
  limitNextRead?(bytes: number): void;
  /**
   * Starts TLS on this wire and returns a new transport with the same handler; this one must not be used any more.
   * Bytes not yet delivered (while paused) belong to TLS.
   *
   * @param options certificates and checks; kept sessions are found by the identity of this object
   * @param peer whom to expect, and how long to wait. Without a host, `options.servername` is the name to verify
   * @throws the system error of the handshake or of the verification; TimeoutError with phase `connect`; `signal.reason`
   */
  startTLS(options: TLSOptions, peer?: TLSPeer): Promise<Transport>;
  /** Ends our half after everything written; reading goes on. */
  end(): void;
  /**
   * Closes both halves at once; of the handler only `onClose` is called, after `onError` if an error is given.
   *
   * @param error what the handler is to be told
   */
  destroy(error?: Error): void;
  /** Addresses, TLS state, time marks. */
  readonly info: TransportInfo;
}

/** Who is told what happens on a wire. */
export interface TransportHandler {
  /** Bytes came; they are lent until this returns. */
  onData(chunk: Uint8Array): void;
  /** The peer has ended its half. */
  onEnd(): void;
  /** There is room again after a `write()` that returned false. */
  onDrain(): void;
  /** A half of the wire broke, or both: a failed write leaves reading open for what has already arrived. */
  onError(error: Error): void;
  /** The wire is gone; nothing follows. */
  onClose(): void;
}

/** Opens a transport. Errors of lookup, dialling and TLS pass through as the system gives them. */
export type Connect = (target: ConnectTarget, handler: TransportHandler) => Promise<Transport>;

/** Where and how to connect. */
export interface ConnectTarget {
  /** A name or an IP address, IPv6 without brackets. */
  host: string;
  /** 1 to 65535. */
  port: number;
  /** A Unix socket to use instead of host and port. */
  socketPath?: string | undefined;
  /** The local address to bind. */
  localAddress?: string | undefined;
  /** The local port to bind; addresses are then tried one after the other. */
  localPort?: number | undefined;
  /** Start TLS at once, with these options; `{}` for the defaults. */
  tls?: TLSOptions | undefined;
  /** Milliseconds for lookup, dialling and TLS together; none means no limit. */
  timeout?: number | undefined;
  /** Gives up when aborted, with `signal.reason`. */
  signal?: AbortSignal | undefined;
  /** Passed on to the runtime as it is. On Node: family, hints, lookup, keepAlive, noDelay and the like. */
  options?: object | undefined;
}

/** Whom `startTLS()` expects at the other end. */
export interface TLSPeer {
  /** The name or IP address that the certificate must carry. */
  host?: string | undefined;
  /** The port, by which sessions are told apart. */
  port?: number | undefined;
  /** Milliseconds for the handshake. */
  timeout?: number | undefined;
  /** Gives up when aborted, with `signal.reason`. */
  signal?: AbortSignal | undefined;
}

type Bytes = string | Uint8Array;

// As a method, so that a function which asks for Node's PeerCertificate is accepted.
type CheckServerIdentity = {
  check(host: string, certificate: object): Error | undefined;
}["check"];

/**
 * The options of TLS, in the words of `tls.connect()` of Node; a SecureContext of `tls.createSecureContext()` may
 * stand in the place of the whole object. Options that are not named here are passed on all the same.
 *
 * Runtimes other than Node honour fewer of them: see the table in the README.
 */
export interface TLSOptions {
  /** The name for SNI and verification; default: the host. */
  servername?: string | undefined;
  /** Trusted authorities, PEM, instead of the runtime's own. */
  ca?: Bytes | readonly Bytes[] | undefined;
  /** The client's certificate chain, PEM. */
  cert?: Bytes | readonly Bytes[] | undefined;
  /** The client's private key, PEM. */
  key?: Bytes | readonly (Bytes | { pem: Bytes; passphrase?: string | undefined })[] | undefined;
  /** Key and chain as PKCS #12. */
  pfx?: Bytes | readonly (Bytes | { buf: Bytes; passphrase?: string | undefined })[] | undefined;
  /** For `key` or `pfx`. */
  passphrase?: string | undefined;
  /** Revocation lists, PEM. */
  crl?: Bytes | readonly Bytes[] | undefined;
  /** Only an explicit false switches verification off; the environment cannot. */
  rejectUnauthorized?: boolean | undefined;
  /** Protocols to offer by ALPN; default `["http/1.1"]`. */
  ALPNProtocols?: readonly string[] | readonly Uint8Array[] | ArrayBufferView | undefined;
  /** `"TLSv1.2"` or `"TLSv1.3"`, as `maxVersion`. */
  minVersion?: string | undefined;
  /** The newest version to speak. */
  maxVersion?: string | undefined;
  /** OpenSSL's cipher list. */
  ciphers?: string | undefined;
  /** Groups for the key exchange, by OpenSSL's names and with colons between them. */
  ecdhCurve?: string | undefined;
  /** Signature algorithms, by OpenSSL's names and with colons between them. */
  sigalgs?: string | undefined;
  /** The bits of OpenSSL's `SSL_OP_…`. */
  secureOptions?: number | undefined;
  /** A ready SecureContext of `node:tls`, instead of ca, cert and key. */
  secureContext?: object | undefined;
  /** A session to resume instead of the one that was kept. */
  session?: Uint8Array | undefined;
  /** Replaces the comparison of the peer's name with its certificate; returns the error, or undefined to accept. */
  checkServerIdentity?: CheckServerIdentity | undefined;
  /** Sets `info.closeNotify`, so that data cut short can be told from its end. Costs speed: every byte goes through a JavaScript stream. */
  watchClose?: boolean | undefined;
  /** Present on a SecureContext, which may stand in the place of this object. */
  context?: unknown;
}
