/**
 * TLS sessions to resume, so that the second connection to a host needs no full handshake.
 *
 * A session stands for a verification that has been done. It is therefore found only by whoever passes the very same
 * options object, and the caller keeps only sessions of verified peers: an options object that trusts less can never lend its
 * sessions to one that trusts more.
 *
 * Bounded: SESSIONS for each options object, the oldest goes first (undici keeps 100 in all). The objects are held weakly.
 */
const SESSIONS = 100;

/** Sessions by options object and peer. */
export class SessionCache<Session> {
  readonly #sessions = new WeakMap<object, Map<string, Session>>();

  /** The newest session kept for a peer. */
  get(options: object, peer: string): Session | undefined {
    return this.#sessions.get(options)?.get(peer);
  }

  /** Keeps a session; a newer ticket replaces the older one. */
  set(options: object, peer: string, session: Session): void {
    let peers = this.#sessions.get(options);
    if (peers === undefined) this.#sessions.set(options, (peers = new Map<string, Session>()));
    peers.delete(peer);
    peers.set(peer, session);
    if (peers.size > SESSIONS) {
      for (const oldest of peers.keys()) {
        peers.delete(oldest);
        break;
      }
    }
  }

  /** Forgets a session with which a handshake failed. */
  delete(options: object, peer: string): void {
    this.#sessions.get(options)?.delete(peer);
  }
}
